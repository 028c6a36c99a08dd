/** Load on a whole Vigie while its processes are killed: what was acknowledged is in the store exactly once, tables and rollups alike. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngOf } from '#creatives/testing';
import { childrenOf, eventually, startVigie, type Vigie } from '../journeys/vigie.ts';

const rounds = 20;
const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

let vigie: Vigie;
beforeAll(async () => {
  vigie = await startVigie({ VIGIE_LOG: 'error' });
}, 60_000);
afterAll(() => vigie?.stop(), 60_000);

type Made = { id: string };
type Answer = { results: { dimensions: string[]; metrics: number[] }[] };
type Chosen = { line_item: string | null; impression_url: string | null };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A line item that always wins; answers its id. */
async function bookCampaign(): Promise<string> {
  const { api } = vigie;
  const advertiser = await api<Made>('POST', '/api/advertisers', { name: 'Crash' });
  const site = await api<Made>('POST', '/api/sites', {
    domain: 'crash.example',
    name: 'Crash',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  const placement = await api<Made>('POST', '/api/placements', {
    site_id: site.id,
    code: 'top',
    name: 'Top',
    formats: ['300x250'],
  });
  const order = await api<Made>('POST', '/api/orders', { advertiser_id: advertiser.id, name: 'Crash' });
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name: 'Crash',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 10_000_000 },
    rate: { model: 'cpm', amount: 100, currency: 'EUR' },
    start: new Date(Date.now() - 60_000).toISOString(),
    end: new Date(Date.now() + 86_400_000).toISOString(),
    placements: [placement.id],
    pacing: 'asap',
  });
  const form = new FormData();
  form.set('advertiser_id', advertiser.id);
  form.set('name', 'Crash');
  form.set('landing_url', 'https://example.org/');
  form.set('file', new Blob([new Uint8Array(pngOf(300, 250))]), 'a.png');
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: creative.id });
  await api('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
  return line.id;
}

async function decide(): Promise<Chosen | undefined> {
  const reply = await fetch(`${vigie.edge}/v1/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': browser },
    body: JSON.stringify({ site: 'crash.example', placements: [{ code: 'top' }] }),
    signal: AbortSignal.timeout(5000),
  });
  const { decisions } = (await reply.json()) as { decisions?: Chosen[] };
  return decisions?.[0];
}

/** Hits and ads, from several clients at once, until `stop`; what is unanswered is in doubt and may count or not. */
function load() {
  const acknowledged = new Set<string>();
  const impressions = { sent: 0, acknowledged: 0 };
  let loading = true;
  async function hits(worker: number): Promise<void> {
    for (let n = 0; loading; n++) {
      const id = `${worker}-${n}`;
      try {
        const body = JSON.stringify({
          id,
          site: 'crash.example',
          url: `https://crash.example/${worker}`,
          props: { id },
        });
        const reply = await fetch(`${vigie.edge}/e`, {
          method: 'POST',
          headers: { 'user-agent': browser },
          body,
          signal: AbortSignal.timeout(5000),
        });
        if (reply.status === 202) acknowledged.add(id);
      } catch {
        await pause(20);
      }
      await pause(4);
    }
  }
  async function ads(): Promise<void> {
    while (loading) {
      try {
        const decision = await decide();
        if (decision?.impression_url) {
          impressions.sent++;
          const reply = await fetch(new URL(decision.impression_url, vigie.edge), {
            headers: { 'user-agent': browser },
            signal: AbortSignal.timeout(5000),
          });
          if (reply.ok) impressions.acknowledged++;
        }
      } catch {
        await pause(20);
      }
      await pause(4);
    }
  }
  const clients = [hits(1), hits(2), hits(3), ads(), ads()];
  return {
    acknowledged,
    impressions,
    async stop() {
      loading = false;
      await Promise.all(clients);
    },
  };
}

test(`nothing acknowledged is lost or counted twice over ${rounds} kills`, async () => {
  const line = await bookCampaign();
  await eventually(
    () => decide().catch(() => undefined),
    (decision) => decision?.line_item === line,
  );
  const { acknowledged, impressions, stop } = load();

  const killed: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    await pause(200 + Math.random() * 900);
    const alive = childrenOf(vigie);
    const victim = alive[Math.floor(Math.random() * alive.length)];
    if (!victim) continue;
    killed[victim.role] = (killed[victim.role] ?? 0) + 1;
    process.kill(victim.pid, 'SIGKILL');
  }
  await eventually(
    async () => childrenOf(vigie).length,
    (alive) => alive === 3,
    30_000,
  );
  await pause(1500);
  await stop();

  const health = () =>
    fetch(`${vigie.edge}/health`).then((reply) => reply.json() as Promise<{ journal: { pending: number } }>);
  await eventually(
    () => health().catch(() => ({ journal: { pending: -1 } })),
    ({ journal }) => journal.pending === 0,
    30_000,
  );
  const control = () => fetch(`${vigie.url}/health`).then((reply) => reply.json() as Promise<{ status: string }>);
  await eventually(
    () => control().catch(() => ({ status: 'away' })),
    ({ status }) => status === 'ok',
    30_000,
  );

  const ask = (metrics: string[], dimensions: string[] = [], offset = 0) =>
    vigie.api<Answer>('POST', '/api/query', {
      site_id: 'crash.example',
      metrics,
      date_range: 'day',
      dimensions,
      pagination: { limit: 5000, offset },
    });
  const counted = new Map<string, number>();
  for (let offset = 0; ; offset += 5000) {
    const { results } = await ask(['pageviews'], ['event:props:id'], offset);
    for (const { dimensions, metrics } of results) counted.set(dimensions[0] ?? '', metrics[0] ?? 0);
    if (results.length < 5000) break;
  }
  const story = `of ${acknowledged.size} acknowledged; killed ${JSON.stringify(killed)}`;
  expect(
    [...acknowledged].filter((id) => counted.get(id) !== 1),
    story,
  ).toEqual([]);
  expect(
    [...counted].filter(([, n]) => n !== 1),
    story,
  ).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(20);

  const [total] = (await ask(['pageviews'])).results;
  expect(total?.metrics, 'the rollup').toEqual([counted.size]);
  const [shown] = (await ask(['impressions'])).results;
  expect(shown?.metrics[0]).toBeGreaterThanOrEqual(impressions.acknowledged);
  expect(shown?.metrics[0]).toBeLessThanOrEqual(impressions.sent);
  expect(impressions.acknowledged).toBeGreaterThan(10);
}, 180_000);
