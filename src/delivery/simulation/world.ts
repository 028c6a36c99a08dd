/** What a simulation runs: the asked line items with what is left of their goals, their rivals, and the measured traffic of their placements. */
import type { LineItemInput } from '#campaigns/contract';
import { conditionsOf, relaxed } from '#forecasting';
import type { TargetingGroup } from '#inventory/contract';
import { type Clock, type Database, type Events, Refusal, type Sql } from '#platform';
import { openZone } from '../local-time.ts';
import { readConversions, readDelivered } from '../read-delivery.ts';
import type { Scenario } from '../simulate-scenario.ts';
import type { SimulationInput, SimulationResult } from './contract.ts';
import { perDay, type TrafficOrder } from './make-requests.ts';
import { type MeasuredPlacement, readMeasured } from './measured-traffic.ts';

/** Given to the thread that runs it; plain data. */
export type World = {
  scenario: Scenario;
  traffic: Pick<TrafficOrder, 'thinning' | 'knownPercent' | 'perReader'> & {
    placements: MeasuredPlacement[];
    percent: number;
    surprises: SimulationInput['surprises'];
  };
  /** In the order of the scenario's line items; `ordered` before thinning. */
  about: {
    line_item_id: string | null;
    name: string;
    role: 'chosen' | 'wished' | 'rival';
    unit: LineItemInput['goal']['unit'];
    ordered: number;
    due: number;
  }[];
  warnings: SimulationResult['warnings'];
};

/** Requests run at most: some ten seconds, some hundred megabytes. Beyond, one in so many is run. */
const mostRequests = 600_000;
const mostRivals = 2000;
const replanMinutes = 30;

type Line = Omit<LineItemInput, 'order_id'> & {
  id: string | null;
  order_id: string;
  role: World['about'][number]['role'];
};

type Place = { id: string; code: string; formats: string[]; time_zone: string };

/** Throws not-found for line items or placements that the organisation has not. */
export async function worldOf(
  { db, events, clock }: { db: Database; events: Pick<Events, 'query'>; clock: Clock },
  org_id: string,
  asked: SimulationInput,
): Promise<World> {
  const chosen = await chosenLines(db, org_id, asked.line_items);
  const wished = asked.wished.map((terms): Line => ({ ...terms, id: null, order_id: '', role: 'wished' }));
  const own = [...chosen, ...wished];
  const first = own[0]?.placements[0];
  const zoneName = (first && (await placesOf(db, org_id, [first])).get(first)?.time_zone) || 'UTC';
  const zone = openZone(zoneName);
  const midnight = (date: string) => {
    const utc = Date.parse(`${date}T00:00:00Z`);
    return utc - zone.offset(utc - zone.offset(utc));
  };
  const start = midnight(asked.start);
  const end = midnight(
    new Date(Date.parse(`${asked.start}T00:00:00Z`) + asked.days * 86_400_000).toISOString().slice(0, 10),
  );

  const rivals = asked.with_rivals ? await rivalLines(db, org_id, { own, start, end }) : [];
  const places = await placesOf(db, org_id, [...new Set([...own, ...rivals].flatMap(({ placements }) => placements))]);
  const today = Math.floor((clock().getTime() + zone.offset(clock().getTime())) / 86_400_000);
  const measured = await readMeasured(events, { org_id, placements: [...places.keys()], today });
  const requests = (perDay(measured) * asked.days * asked.traffic_percent) / 100;
  const thinning = Math.max(1, Math.ceil(requests / mostRequests));

  const delivered = await readDelivered(
    events,
    [...own, ...rivals].flatMap(({ id }) => id ?? []),
  );
  const byConversions = [...own, ...rivals].flatMap(({ id, goal }) => (id && goal.unit === 'conversions' ? [id] : []));
  const conversions = byConversions.length > 0 ? await readConversions(events, byConversions) : {};
  const lines = [...own, ...rivals].map((line) =>
    lineFor(line, { places, start, end, thinning, delivered, conversions }),
  );
  const runs = lines.filter(({ runs: isRun }) => isRun);
  return {
    scenario: {
      time_zone: zoneName,
      start: new Date(start).toISOString(),
      days: asked.days,
      replan_minutes: replanMinutes,
      seed: 1,
      placements: [...places.values()].map(({ id, formats }) => ({ code: id, formats })),
      line_items: runs.map(({ item }) => item),
      history: 'measured',
      requests: 'measured',
    },
    traffic: {
      placements: measured,
      thinning,
      percent: asked.traffic_percent,
      surprises: asked.surprises,
      knownPercent: asked.known_percent,
      perReader: asked.requests_per_reader,
    },
    // Those that cannot run come last, with nothing delivered.
    about: [...runs, ...lines.filter(({ runs: isRun }) => !isRun)].map(({ about }) => about),
    warnings: warningsOf({ own, places, measured, thinning }),
  };
}

/** The line items named by id, in that order. Throws not-found naming the first that is not there. */
export async function chosenLines(db: Sql, org_id: string, ids: readonly string[]): Promise<Line[]> {
  const rows = await db.query<LineRow>(`${lineSelect} where l.org_id = $1 and l.id = any($2)`, [org_id, ids]);
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id, index) => {
    const row = known.get(id);
    if (!row)
      throw new Refusal('not-found', `line_items.${index}: there is no line item ${id}.`, {
        field: `line_items.${index}`,
      });
    return { ...termsOf(row), role: 'chosen' };
  });
}

/** Placements by id. Throws not-found naming one that the organisation has not. */
export async function placesOf(db: Sql, org_id: string, ids: readonly string[]): Promise<Map<string, Place>> {
  const rows = await db.query<Place>(
    `select p.id, p.code, p.formats, s.time_zone from placements p join sites s on s.id = p.site_id
      where p.org_id = $1 and p.id = any($2) order by p.id`,
    [org_id, ids],
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new Refusal('not-found', `placements: there is no placement ${unknown}.`, { field: 'placements' });
  return known;
}

/**
 * Booked and live lines that may answer on the same placements in these days, and those that contend with them where they run besides:
 * a rival judged on half of its placements would seem to fail.
 */
async function rivalLines(
  db: Sql,
  org_id: string,
  { own, start, end }: { own: readonly Line[]; start: number; end: number },
): Promise<Line[]> {
  const rivals: Line[] = [];
  const seen = new Set<string>();
  let reached = [...new Set(own.flatMap((line) => line.placements))];
  while (reached.length > 0 && rivals.length < mostRivals) {
    const rows = await db.query<LineRow>(
      `${lineSelect} where l.org_id = $1 and l.state in ('booked', 'live') and l.placements && $2::text[] and l.id <> all($3)
         and l.starts_at < $4 and l.ends_at > $5 order by l.priority, l.id limit ${mostRivals}`,
      [
        org_id,
        reached,
        [...own, ...rivals].flatMap(({ id }) => id ?? []),
        new Date(end).toISOString(),
        new Date(start).toISOString(),
      ],
    );
    for (const place of reached) seen.add(place);
    rivals.push(...rows.map((row): Line => ({ ...termsOf(row), role: 'rival' })));
    reached = [...new Set(rows.flatMap(({ placements }) => placements))].filter((place) => !seen.has(place));
  }
  return rivals;
}

const lineSelect = `select l.id, l.order_id, l.name, l.type, l.priority, l.goal_unit, l.goal_quantity, l.rate_model, l.rate_amount, l.currency,
  l.starts_at, l.ends_at, l.placements, l.sizes, l.targeting, l.frequency_caps, l.pacing, l.pacing_curve, l.roadblock,
  l.exclusion_labels, l.excluded_advertisers, l.rotation, l.daily_cap, l.lifetime_cap from line_items l`;

type LineRow = Omit<Line, 'goal' | 'rate' | 'start' | 'end' | 'role' | 'id'> & {
  id: string;
  goal_unit: Line['goal']['unit'];
  goal_quantity: number;
  rate_model: Line['rate']['model'];
  rate_amount: number;
  currency: string;
  starts_at: string;
  ends_at: string;
};

function termsOf(row: LineRow): Omit<Line, 'role'> {
  const { goal_unit, goal_quantity, rate_model, rate_amount, currency, starts_at, ends_at, ...same } = row;
  return {
    ...same,
    goal: { unit: goal_unit, quantity: goal_quantity },
    rate: { model: rate_model, amount: rate_amount, currency },
    start: starts_at,
    end: ends_at,
  };
}

type Delivered = Awaited<ReturnType<typeof readDelivered>>;
const deliveredIn = { viewable_impressions: 'viewables', clicks: 'clicks' } as const;

/** A line as the scenario has it: what is left of its goal, from the first simulated day on, on the placements that take part. */
function lineFor(
  { id, role, ...line }: Line,
  around: {
    places: ReadonlyMap<string, Place>;
    start: number;
    end: number;
    thinning: number;
    delivered: Delivered;
    conversions: Readonly<Record<string, number>>;
  },
) {
  const { unit, quantity } = line.goal;
  const isCounted = unit !== 'share';
  const figures = id === null ? undefined : around.delivered[id];
  const field = unit === 'viewable_impressions' || unit === 'clicks' ? deliveredIn[unit] : 'impressions';
  const had = unit === 'conversions' ? around.conversions[id ?? ''] : figures?.[field];
  const left = isCounted ? Math.max(0, quantity - (had ?? 0)) : quantity;
  const placements = line.placements.filter((place) => around.places.has(place));
  const end = Date.parse(line.end);
  const item = {
    ...line,
    name: line.name,
    goal: { unit, quantity: isCounted ? Math.ceil(left / around.thinning) : quantity },
    start: new Date(Math.max(Date.parse(line.start), around.start)).toISOString(),
    end: new Date(end).toISOString(),
    placements,
    targeting: measuredTargeting(line.targeting, around.places),
    frequency_caps: line.frequency_caps ?? [],
    order_id: line.order_id || undefined,
    pacing_curve: line.pacing_curve ?? null,
    daily_cap: limitOf(line.daily_cap, 0, around.thinning),
    lifetime_cap: limitOf(line.lifetime_cap, figures?.[field] ?? 0, around.thinning),
  };
  const begin = Math.max(Date.parse(line.start), around.start);
  const run = Math.min(1, Math.max(0, (around.end - begin) / (end - begin)));
  const isFree = line.type === 'house' || line.type === 'price_priority' || line.type === 'network';
  return {
    item,
    runs: end > around.start && placements.length > 0 && (left > 0 || (isFree && quantity === 0)),
    about: { line_item_id: id, name: line.name, role, unit, ordered: left, due: isCounted ? left * run : quantity },
  };
}

/** What a limit leaves, among so many times fewer requests. */
const limitOf = (most: number | null | undefined, had: number, thinning: number): number | null =>
  typeof most === 'number' ? Math.max(1, Math.ceil((most - had) / thinning)) : null;

const measuredKeys = new Set(['geo.country', 'device', 'daypart', 'placement']);

/** Targeting that measured traffic can answer; codes of placements become the ids by which the scenario names them. */
function measuredTargeting(
  targeting: TargetingGroup | null | undefined,
  places: ReadonlyMap<string, Place>,
): TargetingGroup | null {
  const kept = targeting ? relaxed(targeting, (key) => measuredKeys.has(key)) : null;
  if (!kept) return null;
  const idsOf = (value: string) => [...places.values()].flatMap(({ id, code }) => (code === value ? id : []));
  const renamed = (group: TargetingGroup): TargetingGroup => {
    const members = ('and' in group ? group.and : group.or).map((member) => {
      if (!('key' in member)) return renamed(member);
      if (member.key !== 'placement') return member;
      return 'in' in member
        ? { key: member.key, in: [...member.in, ...member.in.flatMap(idsOf)] }
        : { key: member.key, not_in: [...member.not_in, ...member.not_in.flatMap(idsOf)] };
    });
    return 'and' in group ? { and: members } : { or: members };
  };
  return renamed(kept);
}

function warningsOf({
  own,
  places,
  measured,
  thinning,
}: {
  own: readonly Line[];
  places: ReadonlyMap<string, Place>;
  measured: readonly MeasuredPlacement[];
  thinning: number;
}): World['warnings'] {
  const heard = new Set(measured.map(({ id }) => id));
  const warnings: World['warnings'] = [];
  for (const { id, code } of places.values())
    if (!heard.has(id))
      warnings.push({
        code: 'no-traffic',
        subject: code,
        sentence: `The placement ${code} had no request in the last four weeks: nothing comes there.`,
      });
  const unmeasured = own.flatMap(({ targeting }) =>
    targeting ? conditionsOf(targeting).flatMap(({ key }) => (measuredKeys.has(key) ? [] : [key])) : [],
  );
  for (const key of new Set(unmeasured))
    warnings.push({
      code: 'not-measured',
      subject: key,
      sentence: `Requests are not measured by ${key}: targeting on it counts as fulfilled.`,
    });
  if (thinning > 1)
    warnings.push({
      code: 'thinned',
      subject: String(thinning),
      sentence: `One request in ${thinning} was run, goals and readers divided alike: small goals are rounded.`,
    });
  return warnings.slice(0, 100);
}
