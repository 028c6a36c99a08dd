import { audit } from '#people';
import { newId, Refusal, type Caller, type Sql } from '#platform';
import { checkCreative, openLine, readAssignment } from './assignment.ts';

/**
 * Puts a creative on a line that needs it, as another one is on it where `like` is given. A line that is over or does not take it
 * is left as it is: what comes in by a private link must not fail for a line that has ended meanwhile.
 */
export async function assignMatched(
  tx: Sql,
  caller: Caller,
  { line_item_id, creative_id, like }: { line_item_id: string; creative_id: string; like?: string },
): Promise<void> {
  try {
    const line = await openLine(tx, caller, line_item_id);
    await checkCreative(tx, line, creative_id);
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  const id = newId('as');
  const added = await tx.one(
    `insert into assignments (id, org_id, line_item_id, creative_id, weight, starts_at, ends_at, frequency_caps)
     select $1, $2, $3, $4, coalesce(x.weight, 100), x.starts_at, x.ends_at, coalesce(x.frequency_caps, '[]')
     from (select 1) one left join assignments x on x.line_item_id = $3 and x.creative_id = $5
     on conflict (line_item_id, creative_id) do nothing returning id`,
    [id, caller.org_id, line_item_id, creative_id, like ?? null],
  );
  if (!added) return;
  const after = await readAssignment(tx, caller, id);
  await audit(tx, caller, { action: 'assignment.create', subject: { kind: 'assignment', id }, before: null, after });
}
