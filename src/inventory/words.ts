/** The small words of inventory: domain, time zone, currency, size, code. Pure, and the same in the browser. */
import * as z from 'zod';

/**
 * A host name as typed → as kept: lower case, IDNA ASCII form, no scheme, path, port or final dot.
 * Undefined when it is none. The URL standard's host parser does the work (WHATWG URL §3.5).
 */
export function normaliseDomain(typed: string): string | undefined {
  const bare = typed
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '')
    .replace(/\.$/, '');
  if (bare === '' || /[\s/?#@:\\%[\]]/.test(bare)) return undefined;

  const url = URL.parse(`http://${bare}/`);
  if (!url) return undefined;

  const host = url.hostname;
  if (host.length > 253) return undefined;
  // "1" and "0x7f.1" are IPv4 addresses to the URL standard; only one written in full is meant as such.
  if (/^[\d.]+$/.test(host)) return host === bare ? host : undefined;
  return host.split('.').every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label)) ? host : undefined;
}

export const Domain = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine((typed) => normaliseDomain(typed) !== undefined, 'must be a host name such as news.example.org')
  .overwrite((typed) => normaliseDomain(typed) ?? typed);

/** Whether the runtime's time-zone database knows the name; bare offsets such as +02:00 are no zone of a site. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** IANA spelling of a zone typed in another case; an alias (Asia/Kolkata) keeps its own name. */
export function spellTimeZone(name: string): string {
  if (!isTimeZone(name)) return name;
  const resolved = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  return resolved.toLowerCase() === name.toLowerCase() ? resolved : name;
}

export const TimeZone = z
  .string()
  .trim()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris')
  .overwrite(spellTimeZone);

const currencies = new Set(Intl.supportedValuesOf('currency'));

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
  .refine((code) => currencies.has(code), 'must be an ISO 4217 code such as EUR');

/** `WIDTHxHEIGHT` in CSS pixels. */
export const Size = z.string().regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, 'must be a size such as 300x250');

export const PlacementFormat = z
  .string()
  .regex(
    /^([1-9]\d{0,3}x[1-9]\d{0,3}|native|video|interstitial|text)$/,
    'must be a size such as 300x250, or native, video, interstitial or text',
  );

export const PlacementCode = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, 'must be 1 to 64 lower-case letters, digits, hyphens or underscores');

export const PathPattern = z
  .string()
  .trim()
  .max(500)
  .regex(/^\/[^\s?#]*$/, 'must be a URL path that starts with /, such as /sport/ or /*/live');
