import { expect, test } from 'vitest';
import type { MetricName } from '#analytics/contract';
import { barsOf, linesOf } from './explorer-series.ts';

const naming = { cellName: (_place: number, value: string) => value, label: (name: MetricName) => `${name}!` };
const days = ['2026-11-20', '2026-11-21', '2026-11-22'];
const answer = (results: [string[], (number | null)[]][], meta: object = { time_labels: days }) => ({
  results: results.map(([dimensions, metrics]) => ({ dimensions, metrics })),
  meta: { currency: 'EUR', time_zone: 'Europe/Paris', notes: [], note_codes: [], labels: {}, ...meta },
});
const lines = (
  metrics: MetricName[],
  dimensions: string[],
  results: [string[], (number | null)[]][],
  until = '2026-11-30',
) => linesOf({ reply: answer(results), metrics, dimensions }, { ...naming, until });

test('a day without a row is nought of what is counted and a gap of a rate; a day to come is a gap', () => {
  const rows: [string[], (number | null)[]][] = [[['2026-11-20'], [5, 40]]];
  expect(lines(['visits'], ['time:day'], rows).series[0]?.values).toEqual([5, 0, 0]);
  expect(lines(['bounce_rate'], ['time:day'], rows).series[0]?.values).toEqual([5, null, null]);
  expect(lines(['visits'], ['time:day'], rows, '2026-11-21 09:00:00').series[0]?.values).toEqual([5, 0, null]);
});

test('two other dimensions make a line for each pair of their values', () => {
  const drawing = lines(
    ['visits'],
    ['visit:country', 'time:day', 'visit:device'],
    [
      [['FR', '2026-11-20', 'phone'], [3]],
      [['FR', '2026-11-20', 'desktop'], [4]],
      [['BE', '2026-11-22', 'phone'], [1]],
    ],
  );
  expect(drawing.series.map(({ name, values }) => [name, values])).toEqual([
    ['FR · desktop', [4, 0, 0]],
    ['FR · phone', [3, 0, 0]],
    ['BE · phone', [0, 0, 1]],
  ]);
  expect(drawing).toMatchObject({ labels: days, drawn: 3, all: 3, metrics: ['visits'] });
});

test('figures of other units are left to the table', () => {
  const drawing = lines(['visits', 'bounce_rate', 'pageviews'], ['time:day'], [[['2026-11-20'], [5, 40, 9]]]);
  expect(drawing.metrics).toEqual(['visits', 'pageviews']);
  expect(drawing.series.map(({ name, values }) => [name, values[0]])).toEqual([
    ['pageviews!', 9],
    ['visits!', 5],
  ]);
});

test('how many lines and bars there are beside those drawn', () => {
  const many = Array.from({ length: 30 }, (_, i): [string[], number[]] => [[`v${i}`], [30 - i]]);
  expect(
    lines(
      ['visits'],
      ['time:day', 'visit:country'],
      many.map(([[v = ''], m]) => [['2026-11-20', v], m]),
    ),
  ).toMatchObject({
    drawn: 6,
    all: 30,
  });
  const reply = answer(many, { total_rows: 4000 });
  const bars = barsOf(
    { reply, metrics: ['visits', 'pageviews'], dimensions: ['visit:country'] },
    { ...naming, total: 'all' },
  );
  expect(bars).toMatchObject({ drawn: 20, all: 4000, metrics: ['visits'] });
});
