/** Publishers: those on whose external sites space is bought. */
import { newId, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { Publisher } from './contract.ts';
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow } from './rows.ts';

const select = 'select id, org_id, name, created_at from publishers';
const subject = (id: string) => ({ kind: 'publisher', id });

export const readPublisher = (
  sql: Sql,
  caller: Caller,
  id: string,
  { field, lock = false }: { field?: string; lock?: boolean } = {},
): Promise<Publisher> =>
  requireRow<Publisher>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'publisher',
    lock,
    ...(field === undefined ? {} : { field }),
  });

export const listPublishers = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listPublishers)['input']>) =>
  listRows<Publisher>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createPublisher = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createPublisher)['input']>,
): Promise<Publisher> =>
  db.transaction(async (tx) => {
    const id = newId('pub');
    await insertRow(tx, 'publishers', { id, org_id: caller.org_id, name: input.name });
    const after = await readPublisher(tx, caller, id);
    await audit(tx, caller, { action: 'publisher.create', subject: subject(id), after });
    return after;
  });

export const changePublisher = (
  db: Database,
  caller: Caller,
  { id, ...values }: z.output<(typeof contract.changePublisher)['input']>,
): Promise<Publisher> =>
  db.transaction(async (tx) => {
    const before = await readPublisher(tx, caller, id, { lock: true });
    await updateRow(tx, { table: 'publishers', id, org_id: caller.org_id, values });
    const after = await readPublisher(tx, caller, id);
    await audit(tx, caller, { action: 'publisher.change', subject: subject(id), before, after });
    return after;
  });

export const removePublisher = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readPublisher(tx, caller, id, { lock: true });
    await deleteRow(tx, { table: 'publishers', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'publisher.remove', subject: subject(id), before });
  });
