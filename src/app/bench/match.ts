/**
 * `vigie bench match [--requests N] [--json]`: the choice of a line item alone, in process and on one core: the index beside the
 * obvious loop over all lines, at 10, 1,000 and 10,000 live lines; these on 100 placements, and on as many as bring each
 * placement the hundred lines that it has at 1,000.
 */
import { matchRun } from '#delivery';
import { type Command, print, wordsOf } from '../commands/command.ts';
import { benchBook, benchDomain, placementCount } from './edge-book.ts';

const sizes = [
  { lines: 10, placements: placementCount },
  { lines: 1000, placements: placementCount },
  { lines: 10_000, placements: 1000 },
  { lines: 10_000, placements: placementCount },
];

const computed = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const bench: Command = (args) => {
  const { values } = wordsOf(args, { requests: { type: 'string' } });
  const requests = Number(values.requests ?? 300_000);
  const now = Date.now();
  const asksOf = (placements: number) =>
    Array.from({ length: 4000 }, (_, i) => ({
      placement: `place-${(i * 7) % placements}`,
      request: {
        country: ['FR', 'FR', 'FR', 'BE', 'CH', 'DE'][i % 6],
        device: ['phone', 'desktop', 'tablet'][i % 3],
        browser: ['Chrome', 'Safari', 'Firefox'][i % 3],
        language: i % 2 === 0 ? 'fr-FR' : 'en',
        section: [`sec_${i % 8}`],
        kv: { topic: [`topic-${i % 20}`], mood: [i % 5 === 0 ? 'calm' : 'lively'] },
      },
    }));
  const table = sizes.map(({ lines, placements }) => {
    const book = benchBook(now, lines, placements);
    const run = {
      book,
      domain: benchDomain,
      asks: asksOf(placements),
      now,
      stopwatch: () => performance.now(),
      computed,
    };
    const index = matchRun({ ...run, requests, how: 'index' });
    const loop = matchRun({ ...run, requests: Math.max(2000, Math.round((requests * 3) / lines)), how: 'loop' });
    return {
      lines,
      placements,
      index,
      loop,
      times_faster: Math.round((10 * index.decisions_per_s) / loop.decisions_per_s) / 10,
    };
  });
  const rows = table.map(
    ({ lines, placements, index, loop, times_faster }) =>
      `  ${String(lines).padStart(6)} lines, ${placements} placements: ${index.decisions_per_s.toLocaleString('en')} decisions/s (p50 ${index.p50_us} µs, p99 ${index.p99_us} µs, filled ${index.filled_percent} %); ` +
      `loop ${loop.decisions_per_s.toLocaleString('en')}/s (p50 ${loop.p50_us} µs); × ${times_faster}`,
  );
  print(values.json, { table }, `Choosing a line item, one core\n${rows.join('\n')}`);
  return Promise.resolve(0);
};

export default bench;
