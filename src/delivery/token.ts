/**
 * The signed part of the impression, viewable and click addresses of one decision: what an event needs to be written down, and
 * an HMAC over it, made once a decision. Things of the book are named by 48 bits of the hash of their id, to stay short.
 *
 * Layout (big endian): version 1 · key id 1 · decided at, seconds 4 · random id 8 · line 6 · creative 6 · placement 6 ·
 * country 2 · flags 1 · [visitor 8] · agent, section, path (a length byte and UTF-8 each) · HMAC-SHA-256 cut to 16 bytes.
 */
import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { DecisionId } from './seen.ts';

export type Claim = {
  /** Seconds since 1970. */
  decided: number;
  id: DecisionId;
  /** `nameOf` of their ids. */
  line: number;
  creative: number;
  placement: number;
  /** ISO 3166-1, or empty. */
  country: string;
  /** Device, browser and operating system, tab-separated. */
  agent: string;
  /** Empty: the section of the placement. */
  section: string;
  path: string;
  /** Only with consent to identification. */
  visitor: bigint | undefined;
  /** Decided at a simulated time: its events happen at that time too. */
  simulated: boolean;
};

export type Signer = {
  sign(claim: Claim): string;
  /** What was signed, or undefined when it was not signed here. */
  verify(token: string): Claim | undefined;
  /** The number of an identifier: of one site only, always the same, and not to be read back. */
  visitor(siteId: string, visitorId: string): bigint;
};

const version = 1;
const macBytes = 16;
const headBytes = 35;
const mostText = 120;
const simulatedFlag = 1;
const visitorFlag = 2;

/** 48 bits that stand for an id in a token. */
export const nameOf = (id: string): number => createHash('sha256').update(id).digest().readUIntBE(0, 6);

/** The random id and its second as text: what `decision_id` holds. */
export function decisionIdText(decided: number, { high, low }: DecisionId): string {
  idBytes.writeUInt32BE(decided >>> 0, 0);
  idBytes.writeUInt32BE(high, 4);
  idBytes.writeUInt32BE(low, 8);
  return idBytes.toString('base64url');
}
const idBytes = Buffer.alloc(12);

/** The opposite of `decisionIdText`. `decidedAt` in milliseconds. */
export function readDecisionId(text: string): { id: DecisionId; decidedAt: number } | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 12) return undefined;
  return { id: { high: bytes.readUInt32BE(4), low: bytes.readUInt32BE(8) }, decidedAt: bytes.readUInt32BE(0) * 1000 };
}

/** The first key signs, all of them verify, so that a key can be replaced while addresses made with it are about. */
export function openSigner(keys: readonly { id: number; key: string }[]): Signer {
  const known = new Map(keys.map(({ id, key }) => [id, hmacOf(Buffer.from(key, 'base64url'))]));
  const signing = keys[0];
  const signingKey = signing && known.get(signing.id);
  if (!signing || !signingKey) throw new Error('a signer needs a key');
  const bytes = Buffer.alloc(1024);
  const expected = Buffer.alloc(macBytes);
  const visitors = new Map<string, bigint>();

  function text(value: string, at: number): number {
    const written = value === '' ? 0 : bytes.write(value, at + 1, mostText, 'utf8');
    bytes[at] = written;
    return at + 1 + written;
  }

  return {
    sign(claim) {
      bytes[0] = version;
      bytes[1] = signing.id;
      bytes.writeUInt32BE(claim.decided >>> 0, 2);
      bytes.writeUInt32BE(claim.id.high, 6);
      bytes.writeUInt32BE(claim.id.low, 10);
      bytes.writeUIntBE(claim.line, 14, 6);
      bytes.writeUIntBE(claim.creative, 20, 6);
      bytes.writeUIntBE(claim.placement, 26, 6);
      bytes[32] = claim.country.charCodeAt(0) || 0;
      bytes[33] = claim.country.charCodeAt(1) || 0;
      bytes[34] = (claim.simulated ? simulatedFlag : 0) | (claim.visitor === undefined ? 0 : visitorFlag);
      let at = headBytes;
      if (claim.visitor !== undefined) at = bytes.writeBigUInt64BE(claim.visitor, at);
      at = text(claim.path, text(claim.section, text(claim.agent, at)));
      bytes.write(signingKey(bytes.subarray(0, at)), at, macBytes, 'latin1');
      return bytes.toString('base64url', 0, at + macBytes);
    },
    verify(token) {
      if (token.length > 1200) return undefined;
      const given = Buffer.from(token, 'base64url');
      const end = given.length - macBytes;
      const key = given[0] === version && end >= headBytes + 3 ? known.get(given[1] ?? -1) : undefined;
      if (!key) return undefined;
      expected.write(key(given.subarray(0, end)), 0, macBytes, 'latin1');
      if (!timingSafeEqual(expected, given.subarray(end))) return undefined;
      return read(given);
    },
    visitor(siteId, visitorId) {
      const name = `visitor\0${siteId}\0${visitorId}`;
      let number = visitors.get(name);
      if (number === undefined) {
        if (visitors.size >= 20_000) visitors.clear();
        visitors.set(name, (number = Buffer.from(signingKey(Buffer.from(name)), 'latin1').readBigUInt64BE(0)));
      }
      return number;
    },
  };
}

const block = 64;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, with the key's blocks made once: two plain hashes a message, half the time
 * of a new HMAC object. The digests come as text, a character a byte: a Buffer for each costs as much again as the hash.
 */
function hmacOf(key: Buffer): (message: Uint8Array) => string {
  const padded = Buffer.alloc(block);
  (key.length > block ? createHash('sha256').update(key).digest() : key).copy(padded);
  const inner = Buffer.alloc(2048);
  const outer = Buffer.alloc(block + 32);
  for (let i = 0; i < block; i++) {
    inner[i] = (padded[i] ?? 0) ^ 0x36;
    outer[i] = (padded[i] ?? 0) ^ 0x5c;
  }
  return (message) => {
    if (block + message.length > inner.length) throw new Error('the message is too long');
    inner.set(message, block);
    outer.write(hash('sha256', inner.subarray(0, block + message.length), 'binary'), block, 'latin1');
    return hash('sha256', outer, 'binary');
  };
}

function read(given: Buffer): Claim {
  const flags = given[34] ?? 0;
  let at = headBytes;
  let visitor: bigint | undefined;
  if (flags & visitorFlag) {
    visitor = given.readBigUInt64BE(at);
    at += 8;
  }
  const text = () => {
    const from = at + 1;
    at = from + (given[at] ?? 0);
    return given.toString('utf8', from, at);
  };
  const agent = text();
  const section = text();
  return {
    decided: given.readUInt32BE(2),
    id: { high: given.readUInt32BE(6), low: given.readUInt32BE(10) },
    line: given.readUIntBE(14, 6),
    creative: given.readUIntBE(20, 6),
    placement: given.readUIntBE(26, 6),
    country: given[32] ? String.fromCharCode(given[32], given[33] ?? 0) : '',
    agent,
    section,
    path: text(),
    visitor,
    simulated: (flags & simulatedFlag) !== 0,
  };
}
