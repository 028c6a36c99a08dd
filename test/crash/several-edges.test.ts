/** Several edges of one installation, as processes, with a real Valkey or Redis between them. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sampleBook, sampleLine } from '../../src/delivery/sample-book.ts';
import { startTestValkey, testValkey, type TestValkey } from '#platform/testing';
import { startEdges, type TestEdge, type TestEdges } from './edges-of-a-test.ts';

let valkey: TestValkey | undefined;
let installation: TestEdges | undefined;

afterEach(async () => {
  await installation?.stop();
  await valkey?.stop();
  installation = valkey = undefined;
});

const hour = 3_600_000;
const dates = () => ({
  start: new Date(Date.now() - hour).toISOString(),
  end: new Date(Date.now() + 24 * hour).toISOString(),
});

/** Three edges that see each other. */
async function threeEdges(lines: ReturnType<typeof sampleLine>[]): Promise<TestEdge[]> {
  valkey = await startTestValkey(testValkey ?? '');
  installation = await startEdges(3, sampleBook({ lines }), { VIGIE_VALKEY_URL: valkey.url });
  const { edges } = installation;
  await vi.waitUntil(
    async () => {
      const all = await Promise.all(edges.map((edge) => edge.health()));
      return all.every(({ counters }) => counters.valkey === 'ok' && counters.edges === 3 && counters.doubtful === 0);
    },
    { timeout: 20_000, interval: 100 },
  );
  return edges;
}

const one = <T>(all: readonly T[], random: number): T => all[Math.floor(random * all.length)] as T;

/** Readers who ask one edge and tell another that they saw the ad, until `isOver`. An edge that is not there is asked no more of. */
async function readers(edges: readonly TestEdge[], isOver: () => boolean, many = 6): Promise<void> {
  const read = async () => {
    while (!isOver()) {
      try {
        const { impression } = await one(edges, Math.random()).decide();
        if (impression === '') await new Promise((resolve) => setTimeout(resolve, 10));
        else for (let tries = 0; tries < 3; tries++) if (await called(one(edges, Math.random()), impression)) break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  await Promise.all(Array.from({ length: many }, read));
}

const called = (edge: TestEdge, url: string): Promise<boolean> =>
  edge.call(url).then(
    (status) => status === 200,
    () => false,
  );

/** Over once as many came as were ordered and no more came for a while, or after the time. */
function untilStill(quietMs: number, mostMs: number): () => boolean {
  const began = Date.now();
  let [seen, since] = [-1, Date.now()];
  return () => {
    const now = installation?.valid().length ?? 0;
    if (now !== seen) [seen, since] = [now, Date.now()];
    return Date.now() - began > mostMs || (seen > 0 && Date.now() - since > quietMs);
  };
}

const distinct = (kind = 'impression') => new Set(installation?.valid(kind).map(({ decision_id }) => decision_id)).size;

describe.skipIf(!testValkey)('with Valkey (skipped where neither valkey-server nor redis-server is installed)', () => {
  test('three edges deliver a goal together, exactly', async () => {
    const goal = { unit: 'impressions', quantity: 400 } as const;
    const edges = await threeEdges([sampleLine({ id: 'li', goal, pacing: 'asap', ...dates() })]);
    await readers(edges, untilStill(5_000, 40_000));
    const delivered = installation?.valid().length ?? 0;
    expect(delivered).toBeLessThanOrEqual(400);
    expect(delivered).toBeGreaterThanOrEqual(396);
    expect(distinct()).toBe(delivered);
  }, 120_000);

  test('an edge that is killed in the middle makes nobody deliver too much, and counts on when it is back', async () => {
    const goal = { unit: 'impressions', quantity: 600 } as const;
    const edges = await threeEdges([sampleLine({ id: 'li', goal, pacing: 'asap', ...dates() })]);
    const reading = readers(edges, untilStill(6_000, 60_000));
    await vi.waitUntil(() => distinct() > 150, { timeout: 20_000, interval: 20 });
    await edges[1]?.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await edges[1]?.start();
    await reading;
    const delivered = distinct();
    // A reader may have been told of an event twice (the edge died before it answered): it counts once all the same.
    expect(installation?.valid().length).toBe(delivered);
    expect(delivered).toBeLessThanOrEqual(600);
    // What it held when it died is kept for what may still come of it.
    expect(delivered).toBeGreaterThan(400);
  }, 120_000);

  test('Valkey is killed in the middle and comes back empty: slices are used up, nothing is lost or counted twice, then it goes on', async () => {
    const goal = { unit: 'impressions', quantity: 900 } as const;
    const edges = await threeEdges([
      sampleLine({ id: 'li', goal, pacing: 'asap', ...dates() }),
      sampleLine({ id: 'li_house', type: 'house', priority: 12, ...dates() }),
    ]);
    const acknowledged = new Set<string>();
    let filled = 0;
    let isOver = false;
    const read = async () => {
      while (!isOver) {
        const decided = await one(edges, Math.random()).decide();
        if (decided.line !== null) filled++;
        if (decided.line !== 'li') {
          await new Promise((resolve) => setTimeout(resolve, 10));
          continue;
        }
        // Every event comes to two edges.
        for (const edge of [one(edges, Math.random()), one(edges, Math.random())])
          expect(await edge.call(decided.impression)).toBe(200);
        acknowledged.add(decided.impression);
      }
    };
    const reading = Promise.all([read(), read(), read(), read()]);
    await vi.waitUntil(() => acknowledged.size > 200, { timeout: 20_000, interval: 10 });
    await valkey?.kill();
    await vi.waitUntil(async () => (await edges[0]?.health())?.status === 'valkey-unreachable', { timeout: 5_000 });
    const before = filled;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(filled).toBeGreaterThan(before + 50);
    await valkey?.start();
    await vi.waitUntil(
      async () => {
        const all = await Promise.all(edges.map((edge) => edge.health()));
        return all.every(({ status, counters }) => status === 'ok' && counters.doubtful === 0);
      },
      { timeout: 20_000, interval: 100 },
    );
    await vi.waitUntil(untilStill(4_000, 40_000), { timeout: 45_000, interval: 100 });
    isOver = true;
    await reading;
    await vi.waitUntil(() => distinct() >= acknowledged.size, { timeout: 10_000 });
    const counted = installation?.valid().filter(({ line_item_id }) => line_item_id === 'li') ?? [];
    expect(distinct()).toBe(acknowledged.size);
    expect(counted.length).toBe(distinct());
    expect(counted.length).toBeLessThanOrEqual(900);
    expect(counted.length).toBeGreaterThanOrEqual(891);
  }, 120_000);

  test('an address that is called at all edges at once counts at one of them; a click needs an impression, wherever that was', async () => {
    const edges = await threeEdges([sampleLine({ id: 'li', type: 'house', priority: 12, ...dates() })]);
    for (let n = 0; n < 30; n++) {
      const { impression } = (await edges[n % 3]?.decide()) ?? { impression: '' };
      const click = impression.replace('/i/', '/c/');
      if (n === 0) await edges[2]?.call(click);
      await Promise.all(edges.flatMap((edge) => [edge.call(impression), edge.call(impression)]));
      await edges[(n + 1) % 3]?.call(click);
    }
    await vi.waitUntil(() => (installation?.rows.length ?? 0) === 30 * 7 + 1, { timeout: 10_000 });
    expect(installation?.valid().length).toBe(30);
    expect(distinct()).toBe(30);
    expect(installation?.valid('click').length).toBe(30);
    expect(installation?.rows.filter(({ invalid }) => invalid === 'click_without_impression').length).toBe(1);
    expect(installation?.rows.filter(({ invalid }) => invalid === 'replayed').length).toBe(30 * 5);
  }, 60_000);

  test('a visitor who may see a line twice a day sees it twice, whichever edges they meet', async () => {
    const edges = await threeEdges([
      sampleLine({ id: 'li', type: 'house', priority: 12, frequency_caps: [{ count: 2, per: 'day' }], ...dates() }),
    ]);
    const seen: Record<string, number> = {};
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 20; n++) {
        const visitor = `reader-${n}`;
        const decided = await edges[(round + n) % 3]?.decide({ visitor_id: visitor, consent: { ads: true } });
        if (!decided || decided.line === null) continue;
        seen[visitor] = (seen[visitor] ?? 0) + 1;
        // Told to an edge that did not decide, before or after that has heard of the decision.
        if (n % 2 === 0) await edges[(round + n + 1) % 3]?.call(decided.impression);
      }
      // Edges hear of each other within a quarter of a second; a busy machine is given more.
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    expect(seen).toEqual(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`reader-${n}`, 2])));
  }, 60_000);
});
