/** From steps to how many got how far: a fold over the actions of each visit or visitor. */
import { Refusal } from '#platform';
import type * as z from 'zod';
import { isTooFew } from './answer-query.ts';
import { actionsOf, personsSql } from './condition.ts';
import type { Filter } from './contract.ts';
import { addDays, periodOf } from './dates.ts';
import { isAboutAds, readFilters } from './filter.ts';
import { checkSteps } from './funnel.ts';
import type { askFunnel, FunnelReply } from './funnel-contract.ts';
import { resolveFilters } from './resolve-filters.ts';
import { type Lying } from './rows.ts';
import { type Asking, scopeOf } from './run-query.ts';
import { sitesOf } from './scope.ts';
import { bindTo, paramsOf, type Statement } from './write-sql.ts';

type Row = { counts: number[]; medians: (number | null)[]; means: (number | null)[] };
const dayMs = 86_400_000;
const noLimit = 4e12;

/** The scope of a question about days of one site. Throws a Refusal for a period longer than two years. */
export async function daysOfSite(asking: Asking, site_id: string, range: [string, string]) {
  const sites = await sitesOf(asking.db, asking.caller, site_id);
  const period = periodOf(range, sites.zone, asking.clock(), '');
  if (addDays(period.from, 731) < period.to)
    throw new Refusal('bad-input', 'date_range: must be two years at most.', { field: 'date_range' });
  return { sites, period, scope: scopeOf(period, sites, asking.caller) };
}

/** Throws a Refusal for filters on ad events where rows are what happened on a site. */
export function checkOfSite(filters: readonly Filter[]): void {
  if (filters.some(isAboutAds))
    throw new Refusal('bad-input', 'filters: speak of ads here only under has_done or in a segment.', {
      field: 'filters',
    });
}

type Input = z.output<(typeof askFunnel)['input']>;

/** As `runFunnel`, with no word of a group of visitors that is too small to tell of. */
export async function answerFunnel(asking: Asking, input: Input): Promise<FunnelReply> {
  const reply = await runFunnel(asking, input);
  return (await isTooFew(asking, input)) ? { ...reply, steps: [], too_few: true } : reply;
}

/** The steps of a funnel, for whoever fits the filters. */
export async function runFunnel(asking: Asking, input: Input): Promise<FunnelReply> {
  const { db, events, caller, signal } = asking;
  checkSteps(input.steps, input.by, input.within_days);
  const { sites, scope } = await daysOfSite(asking, input.site_id, input.date_range);
  const given = input.steps.map(({ filters }, i): Filter => ['and', readFilters(filters, `steps.${i}.filters`)]);
  const wide: Filter = ['and', readFilters(input.filters)];
  checkOfSite([wide]);
  const hasFilters = input.filters.length > 0;
  const resolved = await resolveFilters(db, caller, sites.ids, hasFilters ? [...given, wide] : given);
  const steps = resolved.filters.slice(0, given.length);
  if (input.by === 'visit' && steps.some(isAboutAds))
    throw new Refusal('bad-input', 'steps: ads are no part of a visit; ask by visitor.', { field: 'steps' });
  const { sql, params } = funnelSql(steps, resolved.filters[given.length], {
    lying: { scope, goals: resolved.goals ?? [] },
    by: input.by,
    within: input.within_days,
  });
  const query = { site_id: input.site_id, date_range: [scope.from, scope.to] as [string, string] };
  const way = { by: input.by, within_days: input.within_days };
  const [row] = await events.query<Row>(sql, params, signal ? { signal } : {});
  const counts = input.steps.map((_, i) => Number(row?.counts[i] ?? 0));
  const percent = (part: number, whole: number) => (whole === 0 ? null : Math.round((10_000 * part) / whole) / 100);
  const seconds = (list: (number | null)[] | undefined, i: number) => {
    const ms = list?.[i];
    return i === 0 || ms === null || ms === undefined || counts[i] === 0 ? null : Math.round(Number(ms) / 1000);
  };
  return {
    steps: input.steps.map(({ name }, i) => ({
      name,
      count: counts[i] ?? 0,
      of_first: percent(counts[i] ?? 0, counts[0] ?? 0),
      of_previous: i === 0 ? null : percent(counts[i] ?? 0, counts[i - 1] ?? 0),
      dropped: (counts[i] ?? 0) - (counts[i + 1] ?? 0),
      median_seconds: seconds(row?.medians, i),
      mean_seconds: seconds(row?.means, i),
    })),
    query: { ...query, ...way },
    too_few: false,
  };
}

/**
 * One row `{counts, medians, means}`: how many reached each step, and milliseconds since the step before. All steps lie in the
 * period, each is a later action than the one before. Of several ways through, the one that gets farthest, then the one that
 * gets there first; times are those of that way.
 */
function funnelSql(
  steps: readonly Filter[],
  all: Filter | undefined,
  { lying, by, within }: { lying: Lying; by: 'visit' | 'visitor'; within: number | null },
): Statement {
  const params = paramsOf(lying.scope);
  const bind = bindTo(params);
  const rows = steps.map((step, place) => {
    const ads = isAboutAds(step);
    const { from, where } = actionsOf(all && !ads ? ['and', [step, all]] : step, lying, bind);
    // Ads know nothing of a visit: those who saw them are those with an action on the site that fits.
    const fitting = all && ads ? ` and (site_id, visitor) in (${personsSql([all], lying, bind)})` : '';
    const unit = by === 'visit' ? 'toUInt64(visit_id)' : ads ? 'visitor' : 'person';
    const own = by === 'visit' ? ' and visit_id != 0' : '';
    return `select site_id, ${unit} as unit, toUnixTimestamp64Milli(at) as ms, ${ads ? 'concat(decision_id, kind)' : 'hit_id'} as id, toUInt32(${place}) as place from ${from} where ${where}${own}${fitting}`;
  });
  const actions = `select site_id, unit, ms, id, groupBitOr(bitShiftLeft(toUInt32(1), place)) as fits from (${rows.join(' union all ')}) group by site_id, unit, ms, id`;
  const limit = `toInt64(${within ? within * dayMs : noLimit})`;
  const has = (place: number) => `bitTest(one.3, ${place})`;
  // Per step, the way that began last of those that got there: nothing else can get farther within the limit.
  const chains = steps.map((_, i) =>
    i === 0
      ? `if(${has(0)}, [one.1], acc.1[1])`
      : `if(${has(i)} and notEmpty(acc.1[${i}]) and one.1 - acc.1[${i}][1] <= ${limit} and (empty(acc.1[${i + 1}]) or acc.1[${i}][1] > acc.1[${i + 1}][1]), arrayPushBack(acc.1[${i}], one.1), acc.1[${i + 1}])`,
  );
  const next = `[${chains.join(', ')}]`;
  const fold = `arrayFold((acc, one) -> tuple(${next} as ways, arrayFold((best, way) -> if(length(way) > length(best), way, best), ways, acc.2)),
    arraySort(groupArray((ms, id, fits))), tuple([${steps.map(() => "cast([], 'Array(Int64)')").join(', ')}], cast([], 'Array(Int64)')))`;
  const each = (write: (i: number) => string) => `[${steps.map((_, i) => write(i + 1)).join(', ')}]`;
  const gap = (i: number) => `toFloat64(way[${i}] - way[${Math.max(1, i - 1)}])`;
  const sql = `select ${each((i) => `toFloat64(countIf(length(way) >= ${i}))`)} as counts,
    ${each((i) => `ifNotFinite(quantileExactIf(0.5)(${gap(i)}, length(way) >= ${i}), 0)`)} as medians,
    ${each((i) => `ifNotFinite(avgIf(${gap(i)}, length(way) >= ${i}), 0)`)} as means
    from (select (${fold} as found).2 as way from (${actions}) group by site_id, unit)`;
  return { sql, params };
}
