import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertPast } from '#forecasting/testing';
import type { Events } from '#platform';
import { openTestEvents } from '#platform/testing';
import { openLivePlanner } from './live-planner.ts';
import { sampleBook, sampleLine, samplePlacement } from './sample-book.ts';

let store: { events: Events; close(): Promise<void> };
beforeAll(async () => {
  store = await openTestEvents();
  await insertPast(
    store.events,
    ['pl_1', 'pl_2'].map((placement_id) => ({
      org_id: 'org_1',
      site_id: 'site_1',
      placement_id,
      from: '2026-02-01',
      to: '2026-03-02',
      perDay: () => 2400,
      hours: [...Array(24).keys()],
      mix: [
        { country: 'FR', device: 'phone', part: 0.75 },
        { country: 'BE', device: 'desktop', part: 0.25 },
      ],
    })),
  );
}, 60_000);
afterAll(() => store?.close());

test('promised lines come with the requests that their targeting may have, and with prices that say who can go elsewhere', async () => {
  const flight = { start: '2026-03-02T00:00:00Z', end: '2026-03-09T00:00:00Z' };
  const base = sampleBook({
    placements: ['pl_1', 'pl_2'].map((id) => samplePlacement({ id, code: id })),
    lines: [
      sampleLine({
        id: 'narrow',
        ...flight,
        placements: ['pl_1'],
        goal: { unit: 'impressions', quantity: 11_000 },
        targeting: { and: [{ key: 'geo.country', in: ['FR'] }] },
      }),
      sampleLine({
        id: 'wide',
        ...flight,
        placements: ['pl_1', 'pl_2'],
        goal: { unit: 'impressions', quantity: 9_000 },
      }),
      sampleLine({
        id: 'house',
        ...flight,
        type: 'house',
        priority: 16,
        placements: ['pl_1'],
        goal: { unit: 'impressions', quantity: 1 },
      }),
      sampleLine({ id: 'too_much', ...flight, placements: ['pl_2'], goal: { unit: 'impressions', quantity: 900_000 } }),
    ],
  });
  const book = { ...base, compiled_at: '2026-03-02T00:00:00.000Z' };
  const planner = openLivePlanner(store.events);
  const { lines, plan = {} } = await planner.plan(book);
  const week = (id: string) =>
    lines.find((one) => one.id === id)?.traffic?.reduce((sum, requests) => sum + requests, 0) ?? 0;
  expect(week('narrow')).toBeCloseTo(0.75 * 7 * 2400, -2);
  expect(week('wide')).toBeCloseTo(2 * 7 * 2400, -2);
  expect(Object.keys(plan).toSorted()).toEqual(['narrow', 'too_much', 'wide']);
  expect(plan['narrow']?.price).toBeGreaterThan(plan['wide']?.price ?? 9);
  expect(plan['narrow']?.tightness).toBeCloseTo(11_000 / (0.75 * 7 * 2400), 1);
  expect(plan['too_much']?.beyond).toBe(true);

  // What was delivered since makes a plan cheaper, once a new one is due.
  const later = {
    ...book,
    compiled_at: '2026-03-02T00:06:00.000Z',
    delivered: { narrow: { impressions: 10_000, viewables: 0, clicks: 0 } },
  };
  expect((await planner.plan({ ...later, compiled_at: '2026-03-02T00:03:00.000Z' })).plan).toEqual(plan);
  expect((await planner.plan(later)).plan?.['narrow']?.price).toBeLessThan(plan['narrow']?.price ?? 0);

  // A line that comes meanwhile is planned at once, and what was learnt of the others stands.
  const joined = { ...later, lines: [...later.lines, sampleLine({ ...later.lines[1], id: 'joined' })] };
  const both = await planner.plan(joined);
  expect(Object.keys(both.plan ?? {}).toSorted()).toEqual(['joined', 'narrow', 'too_much', 'wide']);
  expect(both.lines.find(({ id }) => id === 'joined')?.traffic).toEqual(lines.find(({ id }) => id === 'wide')?.traffic);
});

test('a book does not wait longer than its patience: it goes without the plan, and is told when that is there', async () => {
  const book = sampleBook({
    compiled_at: '2026-03-02T00:00:00.000Z',
    placements: [samplePlacement({ id: 'pl_1', code: 'pl_1' })],
    lines: [
      sampleLine({
        id: 'one',
        start: '2026-03-02T00:00:00Z',
        end: '2026-03-09T00:00:00Z',
        placements: ['pl_1'],
        goal: { unit: 'impressions', quantity: 9_000 },
      }),
    ],
  });
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const planner = openLivePlanner(store.events, { patienceMs: 1, onPlanned: () => tell() });
  expect((await planner.plan(book)).plan).toEqual({});
  await told;
  expect(Object.keys((await planner.plan(book)).plan ?? {})).toEqual(['one']);
}, 20_000);
