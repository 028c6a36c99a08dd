/**
 * The reservation ledger: what each line item holds of the inventory. Campaigns write to it when a line is held or booked,
 * forecasting reads it, and neither knows the other. One row a line item; what it gave back stays, marked released.
 */
import { listRows, requireRow } from '#people';
import { newId, type Caller, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { FrequencyCap, GoalUnit, Reservation } from './contract.ts';
import { checkShares } from './check-shares.ts';
import type { TargetingGroup } from './targeting.ts';

/** What a line item asks to hold. Times are ISO 8601; `sizes` are the formats it may fill. */
export type Holding = {
  line_item_id: string;
  state: 'held' | 'booked';
  priority: number;
  placements: readonly string[];
  sizes: readonly string[];
  targeting: TargetingGroup | null;
  frequency_caps: readonly FrequencyCap[];
  goal: { unit: GoalUnit; quantity: number };
  start: string;
  end: string;
  /** When a hold lapses by itself; a booking does not. */
  expires_at?: string | null;
  /** Reserves even where the shares that are sold already make it impossible. */
  force?: boolean;
};

const select = `select id, org_id, line_item_id, state, priority, placements, sizes, targeting, frequency_caps, goal_unit, goal_quantity,
  starts_at, ends_at, expires_at, created_at from reservations`;

type Row = Omit<Reservation, 'goal' | 'start' | 'end'> & {
  goal_unit: GoalUnit;
  goal_quantity: number;
  starts_at: string;
  ends_at: string;
};

const reservationOf = ({ goal_unit, goal_quantity, starts_at, ends_at, ...row }: Row): Reservation => ({
  ...row,
  goal: { unit: goal_unit, quantity: goal_quantity },
  start: starts_at,
  end: ends_at,
});

/**
 * Lets one transaction at a time look for room and take it in an organisation: take it before asking for availability.
 * Released at the end of the transaction.
 */
export const lockLedger = (tx: Sql, org_id: string) =>
  tx.query("select pg_advisory_xact_lock(hashtext('ledger:' || $1))", [org_id]);

/**
 * Writes what a line item holds, in place of what it held. Throws `no-capacity` when a sponsored share is asked for that the
 * bookings of the same space leave no room for, unless `force`. The caller records its own move in the audit trail.
 */
export async function reserve(tx: Sql, caller: Caller, holding: Holding): Promise<void> {
  await lockLedger(tx, caller.org_id);
  if (!holding.force) await checkShares(tx, caller.org_id, holding);

  await tx.query(
    `insert into reservations (id, org_id, line_item_id, state, priority, placements, sizes, targeting, frequency_caps,
       goal_unit, goal_quantity, starts_at, ends_at, expires_at, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, (select coalesce(max(version), 0) + 1 from reservations where org_id = $2))
     on conflict (line_item_id) do update set state = excluded.state, priority = excluded.priority, placements = excluded.placements,
       sizes = excluded.sizes, targeting = excluded.targeting, frequency_caps = excluded.frequency_caps, goal_unit = excluded.goal_unit,
       goal_quantity = excluded.goal_quantity, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       expires_at = excluded.expires_at, version = excluded.version
     where reservations.org_id = excluded.org_id`,
    [
      newId('res'),
      caller.org_id,
      holding.line_item_id,
      holding.state,
      holding.priority,
      holding.placements,
      holding.sizes,
      holding.targeting && JSON.stringify(holding.targeting),
      JSON.stringify(holding.frequency_caps),
      holding.goal.unit,
      holding.goal.quantity,
      holding.start,
      holding.end,
      holding.state === 'held' ? (holding.expires_at ?? null) : null,
    ],
  );
}

/** Gives back what a line item holds; nothing happens when it holds nothing. */
export async function release(tx: Sql, caller: Caller, line_item_id: string): Promise<void> {
  await lockLedger(tx, caller.org_id);
  await tx.query(
    `update reservations set state = 'released', version = (select max(version) + 1 from reservations where org_id = $1)
     where org_id = $1 and line_item_id = $2 and state <> 'released'`,
    [caller.org_id, line_item_id],
  );
}

/** A number that grows with every change of the organisation's ledger: what was computed from an older one is stale. */
export async function ledgerVersion(sql: Sql, org_id: string): Promise<number> {
  const row = await sql.one<{ version: number }>(
    'select coalesce(max(version), 0)::bigint as version from reservations where org_id = $1',
    [org_id],
  );
  return row?.version ?? 0;
}

/** What is held or booked at `now` and overlaps [from, to), in booking order; lapsed holds are left out. */
export async function reservationsBetween(
  sql: Sql,
  org_id: string,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<Reservation[]> {
  const rows = await sql.query<Row>(
    `${select} where org_id = $1 and starts_at < $3 and ends_at > $2
       and (state = 'booked' or (state = 'held' and (expires_at is null or expires_at > $4))) order by id`,
    [org_id, from, to, now.toISOString()],
  );
  return rows.map(reservationOf);
}

export const readReservation = async (sql: Sql, caller: Caller, id: string): Promise<Reservation> =>
  reservationOf(
    await requireRow<Row>(sql, {
      select,
      filters: [
        ['org_id = ?', caller.org_id],
        ['id = ?', id],
      ],
      what: 'reservation',
    }),
  );

export async function listReservations(
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof contract.listReservations)['input']>,
) {
  const { items, next } = await listRows<Row>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['line_item_id = ?', input.line_item_id],
      ['? = any(placements)', input.placement_id],
      ['state = ?', input.state],
      ['ends_at > ?', input.from],
      ['starts_at < ?', input.to],
    ],
    limit: input.limit,
    cursor: input.cursor,
  });
  return { items: items.map(reservationOf), next };
}
