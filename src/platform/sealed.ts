/** A small object that travels in an address and cannot be made or changed by others: JSON with an HMAC-SHA-256 (RFC 2104). */
import { createHmac, timingSafeEqual } from 'node:crypto';

const mac = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** URL-safe text of the object and its signature. */
export function seal(key: string, content: object): string {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${mac(key, text).toString('base64url')}`;
}

/** What was sealed with this key; undefined for anything else. */
export function openSealed(key: string, sealed: string): unknown {
  const [text = '', signature = '', ...more] = sealed.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = mac(key, text);
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
