/** Answers one question about audience and ads. */
import { type AskProgress, type Caller, type Clock, type Database, type Events, Refusal } from '#platform';
import {
  besidePeriod,
  compareWith,
  goneSince,
  labelOfMoment,
  mayHoldGone,
  type Meeting,
  withGone,
} from './comparison.ts';
import { isOfAds } from './condition.ts';
import { type Filter, type Query, type QueryReply } from './contract.ts';
import { addDays, dayOf, grainOf, isoInZone, type Period, periodOf, startOfDay, timeLabels } from './dates.ts';
import { dimensionOf, type Grain, isTime } from './dimensions.ts';
import { isSegment, readFilters } from './filter.ts';
import { goalsOf } from './goal.ts';
import type { Goal } from './goal-contract.ts';
import { minorDigits } from './goal-sql.ts';
import { coverageOf, earlier, type Imports, importsFor, noImports } from './imported.ts';
import { labelsOf } from './labels.ts';
import { canNameLate, nameLate } from './late-names.ts';
import { metrics } from './metrics.ts';
import { type NoteCode, notes } from './notes.ts';
import { type Group, groupsOf, type Part, partsOf, type Question } from './plan.ts';
import { placeNamed } from './place-names.ts';
import { resolveFilters } from './resolve-filters.ts';
import { checkCaller, firstDay, type Sites, sitesOf } from './scope.ts';
import { notRebuilt } from './staleness.ts';
import type { Scope } from './rows.ts';
import { type Statement, writeSql } from './write-sql.ts';

export type Asking = {
  db: Database;
  events: Events;
  clock: Clock;
  caller: Caller;
  /** Of the names of places; English when absent. */
  language?: 'en' | 'fr';
  /** Ends the question, in the event store too. */
  signal?: AbortSignal;
  /** Told how far a question is that takes longer than a moment. */
  onProgress?: (progress: AskProgress) => void;
};

type Row = { dimensions: string[]; metrics: (number | null)[] };
type Answer = { rows: Row[]; total: number; foreignMoney: boolean };
type Order = [string, 'asc' | 'desc'][];

/** Rows of the other period that are read for a comparison, and of the asked one where some may be gone. */
const mostCompared = 100_000;

/**
 * Runs a query within what the caller may see. `rollups: false` reads the facts only (the same figures, slower).
 * Throws a Refusal that names the field for every question that cannot be answered.
 */
export async function runQuery(
  asking: Asking,
  query: Query,
  { rollups = true }: { rollups?: boolean } = {},
): Promise<QueryReply> {
  const { db, events, clock, caller } = asking;
  checkCaller(caller, query.metrics);
  const sites = await sitesOf(db, caller, query.site_id);
  const { filters, goals: asked } = await resolveFilters(db, caller, sites.ids, readFilters(query.filters));
  const now = clock();
  const first =
    query.date_range === 'all'
      ? earlier(
          await firstDay(events, caller.org_id, sites.ids),
          query.include.imports ? (await importedDays(asking, sites.ids)).first : undefined,
        )
      : undefined;
  const period = periodOf(query.date_range, sites.zone, now, first ?? dayOf(now, sites.zone));
  const groups = groupsOf(query.dimensions, grainOf(period));
  checkShape(query, groups);
  const order = orderOf(query, groups);
  const byTime = groups.some((group) => 'time' in group);
  const compared = comparisonPeriod(query, period, { zone: sites.zone, now, byTime });
  const exact = period.instants !== undefined || compared?.instants !== undefined;
  const question = { metrics: query.metrics, groups, filters, exact, rollups };
  const imports = query.include.imports ? await importsOf(asking, sites.ids, period, compared, question) : noImports;
  const own = partsOf(question);
  const parts = [...own, ...imports.parts];

  const goals = usesGoals(parts) ? (asked ?? (await goalsOf(db, caller.org_id, sites.ids))) : (asked ?? []);

  const ask = (asked: Period, limit: number, offset: number) =>
    answer(asking, {
      query,
      groups,
      filters,
      parts,
      goals,
      order,
      scope: scopeOf(asked, sites, caller),
      limit,
      offset,
    });
  const { limit, offset } = query.pagination;
  const [found, before, stale] = await Promise.all([
    ask(period, limit, offset),
    compared ? ask(compared, mostCompared, 0) : undefined,
    usesVisits(own) ? notRebuilt(events, caller.org_id, sites.ids, period) : false,
  ]);
  const grain = groups.find((group) => 'time' in group)?.time;
  const labels = grain && (query.include.time_labels || compared) ? timeLabels(period, grain, sites.zone) : undefined;
  const meeting: Meeting = {
    metrics: query.metrics,
    groups,
    labels,
    labelsBefore: compared && grain ? timeLabels(compared, grain, sites.zone) : undefined,
    until: labelOfMoment(now, sites.zone),
  };
  let shown = found;
  let total: number | undefined;
  if (before && mayHoldGone(order, meeting, found.rows.length === limit && !query.include.total_rows)) {
    const whole = offset === 0 && found.rows.length < limit ? found : await ask(period, mostCompared, 0);
    const gone = whole.total > mostCompared ? [] : goneSince(whole.rows, before.rows, meeting);
    const rows = withGone(whole.rows, gone, order, meeting).slice(offset, offset + limit);
    total = whole.total + gone.length;
    if (gone.length > 0) shown = { ...found, rows };
  }
  const results = before ? compareWith(shown.rows, before.rows, meeting) : shown.rows;
  const codes = notesOf(query, {
    parts,
    filters,
    period,
    sites,
    stale,
    foreignMoney: found.foreignMoney,
    imports,
    beside: compared && !byTime && isOpen(period, now, sites.zone) ? compared : undefined,
  });
  return {
    results,
    meta: {
      currency: sites.currency,
      time_zone: sites.zone,
      notes: codes.map((code) => notes[code].en),
      note_codes: codes,
      labels: await labelsOf(
        db,
        caller.org_id,
        query.dimensions,
        shown.rows.map((row) => row.dimensions),
        asking.language,
      ),
      ...(query.include.time_labels && labels ? { time_labels: labels } : {}),
      ...(query.include.total_rows
        ? {
            total_rows:
              total ?? (found.rows.length > 0 || offset === 0 ? found.total : (await ask(period, 1, 0)).total),
          }
        : {}),
      ...(query.include.imports ? importsSaid(imports) : {}),
    },
    query: {
      site_id: query.site_id ?? null,
      metrics: query.metrics,
      date_range: bounds(period, sites.zone),
      ...(compared ? { comparison_date_range: bounds(compared, sites.zone) } : {}),
      dimensions: groups.map((group) => ('time' in group ? `time:${group.time}` : group.name)),
      filters: query.filters,
      order_by: order,
      pagination: query.pagination,
      include: query.include,
    },
  };
}

const importedDays = ({ events, caller }: Asking, sites: readonly string[]) =>
  coverageOf(events, caller.org_id, sites, { from: '1970-01-01', to: '2149-01-01' });

/** What imported figures add to the question; a comparison needs them in one of its periods. */
async function importsOf(
  { events, caller }: Asking,
  sites: readonly string[],
  period: Period,
  compared: Period | undefined,
  question: Question,
): Promise<Imports> {
  const { within, any } = await coverageOf(events, caller.org_id, sites, period);
  if (within.size > 0 || !compared) return importsFor(question, within, any);
  const before = await coverageOf(events, caller.org_id, sites, compared);
  return importsFor(question, before.within, any);
}

/** In the words of Plausible's API, so that its clients understand. */
const importsSaid = ({ included, skip, without }: Imports) => ({
  imports_included: included,
  ...(skip ? { imports_skip_reason: skip } : {}),
  ...(without.length > 0
    ? { imports_warning: `Imported figures are not included in ${without.join(', ')}: they cannot be asked this way.` }
    : {}),
});

type Plan = {
  query: Query;
  groups: readonly Group[];
  filters: readonly Filter[];
  parts: readonly Part[];
  goals: readonly Goal[];
  order: Order;
  scope: Scope;
  limit: number;
  offset: number;
};

async function answer(
  { events, signal, onProgress }: Asking,
  { query, groups, filters, parts, goals, order, scope, limit, offset }: Plan,
): Promise<Answer> {
  const names: string[] = [...query.metrics];
  const column = (name: string) =>
    names.includes(name) ? `k${names.indexOf(name)}` : `d${groups.findIndex((group) => group.name === name)}`;
  const ordered = order.map(([name, direction]) => ({ column: column(name), direction }));
  const ties = groups.map((_, i) => `d${i}`).filter((one) => !ordered.some((other) => other.column === one));
  const asked = { scope, metrics: query.metrics, groups, filters, parts, goals, limit, offset, order: ordered };
  const options = {
    heavy: isHeavy(parts, scope),
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  };
  const read = ({ sql, params }: Statement) =>
    events.query<Record<string, unknown>>(sql, params, options).catch(refusePattern);
  const rows =
    (canNameLate(asked) ? await nameLate(events, await read(writeSql({ ...asked, byKey: true })), asked) : undefined) ??
    (await read(
      writeSql({ ...asked, order: [...ordered, ...ties.map((one) => ({ column: one, direction: 'asc' as const }))] }),
    ));
  const empty = groups.map((group) => ('time' in group ? undefined : dimensionOf(group.name)?.empty));
  return {
    rows: rows.map((row) => ({
      dimensions: groups.map(({ name }, i) => {
        const value = textOf(row[`d${i}`]);
        return placeNamed(name, value) || (empty[i] ?? '');
      }),
      metrics: query.metrics.map((_, i) => numberOf(row[`k${i}`])),
    })),
    total: Number(rows[0]?.['total_rows'] ?? 0),
    foreignMoney: Number(rows[0]?.['foreign_money'] ?? 0) > 0,
  };
}

/** Facts or visits of more than a month, one by one: it waits its turn beside the panels, which rollups answer at once. */
const isHeavy = (parts: readonly Part[], { from, to }: Scope): boolean =>
  parts.some(({ source }) => !source.rollup) && addDays(from, 31) < to;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** The store itself is the judge of a pattern. */
function refusePattern(error: unknown): never {
  const text = String(error);
  if (/CANNOT_COMPILE_REGEXP|Code: 427|OptimizedRegularExpression/i.test(text)) {
    throw new Refusal('bad-input', 'filters: a pattern of matches is not a valid regular expression (RE2).', {
      field: 'filters',
    });
  }
  throw error;
}

function checkShape(query: Query, groups: readonly Group[]): void {
  const twice = (list: readonly string[]) => list.find((one, i) => list.indexOf(one) !== i);
  for (const field of ['metrics', 'dimensions'] as const) {
    const again = twice(query[field]);
    if (again) throw new Refusal('bad-input', `${field}: ${again} is asked twice.`, { field });
  }
  // Amounts of several currencies have no sum.
  if (query.metrics.includes('currency_revenue') && !query.dimensions.includes('event:currency'))
    throw new Refusal(
      'bad-input',
      'metrics: currency_revenue is in the currency of each row; add the dimension event:currency.',
      { field: 'metrics' },
    );
  const times = groups.filter((group) => 'time' in group);
  if (times.length > 1)
    throw new Refusal('bad-input', 'dimensions: only one time dimension can be asked at once.', {
      field: 'dimensions',
    });
  if (query.include.time_labels && times.length === 0) {
    throw new Refusal('bad-input', 'include.time_labels: needs a time dimension.', { field: 'include.time_labels' });
  }
}

/** As asked, else by time, else the first metric's largest first. */
function orderOf(query: Query, groups: readonly Group[]): Order {
  const known: readonly string[] = [...query.metrics, ...query.dimensions];
  for (const [i, [name]] of (query.order_by ?? []).entries()) {
    if (!known.includes(name))
      throw new Refusal('bad-input', `order_by.${i}: ${JSON.stringify(name)} is not an asked metric or dimension.`, {
        field: `order_by.${i}`,
      });
  }
  if (query.order_by && query.order_by.length > 0) return query.order_by;
  const time = groups.find((group) => 'time' in group);
  const largest: Order = query.metrics.slice(0, 1).map((name) => [name, 'desc']);
  return time ? [[time.name, 'asc'], ...largest] : largest;
}

function comparisonPeriod(
  query: Query,
  period: Period,
  at: { zone: string; now: Date; byTime: boolean },
): Period | undefined {
  const asked = query.include.comparisons;
  if (!asked) return undefined;
  if (asked.mode === 'custom') return periodOf(asked.date_range, at.zone, at.now, '', 'include.comparisons.date_range');
  return besidePeriod(period, asked.mode, at);
}

/** The facts that a caller may ask about, as the store's statements take them. */
export function scopeOf(period: Period, sites: Sites, caller: Caller): Scope {
  return {
    org_id: caller.org_id,
    sites: sites.ids,
    ...period,
    advertiser_id: caller.role === 'client' ? caller.advertiser_id : null,
    currency: sites.currency,
    digits: minorDigits(sites.currency),
  };
}

function bounds({ from, to, instants }: Period, zone: string): [string, string] {
  const ends = instants ?? {
    from: startOfDay(from, zone),
    to: new Date(startOfDay(addDays(to, 1), zone).getTime() - 1000),
  };
  return [isoInZone(ends.from, zone), isoInZone(ends.to, zone)];
}

const usesVisits = (parts: readonly Part[]) =>
  parts.some(({ source }) => /^(visit|entr|exits|joined|seen|goal)|figures$/.test(source.name));
const usesGoals = (parts: readonly Part[]) => parts.some(({ source }) => source.name.startsWith('goal'));

type Circumstances = {
  filters: readonly Filter[];
  parts: readonly Part[];
  period: Period;
  sites: Sites;
  stale: boolean;
  foreignMoney: boolean;
  imports: Imports;
  /** What a period that is not over is compared with. */
  beside: Period | undefined;
};

const isOpen = ({ from, to, instants }: Period, now: Date, zone: string) =>
  !instants && from <= dayOf(now, zone) && to >= dayOf(now, zone);

function notesOf(
  query: Query,
  { parts, filters, period, sites, stale, foreignMoney, imports, beside }: Circumstances,
): NoteCode[] {
  const asks = (name: string) => query.metrics.some((one) => one === name);
  const audience = query.metrics.some((name) => metrics[name].family === 'audience');
  // Rows of one day each hold true visitors; a week, a month or the whole period adds days up.
  const grain: Grain | undefined = groupsOf(query.dimensions.filter(isTime), grainOf(period)).find(
    (group) => 'time' in group,
  )?.time;
  const rowsSpanDays = period.from !== period.to && grain !== 'minute' && grain !== 'hour' && grain !== 'day';
  const said: [NoteCode, boolean][] = [
    ['visitor-days', asks('visitors') && rowsSpanDays],
    ['visitors-per-site', asks('visitors') && sites.ids.length > 1 && !query.dimensions.includes('ad:site')],
    ['visits-not-rebuilt', stale],
    ['several-currencies', foreignMoney],
    ['consented-only', asks('reach') || asks('frequency')],
    ['known-visitors-only', parts.some(({ source }) => source.name === 'visits_known')],
    ['segment-of-known', filters.some(isSegment) && parts.some(({ source }) => isOfAds(source))],
    [
      'by-entry-page',
      parts.some(({ source, measures }) => source.name.startsWith('entr') && measures.some((one) => one !== 'entries')),
    ],
    ['imported-included', imports.included],
    ['imported-partly', imports.included && imports.without.length > 0],
    ['imported-left-out', imports.skip === 'unsupported_query'],
    ['compared-until-now', beside?.instants !== undefined],
    ['today-not-over', beside !== undefined && beside.instants === undefined],
    ['several-time-zones', sites.severalZones && (audience || query.dimensions.some(isTime))],
  ];
  return said.filter(([, holds]) => holds).map(([code]) => code);
}
