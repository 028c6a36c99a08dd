/** Asks analytics for everything that a report needs, and assembles it. */
import type { GoalUnit, LineItemState, LineItemType, Pacing, RateModel } from '#campaigns/contract';
import { daysOf, localDay, periodBefore, plusDays, startOfDay } from './calendar.ts';
import {
  add,
  type Counts,
  type CreativeFigures,
  type DayCounts,
  type LineFigures,
  noCounts,
  type Period,
  type ReportFigures,
  total,
} from './figures.ts';
import { progressOf } from './progress.ts';

/** The part of `POST /api/query` that reports use (DESIGN: the shape of Plausible's stats API v2). */
export type Question = {
  site_id: string;
  metrics: string[];
  date_range: [string, string];
  dimensions: string[];
  filters: [string, string, string[]][];
  pagination: { limit: number; offset: number };
};
export type Answer = { results: readonly { dimensions: readonly unknown[]; metrics: readonly unknown[] }[] };
export type Ask = (question: Question) => Promise<Answer>;

export type ReportedLine = {
  id: string;
  name: string;
  type: LineItemType;
  state: LineItemState;
  start: string;
  end: string;
  pacing: Pacing;
  goal: { unit: GoalUnit; quantity: number };
  rate: { model: RateModel; amount: number; currency: string };
  budget: number | null;
  has_creative: boolean;
};
export type ReportedCreative = { id: string; name: string; kind: string; width: number | null; height: number | null };
export type ReportedPlacement = { id: string; name: string; site: string };
export type ReportedSite = { id: string; time_zone: string; currency: string };

export type ReportSubject = {
  order: ReportFigures['order'];
  organisation: string;
  lines: readonly ReportedLine[];
  creatives: readonly ReportedCreative[];
  placements: readonly ReportedPlacement[];
  /** The sites on which the order runs. */
  sites: readonly ReportedSite[];
};

const counted = ['impressions', 'viewable_impressions', 'clicks', 'spend'];
const gross = ['impressions_gross', 'clicks_gross'];
const pageSize = 10_000;

/** Lines that a client should see: what was agreed, and what ran in spite of a later cancellation. */
const agreed: readonly LineItemState[] = ['booked', 'live', 'paused', 'ended'];

/**
 * Every figure of an order over a period of site days. Sites are asked one by one, because each has its own calendar,
 * and added up. Works for any number of lines; asks four questions a site.
 */
export async function reportFigures(options: {
  query: Ask;
  subject: ReportSubject;
  period: Period;
  now: Date;
}): Promise<ReportFigures> {
  const { query, subject, period, now } = options;
  const previous = periodBefore(period);
  const zone = subject.sites[0]?.time_zone ?? 'UTC';
  const first = subject.lines.map((line) => localDay(new Date(line.start), zone)).sort()[0] ?? period.from;
  const since = first < previous.from ? first : previous.from;
  const order = { id: subject.order.id, query };

  const rows = await Promise.all(
    subject.sites.map(async (site) => ({
      days: await ask(
        order,
        site,
        { from: since, to: period.to },
        ['time:day', 'ad:line_item'],
        [...counted, ...gross, 'ad_conversions'],
      ),
      creatives: await ask(order, site, period, ['time:day', 'ad:creative'], counted),
      placements: await ask(order, site, period, ['ad:placement'], counted),
      hours: await ask(order, site, period, ['time:hour'], ['impressions', 'clicks']),
    })),
  );
  const lineDays = rows
    .flatMap((site) => site.days)
    .map(({ keys, values }) => ({
      date: keys[0] ?? '',
      id: keys[1] ?? '',
      counts: { ...countsOf(values), conversions: values[6] ?? 0 },
      gross: { impressions: values[4] ?? 0, clicks: values[5] ?? 0 },
    }));
  const within = (range: Period) => lineDays.filter(({ date }) => date >= range.from && date <= range.to);
  const inPeriod = within(period);
  const before = within(previous);

  const asOf = earliest(now, startOfDay(plusDays(period.to, 1), zone));
  const today = localDay(now, zone);
  const net = total(inPeriod.map((row) => row.counts));
  const was = total(before.map((row) => row.counts));
  const lines = subject.lines
    .map((line) =>
      lineFigures(
        line,
        lineDays.filter(({ id }) => id === line.id),
        { period, asOf, zone },
      ),
    )
    .filter((line) => agreed.includes(line.state) || line.to_date.impressions > 0);
  // Analytics counts money in the site's currency only: with any other about, a sum would be a part shown as the whole.
  const currencies = new Set([
    ...lines.map((line) => line.rate.currency),
    ...subject.sites.map((site) => site.currency),
  ]);

  return {
    order: subject.order,
    organisation: subject.organisation,
    period,
    previous,
    as_of: now.toISOString(),
    as_of_day: today < period.to ? today : period.to,
    time_zones: [...new Set(subject.sites.map((site) => site.time_zone))],
    currency: currencies.size === 1 ? ([...currencies][0] ?? null) : null,
    total: net,
    to_date: total(lineDays.filter(({ date }) => date >= first).map((row) => row.counts)),
    previous_total: was.impressions > 0 ? was : null,
    invalid: {
      impressions: Math.max(0, addUp(inPeriod.map((row) => row.gross.impressions)) - net.impressions),
      clicks: Math.max(0, addUp(inPeriod.map((row) => row.gross.clicks)) - net.clicks),
    },
    days: byDay(period, inPeriod),
    previous_days: byDay(previous, before),
    lines,
    creatives: creativeFigures(
      subject.creatives,
      rows.flatMap((site) => site.creatives),
      period,
    ),
    placements: placementFigures(
      subject.placements,
      rows.flatMap((site) => site.placements),
    ),
    hours: rows
      .flatMap((site) => site.hours)
      .map(({ keys, values }) => ({
        date: (keys[0] ?? '').slice(0, 10),
        hour: Number((keys[0] ?? '').slice(11, 13)),
        impressions: values[0] ?? 0,
        clicks: values[1] ?? 0,
      })),
  };
}

type Row = { keys: string[]; values: number[] };

/** All rows of one question, page after page. */
async function ask(
  order: { id: string; query: Ask },
  site: ReportedSite,
  range: Period,
  dimensions: string[],
  metrics: string[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { results } = await order.query({
      site_id: site.id,
      metrics,
      date_range: [range.from, range.to],
      dimensions,
      filters: [['is', 'ad:order', [order.id]]],
      pagination: { limit: pageSize, offset },
    });
    for (const row of results)
      rows.push({ keys: row.dimensions.map(String), values: row.metrics.map((value) => Number(value ?? 0)) });
    if (results.length < pageSize) return rows;
  }
}

const countsOf = (values: readonly number[]): Counts => ({
  impressions: values[0] ?? 0,
  viewable: values[1] ?? 0,
  clicks: values[2] ?? 0,
  spend: values[3] ?? 0,
});

const addUp = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const earliest = (a: Date, b: Date): Date => (a < b ? a : b);

/** One entry a day of the period, in order, days without rows included. */
function byDay(period: Period, rows: readonly { date: string; counts: Counts }[]): DayCounts[] {
  const sums = new Map<string, Counts>();
  for (const { date, counts } of rows) sums.set(date, add(sums.get(date) ?? noCounts, counts));
  return daysOf(period).map((date) => ({ date, ...(sums.get(date) ?? noCounts) }));
}

function lineFigures(
  line: ReportedLine,
  rows: readonly { date: string; counts: Counts }[],
  { period, asOf, zone }: { period: Period; asOf: Date; zone: string },
): LineFigures {
  const toDate = { ...noCounts, conversions: 0, ...total(rows.map((row) => row.counts)) };
  const inPeriod = rows.filter(({ date }) => date >= period.from && date <= period.to);
  const { goal, ...rest } = line;
  return {
    ...rest,
    unit: goal.unit,
    first_day: localDay(new Date(line.start), zone),
    last_day: localDay(new Date(Date.parse(line.end) - 1), zone),
    period: total(inPeriod.map((row) => row.counts)),
    to_date: toDate,
    days: byDay(period, inPeriod),
    ...progressOf(line, toDate, asOf, zone),
  };
}

function creativeFigures(known: readonly ReportedCreative[], rows: readonly Row[], period: Period): CreativeFigures[] {
  const found = new Map<string, { date: string; counts: Counts }[]>();
  for (const { keys, values } of rows) {
    const id = keys[1] ?? '';
    found.set(id, [...(found.get(id) ?? []), { date: keys[0] ?? '', counts: countsOf(values) }]);
  }
  return [...found]
    .map(([id, days]) => {
      const creative = known.find((one) => one.id === id) ?? { id, name: id, kind: '', width: null, height: null };
      return { ...creative, period: total(days.map((day) => day.counts)), days: byDay(period, days) };
    })
    .filter((creative) => creative.period.impressions > 0)
    .sort((a, b) => b.period.impressions - a.period.impressions);
}

function placementFigures(known: readonly ReportedPlacement[], rows: readonly Row[]): ReportFigures['placements'] {
  return rows
    .map(({ keys, values }) => {
      const id = keys[0] ?? '';
      return { ...(known.find((one) => one.id === id) ?? { id, name: id, site: '' }), period: countsOf(values) };
    })
    .filter((placement) => placement.period.impressions > 0)
    .sort((a, b) => b.period.impressions - a.period.impressions);
}
