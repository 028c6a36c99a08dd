/** Comments as they are kept, and who is told of them. */
import { newId, orderedPage, Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type {
  Comment,
  createComment as createRoute,
  listComments as listRoute,
  SubjectKind,
} from './comment-contract.ts';
import { checkSubject } from './comment-subject.ts';

type Row = {
  id: string;
  subject_kind: SubjectKind;
  subject_id: string;
  author_id: string;
  author_name: string;
  text: string;
  mentions: string[];
  mentioned: { id: string; name: string }[] | null;
  created_at: string;
  changed_at: string | null;
};

const columns = `c.*, (select json_agg(json_build_object('id', u."id", 'name', u."name") order by u."name")
  from "user" u join memberships m on m.user_id = u."id" where m.org_id = c.org_id and u."id" = any(c.mentions)) as mentioned`;

const toComment = (row: Row): Comment => ({
  id: row.id,
  subject_kind: row.subject_kind,
  subject_id: row.subject_id,
  author: { id: row.author_id, name: row.author_name },
  text: row.text,
  mentions: row.mentioned ?? [],
  created_at: row.created_at,
  changed_at: row.changed_at,
});

/** Newest first. */
export async function listComments(
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof listRoute)['input']>,
): Promise<{ items: Comment[]; next: string | null }> {
  const { items, next } = await orderedPage<Row>(
    sql,
    {
      select: columns,
      from: 'comments c',
      where: 'c.org_id = $1 and ($2::text is null or c.subject_kind = $2) and ($3::text is null or c.subject_id = $3)',
      params: [caller.org_id, input.subject_kind ?? null, input.subject_id ?? null],
      order: { id: 'c.id', columns: {} },
    },
    input,
  );
  return { items: items.map(toComment), next };
}

async function commentRow(sql: Sql, caller: Caller, id: string): Promise<Row> {
  const row = await sql.one<Row>(`select ${columns} from comments c where c.id = $1 and c.org_id = $2`, [
    id,
    caller.org_id,
  ]);
  if (!row) throw new Refusal('not-found', 'There is no such comment.');
  return row;
}

export const readComment = async (sql: Sql, caller: Caller, id: string): Promise<Comment> =>
  toComment(await commentRow(sql, caller, id));

/** Throws not-found for a thing or a person that the organisation has not. */
export function createComment(
  db: Database,
  caller: Caller,
  input: z.output<(typeof createRoute)['input']>,
): Promise<Comment> {
  return db.transaction(async (tx) => {
    await checkSubject(tx, caller, { kind: input.subject_kind, id: input.subject_id });
    const mentions = [...new Set(input.mentions ?? [])];
    await checkMentioned(tx, caller, mentions);
    const id = newId('com');
    await tx.query(
      'insert into comments (id, org_id, subject_kind, subject_id, author_id, author_name, text, mentions) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [id, caller.org_id, input.subject_kind, input.subject_id, caller.id, caller.name, input.text, mentions],
    );
    await notify(tx, caller, { id, kind: input.subject_kind, subject: input.subject_id, mentions });
    const after = await readComment(tx, caller, id);
    await audit(tx, caller, { action: 'comment.create', subject: { kind: 'comment', id }, before: null, after });
    return after;
  });
}

/** Clients read no comments, so they are told of none. */
async function checkMentioned(tx: Sql, caller: Caller, mentions: readonly string[]): Promise<void> {
  const known = await tx.query<{ user_id: string }>(
    `select user_id from memberships where org_id = $1 and user_id = any($2) and role <> 'client'`,
    [caller.org_id, mentions],
  );
  const ids = new Set(known.map(({ user_id }) => user_id));
  const index = mentions.findIndex((id) => !ids.has(id));
  if (index >= 0)
    throw new Refusal('not-found', `mentions.${index}: there is no such colleague.`, { field: `mentions.${index}` });
}

type Said = { id: string; kind: SubjectKind; subject: string; mentions: readonly string[] };

/** Tells those mentioned, and once more those who said something about the same thing before; never the author. */
async function notify(tx: Sql, caller: Caller, { id, kind, subject, mentions }: Said): Promise<void> {
  const before = await tx.query<{ author_id: string }>(
    `select distinct c.author_id from comments c join memberships m on m.user_id = c.author_id and m.org_id = c.org_id
      where c.org_id = $1 and c.subject_kind = $2 and c.subject_id = $3 and m.role <> 'client' limit 100`,
    [caller.org_id, kind, subject],
  );
  const told = new Map<string, 'mention' | 'reply'>(before.map(({ author_id }) => [author_id, 'reply']));
  for (const user of mentions) told.set(user, 'mention');
  told.delete(caller.id);
  for (const [user, why] of told)
    await tx.query(
      'insert into notifications (id, org_id, user_id, kind, subject_kind, subject_id, comment_id) values ($1, $2, $3, $4, $5, $6, $7)',
      [newId('ntf'), caller.org_id, user, why, kind, subject, id],
    );
}

/** Only one's own words can be changed. */
export function changeComment(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { id, text }: { id: string; text: string },
): Promise<Comment> {
  return db.transaction(async (tx) => {
    const before = await commentRow(tx, caller, id);
    if (before.author_id !== caller.id)
      throw new Refusal('not-allowed', 'text: only the author may change a comment.', { field: 'text' });
    await tx.query('update comments set text = $2, changed_at = $3 where id = $1', [id, text, clock().toISOString()]);
    await audit(tx, caller, {
      action: 'comment.change',
      subject: { kind: 'comment', id },
      before: { text: before.text },
      after: { text },
    });
    return readComment(tx, caller, id);
  });
}

/** One's own, and for an admin anybody's. What was told of it goes with it. */
export function deleteComment(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const before = await commentRow(tx, caller, id);
    if (before.author_id !== caller.id && caller.role !== 'admin')
      throw new Refusal('not-allowed', 'Only its author or an admin may take a comment back.');
    await tx.query('delete from comments where id = $1', [id]);
    await audit(tx, caller, {
      action: 'comment.delete',
      subject: { kind: 'comment', id },
      before: toComment(before),
      after: null,
    });
  });
}
