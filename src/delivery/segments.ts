/** Sets of visitors, by segment, as a book carries them and as an edge asks them. */
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';

/** The segments that a targeting speaks of, wanted or not. */
export function segmentsIn(targeting: TargetingGroup | TargetingCondition | null): string[] {
  if (targeting === null) return [];
  if ('and' in targeting) return targeting.and.flatMap(segmentsIn);
  if ('or' in targeting) return targeting.or.flatMap(segmentsIn);
  if (targeting.key !== 'segment') return [];
  return 'in' in targeting ? [...targeting.in] : [...targeting.not_in];
}

/** Decimal hashes, sorted and packed: 8 bytes each, little-endian, as base64. */
export function packHashes(hashes: readonly string[]): string {
  const sorted = BigUint64Array.from(hashes, BigInt).sort();
  const bytes = Buffer.alloc(sorted.length * 8);
  for (const [i, hash] of sorted.entries()) bytes.writeBigUInt64LE(hash, i * 8);
  return bytes.toString('base64');
}

export type SegmentSets = ReadonlyMap<string, BigUint64Array>;

export const unpackSegments = (packed: Record<string, string> | undefined): SegmentSets =>
  new Map(
    Object.entries(packed ?? {}).map(([id, text]) => {
      const bytes = Buffer.from(text, 'base64');
      return [id, BigUint64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigUInt64LE(i * 8))];
    }),
  );

/** The segments that a visitor is in: a search by halves in each. */
export const segmentsOf = (sets: SegmentSets, visitor: bigint): string[] =>
  [...sets].filter(([, hashes]) => holds(hashes, visitor)).map(([id]) => id);

function holds(hashes: BigUint64Array, visitor: bigint): boolean {
  let [low, high] = [0, hashes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = hashes[middle] ?? 0n;
    if (at === visitor) return true;
    if (at < visitor) low = middle + 1;
    else high = middle;
  }
  return false;
}
