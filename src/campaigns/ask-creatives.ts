/** A booked line asks for what it will show: its formats become creative requests, which creatives keeps and chases. */
import { cancelRequests, keepRequests } from '#creatives';
import type { Caller, Sql } from '#platform';
import { checkPlaces } from './check-places.ts';
import type { LineItemState } from './contract.ts';
import { ledgerStates } from './line-item-states.ts';
import type { LineItemRow } from './line-item.ts';

/** Brings the requests of a line in step with the state it is in now, in the caller's transaction. */
export async function askCreatives(
  tx: Sql,
  caller: Caller,
  row: LineItemRow,
  { state, now }: { state: LineItemState; now: Date },
): Promise<void> {
  if (ledgerStates[state] !== 'booked') return cancelRequests(tx, caller, row.id, now);
  const { formats } = await checkPlaces(tx, caller, row, row);
  await keepRequests(
    tx,
    caller,
    {
      id: row.id,
      name: row.name,
      order_id: row.order_id,
      order_name: row.order_name,
      advertiser_id: row.advertiser_id,
      placements: row.placements,
      formats,
      start: row.starts_at,
    },
    now,
  );
}
