import { expect, test } from 'vitest';
import { agentOf } from '#measurement';
import { outdoorSite } from '../sample-site.ts';
import { peakDay } from './articles.ts';
import { calendarOf, sampleDays } from './calendar.ts';
import { placements } from './inventory.ts';
import { readerOf } from './readers.ts';
import { actionsOf, elsewhere, visitsOf, weekShape } from './traffic.ts';

const now = Date.parse('2026-11-23T15:00:00Z');
const calendar = calendarOf(now);
const dayOf = (number: number) => ({
  number,
  weekday: calendar.weekday(number),
  start: calendar.start(number),
  until: Math.min(calendar.start(number + 1), now),
});
const tuesday = dayOf(Array.from({ length: 7 }, (_, day) => day + 30).find((day) => calendar.weekday(day) === 2) ?? 30);
const actions = actionsOf(tuesday);
const people = actions.filter(({ hit }) => hit && hit.width > 0);
const pageviews = people.filter(({ hit }) => hit?.name === 'pageview');

test('the same day is the same to the last figure, whenever it is asked for', () => {
  expect(actionsOf(tuesday)).toEqual(actions);
  expect(actionsOf(dayOf(tuesday.number + 7))).not.toEqual(actions);
});

test('actions come in order, within their day, under ids of their own; the last day ends now', () => {
  for (const [index, { at }] of actions.entries()) {
    expect(at).toBeGreaterThanOrEqual(actions[index - 1]?.at ?? tuesday.start);
    expect(at).toBeLessThan(tuesday.until);
  }
  const ids = actions.flatMap(({ hit }) => (hit ? [hit.id] : []));
  expect(new Set(ids).size).toBe(ids.length);
  expect(Math.max(...actionsOf(dayOf(sampleDays)).map(({ at }) => at))).toBeLessThan(now);
});

test('days follow the calendar of the site over the change of the clocks', () => {
  const lengths = Array.from(
    { length: sampleDays },
    (_, day) => (calendar.start(day + 1) - calendar.start(day)) / 3_600_000,
  );
  expect(lengths.filter((hours) => hours === 25)).toHaveLength(1);
  expect(lengths.filter((hours) => hours === 24)).toHaveLength(sampleDays - 1);
  expect(calendar.date(sampleDays)).toBe('2026-11-23');
});

test('a week is not flat, the news is a peak, the trend is up', () => {
  const sunday = visitsOf({ number: 10, weekday: 6 });
  expect(sunday).toBeLessThan(visitsOf({ number: 10, weekday: 2 }));
  expect(visitsOf({ number: peakDay, weekday: 2 })).toBeGreaterThan(
    1.8 * visitsOf({ number: peakDay - 7, weekday: 2 }),
  );
  expect(visitsOf({ number: 59, weekday: 2 })).toBeGreaterThan(visitsOf({ number: 3, weekday: 2 }));
  expect(weekShape()).toHaveLength(168);
});

test('readers are those of a French news site: phones first, France first, nights quiet', () => {
  const share = (wanted: (reader: ReturnType<typeof readerOf>) => boolean) =>
    Array.from({ length: 3000 }, (_, number) => readerOf(number)).filter(wanted).length / 3000;
  expect(share(({ device }) => device === 'phone')).toBeCloseTo(0.615, 1);
  expect(share(({ language }) => language === 'fr-FR')).toBeGreaterThan(0.75);
  expect(share(({ user_agent }) => agentOf(user_agent).bot !== null)).toBe(0);
  const hourOf = (at: number) => Math.floor((at - tuesday.start) / 3_600_000);
  const night = pageviews.filter(({ at }) => hourOf(at) >= 2 && hourOf(at) < 5).length;
  const noon = pageviews.filter(({ at }) => hourOf(at) >= 12 && hourOf(at) < 15).length;
  expect(noon).toBeGreaterThan(8 * night);
});

test('machines say who they are, and readers come from everywhere', () => {
  const machines = actions.filter(({ hit }) => hit?.width === 0);
  expect(machines.length).toBeGreaterThan(100);
  expect(machines.filter(({ reader }) => agentOf(reader.user_agent).bot === null)).toEqual([]);
  const landings = pageviews.map(({ hit }) => `${hit?.referrer} ${hit?.url}`).join('\n');
  for (const source of [
    'google.com',
    'qwant.com/?q=',
    'ecosia.org',
    'bing.com/search?q=',
    'facebook.com',
    'chatgpt.com',
    'utm_campaign=la-matinale',
  ])
    expect(landings).toContain(source);
});

test('the ad spaces that pages ask for are those of the catalogue, in sizes they take', () => {
  const known = new Map(placements.map(({ code, formats }) => [code, formats]));
  const asked = actions.flatMap(({ slots }) => slots);
  for (const { code, sizes } of asked) for (const size of sizes) expect(known.get(code), code).toContain(size);
  expect(new Set(asked.map(({ code }) => code)).size).toBe(placements.length);
  expect(elsewhere.map(({ site, code }) => `${site}/${code}`)).toEqual(
    placements.flatMap(({ site, code }) => (site && site !== outdoorSite ? [`${site}/${code}`] : [])),
  );
});
