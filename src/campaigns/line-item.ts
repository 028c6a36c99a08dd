/** Line items as they are kept, read and shown. */
import { instantOf, type ListOrder, orderedPage, Refusal, type Caller, type Sql } from '#platform';
import type * as z from 'zod';
import type { TargetingGroup } from '#inventory/contract';
import type {
  FrequencyCap,
  GoalUnit,
  LineItem,
  LineItemState,
  LineItemTerms as Terms,
  LineItemType,
  listLineItems as listRoute,
  Pacing,
  RateModel,
  Roadblock,
  Rotation,
  Side,
  Warning,
} from './contract.ts';
import { lineItemMoves } from './line-item-states.ts';
import { ownAdvertiser } from './order.ts';
import { bookedAmount, calendarDays } from './totals.ts';

type Filter = z.output<(typeof listRoute)['input']>;

export type LineItemRow = {
  id: string;
  org_id: string;
  order_id: string;
  order_name: string;
  advertiser_id: string;
  advertiser_name: string;
  side: Side;
  publisher_id: string | null;
  /** Of the first placement's site; days are counted in it. */
  time_zone: string;
  has_creative: boolean;
  /** When what it holds lapses, as the reservation ledger has it. */
  expires_at: string | null;
  name: string;
  type: LineItemType;
  priority: number;
  state: LineItemState;
  state_reason: string | null;
  goal_unit: GoalUnit;
  goal_quantity: number;
  goal_id: string | null;
  rate_model: RateModel;
  rate_amount: number;
  currency: string;
  starts_at: string;
  ends_at: string;
  placements: string[];
  sizes: string[];
  targeting: TargetingGroup | null;
  frequency_caps: FrequencyCap[];
  daily_cap: number | null;
  lifetime_cap: number | null;
  pacing: Pacing;
  pacing_curve: number[] | null;
  roadblock: Roadblock;
  exclusion_labels: string[];
  excluded_advertisers: string[];
  rotation: Rotation;
  created_at: string;
};

const columns = `l.*, o.name as order_name, o.advertiser_id, a.name as advertiser_name, o.side, o.publisher_id,
    coalesce(s.time_zone, 'UTC') as time_zone,
    exists (
      select 1 from assignments x join creatives c on c.id = x.creative_id where x.line_item_id = l.id and c.state = 'approved'
    ) as has_creative,
    (select r.expires_at from reservations r where r.line_item_id = l.id and r.state = 'held') as expires_at`;
const tables = `line_items l
  join orders o on o.id = l.order_id
  join advertisers a on a.id = o.advertiser_id
  left join placements p on p.id = l.placements[1]
  left join sites s on s.id = p.site_id`;
const select = `select ${columns} from ${tables}`;

const order: ListOrder = {
  id: 'l.id',
  columns: {
    name: 'sort_key(l.name)',
    order: 'sort_key(o.name)',
    advertiser: 'sort_key(a.name)',
    state: 'l.state',
    type: 'l.type',
    priority: 'l.priority',
    goal: 'l.goal_quantity',
    rate: 'l.rate_amount',
    start: instantOf('l.starts_at'),
    end: instantOf('l.ends_at'),
    created: instantOf('l.created_at'),
  },
};

/** Rows of the filter, newest first unless sorted. */
export const lineItemRows = (
  sql: Sql,
  caller: Caller,
  filter: Omit<Filter, 'limit'> & { limit: number },
): Promise<{ items: LineItemRow[]; next: string | null }> =>
  orderedPage<LineItemRow>(
    sql,
    {
      select: columns,
      from: tables,
      where: `l.org_id = $1 and ($2::text is null or o.advertiser_id = $2) and ($3::text is null or o.advertiser_id = $3)
       and ($4::text is null or l.order_id = $4) and ($5::text is null or $5 = any(l.placements)) and ($6::text is null or o.side = $6)
       and ($7::text is null or l.state = $7) and ($8::text is null or l.type = $8)
       and ($9::text is null or strpos(sort_key(l.name || ' ' || o.name || ' ' || a.name), sort_key($9)) > 0)`,
      params: [
        caller.org_id,
        ownAdvertiser(caller),
        filter.advertiser_id ?? null,
        filter.order_id ?? null,
        filter.placement_id ?? null,
        filter.side ?? null,
        filter.state ?? null,
        filter.type ?? null,
        filter.q ?? null,
      ],
      order,
    },
    filter,
  );

/** Newest first, unless sorted. */
export async function listLineItems(
  sql: Sql,
  caller: Caller,
  filter: Filter,
): Promise<{ items: LineItem[]; next: string | null }> {
  const { items, next } = await lineItemRows(sql, caller, filter);
  return { items: items.map((row) => toLineItem(row)), next };
}

/** Lines of an order, first to start first. */
export const rowsOfOrder = (sql: Sql, caller: Caller, orderId: string): Promise<LineItemRow[]> =>
  sql.query<LineItemRow>(
    `${select} where l.order_id = $1 and l.org_id = $2 and ($3::text is null or o.advertiser_id = $3) order by l.starts_at, l.id`,
    [orderId, caller.org_id, ownAdvertiser(caller)],
  );

/** Sold and held lines that touch some days, first to start first. */
export const rowsBetween = (
  sql: Sql,
  caller: Caller,
  { from, to, advertiser_id, limit }: { from: string; to: string; advertiser_id?: string | undefined; limit: number },
): Promise<LineItemRow[]> =>
  sql.query<LineItemRow>(
    `${select} where l.org_id = $1 and ($2::text is null or o.advertiser_id = $2) and l.state in ('reserved', 'booked', 'live', 'paused', 'ended')
       and l.starts_at < ($4::date + 1) and l.ends_at > $3::date order by l.starts_at, l.id limit $5`,
    [caller.org_id, advertiser_id ?? null, from, to, limit],
  );

/** Lines of an organisation that are live now. */
export const liveRows = (sql: Sql, orgId: string): Promise<LineItemRow[]> =>
  sql.query<LineItemRow>(`${select} where l.org_id = $1 and l.state = 'live' order by l.ends_at, l.id`, [orgId]);

/** Throws not-found, also for what belongs to somebody else. With `lock`, the row is held until the transaction ends. */
export async function lineItemRow(
  sql: Sql,
  caller: Caller,
  id: string,
  lock: '' | 'for update of l' = '',
): Promise<LineItemRow> {
  const row = await sql.one<LineItemRow>(
    `${select} where l.id = $1 and l.org_id = $2 and ($3::text is null or o.advertiser_id = $3) ${lock}`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such line item.');
  return row;
}

export const readLineItem = async (sql: Sql, caller: Caller, id: string): Promise<LineItem> =>
  toLineItem(await lineItemRow(sql, caller, id));

export function toLineItem(row: LineItemRow, more: readonly Warning[] = []): LineItem {
  const terms = termsOf(row);
  const days = calendarDays(terms.start, terms.end, row.time_zone);
  return {
    id: row.id,
    order_id: row.order_id,
    order_name: row.order_name,
    advertiser_id: row.advertiser_id,
    advertiser_name: row.advertiser_name,
    side: row.side,
    ...terms,
    state: row.state,
    state_reason: row.state_reason,
    expires_at: row.expires_at,
    moves: [...lineItemMoves[row.state]],
    booked_amount: bookedAmount({ goal: terms.goal, rate: terms.rate, days }),
    warnings: [...creativeWarning(row), ...more],
    created_at: row.created_at,
  };
}

/** The line's own terms, out of their columns. */
export function termsOf(row: LineItemRow): Terms {
  return {
    name: row.name,
    type: row.type,
    priority: row.priority,
    goal: {
      unit: row.goal_unit,
      quantity: row.goal_quantity,
      ...(row.goal_id === null ? {} : { goal_id: row.goal_id }),
    },
    rate: { model: row.rate_model, amount: row.rate_amount, currency: row.currency },
    start: row.starts_at,
    end: row.ends_at,
    placements: row.placements,
    sizes: row.sizes,
    targeting: row.targeting,
    frequency_caps: row.frequency_caps,
    daily_cap: row.daily_cap,
    lifetime_cap: row.lifetime_cap,
    pacing: row.pacing,
    pacing_curve: row.pacing_curve,
    roadblock: row.roadblock,
    exclusion_labels: row.exclusion_labels,
    excluded_advertisers: row.excluded_advertisers,
    rotation: row.rotation,
  };
}

const served: readonly LineItemState[] = ['reserved', 'booked', 'live', 'paused'];

/** A line may be booked without an approved creative; it is not served until it has one. */
function creativeWarning(row: LineItemRow): Warning[] {
  if (row.has_creative || !served.includes(row.state)) return [];
  return [
    {
      code: 'no-creative',
      sentence: 'No approved creative is on this line item: it will not be served until there is one.',
    },
  ];
}
