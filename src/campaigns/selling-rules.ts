/** The house rules of selling: from which discount a proposal needs an approver. */
import { audit } from '#people';
import type { Caller, Database, Sql } from '#platform';
import { defaultApprovalAbove } from './proposal.ts';

type Rules = { approval_above_percent: number };

export async function readSellingRules(sql: Sql, caller: Caller): Promise<Rules> {
  const row = await sql.one<{ approval_above_percent: string | number }>(
    'select approval_above_percent from selling_rules where org_id = $1',
    [caller.org_id],
  );
  return { approval_above_percent: Number(row?.approval_above_percent ?? defaultApprovalAbove) };
}

export const changeSellingRules = (db: Database, caller: Caller, rules: Rules): Promise<Rules> =>
  db.transaction(async (tx) => {
    const before = await readSellingRules(tx, caller);
    await tx.query(
      `insert into selling_rules (org_id, approval_above_percent) values ($1, $2)
       on conflict (org_id) do update set approval_above_percent = excluded.approval_above_percent`,
      [caller.org_id, rules.approval_above_percent],
    );
    const subject = { kind: 'selling-rules', id: caller.org_id };
    await audit(tx, caller, { action: 'selling-rules.change', subject, before, after: rules });
    return rules;
  });
