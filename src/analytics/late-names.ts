/**
 * The first rows of a breakdown by page: added up and ordered by a number that stands for the page, and named when only they are
 * left. A period has far more rows of pages than an answer, and a number is added up some times faster than an address.
 */
import type { Events } from '#platform';
import type { Attribute } from './dimensions.ts';
import type { Group, Part } from './plan.ts';
import { type Scope, sitesParams, sitesSql } from './rows.ts';
import type { SourceName } from './sources.ts';

type Order = readonly { column: string; direction: 'asc' | 'desc' }[];
type Asked = { groups: readonly Group[]; parts: readonly Part[]; order: Order; limit: number; offset: number };

/** More than this is named as it is added up. */
const most = 1000;

const keyed: Partial<Record<Attribute, readonly SourceName[]>> = {
  page: ['pages_days', 'page_figures', 'entry_figures'],
  entry_page: ['visit_figures'],
  exit_page: ['visit_figures'],
};

/** Whether every table that is asked knows the rows by their number, and they are ordered by figures alone. */
export function canNameLate({ groups, parts, order, limit, offset }: Asked): boolean {
  const [group, another] = groups;
  if (!group || another || !('attribute' in group)) return false;
  const able = keyed[group.attribute];
  return (
    able !== undefined &&
    limit + offset <= most &&
    order.length > 0 &&
    order.every(({ column }) => column.startsWith('k')) &&
    parts.every(({ source, whole }) => whole === true || able.includes(source.name))
  );
}

/**
 * Puts names into rows whose `d0` is a number in words, orders those that are equal in every figure by their name, and takes the
 * asked ones. Undefined where there are too many equals, or one has no name: then the question has to be asked by name.
 */
export async function nameLate(
  events: Events,
  rows: readonly Record<string, unknown>[],
  { scope, order, limit, offset }: Asked & { scope: Scope },
): Promise<Record<string, unknown>[] | undefined> {
  if (rows.length > most) return undefined;
  const names = await namesOf(events, scope, rows);
  const named: Record<string, unknown>[] = [];
  for (const row of rows) {
    const name = names.get(String(row['d0']));
    if (name === undefined) return undefined;
    named.push({ ...row, d0: name });
  }
  const isTied = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    order.every(({ column }) => a[column] === b[column]);
  // The store gave them in their order; sorting is stable, and of two rows that are no equals the earlier one stays first.
  const ranks = new Map<Record<string, unknown>, number>();
  for (const [i, row] of named.entries()) {
    const before = named[i - 1];
    ranks.set(row, before && isTied(before, row) ? (ranks.get(before) ?? 0) : i);
  }
  return named
    .toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || asStored(String(a['d0']), String(b['d0'])))
    .slice(offset, offset + limit);
}

/** Texts as the store orders them: by their bytes. */
const asStored = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Names from the page views of the period's months: few rows have another, and these are asked by name. */
async function namesOf(
  events: Events,
  { org_id, sites, from, to }: Scope,
  rows: readonly Record<string, unknown>[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const found = await events.query<{ key: string; path: string }>(
    `select toString(key) as key, any(path) as path from pages_months
     where org_id = {org:String} and site_id in ${sitesSql(sites)} and name = 'pageview' and month between toStartOfMonth({from:Date}) and {to:Date}
       and pages_months.key in (select toUInt64(arrayJoin({keys:Array(String)}))) group by pages_months.key`,
    { org: org_id, ...sitesParams(sites), from, to, keys: rows.map((row) => String(row['d0'])) },
  );
  return new Map(found.map(({ key, path }) => [key, path]));
}
