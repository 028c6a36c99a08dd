import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

let last = { now: Number.NaN, random: 0n };

/**
 * A new identifier, `prefix_` and 20 characters of Crockford's base 32: 45 bits of milliseconds, then 55 random bits. Ids
 * made later in this process sort later, those of one millisecond too (the random part steps up); this keeps indexes
 * compact and keyset paging in the order of creation. An id is no secret.
 */
export function newId(prefix: string, now: number = Date.now()): string {
  const random =
    now === last.now
      ? last.random + 1n + BigInt(randomBytes(2).readUInt16BE())
      : randomBytes(8).readBigUInt64BE() >> 10n;
  last = { now, random };
  return `${prefix}_${base32(BigInt(now), 9)}${base32(random, 11)}`;
}

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = alphabet[Number(rest & 31n)] + text;
  return text;
}
