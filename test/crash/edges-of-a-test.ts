/** Edge processes of one installation, as `vigie start --run=edge` starts them, and a control that notes the facts they ship. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Book } from '../../src/delivery/contract.ts';
import { freePort } from '../../src/platform/valkey-for-tests.ts';

const entry = fileURLToPath(new URL('../../src/app/edge-process.ts', import.meta.url));
const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };

export type Row = { kind: string; line_item_id: string; decision_id: string; invalid: string; visitor: string };

export type TestEdge = {
  origin: string;
  decide(more?: object): Promise<{ line: string | null; impression: string }>;
  /** Calls a signed address here, whoever decided. */
  call(url: string): Promise<number>;
  health(): Promise<{ status: string; counters: { valkey: string; edges: number; doubtful: number } }>;
  kill(): Promise<void>;
  start(): Promise<void>;
};

export type TestEdges = { edges: TestEdge[]; rows: Row[]; valid(kind?: string): Row[]; stop(): Promise<void> };

export async function startEdges(many: number, book: Book, env: Record<string, string>): Promise<TestEdges> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-edges-'));
  const rows: Row[] = [];
  const tokens = new Set<string>();
  const control: Server = createServer((request, response) => {
    // A book that never changes: the question for a newer one is left open.
    if (request.url?.startsWith('/internal/book')) {
      if (request.url.endsWith('after=')) response.end(JSON.stringify(book));
      return;
    }
    if (request.url?.startsWith('/internal/files/')) {
      response.writeHead(404).end();
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const token = String(request.headers['x-batch-token']);
      if (request.url === '/internal/facts' && !tokens.has(token)) {
        tokens.add(token);
        for (const line of text.split('\n').filter(Boolean)) {
          const { t, r }: { t: string; r: Row } = JSON.parse(line);
          if (t === 'ad_events') rows.push(r);
        }
      }
      response.writeHead(204).end();
    });
  });
  const controlPort = await freePort();
  await new Promise<void>((resolve) => control.listen(controlPort, '127.0.0.1', resolve));
  const edges = await Promise.all(
    Array.from({ length: many }, (_, n) =>
      startEdge(join(folder, String(n)), {
        ...env,
        VIGIE_URL: `http://127.0.0.1:${controlPort}`,
        VIGIE_SECRET: 'a secret of the tests that is long enough to be one',
        VIGIE_EDGE_URL: 'http://edges.test',
        VIGIE_LOG: env['VIGIE_LOG'] ?? 'error',
      }),
    ),
  );
  return {
    edges,
    rows,
    valid: (kind = 'impression') => rows.filter((row) => row.kind === kind && row.invalid === ''),
    async stop() {
      await Promise.all(edges.map((edge) => edge.kill()));
      control.close();
      control.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startEdge(folder: string, env: Record<string, string>): Promise<TestEdge> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await mkdir(join(folder, 'edge'), { recursive: true });
  await writeFile(join(folder, 'secret'), '');
  let child: ChildProcess | undefined;
  async function start(): Promise<void> {
    child = fork(entry, [], {
      env: { ...process.env, ...env, VIGIE_DATA: folder, VIGIE_EDGE_PORT: String(port) },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const starting = child;
    await new Promise<void>((resolve, reject) => {
      starting.once('message', () => resolve());
      starting.once('exit', (code) => reject(new Error(`the edge ended with ${code}`)));
    });
  }
  await start();
  return {
    origin,
    start,
    async decide(more = {}) {
      const reply = await fetch(`${origin}/v1/decisions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ site: 'journal.example', placements: [{ code: 'top' }], ...more }),
      });
      const { decisions }: { decisions: { line_item: string | null; impression_url?: string }[] } = JSON.parse(
        await reply.text(),
      );
      return { line: decisions[0]?.line_item ?? null, impression: decisions[0]?.impression_url ?? '' };
    },
    async call(url) {
      const reply = await fetch(url.replace('http://edges.test', origin), { headers, redirect: 'manual' });
      await reply.arrayBuffer();
      return reply.status;
    },
    async health() {
      return JSON.parse(await (await fetch(`${origin}/health`)).text());
    },
    async kill() {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        ending.once('exit', () => resolve());
        ending.kill('SIGKILL');
      });
    },
  };
}
