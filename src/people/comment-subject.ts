/** The things that comments are about: their tables, told by kind, so that this domain needs none of those that keep them. */
import { Refusal, type Caller, type Sql } from '#platform';
import type { SubjectKind } from './comment-contract.ts';

const tables: Record<SubjectKind, string> = {
  order: 'orders',
  'line-item': 'line_items',
  creative: 'creatives',
  proposal: 'proposals',
};

/** Throws not-found for what the organisation has not. */
export async function checkSubject(
  sql: Sql,
  caller: Caller,
  { kind, id }: { kind: SubjectKind; id: string },
): Promise<void> {
  const found = await sql.one(`select id from ${tables[kind]} where id = $1 and org_id = $2`, [id, caller.org_id]);
  if (!found)
    throw new Refusal('not-found', `subject_id: there is no such ${kind.replace('-', ' ')}.`, { field: 'subject_id' });
}

/** SQL for the name of a notification's thing; null once it is gone. */
export const subjectName = `case n.subject_kind ${Object.entries(tables)
  .map(
    ([kind, table]) => `when '${kind}' then (select name from ${table} where id = n.subject_id and org_id = n.org_id)`,
  )
  .join(' ')} end`;
