/** Saved reports as they are kept and changed. */
import { audit } from '#people';
import { type Caller, newId, Refusal, type Sql } from '#platform';
import type { Edit } from './commentary/index.ts';
import type { Report, ReportLanguage, ReportPeriod } from './contract.ts';

export type ReportRow = {
  id: string;
  order_id: string;
  order_name: string;
  advertiser_id: string;
  advertiser_name: string;
  title: string;
  language: ReportLanguage;
  period_from: string;
  period_to: string;
  edits: Edit[];
  created_at: string;
  updated_at: string;
};

/** A client sees the reports on its own advertiser's orders only; null sees all. */
const ownAdvertiser = (caller: Caller): string | null =>
  caller.role === 'client' ? (caller.advertiser_id ?? '') : null;

const select = `select r.id, r.order_id, o.name as order_name, o.advertiser_id, a.name as advertiser_name, r.title, r.language,
    r.period_from, r.period_to, r.edits, r.created_at, r.updated_at
  from reports r join orders o on o.id = r.order_id join advertisers a on a.id = o.advertiser_id`;

export const toReport = ({ period_from, period_to, edits, ...row }: ReportRow): Report => ({
  ...row,
  period: { from: period_from, to: period_to },
  commentary: edits.map(({ key, text }) => ({ key, text })),
});

export type ReportFilter = {
  limit: number;
  cursor?: string | undefined;
  order_id?: string | undefined;
  advertiser_id?: string | undefined;
};

/** Newest first. */
export async function listReports(
  sql: Sql,
  caller: Caller,
  filter: ReportFilter,
): Promise<{ items: Report[]; next: string | null }> {
  const rows = await sql.query<ReportRow>(
    `${select} where r.org_id = $1 and ($2::text is null or o.advertiser_id = $2) and ($3::text is null or r.order_id = $3)
       and ($4::text is null or o.advertiser_id = $4) and ($5::text is null or r.id < $5) order by r.id desc limit $6`,
    [
      caller.org_id,
      ownAdvertiser(caller),
      filter.order_id ?? null,
      filter.advertiser_id ?? null,
      filter.cursor ?? null,
      filter.limit + 1,
    ],
  );
  const items = rows.slice(0, filter.limit).map(toReport);
  return { items, next: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
}

/** Throws not-found, also for what belongs to somebody else. With `lock`, the row is held until the transaction ends. */
export async function reportRow(
  sql: Sql,
  caller: Caller,
  id: string,
  lock: '' | 'for update of r' = '',
): Promise<ReportRow> {
  const row = await sql.one<ReportRow>(
    `${select} where r.id = $1 and r.org_id = $2 and ($3::text is null or o.advertiser_id = $3) ${lock}`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such report.');
  return row;
}

export type NewReport = {
  order_id: string;
  title: string;
  language: ReportLanguage;
  period: ReportPeriod;
  edits: Edit[];
};

/** The order must be the caller's to read: who calls checks it first. */
export async function insertReport(tx: Sql, caller: Caller, report: NewReport): Promise<Report> {
  const id = newId('rp');
  await tx.query(
    'insert into reports (id, org_id, order_id, title, language, period_from, period_to, edits) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      id,
      caller.org_id,
      report.order_id,
      report.title,
      report.language,
      report.period.from,
      report.period.to,
      JSON.stringify(report.edits),
    ],
  );
  const after = toReport(await reportRow(tx, caller, id));
  await audit(tx, caller, { action: 'report.create', subject: { kind: 'report', id }, before: null, after });
  return after;
}

export type ReportChange = {
  title?: string | undefined;
  language?: ReportLanguage | undefined;
  period?: ReportPeriod | undefined;
  edits?: Edit[] | undefined;
};

export async function updateReport(tx: Sql, caller: Caller, id: string, change: ReportChange): Promise<Report> {
  const before = await reportRow(tx, caller, id, 'for update of r');
  await tx.query(
    'update reports set title = $3, language = $4, period_from = $5, period_to = $6, edits = $7, updated_at = now() where id = $1 and org_id = $2',
    [
      id,
      caller.org_id,
      change.title ?? before.title,
      change.language ?? before.language,
      change.period?.from ?? before.period_from,
      change.period?.to ?? before.period_to,
      JSON.stringify(change.edits ?? before.edits),
    ],
  );
  const after = toReport(await reportRow(tx, caller, id));
  await audit(tx, caller, {
    action: 'report.change',
    subject: { kind: 'report', id },
    before: toReport(before),
    after,
  });
  return after;
}

export async function deleteReport(tx: Sql, caller: Caller, id: string): Promise<void> {
  const before = await reportRow(tx, caller, id, 'for update of r');
  await tx.query('delete from reports where id = $1 and org_id = $2', [id, caller.org_id]);
  await audit(tx, caller, {
    action: 'report.delete',
    subject: { kind: 'report', id },
    before: toReport(before),
    after: null,
  });
}
