/** Where a creative runs. */
import type { Caller, Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import { creativeRow } from './creative.ts';

type Use = z.input<(typeof contract.creativeUsage)['reply']>['items'][number];

export async function usageOf(sql: Sql, caller: Caller, id: string): Promise<{ items: Use[] }> {
  await creativeRow(sql, caller, id);
  const items = await sql.query<Use>(
    `select l.id as line_item_id, l.name as line_item_name, o.id as order_id, o.name as order_name, l.state as line_item_state,
       y.weight, coalesce(y.starts_at, l.starts_at) as start, coalesce(y.ends_at, l.ends_at) as "end",
       coalesce(c.rights_until + 1 < coalesce(y.ends_at, l.ends_at), false) as rights_end_before
     from assignments y join creatives c on c.id = y.creative_id join line_items l on l.id = y.line_item_id join orders o on o.id = l.order_id
     where y.creative_id = $1 and y.org_id = $2 order by l.starts_at desc, l.id limit 200`,
    [id, caller.org_id],
  );
  return { items };
}
