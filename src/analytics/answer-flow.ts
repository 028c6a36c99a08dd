/** The ways of visits from page to page. */
import { Refusal } from '#platform';
import type * as z from 'zod';
import { actionsOf, columnOf } from './condition.ts';
import { isTooFew } from './answer-query.ts';
import { checkOfSite, daysOfSite } from './answer-funnel.ts';
import type { Filter } from './contract.ts';
import { dimensionOf } from './dimensions.ts';
import { readFilters } from './filter.ts';
import type { askFlow, FlowReply } from './funnel-contract.ts';
import { labelsOf } from './labels.ts';
import { resolveFilters } from './resolve-filters.ts';
import type { Asking } from './run-query.ts';
import { bindTo, paramsOf } from './write-sql.ts';

const widest = 8;
const mostPaths = 50;
const mostWays = 200_000;
const mostNeighbours = 50;

/** The same page twice in a row is one station. At every step the most taken ways are told, the others together as `…`. */
export async function answerFlow(asking: Asking, input: z.output<(typeof askFlow)['input']>): Promise<FlowReply> {
  const { db, events, caller, signal } = asking;
  const { sites, scope } = await daysOfSite(asking, input.site_id, input.date_range);
  const pageviews: Filter = ['is', 'event:name', ['pageview']];
  const filters = readFilters(input.filters);
  checkOfSite(filters);
  const own = await resolveFilters(db, caller, sites.ids, filters);
  if (await isTooFew(asking, input))
    return { links: [], before: [], after: [], paths: [], visits: 0, labels: {}, too_few: true };
  const params = paramsOf(scope);
  const bind = bindTo(params);
  const { from, where, source } = actionsOf(
    ['and', [pageviews, ...own.filters]],
    { scope, goals: own.goals ?? [] },
    bind,
  );
  const station = `toString(${columnOf(source, dimensionOf(input.dimension)?.attribute ?? 'page', undefined, bind)})`;
  const visits = `select arrayCompact(arrayMap(one -> one.3, arraySort(groupArray((toUnixTimestamp64Milli(at), hit_id, ${station}))))) as pages
    from ${from} where ${where} and visit_id != 0 group by site_id, visit_id`;
  const page = input.page === undefined ? undefined : bind(input.page, 'String');
  const ways = page
    ? `select arraySlice(pages, indexOf(pages, ${page})) as way, pages from (${visits}) where has(pages, ${page})`
    : `select pages as way, pages from (${visits})`;
  const neighbours = (offset: -1 | 1) =>
    `select value, toFloat64(count()) as count from (select arrayJoin(arrayMap(i -> if(i + ${offset} between 1 and length(pages), pages[i + ${offset}], ''), arrayFilter(i -> pages[i] = ${page ?? "''"}, arrayEnumerate(pages)))) as value from (${ways})) group by value order by count desc, value limit ${mostNeighbours}`;
  const ask = <T>(sql: string) => events.query<T>(sql, params, signal ? { signal } : {});
  // The stores' answer is the ways themselves: joining hits to visits is what costs, so it is done once.
  const [found, before, after] = await Promise.all([
    ask<{ pages: string[]; visits: number }>(
      `select arraySlice(way, 1, ${input.steps + 1}) as pages, toFloat64(count()) as visits from (select way from (${ways})) group by pages order by visits desc, pages limit ${mostWays + 1}`,
    ),
    page ? ask<{ value: string; count: number }>(neighbours(-1)) : [],
    page ? ask<{ value: string; count: number }>(neighbours(1)) : [],
  ]);
  if (found.length > mostWays)
    throw new Refusal('bad-input', 'date_range: too many different ways; ask for a shorter period or fewer steps.', {
      field: 'date_range',
    });
  const links = linksOf(found, input.steps);
  const values = [...links.flatMap((one) => [one.from, one.to]), ...before.map(({ value }) => value)];
  return {
    links: narrowed(links, input.steps),
    before,
    after,
    paths: found.slice(0, mostPaths),
    visits: found.reduce((sum, { visits: count }) => sum + count, 0),
    labels: await labelsOf(
      db,
      caller.org_id,
      [input.dimension],
      values.map((value) => [value]),
    ),
    too_few: false,
  };
}

type Link = FlowReply['links'][number];

/** From each station of the ways to the next, the last one to nothing. */
function linksOf(ways: readonly { pages: string[]; visits: number }[], steps: number): Link[] {
  const links = new Map<string, Link>();
  for (const { pages, visits } of ways)
    for (const [i, from] of pages.slice(0, steps).entries()) {
      const to = pages[i + 1] ?? '';
      const key = JSON.stringify([i, from, to]);
      const known = links.get(key);
      if (known) known.visits += visits;
      else links.set(key, { step: i + 1, from, to, visits });
    }
  return [...links.values()];
}

/** At each step the stations with most visits keep their name; the rest is one station. */
function narrowed(links: readonly Link[], steps: number): Link[] {
  const kept: Set<string>[] = [];
  for (let step = 1; step <= steps + 1; step++) {
    const sums = new Map<string, number>();
    for (const link of links) {
      const name = link.step === step ? link.from : link.step === step - 1 ? link.to : undefined;
      if (name && (link.step === step || step > steps)) sums.set(name, (sums.get(name) ?? 0) + link.visits);
    }
    const most = [...sums].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, widest);
    kept.push(new Set(most.map(([name]) => name)));
  }
  const nameAt = (step: number, name: string) => (name === '' || kept[step - 1]?.has(name) ? name : '…');
  const merged = new Map<string, Link>();
  for (const link of links) {
    const one = { ...link, from: nameAt(link.step, link.from), to: nameAt(link.step + 1, link.to) };
    const key = JSON.stringify([one.step, one.from, one.to]);
    const known = merged.get(key);
    if (known) known.visits += one.visits;
    else merged.set(key, one);
  }
  return [...merged.values()].toSorted((a, b) => a.step - b.step || b.visits - a.visits);
}
