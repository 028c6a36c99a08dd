/** What a person is told: kept until read, and after. */
import { orderedPage, type Caller, type Clock, type Database, type Sql } from '#platform';
import type { Notification } from './comment-contract.ts';
import { subjectName } from './comment-subject.ts';

type Row = Omit<Notification, 'comment'> & { comment_id: string; author_name: string; text: string };

/** The caller's own, newest first. */
export async function listNotifications(
  sql: Sql,
  caller: Caller,
  input: { limit: number; cursor?: string | undefined; unread?: 'true' | 'false' | undefined },
): Promise<{ items: Notification[]; next: string | null; unread: number }> {
  const { items, next } = await orderedPage<Row>(
    sql,
    {
      select: `n.id, n.kind, n.subject_kind, n.subject_id, ${subjectName} as subject_name, n.comment_id, c.author_name, c.text, n.created_at, n.read_at`,
      from: 'notifications n join comments c on c.id = n.comment_id',
      where: 'n.org_id = $1 and n.user_id = $2 and ($3::bool is null or (n.read_at is null) = $3)',
      params: [caller.org_id, caller.id, input.unread === undefined ? null : input.unread === 'true'],
      order: { id: 'n.id', columns: {} },
    },
    input,
  );
  return {
    items: items.map(({ comment_id, author_name, text, ...rest }) => ({
      ...rest,
      comment: { id: comment_id, author_name, text },
    })),
    next,
    unread: await unreadOf(sql, caller),
  };
}

async function unreadOf(sql: Sql, caller: Caller): Promise<number> {
  const row = await sql.one<{ unread: number }>(
    'select count(*)::int as unread from notifications where org_id = $1 and user_id = $2 and read_at is null',
    [caller.org_id, caller.id],
  );
  return row?.unread ?? 0;
}

/** Marks the given ones, or all, as read; answers how many are left. No audit: nobody else can see it. */
export async function readNotifications(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  ids: readonly string[] | undefined,
): Promise<{ unread: number }> {
  await db.query(
    'update notifications set read_at = $3 where org_id = $1 and user_id = $2 and read_at is null and ($4::text[] is null or id = any($4))',
    [caller.org_id, caller.id, clock().toISOString(), ids ?? null],
  );
  return { unread: await unreadOf(db, caller) };
}
