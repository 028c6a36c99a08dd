/** Who is in a segment now, as ad targeting needs it: hashes of visitors who agreed to be known, and of nobody else. */
import type { Clock, Events, Sql } from '#platform';
import { personsSql } from './condition.ts';
import type { Filter } from './contract.ts';
import { addDays, dayOf } from './dates.ts';
import { minorDigits } from './goal-sql.ts';
import { resolveFilters } from './resolve-filters.ts';
import type { Segment } from './segment-contract.ts';
import { bindTo, paramsOf } from './write-sql.ts';

type Asking = { db: Sql; events: Pick<Events, 'query'>; clock: Clock };
type Kept = Pick<Segment, 'id' | 'site_id' | 'filters' | 'window_days'> & {
  org_id: string;
  time_zone: string;
  currency: string;
};

/** A segment with more members than this is cut: an edge keeps all of them in memory. */
const mostMembers = 2_000_000;

/** Decimal hashes by segment id, for those of the ids that exist. The hashes are the visitors' on the segment's own site. */
export async function segmentMembers(
  { db, events, clock }: Asking,
  ids: readonly string[],
): Promise<Record<string, string[]>> {
  if (ids.length === 0) return {};
  const segments = await db.query<Kept>(
    `select g.id, g.org_id, g.site_id, g.filters, g.window_days, s.time_zone, s.currency
       from segments g join sites s on s.id = g.site_id where g.id = any($1) and s.mode = 'consented' order by g.id`,
    [[...ids]],
  );
  const members: Record<string, string[]> = {};
  for (const one of segments) members[one.id] = await membersOf({ db, events, clock }, one);
  return members;
}

async function membersOf({ db, events, clock }: Asking, one: Kept): Promise<string[]> {
  const today = dayOf(clock(), one.time_zone);
  const caller = {
    kind: 'key' as const,
    id: 'book',
    name: 'book',
    role: 'admin',
    org_id: one.org_id,
    advertiser_id: null,
  };
  const own: Filter[] = [['is', 'segment', [one.id]]];
  const { filters, goals = [] } = await resolveFilters(db, caller, [one.site_id], own);
  const scope = {
    org_id: one.org_id,
    sites: [one.site_id],
    from: addDays(today, 1 - one.window_days),
    to: today,
    advertiser_id: null,
    currency: one.currency,
    digits: minorDigits(one.currency),
  };
  const params = paramsOf(scope);
  const persons = personsSql(filters, { scope, goals }, bindTo(params), { known: true });
  const rows = await events.query<{ person: string }>(
    `select toString(person) as person from (${persons}) order by person limit ${mostMembers}`,
    params,
  );
  return rows.map(({ person }) => person);
}
