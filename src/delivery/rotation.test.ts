import { expect, test } from 'vitest';
import { keepUp, rotate, type Rotating } from './rotation.ts';

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const fresh = (): Rotating => ({ weight: 100, served: 0, impressions: 0, clicks: 0 });

/** Shows `times` ads that are clicked at their rates; answers how many each got. */
function shown(creatives: Rotating[], rates: readonly number[], times: number, random: () => number): number[] {
  const before = creatives.map(({ served }) => served);
  for (let n = 0; n < times; n++) {
    const index = rotate(creatives, 'optimised', () => true, random);
    const creative = creatives[index];
    if (!creative) throw new Error('one must be shown');
    creative.served++;
    creative.impressions++;
    if (random() < (rates[index] ?? 0)) creative.clicks++;
  }
  return creatives.map(({ served }, index) => served - (before[index] ?? 0));
}

test.each([1, 2, 3])('optimised: the better creative gets most, the others go on being tried (seed %i)', (seed) => {
  const [worse = 0, better = 0, worst = 0] = shown(
    [fresh(), fresh(), fresh()],
    [0.004, 0.012, 0.002],
    60_000,
    seeded(seed),
  );
  expect(better).toBeGreaterThan(40_000);
  expect(Math.min(worse, worst)).toBeGreaterThan(1500);
});

test('optimised: a new creative is tried beside one that is known to be good, and wins when it is better', () => {
  const creatives = [{ ...fresh(), served: 100_000, impressions: 100_000, clicks: 800 }, fresh()];
  const random = seeded(7);
  const [, first = 0] = shown(creatives, [0.008, 0.02], 5000, random);
  expect(first).toBeGreaterThan(400);
  const [, later = 0] = shown(creatives, [0.008, 0.02], 20_000, random);
  expect(later).toBeGreaterThan(12_000);
});

test('optimised: only those that may be shown', () => {
  const random = seeded(3);
  const creatives = [fresh(), fresh()];
  for (let n = 0; n < 100; n++) expect(rotate(creatives, 'optimised', (index) => index === 1, random)).toBe(1);
  expect(rotate(creatives, 'optimised', () => false, random)).toBe(-1);
});

test.each(['even', 'weighted', 'sequential'] as const)(
  '%s: a creative that starts later takes its turns from then on, no more',
  (mode) => {
    const creatives = [fresh(), { ...fresh(), weight: 50 }, fresh()];
    const random = seeded(5);
    const shownWhile = (starts: boolean, times: number) => {
      const before = creatives.map(({ served }) => served);
      for (let n = 0; n < times; n++) {
        keepUp(creatives, (index) => index === 2 && !starts);
        const creative = creatives[rotate(creatives, mode, (index) => starts || index !== 2, random)];
        if (creative) creative.served++;
      }
      return creatives.map(({ served }, index) => served - (before[index] ?? 0));
    };
    const [, , early = 0] = shownWhile(false, 3000);
    const [first = 0, second = 0, late = 0] = shownWhile(true, 300);
    // Before its start it is only counted along, not shown.
    expect(early).toBeGreaterThan(0);
    expect(Math.abs(late - (mode === 'weighted' ? 120 : 100))).toBeLessThanOrEqual(1);
    expect(first + second + late).toBe(300);
  },
);

test.each([11, 12, 13, 14, 15])(
  'optimised: of ten new creatives beside a proven one, none is starved (seed %i)',
  (seed) => {
    const proven = { ...fresh(), served: 1_000_000, impressions: 1_000_000, clicks: 9_000 };
    const creatives = [proven, ...Array.from({ length: 10 }, fresh)];
    const got = shown(creatives, [0.009, ...Array<number>(10).fill(0.0005)], 20_000, seeded(seed));
    for (const count of got.slice(1)) expect(count).toBeGreaterThan(100);
    expect(got[0] ?? 0).toBeGreaterThan(10_000);
  },
);
