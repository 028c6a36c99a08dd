/** Who has what of the spaces: line items, and lines of proposals whose space is held. */
import type { GoalUnit, TargetingGroup } from '#inventory/contract';
import type { Caller, Sql } from '#platform';
import type { LineItemState, LineItemType, Occupant } from './contract.ts';
import { ledgerStates } from './line-item-states.ts';
import { dayOf } from './zoned-day.ts';

/** One who occupies, with what tells competitors and exclusivity. */
export type Tenant = Occupant & {
  type: LineItemType;
  category: string | null;
  labels: string[];
  targeting: TargetingGroup | null;
};

type Row = {
  id: string;
  name: string;
  order_id: string | null;
  proposal_id: string | null;
  advertiser_id: string;
  advertiser_name: string;
  category: string | null;
  state: LineItemState | 'held';
  expires_at: string | null;
  type: LineItemType;
  goal_unit: GoalUnit;
  goal_quantity: number;
  starts_at: string;
  ends_at: string;
  placements: string[];
  targeting: TargetingGroup | null;
  labels: string[];
  time_zone: string;
};

/** More than this in one calendar are not drawn. */
const most = 5000;

type Span = { from: string; to: string; now: Date; advertiser?: string | undefined };

/** Those that overlap [from, to) (ISO 8601), first to start first. What was cancelled, and what is only a draft, occupies nothing. */
export async function tenantsBetween(
  sql: Sql,
  caller: Pick<Caller, 'org_id'>,
  { from, to, now, advertiser }: Span,
): Promise<Tenant[]> {
  const lines = await sql.query<Row>(
    `select l.id, l.name, l.order_id, null as proposal_id, o.advertiser_id, a.name as advertiser_name, a.category, l.state, r.expires_at, l.type,
       l.goal_unit, l.goal_quantity, l.starts_at, l.ends_at, l.placements, l.targeting, l.exclusion_labels as labels, coalesce(s.time_zone, 'UTC') as time_zone
     from line_items l join orders o on o.id = l.order_id join advertisers a on a.id = o.advertiser_id
       left join reservations r on r.line_item_id = l.id and r.state = 'held'
       left join placements p on p.id = l.placements[1] left join sites s on s.id = p.site_id
     where l.org_id = $1 and l.state in ('reserved', 'booked', 'live', 'paused', 'ended') and l.starts_at < $3 and l.ends_at > $2
       and ($4::text is null or o.advertiser_id = $4)
     order by l.starts_at, l.id limit ${most}`,
    [caller.org_id, from, to, advertiser ?? null],
  );
  const offers = await sql.query<Row>(
    `select r.line_item_id as id, coalesce(e.line ->> 'name', p.name) as name, null as order_id, p.id as proposal_id, p.advertiser_id,
       a.name as advertiser_name, a.category, 'held' as state, r.expires_at, coalesce(e.line ->> 'type', 'standard') as type, r.goal_unit, r.goal_quantity,
       r.starts_at, r.ends_at, r.placements, r.targeting, '{}'::text[] as labels, coalesce(e.line ->> 'time_zone', 'UTC') as time_zone
     from reservations r
       join proposals p on p.org_id = r.org_id and p.state in ('sent', 'countered')
       join proposal_versions v on v.proposal_id = p.id and v.version = p.version
       join lateral (select line from jsonb_array_elements(v.lines) as line where line ->> 'id' = r.line_item_id) e on true
       join advertisers a on a.id = p.advertiser_id
     where r.org_id = $1 and r.state = 'held' and (r.expires_at is null or r.expires_at > $5) and r.starts_at < $3 and r.ends_at > $2
       and ($4::text is null or p.advertiser_id = $4)
     order by r.starts_at, r.id limit ${most}`,
    [caller.org_id, from, to, advertiser ?? null, now.toISOString()],
  );
  return [...lines, ...offers].map(tenantOf).toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function tenantOf(row: Row): Tenant {
  const holds = row.state === 'held' ? 'held' : ledgerStates[row.state];
  return {
    id: row.id,
    kind: row.proposal_id === null ? 'line-item' : 'proposal',
    name: row.name,
    order_id: row.order_id,
    proposal_id: row.proposal_id,
    advertiser_id: row.advertiser_id,
    advertiser_name: row.advertiser_name,
    state: row.state,
    space: holds === null ? 'past' : holds === 'held' ? 'held' : 'sold',
    expires_at: row.expires_at,
    goal: { unit: row.goal_unit, quantity: row.goal_quantity },
    share_of_voice: row.goal_unit === 'share' ? row.goal_quantity : null,
    missing: 0,
    start: row.starts_at,
    end: row.ends_at,
    first_day: dayOf(row.starts_at, row.time_zone),
    last_day: dayOf(new Date(Date.parse(row.ends_at) - 1).toISOString(), row.time_zone),
    placements: row.placements,
    type: row.type,
    category: row.category,
    labels: row.labels,
    targeting: row.targeting,
  };
}
