import { requireRow } from '#people';
import { Refusal, type Caller, type Sql } from '#platform';

/** Only an external site has a publisher, and it is one of the organisation. Answers the publisher to keep. */
export async function checkPublisher(
  sql: Sql,
  caller: Caller,
  { kind, publisher_id }: { kind: 'own' | 'external'; publisher_id?: string | null | undefined },
): Promise<string | null> {
  if (!publisher_id) return null;
  if (kind === 'own')
    throw new Refusal('bad-input', 'publisher_id: only an external site has a publisher.', { field: 'publisher_id' });
  await requireRow(sql, {
    select: 'select id from publishers',
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', publisher_id],
    ],
    what: 'publisher',
    field: 'publisher_id',
  });
  return publisher_id;
}
