/** A stage for tests of the tag: a site and an edge on two origins, in a real browser, with everything the edge receives kept. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { BrowserContext, Page } from 'playwright-core';
import { type Browser, launchBrowser } from '#platform';
import { buildTags, type TagName } from './build.ts';
import type { Decision, DecisionsRequest, Hit } from './wire.ts';

export type Received = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

export type Stage = {
  site: string;
  edge: string;
  received: Received[];
  hits: () => Hit[];
  asked: () => DecisionsRequest[];
  /** Paths of the beacons received: `/i/CODE` impressions, `/w/CODE` viewable, `/c/CODE` clicks. */
  beacons: () => string[];
  /** Publishes a page of the site, given whole as `html` or by parts. Answers its address. */
  publish: (path: string, page: { body?: string; head?: string; html?: string; status?: number }) => string;
  /** The script tag, as a publisher pastes it. */
  tag: (name?: TagName, attributes?: string) => string;
  /** What the edge decides for a placement; null leaves it empty. */
  decide: (how: (code: string, sizes: string[]) => Partial<Decision> | null) => void;
  open: (url: string, options?: { script?: string; width?: number; height?: number; clock?: boolean }) => Promise<Page>;
  /** Forgets what was received and closes the pages. */
  clear: () => Promise<void>;
  close: () => Promise<void>;
};

/** An image creative of `size`, with the markup the edge makes: the click goes through it. */
export function imageOf(stage: Pick<Stage, 'edge'>, code: string, size: string): Partial<Decision> {
  const [width = 0, height = 0] = size.split('x').map(Number);
  const markup = `<a href="${stage.edge}/c/${code}" target="_blank" rel="noopener"><img src="${stage.edge}/image/${size}.svg" width="${width}" height="${height}" alt="An ad"></a>`;
  return { line_item: 'li_1', creative: { id: 'cr_1', kind: 'image', width, height, markup } };
}

export async function openStage(): Promise<Stage> {
  const tags = await buildTags();
  const pages = new Map<string, { html: string; status: number }>();
  const received: Received[] = [];
  const contexts = new Set<BrowserContext>();
  let decide: (code: string, sizes: string[]) => Partial<Decision> | null = () => null;

  const siteServer = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? '/', 'http://site').pathname);
    response.writeHead(page?.status ?? 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page?.html ?? 'Not found');
  });
  const edgeServer = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'http://edge').pathname;
      const message = {
        method: request.method ?? '',
        path,
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      };
      received.push(message);
      answer(message, response);
    });
  });
  function answer({ path, body }: Received, response: ServerResponse): void {
    response.setHeader('access-control-allow-origin', '*');
    // A cookie of the edge, as some other program of the same host may set: the tag must not carry it.
    response.setHeader('set-cookie', 'other=1');
    const script = Object.entries(tags).find(([name]) => path === `/${name}`)?.[1];
    if (script) {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else if (path === '/v1/decisions') {
      const request: DecisionsRequest = JSON.parse(body);
      const decisions = request.placements.map(({ code, sizes = [] }, index) => ({
        id: `d_${index}`,
        placement: code,
        line_item: null,
        impression_url: `${stage.edge}/i/${code}`,
        viewable_url: `${stage.edge}/w/${code}`,
        ...decide(code, sizes),
      }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ decisions }));
    } else if (path.startsWith('/image/')) {
      const [width, height] = path.slice(7, -4).split('x');
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="teal"/></svg>`;
      response.setHeader('content-type', 'image/svg+xml').end(svg);
    } else if (path.startsWith('/c/')) {
      response.writeHead(302, { location: `${stage.site}/landing` }).end();
    } else {
      response.writeHead(path === '/e' ? 202 : 204).end();
    }
  }
  // Names instead of 127.0.0.1, where the tag keeps quiet; one site, where cookies would travel; and no https, as on many sites still.
  const stage: Stage = {
    site: `http://journal.test:${await listen(siteServer)}`,
    edge: `http://edge.journal.test:${await listen(edgeServer)}`,
    received,
    hits: () => received.filter(({ path }) => path === '/e').map(({ body }) => JSON.parse(body)),
    asked: () => received.filter(({ path }) => path === '/v1/decisions').map(({ body }) => JSON.parse(body)),
    beacons: () => received.map(({ path }) => path).filter((path) => /^\/[iwc]\//.test(path)),
    publish(path, { head = '', body = '', html, status = 200 }) {
      const made = `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${path}</title>${head}</head><body style="margin:0">${body}</body></html>`;
      pages.set(path, { html: html ?? made, status });
      return stage.site + path;
    },
    tag: (name = 'vigie.js', attributes = 'data-site="journal.test"') =>
      `<script async src="${stage.edge}/${name}" ${attributes}></script>`,
    decide: (how) => {
      decide = how;
    },
    async open(url, { script, width = 1280, height = 720, clock = false } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, locale: 'fr-FR' });
      contexts.add(context);
      const page = await context.newPage();
      if (clock) await page.clock.install();
      if (script !== undefined) await page.addInitScript(script);
      await page.goto(url);
      return page;
    },
    async clear() {
      await Promise.all([...contexts].map((context) => context.close()));
      contexts.clear();
      received.length = 0;
      decide = () => null;
    },
    async close() {
      await browser.close();
      for (const server of [siteServer, edgeServer]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  const browser: Browser = await launchBrowser({ args: ['--host-resolver-rules=MAP *.test 127.0.0.1'] });
  return stage;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
