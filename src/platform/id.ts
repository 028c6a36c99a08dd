import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new identifier, `prefix_` and 20 characters of Crockford's base 32: 48 bits of milliseconds, then 52 random bits.
 * Ids made later sort later, which keeps indexes compact and keyset paging simple.
 */
export function newId(prefix: string, now: number = Date.now()): string {
  let time = '';
  let rest = now;
  for (let i = 0; i < 9; i++) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(11)) random += alphabet[byte & 31];
  return `${prefix}_${time}${random}`;
}
