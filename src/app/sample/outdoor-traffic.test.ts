import { expect, test } from 'vitest';
import { identifier } from '#delivery';
import type { Book } from '#delivery/contract';
import { outdoorSite, sampleSite } from '../sample-site.ts';
import type { Action } from './action.ts';
import { calendarOf } from './calendar.ts';
import { comesWith } from './drip.ts';
import { tcfNo, tcfYes } from './outdoor-site.ts';
import { addOutdoorVisits, firstDay } from './outdoor-traffic.ts';

const calendar = calendarOf(Date.parse('2026-11-23T15:00:00Z'));
const daysOf = (from: number, to: number): Action[] => {
  const actions: Action[] = [];
  for (let number = from; number < to; number += 1)
    addOutdoorVisits(actions, {
      number,
      weekday: calendar.weekday(number),
      start: calendar.start(number),
      until: calendar.start(number + 1),
    });
  return actions;
};
const hits = daysOf(firstDay, firstDay + 35).flatMap(({ hit, at }) => (hit && hit.width > 0 ? [{ ...hit, at }] : []));

test('every hit has an id of its own, and says what its reader agreed to', () => {
  expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
  for (const { visitor_id, consent } of hits)
    expect(consent).toEqual({ tcf: visitor_id === undefined ? tcfNo : tcfYes });
  expect(daysOf(firstDay, firstDay + 1).every(({ site }) => site === outdoorSite)).toBe(true);
});

test('what the consent platform says lets those be known who agreed, and nobody else', () => {
  const book = { signing_keys: [{ id: 1, key: Buffer.alloc(32, 7).toString('base64') }] };
  // Only the keys are read.
  const identify = identifier(() => book as Book);
  const may = (tcf: string) => ({ consent: { tcf }, globalPrivacyControl: false });
  expect(identify('site', 'reader', may(tcfYes))).toMatch(/^\d+$/);
  expect(identify('site', 'reader', may(tcfNo))).toBeUndefined();
});

test('readers who agreed come back in later weeks, fewer each week', () => {
  const weeks = new Map<string, Set<number>>();
  for (const { visitor_id, at } of hits) {
    if (visitor_id === undefined) continue;
    const week = Math.floor((at - calendar.start(firstDay)) / (7 * 86_400_000));
    weeks.set(visitor_id, (weeks.get(visitor_id) ?? new Set()).add(week));
  }
  const started = [...weeks.values()].filter((seen) => Math.min(...seen) === 1);
  const cameBack = [1, 2, 3].map((later) => started.filter((seen) => seen.has(1 + later)).length / started.length);
  expect(started.length).toBeGreaterThan(150);
  expect(cameBack[0]).toBeGreaterThan(0.1);
  expect(cameBack[0]).toBeLessThan(0.6);
  expect(cameBack[2]).toBeLessThan(cameBack[0] ?? 0);
  expect(cameBack[2]).toBeGreaterThan(0.02);
});

test('there are bookings with money, forms, downloads, lost pages, words searched and web vitals', () => {
  const named = (name: string) => hits.filter((hit) => hit.name === name);
  expect(named('reservation').length).toBeGreaterThan(60);
  for (const { revenue, props } of named('reservation')) {
    expect(revenue?.amount).toBeGreaterThan(0);
    expect(props?.['outing']).toBeTruthy();
  }
  for (const name of ['Form: Submission', 'File Download', '404', 'rental-request', 'Outbound Link: Click'])
    expect(named(name).length, name).toBeGreaterThan(10);
  expect(hits.filter(({ url }) => url.includes('/recherche?q=')).length).toBeGreaterThan(50);
  expect(hits.filter(({ vitals }) => vitals).length).toBeGreaterThan(500);
});

test('nobody comes to a second site that the sample was made before', () => {
  const [site, paper] = [{ site: outdoorSite }, { site: sampleSite }];
  expect([site, paper].map(comesWith({ key: 'k' }))).toEqual([false, true]);
  expect([site, paper].map(comesWith({ key: 'k', ad_line: 'line_1' }))).toEqual([true, true]);
});
