/**
 * The forecast of one daily series. Several smoothings (slow and quick levels, with and without trend, with the shape of one or two
 * years past) forecast again and again from days of the past; the three that were nearest speak together, and how far they were off
 * then is the range told now (split conformal prediction by horizon).
 */
import { weekdayOf } from './day.ts';
import { holidayEffects } from './holiday-effects.ts';
import { ahead, smooth, type State, type Weights } from './smooth.ts';
import { median, quantile } from './statistics.ts';
import { yearDays, yearShape } from './year-shape.ts';

/** `values[0]` is the count of `firstDay`; null: nothing is known of that day. `holidays`: day → name, the days to come included. */
export type Series = {
  values: readonly (number | null)[];
  firstDay: number;
  holidays: ReadonlyMap<number, string>;
};

export type ForecastDay = { day: number; forecast: number; low: number; high: number };

export type SeriesForecast = {
  /** From the day after the last value. Low and high hold four days in five. */
  days: ForecastDay[];
  /** Days with a value. */
  known: number;
  missing: number;
  /** Days so far off that they were held back. */
  outliers: number;
  /** Past years whose shape is used. */
  years: number;
  holidays: boolean;
  /** Weighted absolute percentage error over the days held out, with the next four weeks at most; null: too short to hold out any. */
  error: number | null;
};

const share = 0.8;
/** Horizons that share one range: up to a week, four weeks, a quarter. */
const buckets = [7, 28, 91];
const levels = [0.03, 0.08, 0.2, 0.45];
const trends = [0, 0.06];
const leastDays = 7;

type Candidate = { weights: Weights; years: number; part: number };
type Fitted = Candidate & { states: Map<number, State>; shape: readonly (number | undefined)[]; scale: number };

/** Undefined with less than seven known days. `horizon`: days to forecast. */
export function forecastSeries({ values, firstDay, holidays }: Series, horizon: number): SeriesForecast | undefined {
  const known = values.filter((value) => value !== null).length;
  if (known < leastDays) return undefined;
  const n = values.length;
  const logs = values.map((value) => (value === null ? null : Math.log1p(value)));
  const effectOf = holidayEffects(logs, { firstDay, until: n, holidays });
  const effectAt = (t: number) => {
    const name = holidays.get(firstDay + t);
    return name === undefined ? 0 : effectOf(name);
  };
  const clean = logs.map((value, t) => (value === null ? null : value - effectAt(t)));

  const origins = originsOf(values, horizon);
  const fitted = candidatesOf(n).map((one) =>
    fit(one, { clean, firstDay, horizon, wanted: new Set([...origins, n - 1]) }),
  );
  const usable = fitted.filter(({ states }) => states.has(n - 1));
  const at = (one: Fitted, origin: number, h: number) => {
    const state = one.states.get(origin);
    const t = origin + h;
    const shape = one.part === 0 ? 0 : shapeAt(one.shape, t, n);
    if (!state || shape === undefined) return undefined;
    return ahead(state, h, weekdayOf(firstDay + t)) + one.part * shape + effectAt(t);
  };

  const scored = usable
    .map((one) => ({ one, error: errorOf(values, origins, (origin, h) => at(one, origin, h)) }))
    .toSorted((a, b) => a.error - b.error);
  const best = scored.slice(0, 3).map(({ one }) => one);
  const together = (origin: number, h: number) => {
    const said = best.flatMap((one) => at(one, origin, h) ?? []);
    return said.length === 0 ? undefined : median(said);
  };
  const scale = best[0]?.scale ?? 0.3;
  const width = widths(logs, origins, { together, scale });
  const days = Array.from({ length: horizon }, (_, i) => {
    const h = i + 1;
    const log = together(n - 1, h) ?? 0;
    const off = width(h);
    return {
      day: firstDay + n - 1 + h,
      forecast: Math.max(0, Math.expm1(log)),
      low: Math.max(0, Math.expm1(log - off)),
      high: Math.max(0, Math.expm1(log + off)),
    };
  });
  const error = errorOf(values, origins, together);
  return {
    days,
    known,
    missing: n - known,
    outliers: outliersOf(clean, scale),
    years: Math.max(0, ...best.map((one) => (one.part > 0 ? one.years : 0))),
    holidays: holidays.size > 0,
    error: Number.isFinite(error) ? error : null,
  };
}

function candidatesOf(n: number): Candidate[] {
  const weights = levels.flatMap((level) => trends.map((trend) => ({ level, trend, weekday: 0.12 })));
  const shapes = [{ years: 0, part: 0 }];
  if (n >= yearDays + 90) shapes.push({ years: 1, part: 0.5 }, { years: 1, part: 1 });
  if (n >= 2 * yearDays + 90) shapes.push({ years: 2, part: 0.5 }, { years: 2, part: 1 });
  return shapes.flatMap((shape) => weights.map((one) => ({ weights: one, ...shape })));
}

type Fitting = { clean: readonly (number | null)[]; firstDay: number; horizon: number; wanted: ReadonlySet<number> };

/** Beyond a year ahead, and where days are missing, the year before that speaks. */
function shapeAt(shape: readonly (number | undefined)[], t: number, n: number): number | undefined {
  let at = t;
  while (shape[at] === undefined && at >= n) at -= yearDays;
  return shape[at];
}

const shapesKnown = new WeakMap<readonly (number | null)[], Map<number, readonly (number | undefined)[]>>();

function fit(candidate: Candidate, { clean, firstDay, horizon, wanted }: Fitting): Fitted {
  const { years, part, weights } = candidate;
  let shape: readonly (number | undefined)[] = [];
  if (part > 0) {
    const known = shapesKnown.get(clean) ?? new Map<number, readonly (number | undefined)[]>();
    shapesKnown.set(clean, known);
    shape = known.get(years) ?? yearShape(clean, clean.length + horizon, years);
    known.set(years, shape);
  }
  const values =
    part === 0
      ? clean
      : clean.map((value, t) => {
          const past = shape[t];
          return value === null || past === undefined ? null : value - part * past;
        });
  return { ...candidate, shape, ...smooth(values, { firstDay, weights, wanted }) };
}

/** Days of the past to forecast from: weekly, a year of them at most, never the first weeks, and never a day without its week before. */
function originsOf(values: readonly (number | null)[], horizon: number): number[] {
  const origins: number[] = [];
  const first = values.findIndex((value) => value !== null);
  const least = Math.max(first + 13, values.length - 1 - 52 * 7 - Math.min(horizon, 91));
  for (let t = values.length - 1 - 7; t >= least; t -= 7) origins.push(t);
  return origins;
}

/** Σ|actual − forecast| / Σ actual over the next four weeks of each origin; recent origins count more. Infinite when nothing was seen. */
function errorOf(
  values: readonly (number | null)[],
  origins: readonly number[],
  forecast: (origin: number, h: number) => number | undefined,
): number {
  let [off, sum] = [0, 0];
  for (const [index, origin] of origins.entries()) {
    const weight = 0.96 ** index;
    for (let h = 1; h <= 28; h++) {
      const value = values[origin + h];
      if (value === null || value === undefined) continue;
      const log = forecast(origin, h);
      if (log === undefined) {
        // A candidate that could not speak then is judged by the days when it could.
        continue;
      }
      off += weight * Math.abs(value - Math.max(0, Math.expm1(log)));
      sum += weight * value;
    }
  }
  return sum > 0 ? off / sum : Number.POSITIVE_INFINITY;
}

type Judged = { together: (origin: number, h: number) => number | undefined; scale: number };

/** Half the width of the range, in logarithms, by horizon: never narrower further ahead. */
function widths(logs: readonly (number | null)[], origins: readonly number[], { together, scale }: Judged) {
  const found: number[] = [];
  let from = 1;
  for (const [index, to] of buckets.entries()) {
    const errors: number[] = [];
    let used = 0;
    for (const origin of origins) {
      const before = errors.length;
      for (let h = from; h <= to; h++) {
        const value = logs[origin + h];
        const log = together(origin, h);
        if (value !== null && value !== undefined && log !== undefined) errors.push(Math.abs(value - log));
      }
      if (errors.length > before) used++;
    }
    errors.sort((a, b) => a - b);
    const previous = found[index - 1];
    const guess = previous === undefined ? 1.2816 * scale * (origins.length < 3 ? 1.8 : 1.3) : previous * 1.3;
    // The finite-sample quantile of conformal prediction, counted in origins: the days of one origin go wrong together.
    const wanted = Math.min(1, (share * (used + 1)) / Math.max(1, used));
    const measured = used >= 5 ? quantile(errors, wanted) : guess;
    found.push(Math.max(measured, previous ?? 0));
    from = to + 1;
  }
  return (h: number): number => {
    const index = buckets.findIndex((to) => h <= to);
    const last = found.at(-1) ?? 0;
    return index < 0 ? last * Math.sqrt(h / 91) : (found[index] ?? last);
  };
}

function outliersOf(clean: readonly (number | null)[], scale: number): number {
  let outliers = 0;
  for (const [t, value] of clean.entries()) {
    if (value === null) continue;
    const near = [-14, -7, 7, 14].flatMap((d) => clean[t + d] ?? []);
    if (near.length >= 2 && Math.abs(value - median(near)) > Math.max(0.4, 4 * scale)) outliers++;
  }
  return outliers;
}
