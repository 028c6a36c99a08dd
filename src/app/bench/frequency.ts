/** `vigie bench frequency [--visitors N] [--each N]`: memory and speed of the frequency caps of a million visitors with three exposures each. */
import { frequencyRun } from '#delivery';
import { type Command, print, wordsOf } from '../commands/command.ts';

const bench: Command = (args) => {
  const { values } = wordsOf(args, { visitors: { type: 'string' }, each: { type: 'string' } });
  const figures = frequencyRun({
    visitors: Number(values.visitors ?? 1_000_000),
    each: Number(values.each ?? 3),
    now: Date.now(),
    stopwatch: () => performance.now(),
    used: () => {
      globalThis.gc?.();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    },
  });
  print(
    values.json,
    figures,
    `Frequency caps\n  ${figures.visitors.toLocaleString('en')} visitors, ${figures.exposures.toLocaleString('en')} exposures: tables ${figures.table_mb} MB\n` +
      `  the process grew by ${figures.grown_mb} MB (what waits to be collected included)\n` +
      `  ${figures.checks_per_s.toLocaleString('en')} checks/s; written down in ${figures.dump_ms} ms (${figures.dump_mb} MB)`,
  );
  return Promise.resolve(0);
};

export default bench;
