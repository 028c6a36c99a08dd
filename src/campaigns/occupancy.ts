/** The calendar of the spaces, put together: placements with what is expected, sold and held of them, who has it, and conflicts. */
import { type TakenSpace, takenSpace } from '#forecasting';
import { findSite } from '#inventory';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import type { CalendarStep, Occupancy, OccupiedPlacement, readOccupancy as readRoute } from './contract.ts';
import { conflictsOf } from './occupancy-conflicts.ts';
import { type Tenant, tenantsBetween } from './occupants.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

export type Question = Omit<z.output<(typeof readRoute)['input']>, 'limit' | 'cursor'>;
type Desk = { db: Database; events: Pick<Events, 'query'>; clock: Clock; caller: Caller };

type Space = Omit<OccupiedPlacement, 'measured' | 'forecast' | 'sold' | 'held' | 'free'> & {
  domain: string;
  time_zone: string;
  kind: 'own' | 'external';
};

/** Days one calendar may span. */
const mostDays = 400;

/** Throws bad-input for a span that is none or too long, not-found for a site of nobody. */
export async function readOccupancy(
  desk: Desk,
  { limit, cursor, ...question }: z.output<(typeof readRoute)['input']>,
): Promise<Occupancy> {
  const { db, caller, clock } = desk;
  const { from, to, by, advertiser } = question;
  if (to < from) throw new Refusal('bad-input', 'to: must not be before from.', { field: 'to' });
  if (Date.parse(to) - Date.parse(from) >= mostDays * 86_400_000)
    throw new Refusal('bad-input', `to: at most ${mostDays} days after from.`, { field: 'to' });
  // A day wider on both sides: zones differ, and each placement's own days are cut out below.
  const span = { from: startOfDay(nextDay(from, -1), 'UTC'), to: startOfDay(nextDay(to, 2), 'UTC'), now: clock() };
  const tenants = await tenantsBetween(db, caller, { ...span, advertiser });
  const only = advertiser === undefined ? null : [...new Set(tenants.flatMap(({ placements }) => placements))];
  const rows = await spacesOf(db, caller, { ...question, only, limit: limit + 1, cursor });
  const spaces = rows.slice(0, limit);
  const shown = new Set(spaces.map(({ id }) => id));
  // Whom an advertiser meets on its spaces is asked for without that filter.
  const all = advertiser === undefined ? tenants : await tenantsBetween(db, caller, span);
  const here = all.filter(
    ({ placements, first_day, last_day }) =>
      first_day <= to && last_day >= from && placements.some((id) => shown.has(id)),
  );

  const zones = [...new Set(spaces.map(({ time_zone }) => time_zone))];
  const taken = await takenSpace(desk, {
    places: spaces,
    start: Math.min(...zones.map((zone) => Date.parse(startOfDay(from, zone)))),
    end: Math.max(...zones.map((zone) => Date.parse(startOfDay(nextDay(to), zone)))),
  });
  const periods = periodsOf(from, to, by);
  const periodOfDay = indexOf(periods);
  const placements = spaces.map((space) => occupied(space, taken, periodOfDay, periods.length));
  const known = here.map((one) => withShare(one, taken));
  return {
    from,
    to,
    by,
    periods,
    placements,
    occupants: known.map(({ type: _t, category: _c, labels: _l, targeting: _g, ...occupant }) => occupant),
    conflicts: conflictsOf(placements, known),
    next: rows.length > limit ? (spaces.at(-1)?.id ?? null) : null,
  };
}

const withShare = (one: Tenant, { shares, missing }: TakenSpace): Tenant => ({
  ...one,
  share_of_voice: one.goal.unit === 'share' ? one.goal.quantity : (shares.get(one.id) ?? null),
  missing: missing.get(one.id) ?? 0,
});

/** Ordered by their ids, so that a page can be asked for after another; the screens order them by name. */
async function spacesOf(
  sql: Sql,
  caller: Caller,
  asked: Question & { only: readonly string[] | null; limit: number; cursor: string | undefined },
): Promise<Space[]> {
  const site = asked.site === undefined ? null : await findSite(sql, caller.org_id, asked.site);
  if (asked.site !== undefined && !site)
    throw new Refusal('not-found', `site: there is no site ${asked.site}.`, { field: 'site' });
  return sql.query<Space>(
    `select p.id, p.code, p.name, p.site_id, s.name as site_name, p.section_id, c.name as section_name, p.formats, s.domain, s.time_zone, s.kind
     from placements p join sites s on s.id = p.site_id left join sections c on c.id = p.section_id
     where p.org_id = $1 and ($2::text is null or p.site_id = $2) and ($3::text is null or p.section_id = $3)
       and ($4::text is null or $4 = any(p.formats)) and ($5::text[] is null or p.id = any($5)) and ($6::text is null or p.id > $6)
     order by p.id limit $7`,
    [
      caller.org_id,
      site?.id ?? null,
      asked.section ?? null,
      asked.format ?? null,
      asked.only,
      asked.cursor ?? null,
      asked.limit,
    ],
  );
}

type Period = Occupancy['periods'][number];

/** Days, weeks from Monday, or months; the first and the last one cut to the span. */
export function periodsOf(from: string, to: string, by: CalendarStep): Period[] {
  const periods: Period[] = [];
  for (let start = from; start <= to;) {
    const last = lastOf(start, by);
    const end = last < to ? last : to;
    periods.push({ start, end });
    start = nextDay(end);
  }
  return periods;
}

function lastOf(day: string, by: CalendarStep): string {
  if (by === 'day') return day;
  const at = new Date(`${day}T00:00:00Z`);
  if (by === 'week') return nextDay(day, (7 - at.getUTCDay()) % 7);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
}

/** The period of every day. */
function indexOf(periods: readonly Period[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const [i, { start, end }] of periods.entries())
    for (let day = start; day <= end; day = nextDay(day)) index.set(day, i);
  return index;
}

function occupied(
  { domain: _d, time_zone: _z, kind: _k, ...space }: Space,
  taken: TakenSpace,
  periodOfDay: ReadonlyMap<string, number>,
  count: number,
): OccupiedPlacement {
  const days = taken.places.get(space.id);
  const sums = { forecast: new Float64Array(count), sold: new Float64Array(count), held: new Float64Array(count) };
  for (const [day, { forecast, booked, held }] of days ?? []) {
    const at = periodOfDay.get(day);
    if (at === undefined) continue;
    sums.forecast[at] = (sums.forecast[at] ?? 0) + forecast;
    sums.sold[at] = (sums.sold[at] ?? 0) + booked;
    sums.held[at] = (sums.held[at] ?? 0) + held;
  }
  const whole = (counts: Float64Array) => Array.from(counts, (value) => Math.round(value));
  const free = sums.forecast.map((all, i) => Math.max(0, all - (sums.sold[i] ?? 0) - (sums.held[i] ?? 0)));
  return {
    ...space,
    measured: days !== undefined,
    forecast: whole(sums.forecast),
    sold: whole(sums.sold),
    held: whole(sums.held),
    free: whole(free),
  };
}
