/** Publishers: those on whose external sites space is bought. */
import {
  csvFile,
  csvOfList,
  exportPage,
  instantOf,
  type ListOrder,
  newId,
  orderedPage,
  type Caller,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { Publisher } from './contract.ts';
import { deleteRow, insertRow, requireRow, updateRow } from './rows.ts';

const columns = 'id, org_id, name, created_at';
const select = `select ${columns} from publishers`;
const order: ListOrder = {
  id: 'id',
  ascending: true,
  columns: { name: 'sort_key(name)', created: instantOf('created_at') },
};
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

type Filter = Omit<z.output<(typeof contract.listPublishers)['input']>, 'limit'> & { limit: number };

/** In the order they were made, unless sorted. */
export const listPublishers = (sql: Sql, caller: Caller, input: Filter) =>
  orderedPage<Publisher>(
    sql,
    {
      select: columns,
      from: 'publishers',
      where: `org_id = $1 and ($2::text is null or strpos(sort_key(name), sort_key($2)) > 0)`,
      params: [caller.org_id, input.name || null],
      order,
    },
    input,
  );

/** Every publisher that fits, as CSV. */
export const exportPublishers = (sql: Sql, caller: Caller, input: Omit<Filter, 'limit' | 'cursor'>): FileReply =>
  csvFile(
    'publishers',
    csvOfList<Publisher>({
      header: ['id', 'name', 'created_at'],
      row: (one) => [one.id, one.name, one.created_at],
      page: (cursor) => listPublishers(sql, caller, { ...input, cursor, limit: exportPage }),
    }),
  );

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
