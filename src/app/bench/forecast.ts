/** `vigie bench forecast [--series N] [--weeks N]`: forecasts of held-out weeks, beside the seasonal-naive one. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forecastSeries, holidaysBetween } from '#forecasting';
import type { Command } from '../commands/command.ts';
import { type BenchSeries, generatedSeries, realSeries } from './forecast-series.ts';

type Score = {
  off: number;
  naive: number;
  naiveYear: number;
  sum: number;
  inside: number;
  days: number;
  ms: number;
  fits: number;
};

/** At most this many past days are learnt from, as in the product. */
const learnt = 800;
const horizon = 28;

function judge(series: BenchSeries, weeks: number): Score {
  const score: Score = { off: 0, naive: 0, naiveYear: 0, sum: 0, inside: 0, days: 0, ms: 0, fits: 0 };
  const { values, firstDay, country } = series;
  for (let back = 0; back * 7 < weeks * 7; back += 4) {
    const split = values.length - horizon - back * 7;
    const from = Math.max(0, split - learnt);
    if (split - from < 28) break;
    const past = values.slice(from, split);
    const began = performance.now();
    const forecast = forecastSeries(
      {
        values: past,
        firstDay: firstDay + from,
        holidays: holidaysBetween(country, firstDay + from, firstDay + split + horizon),
      },
      horizon,
    );
    score.ms += performance.now() - began;
    score.fits++;
    if (!forecast) continue;
    for (const [i, { forecast: said, low, high }] of forecast.days.entries()) {
      const actual = values[split + i];
      const naive = lastSame(values, split, i, 7);
      if (actual === null || actual === undefined || naive === undefined) continue;
      score.off += Math.abs(actual - said);
      score.naive += Math.abs(actual - naive);
      score.naiveYear += Math.abs(actual - (lastSame(values, split, i, 364) ?? naive));
      score.sum += actual;
      score.inside += actual >= Math.floor(low) && actual <= Math.ceil(high) ? 1 : 0;
      score.days++;
    }
  }
  return score;
}

/** The value of the same day one period ago, or of the last such day that is known. */
function lastSame(values: readonly (number | null)[], split: number, i: number, period: number): number | undefined {
  for (let t = split + i; t >= 0; t -= period) {
    const value = t < split ? values[t] : null;
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}

const percent = (part: number, whole: number) => Math.round((1000 * part) / Math.max(1e-9, whole)) / 10;

function summary(name: string, scores: readonly Score[]) {
  const each = scores.filter(({ sum }) => sum > 0);
  const total = (field: keyof Score) => each.reduce((sum, score) => sum + score[field], 0);
  const mean = (field: 'off' | 'naive' | 'naiveYear') =>
    percent(each.reduce((sum, score) => sum + score[field] / score.sum, 0) / Math.max(1, each.length), 1);
  return {
    series: name,
    count: each.length,
    held_out_days: total('days'),
    wape_percent: mean('off'),
    seasonal_naive_wape_percent: mean('naive'),
    seasonal_naive_year_wape_percent: mean('naiveYear'),
    ratio: Math.round((1000 * mean('off')) / Math.max(1e-9, mean('naive'))) / 1000,
    interval_coverage_percent: percent(total('inside'), total('days')),
    ms_per_fit: Math.round((100 * total('ms')) / Math.max(1, total('fits'))) / 100,
  };
}

const bench: Command = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      series: { type: 'string', default: '60' },
      weeks: { type: 'string', default: '24' },
      folder: { type: 'string', default: join(import.meta.dirname, '../../../../shared/data/series') },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
    },
  });
  const weeks = Math.max(4, Number(values.weeks));
  const first = 18_900;
  const days = holidaysBetween('FR', first, first + 1400);
  const generated = generatedSeries(Math.max(1, Number(values.series)), (day) => days.has(day));
  const real = realSeries(values.folder);
  const table = [
    summary(
      'generated',
      generated.map((series) => judge(series, weeks)),
    ),
    ...real.map((series) => summary(series.name, [judge(series, weeks * 4)])),
  ];
  if (values.json) process.stdout.write(`${JSON.stringify({ horizon_days: horizon, interval: '80 %', table })}\n`);
  else {
    process.stdout.write(
      `Forecasts of ${horizon} held-out days, beside the value of a week before (seasonal naive).\n`,
    );
    console.table(table);
    if (real.length === 0) process.stdout.write('No real series at hand: generated ones only.\n');
  }
  return 0;
};

export default bench;
