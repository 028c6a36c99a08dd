/** Packages: several placements sold under one price. */
import { audit, deleteRow, insertRow, listRows, nameHas, requireRow, updateRow } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type { Package } from './price-words.ts';
import type * as words from './price-words.ts';

const select = 'select id, org_id, name, currency, model, amount, items, created_at from packages';
const subject = (id: string) => ({ kind: 'package', id });

export const readPackage = (sql: Sql, caller: Caller, id: string, field?: string): Promise<Package> =>
  requireRow<Package>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'package',
    ...(field === undefined ? {} : { field }),
  });

export const listPackages = (sql: Sql, caller: Caller, input: z.output<(typeof words.listPackages)['input']>) =>
  listRows<Package>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createPackage = (
  db: Database,
  caller: Caller,
  { items, ...input }: z.output<(typeof words.createPackage)['input']>,
): Promise<Package> =>
  db.transaction(async (tx) => {
    await checkItems(tx, caller, items);
    const id = newId('pkg');
    await insertRow(tx, 'packages', { id, org_id: caller.org_id, ...input, items: JSON.stringify(items) });
    const after = await readPackage(tx, caller, id);
    await audit(tx, caller, { action: 'package.create', subject: subject(id), after });
    return after;
  });

export const changePackage = (
  db: Database,
  caller: Caller,
  { id, items, ...values }: z.output<(typeof words.changePackage)['input']>,
): Promise<Package> =>
  db.transaction(async (tx) => {
    const before = await readPackage(tx, caller, id);
    if (items) await checkItems(tx, caller, items);
    await updateRow(tx, {
      table: 'packages',
      id,
      org_id: caller.org_id,
      values: { ...values, items: items && JSON.stringify(items) },
    });
    const after = await readPackage(tx, caller, id);
    await audit(tx, caller, { action: 'package.change', subject: subject(id), before, after });
    return after;
  });

export const removePackage = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readPackage(tx, caller, id);
    await deleteRow(tx, { table: 'packages', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'package.remove', subject: subject(id), before });
  });

async function checkItems(tx: Sql, caller: Caller, items: Package['items']): Promise<void> {
  const ids = items.map((item) => item.placement_id);
  const rows = await tx.query<{ id: string }>('select id from placements where org_id = $1 and id = any($2)', [
    caller.org_id,
    ids,
  ]);
  const known = new Set(rows.map((row) => row.id));
  for (const [index, id] of ids.entries()) {
    const field = `items.${index}.placement_id`;
    if (!known.has(id)) throw new Refusal('not-found', `${field}: there is no such placement.`, { field });
    if (ids.indexOf(id) !== index) throw new Refusal('bad-input', `${field}: is there twice.`, { field });
  }
}
