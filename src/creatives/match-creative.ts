/** A creative finds the booked lines that need it; lines are campaigns', which says how one is put on them. */
import { formatsOfCreative } from './creative.ts';
import type { Caller, Sql } from '#platform';
import type { CreativeKind } from './words.ts';

/** Puts a creative on a line, as `like` is on it where that is given. A line that is over, or does not take it, is left as it is. */
export type Assigner = (
  tx: Sql,
  caller: Caller,
  assignment: { line_item_id: string; creative_id: string; like?: string },
) => Promise<void>;
const assigners = new Set<Assigner>();

/** Lets campaigns say how a creative comes onto a line, in the same transaction. */
export function onMatch(assigner: Assigner): void {
  assigners.add(assigner);
}

type Matched = { id: string; advertiser_id: string; kind: CreativeKind; width: number | null; height: number | null };

/** Answers the lines it was put on: those of its advertiser (of one order where that is said) whose request for its format is not done. */
export async function matchCreative(
  tx: Sql,
  caller: Caller,
  creative: Matched,
  { order_id, request_id }: { order_id?: string | null | undefined; request_id?: string | undefined } = {},
): Promise<string[]> {
  const lines = await tx.query<{ line_item_id: string }>(
    `select distinct r.line_item_id from creative_requests r
     where r.org_id = $1 and r.advertiser_id = $2 and r.cancelled_at is null and $3 = any(r.kinds) and r.format = any($4)
       and ($5::text is null or r.order_id = $5) and ($6::text is null or r.id = $6)
       and not exists (select 1 from assignments y join creatives c on c.id = y.creative_id
         where y.line_item_id = r.line_item_id and c.state = 'approved' and c.width is not distinct from $7 and c.height is not distinct from $8 and c.kind = $3)`,
    [
      caller.org_id,
      creative.advertiser_id,
      creative.kind,
      formatsOfCreative(creative),
      order_id ?? null,
      request_id ?? null,
      creative.width,
      creative.height,
    ],
  );
  for (const { line_item_id } of lines)
    for (const assign of assigners) await assign(tx, caller, { line_item_id, creative_id: creative.id });
  return lines.map(({ line_item_id }) => line_item_id);
}

/** Puts a creative where another one is: a new version takes the places of the one before. */
export async function assignLike(tx: Sql, caller: Caller, creativeId: string, like: string): Promise<void> {
  const places = await tx.query<{ line_item_id: string }>(
    'select line_item_id from assignments where creative_id = $1',
    [like],
  );
  for (const { line_item_id } of places)
    for (const assign of assigners) await assign(tx, caller, { line_item_id, creative_id: creativeId, like });
}
