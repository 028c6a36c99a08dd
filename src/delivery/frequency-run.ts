/** Frequency caps for many visitors, timed and weighed. */
import { openFrequency } from './frequency.ts';
import { sampleLine } from './sample-book.ts';

export type FrequencyFigures = {
  visitors: number;
  exposures: number;
  /** Of the tables themselves, and what the process grew by. */
  table_mb: number;
  grown_mb: number;
  checks_per_s: number;
  dump_ms: number;
  dump_mb: number;
};

/** Every visitor sees each of `each` capped lines once, then is asked for once more. `used`: bytes the process holds. */
export function frequencyRun({
  visitors,
  each,
  now,
  stopwatch,
  used,
}: {
  visitors: number;
  each: number;
  now: number;
  stopwatch: () => number;
  used: () => number;
}): FrequencyFigures {
  const lines = Array.from({ length: 50 }, (_, n) =>
    sampleLine({
      id: `li_${n}`,
      advertiser_id: `adv_${n % 10}`,
      frequency_caps: [
        { count: 3, per: 'day' },
        { count: 10, per: 'week' },
      ],
      advertiser_caps: [{ count: 20, per: 'month' }],
    }),
  );
  const before = used();
  const frequency = openFrequency(visitors);
  frequency.adopt(lines);
  const name = (n: number) => String(BigInt(n) * 18_446_744_073_709n + 12_345_678_901_234_567n);
  for (let seen = 0; seen < each; seen++) {
    for (let n = 0; n < visitors; n++) {
      const visitor = name(n);
      const at = now + seen * 1000;
      frequency.arrive(visitor, at);
      const exposure = { line: `li_${(n + seen * 7) % 50}`, creative: 'cr_1' };
      frequency.decided(visitor, exposure, at);
      frequency.shown(visitor, exposure, { decidedAt: at, at: at + 500 });
    }
  }
  const grown = used() - before;
  const checks = Math.min(visitors, 500_000);
  const names = Array.from({ length: checks }, (_, n) => name((n * 7919) % visitors));
  const began = stopwatch();
  let allowed = 0;
  const caps = lines.map(({ id }) => frequency.capsOf(id));
  for (const [n, visitor] of names.entries()) {
    const of = caps[n % caps.length];
    if (of && frequency.allows(visitor, of, now + 60_000)) allowed++;
  }
  const seconds = (stopwatch() - began) / 1000;
  if (allowed === 0) throw new Error('no visitor may see anything once more');
  const writing = stopwatch();
  const dump = frequency.dump();
  const size = frequency.size();
  const mb = (bytes: number) => Math.round(bytes / 1e5) / 10;
  return {
    visitors: size.visitors,
    exposures: size.exposures,
    table_mb: mb(size.bytes),
    grown_mb: mb(grown),
    checks_per_s: Math.round(checks / seconds),
    dump_ms: Math.round(stopwatch() - writing),
    dump_mb: mb(dump.byteLength),
  };
}
