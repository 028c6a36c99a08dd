import fc from 'fast-check';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { route } from '#platform/contract';
import { addressOf, call } from './call.ts';
import { placeProblem } from './form/use-form.ts';
import { firstLanguage } from './language.tsx';
import { addDays, daysOf, periodOf } from './period.ts';
import { ProblemError } from './problem.ts';
import { parseSearch, writeSearch } from './search.ts';
import { visibleRange } from './table/visible-range.ts';
import { lastDay, startOfDay } from './zoned.ts';

const read = route({
  method: 'GET',
  path: '/api/things/:id',
  can: 'public',
  summary: '',
  input: z.strictObject({ id: z.string(), q: z.string().optional() }),
  reply: z.object({ ok: z.boolean() }),
});
const write = route({ ...read, method: 'PATCH' });

describe('the address of a call', () => {
  test('path parameters are taken from the input and escaped; the rest is the query or the body', () => {
    expect(addressOf(read, { id: 'a/b', q: 'x y', none: undefined })).toEqual({
      url: '/api/things/a%2Fb?q=x+y',
      body: undefined,
    });
    expect(addressOf(write, { id: 'a', q: 'x' })).toEqual({ url: '/api/things/a', body: { q: 'x' } });
  });

  test('a refusal carries the server’s sentence and field', async () => {
    const refused = async () =>
      new Response(JSON.stringify({ status: 400, code: 'bad-input', detail: 'q: must be short.', field: 'q' }), {
        status: 400,
      });
    await expect(call(read, { id: 'a' }, { fetch: refused })).rejects.toMatchObject({
      status: 400,
      code: 'bad-input',
      message: 'q: must be short.',
      field: 'q',
    });
  });

  test('a server out of reach is said to be so', async () => {
    const dead = () => Promise.reject(new TypeError('Failed to fetch'));
    const failure = await call(read, { id: 'a' }, { fetch: dead }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemError);
    expect(failure).toMatchObject({ status: 0, code: 'unreachable' });
  });
});

describe('view state in the address', () => {
  test('what is written is read again, lists included', () => {
    const texts = fc.string({ minLength: 1 });
    const searches = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc.oneof(texts, fc.array(texts, { minLength: 2, maxLength: 4 })),
    );
    fc.assert(
      fc.property(searches, (search) => {
        expect(parseSearch(writeSearch(search))).toEqual({ ...search });
      }),
    );
  });

  test.each([
    ['28d', '28d'],
    ['2026-03-01..2026-03-05', '2026-03-01..2026-03-05'],
    ['2026-03-05..2026-03-01', '2026-03-01..2026-03-05'],
    ['2026-13-01..2026-03-05', '28d'],
    ['soon', '28d'],
    [undefined, '28d'],
  ])('the period %s is %s', (text, period) => expect(periodOf(text)).toBe(period));

  test('periods as days, as seen on 24 November', () => {
    const today = '2026-11-24';
    expect(daysOf('day', today)).toEqual([today, today]);
    expect(daysOf('7d', today)).toEqual(['2026-11-17', '2026-11-23']);
    expect(daysOf('month', today)).toEqual(['2026-11-01', today]);
    expect(daysOf('6mo', today)).toEqual(['2026-05-01', '2026-10-31']);
    expect(daysOf('all', today)).toBeUndefined();
  });
});

describe('days of a zone', () => {
  test.each([
    ['2026-07-01', 'Europe/Paris', '2026-07-01T00:00:00+02:00'],
    ['2026-03-29', 'Europe/Paris', '2026-03-29T00:00:00+01:00'],
    ['2026-10-25', 'Europe/Paris', '2026-10-25T00:00:00+02:00'],
    ['2026-01-05', 'America/New_York', '2026-01-05T00:00:00-05:00'],
    ['2026-01-05', 'Asia/Kathmandu', '2026-01-05T00:00:00+05:45'],
    ['2026-01-05', 'UTC', '2026-01-05T00:00:00+00:00'],
  ])('%s begins in %s at %s', (day, zone, start) => expect(startOfDay(day, zone)).toBe(start));

  test('the last day of what ends at the next day’s midnight is the day itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Auckland', 'UTC'),
        (days, zone) => {
          const day = addDays('2024-01-01', days);
          expect(lastDay(startOfDay(addDays(day, 1), zone), zone)).toBe(day);
        },
      ),
    );
  });
});

test('a server’s field lands on the form’s field of that name, or the nearest above', () => {
  const fields = ['name', 'goal', 'rates'];
  expect(placeProblem({ field: 'goal.quantity', message: 'm' }, fields).field).toBe('goal');
  expect(placeProblem({ field: 'rates[2].amount', message: 'm' }, fields).field).toBe('rates');
  expect(placeProblem({ field: 'other', message: 'm' }, fields)).toEqual({ field: undefined, sentence: 'm' });
});

test('the first language is the chosen one, else the browser’s first known one, else English', () => {
  expect(firstLanguage('fr', ['en-GB'])).toBe('fr');
  expect(firstLanguage(null, ['de-DE', 'fr-CA', 'en'])).toBe('fr');
  expect(firstLanguage('de', ['ja'])).toBe('en');
});

test('a long list draws a window of its rows and keeps its height', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 0, max: 10_000 }), (scrollTop, count) => {
      const { start, end, before, after } = visibleRange({ scrollTop, height: 640, rowHeight: 41, count });
      expect(end - start).toBeLessThanOrEqual(32 + 1);
      expect(before + (end - start) * 41 + after).toBe(count * 41);
    }),
  );
});
