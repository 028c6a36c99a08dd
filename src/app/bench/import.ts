/** `vigie bench import [--lines N] [--rounds N]`: reading a combined log, beside GoAccess on the same file in turn where it is installed. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BadUsage, type Command, print, wordsOf } from '../commands/command.ts';
import { writeLog } from './log-lines.ts';
import { peakOf } from './peak-memory.ts';

type Run = { name: string; lines_per_s: number; rss_mb: number | null };
type Runner = { name: string; run: (round: number) => Promise<Run> };

const bench: Command = async (args) => {
  const { values } = wordsOf(args, { lines: { type: 'string' }, rounds: { type: 'string' } });
  const lines = countOf(values.lines, 1_000_000, 'lines');
  const rounds = countOf(values.rounds, 3, 'rounds');
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  try {
    const file = join(folder, 'access.log');
    await writeLog(file, lines);
    const runners: Runner[] = [
      {
        name: 'vigie, read and classified',
        run: (round) => vigie('vigie, read and classified', 'dry', file, join(folder, `dry-${round}`)),
      },
      {
        name: 'vigie, into the event store',
        run: (round) => vigie('vigie, into the event store', 'store', file, join(folder, `store-${round}`)),
      },
    ];
    if (await isInstalled('goaccess'))
      runners.push({ name: 'goaccess', run: () => goaccess(file, lines, join(folder, 'goaccess.json')) });

    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) for (const runner of runners) runs.push(await runner.run(round));
    const results = runners.map(({ name }) =>
      medians(
        name,
        runs.filter((run) => run.name === name),
      ),
    );
    const peer = results.find(({ name }) => name === 'goaccess');
    const answer = {
      bench: 'import',
      lines,
      rounds,
      bytes: (await stat(file)).size,
      results: results.map((result) => ({
        ...result,
        ratio_to_goaccess: peer ? round2(result.lines_per_s / peer.lines_per_s) : null,
      })),
    };
    print(values.json, answer, tableOf(answer.results, lines, rounds, peer !== undefined));
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function countOf(given: string | undefined, usual: number, name: string): number {
  if (given === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new BadUsage(`--${name} takes a whole number above 0.`);
  return Number(given);
}

async function vigie(name: string, mode: 'dry' | 'store', file: string, folder: string): Promise<Run> {
  const script = fileURLToPath(new URL('./import-run.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, file, folder, mode]);
  const { lines, seconds, rss_mb }: { lines: number; seconds: number; rss_mb: number } = JSON.parse(stdout);
  return { name, lines_per_s: Math.round(lines / seconds), rss_mb };
}

const isInstalled = (program: string) =>
  promisify(execFile)(program, ['--version']).then(
    () => true,
    () => false,
  );

async function goaccess(file: string, lines: number, output: string): Promise<Run> {
  const started = performance.now();
  const child = spawn(
    'goaccess',
    [file, '--log-format=COMBINED', '--no-global-config', '--no-progress', '-o', output],
    { stdio: 'ignore' },
  );
  let peak: number | null = null;
  const watch = setInterval(
    () => void peakOf(child.pid).then((mb) => (peak = Math.max(peak ?? 0, mb ?? 0) || null)),
    50,
  );
  const code = await new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
  clearInterval(watch);
  if (code !== 0) throw new Error(`goaccess ended with code ${code}`);
  return { name: 'goaccess', lines_per_s: Math.round((lines * 1000) / (performance.now() - started)), rss_mb: peak };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const round2 = (value: number) => Math.round(value * 100) / 100;

const medians = (name: string, runs: readonly Run[]): Run => {
  const told = runs.flatMap(({ rss_mb }) => (rss_mb === null ? [] : [rss_mb]));
  return {
    name,
    lines_per_s: median(runs.map((run) => run.lines_per_s)),
    rss_mb: told.length > 0 ? Math.max(...told) : null,
  };
};

function tableOf(
  results: readonly (Run & { ratio_to_goaccess: number | null })[],
  lines: number,
  rounds: number,
  hasPeer: boolean,
): string {
  const rows = results.map(({ name, lines_per_s, rss_mb, ratio_to_goaccess }) =>
    [
      name.padEnd(30),
      lines_per_s.toLocaleString('en').padStart(12),
      String(ratio_to_goaccess ?? '—').padStart(8),
      String(rss_mb ?? '—').padStart(10),
    ].join(''),
  );
  const head = [
    'reading a combined log'.padEnd(30),
    'lines/s'.padStart(12),
    '× peer'.padStart(8),
    'peak MB'.padStart(10),
  ].join('');
  const note = hasPeer ? '' : '\nGoAccess is not installed: no peer in this run.';
  return `${head}\n${rows.join('\n')}\nmedian of ${rounds} rounds over ${lines.toLocaleString('en')} lines${note}`;
}

export default bench;
