/** Lines of ads.txt: who is authorised to sell the inventory of the sites. */
import { audit, deleteRow, insertRow, listRows, requireRow } from '#people';
import { type Caller, type Database, newId, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './ads-txt-contract.ts';
import type { AdsTxtRecord } from './ads-txt-contract.ts';
import { readSite } from './site.ts';

const select =
  'select id, site_id, domain, account_id, relationship, certification_id, variable, value, created_at from ads_txt_records';
const subject = (id: string) => ({ kind: 'ads_txt_record', id });

export const readAdsTxtRecord = (sql: Sql, caller: Caller, id: string, { lock = false } = {}): Promise<AdsTxtRecord> =>
  requireRow<AdsTxtRecord>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'ads.txt record',
    lock,
  });

export const listAdsTxtRecords = (
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof contract.listAdsTxtRecords)['input']>,
) =>
  listRows<AdsTxtRecord>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', input.site_id],
    ],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createAdsTxtRecord = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createAdsTxtRecord)['input']>,
): Promise<AdsTxtRecord> =>
  db.transaction(async (tx) => {
    checkFields(input);
    if (input.site_id !== undefined) await readSite(tx, caller, input.site_id, { field: 'site_id' });
    const id = newId('ads');
    await insertRow(tx, 'ads_txt_records', { id, org_id: caller.org_id, ...input });
    const after = await readAdsTxtRecord(tx, caller, id);
    await audit(tx, caller, { action: 'ads_txt_record.create', subject: subject(id), after });
    return after;
  });

export const removeAdsTxtRecord = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readAdsTxtRecord(tx, caller, id, { lock: true });
    await deleteRow(tx, { table: 'ads_txt_records', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'ads_txt_record.remove', subject: subject(id), before });
  });

/** A line is either a seller, with its three fields, or a variable with its value. Throws a Refusal that names the field. */
function checkFields(input: z.output<(typeof contract.createAdsTxtRecord)['input']>): void {
  const isVariable = input.variable !== undefined;
  const needed = isVariable ? (['value'] as const) : (['domain', 'account_id', 'relationship'] as const);
  const other = isVariable
    ? (['domain', 'account_id', 'relationship', 'certification_id'] as const)
    : (['value'] as const);
  const missing = needed.find((name) => input[name] === undefined);
  const beside = other.find((name) => input[name] !== undefined);
  const what = isVariable ? 'a variable' : 'a seller';
  if (missing) throw new Refusal('bad-input', `${missing}: must be given for ${what}.`, { field: missing });
  if (beside) throw new Refusal('bad-input', `${beside}: does not belong to ${what}.`, { field: beside });
}
