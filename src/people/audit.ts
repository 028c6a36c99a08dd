/** The audit trail: every write, in the writer's own transaction, and the signal that something was written. */
import { afterCommit, type Caller, type Sql } from '#platform';
import type * as z from 'zod';
import type { AuditEntry, listAudit as listAuditRoute } from './contract.ts';
import { listRows } from './rows.ts';

export type Change = {
  /** `thing.verb`, such as `line-item.move`. */
  action: string;
  subject: { kind: string; id: string };
  before?: unknown;
  after?: unknown;
};

export type Written = { org_id: string; subject: { kind: string; id: string } };

const listeners = new Set<(written: Written) => void>();

/**
 * Hears of every audited write of this process once it is committed; of other processes' writes nothing is heard, so a listener
 * looks again now and then. Answers the function that stops listening.
 */
export function onWrite(listener: (written: Written) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Records who changed what. `tx` must be the transaction of the change itself, so that both are kept or neither. */
export async function audit(tx: Sql, caller: Caller, { action, subject, before, after }: Change): Promise<void> {
  await tx.query(
    `insert into audit_entries (org_id, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      caller.org_id,
      caller.kind,
      caller.id,
      caller.name,
      action,
      subject.kind,
      subject.id,
      asJson(before),
      asJson(after),
    ],
  );
  afterCommit(tx, () => {
    for (const listener of listeners) listener({ org_id: caller.org_id, subject });
  });
}

const asJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

type Row = {
  seq: number;
  at: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  before: unknown;
  after: unknown;
};

/** The trail of the caller's organisation, newest first. */
export async function listAudit(
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof listAuditRoute)['input']>,
): Promise<{ items: AuditEntry[]; next: string | null }> {
  const { items, next } = await listRows<Row>(sql, {
    select: 'select * from audit_entries',
    filters: [
      ['org_id = ?', caller.org_id],
      ['subject_kind = ?', input.subject_kind],
      ['subject_id = ?', input.subject_id],
      ['actor_id = ?', input.actor_id],
      ['action = ?', input.action],
    ],
    key: 'seq',
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });
  return { items: items.map(entryOf), next };
}

const entryOf = (row: Row): AuditEntry => ({
  id: String(row.seq),
  at: row.at,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  subject: { kind: row.subject_kind, id: row.subject_id },
  before: row.before,
  after: row.after,
});
