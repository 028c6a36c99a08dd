/** Daily series to forecast: generated ones that anybody can make again, and real ones where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type BenchSeries = { name: string; kind: string; firstDay: number; country: string; values: (number | null)[] };

const firstGenerated = 18_993; // 2022-01-01

/** mulberry32: small, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const normal = (draw: () => number) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

/**
 * Placements of different temper: weeks, years, holidays, trends, changes of level, noise that remembers the day before, missing
 * days, and days gone mad.
 */
export function generatedSeries(count: number, isHoliday: (day: number) => boolean): BenchSeries[] {
  return Array.from({ length: count }, (_, index) => {
    const draw = seeded(1000 + index);
    const length = 60 + Math.floor(draw() * 900);
    const weekend = -0.6 + draw() * 0.9;
    const yearly = draw() * 0.45;
    const phase = draw() * 2 * Math.PI;
    const trend = (draw() - 0.4) * 0.0012;
    const noise = 0.04 + draw() * 0.14;
    const holiday = -0.5 + draw() * 0.3;
    const shiftAt = draw() < 0.3 ? Math.floor(draw() * length) : length;
    const shift = normal(draw) * 0.35;
    const base = Math.log(500 + draw() ** 3 * 200_000);
    let lasting = 0;
    const values = Array.from({ length }, (__, t) => {
      const day = firstGenerated + t;
      const weekday = (day + 3) % 7;
      lasting = 0.6 * lasting + noise * normal(draw) * 0.8;
      let log = base + trend * t + yearly * Math.sin((2 * Math.PI * t) / 365.25 + phase) + lasting;
      if (weekday > 4) log += weekend;
      if (isHoliday(day)) log += holiday;
      if (t >= shiftAt) log += shift;
      if (draw() < 0.01) log += draw() < 0.5 ? 1.2 : -1.5;
      return draw() < 0.015 ? null : Math.round(Math.exp(log));
    });
    return { name: `generated ${index}`, kind: 'generated', firstDay: firstGenerated, country: 'FR', values };
  });
}

const realFiles = ['example_wp_log_peyton_manning.csv', 'example_wp_log_R.csv', 'example_wp_log_R_outliers1.csv'];

/** Daily page views of encyclopaedia articles (kept as logarithms, with missing days), from `folder`; none where it is absent. */
export function realSeries(folder: string): BenchSeries[] {
  return realFiles.flatMap((file) => {
    const path = join(folder, file);
    if (!existsSync(path)) return [];
    const rows = readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [date, log] = line.replaceAll('"', '').split(',');
        const value = Number(log);
        return date && log && Number.isFinite(value)
          ? [{ day: Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000), value: Math.round(Math.exp(value)) }]
          : [];
      });
    const firstDay = Math.min(...rows.map(({ day }) => day));
    const lastDay = Math.max(...rows.map(({ day }) => day));
    const values = Array.from({ length: lastDay - firstDay + 1 }, (): number | null => null);
    for (const { day, value } of rows) values[day - firstDay] = value;
    return [{ name: file.replace('.csv', ''), kind: 'real', firstDay, country: 'US', values }];
  });
}
