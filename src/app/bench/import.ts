/** `vigie bench import [--lines N] [--rounds N]`: a combined log read, its rows in the store, its visits built; beside GoAccess on the same file in turn where it is installed. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BadUsage, type Command, print, wordsOf } from '../commands/command.ts';
import { writeLog } from './log-lines.ts';
import { cpuOf, peakOf } from './process-cost.ts';

/** `cpu_us_per_line`: processor time of all processes together. */
type Run = {
  name: string;
  lines_per_s: number;
  seconds: number;
  cpu_us_per_line: number | null;
  rss_mb: number | null;
};
const stages = {
  read: 'vigie, read and classified',
  rows: 'vigie, into the event store',
  visits: 'vigie, visits built too',
} as const;

const bench: Command = async (args) => {
  const { values } = wordsOf(args, { lines: { type: 'string' }, rounds: { type: 'string' } });
  const lines = countOf(values.lines, 1_000_000, 'lines');
  const rounds = countOf(values.rounds, 3, 'rounds');
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  try {
    const file = join(folder, 'access.log');
    await writeLog(file, lines);
    const withPeer = await isInstalled('goaccess');
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(...(await vigie('dry', file, join(folder, `dry-${round}`))));
      runs.push(...(await vigie('store', file, join(folder, `store-${round}`))));
      await rm(join(folder, `store-${round}`), { recursive: true, force: true });
      if (withPeer) runs.push(await goaccess(file, lines, join(folder, 'goaccess.json')));
    }
    const names = [...new Set(runs.map(({ name }) => name))];
    const results = names.map((name) =>
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

type Told = Record<'lines' | 'seconds' | 'cpu_s' | 'visits_s' | 'visits_cpu_s' | 'importer_mb' | 'rss_mb', number>;

/** The stages of one import. The memory told is that of the importer and the event store together, at the end of the last. */
async function vigie(mode: 'dry' | 'store', file: string, folder: string): Promise<Run[]> {
  const script = fileURLToPath(new URL('./import-run.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, file, folder, mode]);
  const told: Told = JSON.parse(stdout);
  const stage = (name: string, seconds: number, cpu: number): Run => runOf(name, told.lines, seconds, cpu, told.rss_mb);
  return mode === 'dry'
    ? [stage(stages.read, told.seconds, told.cpu_s)]
    : [stage(stages.rows, told.seconds, told.cpu_s), stage(stages.visits, told.visits_s, told.visits_cpu_s)];
}

const runOf = (name: string, lines: number, seconds: number, cpu: number | null, rss_mb: number | null): Run => ({
  name,
  lines_per_s: Math.round(lines / seconds),
  seconds: round2(seconds),
  cpu_us_per_line: cpu === null ? null : round2((cpu * 1e6) / lines),
  rss_mb,
});

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
  let cpu: number | null = null;
  const watch = setInterval(() => {
    void peakOf(child.pid).then((mb) => (peak = Math.max(peak ?? 0, mb ?? 0) || null));
    void cpuOf(child.pid).then((seconds) => (cpu = Math.max(cpu ?? 0, seconds ?? 0) || null));
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
  clearInterval(watch);
  if (code !== 0) throw new Error(`goaccess ended with code ${code}`);
  return runOf('goaccess', lines, (performance.now() - started) / 1000, cpu, peak);
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const round2 = (value: number) => Math.round(value * 100) / 100;

const medians = (name: string, runs: readonly Run[]): Run => {
  const told = (of: (run: Run) => number | null) => runs.flatMap((run) => of(run) ?? []);
  return {
    name,
    lines_per_s: median(told((run) => run.lines_per_s)),
    seconds: median(told((run) => run.seconds)),
    cpu_us_per_line: told((run) => run.cpu_us_per_line).length > 0 ? median(told((run) => run.cpu_us_per_line)) : null,
    rss_mb: told((run) => run.rss_mb).length > 0 ? Math.max(...told((run) => run.rss_mb)) : null,
  };
};

function tableOf(
  results: readonly (Run & { ratio_to_goaccess: number | null })[],
  lines: number,
  rounds: number,
  hasPeer: boolean,
): string {
  const rows = results.map(({ name, lines_per_s, seconds, cpu_us_per_line, rss_mb, ratio_to_goaccess }) =>
    [
      name.padEnd(32),
      seconds.toFixed(1).padStart(9),
      lines_per_s.toLocaleString('en').padStart(12),
      String(ratio_to_goaccess ?? '—').padStart(8),
      (cpu_us_per_line?.toFixed(2) ?? '—').padStart(13),
      String(rss_mb ?? '—').padStart(10),
    ].join(''),
  );
  const head = [
    'a combined log'.padEnd(32),
    'seconds'.padStart(9),
    'lines/s'.padStart(12),
    '× peer'.padStart(8),
    'CPU µs/line'.padStart(13),
    'peak MB'.padStart(10),
  ].join('');
  const note = hasPeer ? '' : '\nGoAccess is not installed: no peer in this run.';
  return `${head}\n${rows.join('\n')}\nmedian of ${rounds} rounds over ${lines.toLocaleString('en')} lines${note}`;
}

export default bench;
