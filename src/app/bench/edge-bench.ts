/** What the benches of the edge have in common: product and floor in turn, medians of the rounds, a table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeCache, edgeNodeOptions } from '../house.ts';
import { BadUsage, print, wordsOf } from '../commands/command.ts';
import { type Load, load, peakMb, type Shot, startTarget, stopTarget, type Target } from './http-load.ts';

/** One kind of request: what the edge is asked, and what a bare server answers to the same. */
export type Contest = {
  name: string;
  /** Asked of the edge once, so that the floor answers as many bytes; `shotsOf` may ask the edge for what it needs. */
  sample: Shot;
  shotsOf: (edge: Target, connections: number) => Promise<(connection: number) => Shot[]>;
  /** Requests that may be sent once only. */
  once?: boolean;
};

type Figures = Load & { name: string; server: 'edge' | 'floor' };

/** `sizes`: numbers of live line items; each is a book and an edge of its own. */
export async function runBench(
  args: string[],
  bench: string,
  contests: readonly Contest[],
  sizes: readonly number[] = [1000],
): Promise<number> {
  const { values } = wordsOf(args, {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string' },
    lines: { type: 'string' },
  });
  const rounds = wholeNumber('--rounds', values.rounds ?? '5');
  const seconds = wholeNumber('--seconds', values.seconds ?? '3');
  const connections = wholeNumber('--connections', values.connections ?? '64');
  const results: Result[] = [];
  const wanted = values.lines === undefined ? sizes : [wholeNumber('--lines', values.lines)];
  for (const lines of wanted) results.push(...(await runSize(lines, contests, { rounds, seconds, connections })));
  const about = { rounds, seconds, connections, rss_mb: Math.max(...results.map(({ rss_mb }) => rss_mb ?? 0)) };
  print(values.json, { bench, ...about, results }, tableOf(results, about));
  return 0;
}

type Effort = { rounds: number; seconds: number; connections: number };

async function runSize(lines: number, contests: readonly Contest[], effort: Effort): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const edge = await startTarget('edge', './edge-child.ts', JSON.stringify({ folder, lines }), {
    execArgv: edgeNodeOptions,
    env: codeCache,
  });
  try {
    const runs: Figures[] = [];
    for (const contest of contests) runs.push(...(await runContest(contest, { edge, ...effort })));
    const rss_mb = await peakMb(edge);
    return contests.map(({ name }) => {
      const [product, floor] = [median(runs, name, 'edge'), median(runs, name, 'floor')];
      return {
        name,
        lines,
        edge: product,
        floor,
        ratio: round2(product.requests_per_s / floor.requests_per_s),
        cpu_ratio: round2(floor.cpu_us / product.cpu_us),
        rss_mb,
      };
    });
  } finally {
    await stopTarget(edge);
    await rm(folder, { recursive: true, force: true });
  }
}

async function runContest(
  { name, sample, shotsOf, once = false }: Contest,
  { edge, rounds, seconds, connections }: { edge: Target; rounds: number; seconds: number; connections: number },
): Promise<Figures[]> {
  const floor = await startTarget('floor', './floor-child.ts', JSON.stringify(await answerOf(edge, sample)));
  const runs: Figures[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [server, target] of [
        ['floor', floor],
        ['edge', edge],
      ] as const) {
        const shots = await shotsOf(edge, connections);
        const figures = await load(target, { connections, seconds, once, shotsOf: shots });
        // The first round warms up.
        if (round > 0) runs.push({ name, server, ...figures });
      }
    }
  } finally {
    await stopTarget(floor);
  }
  return runs;
}

async function answerOf({ origin }: Target, { method, path, body, headers }: Shot) {
  const reply = await fetch(origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
  if (reply.status >= 400) throw new Error(`the edge answered ${reply.status} to ${path}: ${await reply.text()}`);
  const kept = ['content-type', 'cache-control', 'access-control-allow-origin'];
  return {
    status: reply.status,
    body: await reply.text(),
    headers: Object.fromEntries(
      kept.flatMap((header) => (reply.headers.has(header) ? [[header, reply.headers.get(header)]] : [])),
    ),
  };
}

function median(runs: readonly Figures[], name: string, server: 'edge' | 'floor') {
  const mine = runs.filter((run) => run.name === name && run.server === server);
  const middle = (field: 'requests_per_s' | 'p50_ms' | 'p99_ms' | 'cpu_us') => {
    const sorted = mine.map((run) => run[field]).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    requests_per_s: middle('requests_per_s'),
    p50_ms: middle('p50_ms'),
    p99_ms: middle('p99_ms'),
    cpu_us: middle('cpu_us'),
    failed: mine.reduce((sum, run) => sum + run.failed, 0),
  };
}

const round2 = (value: number) => Math.round(value * 100) / 100;

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new BadUsage(`${option} must be a whole number from 1 to 99999.`);
  return Number(text);
}

type Result = {
  name: string;
  lines: number;
  edge: Load;
  floor: Load;
  /** Of requests a second. */
  ratio: number;
  /** Of the servers' own time by request: what the ratio would be, did the load cost nothing. */
  cpu_ratio: number;
  rss_mb: number | null;
};

function tableOf(results: readonly Result[], about: Effort): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, i) => (i < 2 ? String(cell).padEnd(i === 0 ? 38 : 8) : String(cell).padStart(10))).join('');
  return [
    `Live line items on 100 placements; ${about.connections} connections, median of ${about.rounds} rounds in turn`,
    line(['', '', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs', 'failed', 'ratio', 'CPU ratio', 'peak MB']),
    ...results.flatMap(({ name, lines, edge, floor, ratio, cpu_ratio, rss_mb }) => [
      line([
        `${name} (${lines.toLocaleString('en')} lines)`,
        'edge',
        edge.requests_per_s,
        edge.p50_ms,
        edge.p99_ms,
        edge.cpu_us,
        edge.failed,
        ratio,
        cpu_ratio,
        rss_mb ?? '?',
      ]),
      line(['', 'floor', floor.requests_per_s, floor.p50_ms, floor.p99_ms, floor.cpu_us, floor.failed, '', '', '']),
    ]),
  ].join('\n');
}
