import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCounters } from './counters.ts';
import { type Ask, choose, commit, reasonOf } from './decide.ts';
import { openFrequency } from './frequency.ts';
import { loadBook } from './load-book.ts';
import { openZone } from './local-time.ts';
import { sampleBook, sampleLine, samplePlacement } from './sample-book.ts';
import { newRecent, noteRecent, since } from './quantity-cap.ts';

const minute = 60_000;
const day = 86_400_000;

test('events are counted since a moment, and those older than a day fall away', () => {
  const event = fc.nat(60 * 60 * minute);
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.nat(96), (times, back) => {
      const recent = newRecent();
      const base = Date.parse('2026-03-28T00:00:00Z');
      const sorted = times.toSorted((a, b) => a - b).map((time) => base + time);
      for (const at of sorted) noteRecent(recent, at);
      const last = sorted.at(-1) ?? base;
      const from = Math.floor(last / (15 * minute)) * 15 * minute - back * 15 * minute;
      expect(since(recent, from)).toBe(sorted.filter((at) => at >= from).length);
    }),
  );
});

type Step = { wait: number; delay: number | undefined; restart: boolean };

/** Requests to one line; events come after their delay, or never. Counts by local day what was delivered. */
function deliver(steps: readonly Step[], terms: object, timeZone: string, from: number) {
  let counters = newCounters();
  const base = sampleBook({
    placements: [samplePlacement({ id: 'pl_top', code: 'top' })],
    lines: [
      sampleLine({
        id: 'li_1',
        placements: ['pl_top'],
        pacing: 'asap',
        start: new Date(from - day).toISOString(),
        end: new Date(from + 30 * day).toISOString(),
        ...terms,
      }),
    ],
  });
  const book = { ...base, sites: base.sites.map((site) => ({ ...site, time_zone: timeZone })) };
  let loaded = loadBook(book, counters);
  const zone = openZone(timeZone);
  const byDay = new Map<string, number>();
  const coming: { at: number; decidedAt: number }[] = [];
  let at = from;
  let lost = 0;
  const reasons = new Set<string>();
  const arrive = (until: number) => {
    for (const one of coming.filter((other) => other.at <= until).toSorted((a, b) => a.at - b.at)) {
      coming.splice(coming.indexOf(one), 1);
      counters.count({ kind: 'impression', id: { high: 1, low: 1 }, ...one, line: 'li_1', visitor: '' });
      const date = new Date(one.at + zone.offset(one.at)).toISOString().slice(0, 10);
      byDay.set(date, (byDay.get(date) ?? 0) + 1);
    }
  };
  for (const [turn, { wait, delay, restart }] of steps.entries()) {
    at += wait;
    arrive(at);
    if (restart) {
      lost += coming.length;
      counters = newCounters(counters.dump());
      loaded = loadBook(book, counters);
    }
    const placement = loaded.sites.get('journal.example')?.placements.get('top');
    if (!placement) throw new Error('no placement');
    const ask: Ask = {
      at,
      placement,
      formats: placement.formats,
      request: {},
      page: { visitor: '', chosen: [], seen: [], codes: [{ code: 'top' }] },
      frequency: openFrequency(),
      shares: counters.shares,
      random: () => 0.5,
    };
    const chosen = choose(loaded, ask);
    const [line] = loaded.lines;
    if (!chosen && line) reasons.add(reasonOf(line, ask));
    if (!chosen) continue;
    commit(chosen, ask, turn);
    if (delay !== undefined) coming.push({ at: at + delay, decidedAt: at });
  }
  arrive(Number.POSITIVE_INFINITY);
  return { byDay, lost, reasons, total: [...byDay.values()].reduce((sum, count) => sum + count, 0) };
}

const step = fc.record({
  wait: fc.oneof(fc.nat(20_000), fc.nat(20 * minute), fc.constant(6 * 60 * minute)),
  delay: fc.option(fc.nat(4 * minute), { nil: undefined, freq: 6 }),
  restart: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

test.each([
  ['Europe/Paris', '2026-03-28T20:00:00Z'],
  ['America/New_York', '2026-10-31T20:00:00Z'],
  ['Asia/Kathmandu', '2026-05-01T12:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T10:00:00Z'],
])('%s: no day of the site passes the daily limit, and nothing passes that in all, over restarts', (zone, from) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 150 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('impressions', 'share'),
      (steps, daily_cap, lifetime_cap, unit) => {
        const goal = { unit, quantity: unit === 'share' ? 100 : 1_000_000 };
        const { byDay, total, lost } = deliver(steps, { goal, daily_cap, lifetime_cap }, zone, Date.parse(from));
        // What was on its way when an edge was killed is not known to the next one.
        for (const count of byDay.values()) expect(count).toBeLessThanOrEqual(daily_cap + lost);
        expect(total).toBeLessThanOrEqual(lifetime_cap + lost);
      },
    ),
    { numRuns: 150 },
  );
});

test('with plenty of requests each day has exactly its limit, the whole exactly that in all, and the reasons say which', () => {
  const steps = Array.from({ length: 5 * 24 * 6 }, () => ({ wait: 10 * minute, delay: 1000, restart: false }));
  const goal = { unit: 'impressions', quantity: 1_000_000 };
  const from = Date.parse('2026-03-27T23:00:00Z');
  const { byDay, total, reasons } = deliver(steps, { goal, daily_cap: 20, lifetime_cap: 70 }, 'Europe/Paris', from);
  expect([...byDay]).toEqual([
    ['2026-03-28', 20],
    ['2026-03-29', 20],
    ['2026-03-30', 20],
    ['2026-03-31', 10],
  ]);
  expect(total).toBe(70);
  expect([...reasons].toSorted()).toEqual(['daily_cap_met', 'lifetime_cap_met']);
});

test('what the event store counted on this day stands in for what an edge does not know', () => {
  const counters = newCounters();
  const book = sampleBook({
    placements: [samplePlacement({ id: 'pl_top', code: 'top' })],
    lines: [sampleLine({ id: 'li_1', placements: ['pl_top'], pacing: 'asap', daily_cap: 5 })],
  });
  const at = Date.parse('2026-03-02T10:00:00Z');
  const answers = (count: number) => {
    const days = { '2026-03-02': { impressions: count, viewables: 0, clicks: 0 } };
    const loaded = loadBook({ ...book, delivered_by_day: { li_1: days } }, counters);
    const placement = loaded.sites.get('journal.example')?.placements.get('top');
    if (!placement) throw new Error('no placement');
    const page = { visitor: '', chosen: [], seen: [], codes: [{ code: 'top' }] };
    const shared = { frequency: openFrequency(), shares: counters.shares, random: () => 0.5 };
    return choose(loaded, { at, placement, formats: placement.formats, request: {}, page, ...shared }) !== undefined;
  };
  expect([answers(4), answers(5)]).toEqual([true, false]);
});
