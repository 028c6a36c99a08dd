/** Advertisers: those whose campaigns run. A client sees its own and no other. */
import {
  csvFile,
  csvOfList,
  exportPage,
  instantOf,
  type ListOrder,
  newId,
  orderedPage,
  Refusal,
  type Caller,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { Advertiser, Role } from './contract.ts';
import { deleteRow, insertRow, requireRow, updateRow } from './rows.ts';

const columns = 'id, org_id, name, category, frequency_caps, created_at';
const select = `select ${columns} from advertisers`;
const order: ListOrder = {
  id: 'id',
  ascending: true,
  columns: { name: 'sort_key(name)', category: 'sort_key(category)', created: instantOf('created_at') },
};
const subject = (id: string) => ({ kind: 'advertiser', id });

/** What the caller may see of a thing that belongs to advertisers: undefined for all, an id for a client's own. */
export const ownAdvertiser = (caller: Caller): string | undefined =>
  caller.role === 'client' ? (caller.advertiser_id ?? '') : undefined;

export const readAdvertiser = (
  sql: Sql,
  caller: Caller,
  id: string,
  { field, lock = false }: { field?: string; lock?: boolean } = {},
): Promise<Advertiser> =>
  requireRow<Advertiser>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
      ['id = ?', ownAdvertiser(caller)],
    ],
    what: 'advertiser',
    lock,
    ...(field === undefined ? {} : { field }),
  });

type Filter = Omit<z.output<(typeof contract.listAdvertisers)['input']>, 'limit'> & { limit: number };

/** In the order they were made, unless sorted. */
export const listAdvertisers = (sql: Sql, caller: Caller, input: Filter) =>
  orderedPage<Advertiser>(
    sql,
    {
      select: columns,
      from: 'advertisers',
      where: `org_id = $1 and ($2::text is null or id = $2) and ($3::text is null or strpos(sort_key(name), sort_key($3)) > 0)`,
      params: [caller.org_id, ownAdvertiser(caller) ?? null, input.name || null],
      order,
    },
    input,
  );

/** Every advertiser that fits, as CSV. */
export const exportAdvertisers = (sql: Sql, caller: Caller, input: Omit<Filter, 'limit' | 'cursor'>): FileReply =>
  csvFile(
    'advertisers',
    csvOfList<Advertiser>({
      header: ['id', 'name', 'category', 'created_at'],
      row: (one) => [one.id, one.name, one.category, one.created_at],
      page: (cursor) => listAdvertisers(sql, caller, { ...input, cursor, limit: exportPage }),
    }),
  );

export const createAdvertiser = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createAdvertiser)['input']>,
): Promise<Advertiser> =>
  db.transaction(async (tx) => {
    const id = newId('adv');
    await insertRow(tx, 'advertisers', {
      id,
      org_id: caller.org_id,
      name: input.name,
      category: input.category ?? null,
      frequency_caps: JSON.stringify(input.frequency_caps ?? []),
    });
    const after = await readAdvertiser(tx, caller, id);
    await audit(tx, caller, { action: 'advertiser.create', subject: subject(id), after });
    return after;
  });

export const changeAdvertiser = (
  db: Database,
  caller: Caller,
  { id, frequency_caps: caps, ...values }: z.output<(typeof contract.changeAdvertiser)['input']>,
): Promise<Advertiser> =>
  db.transaction(async (tx) => {
    const before = await readAdvertiser(tx, caller, id, { lock: true });
    const frequency_caps = caps && JSON.stringify(caps);
    await updateRow(tx, { table: 'advertisers', id, org_id: caller.org_id, values: { ...values, frequency_caps } });
    const after = await readAdvertiser(tx, caller, id);
    await audit(tx, caller, { action: 'advertiser.change', subject: subject(id), before, after });
    return after;
  });

export const removeAdvertiser = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readAdvertiser(tx, caller, id, { lock: true });
    await deleteRow(tx, { table: 'advertisers', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'advertiser.remove', subject: subject(id), before });
  });

/** A client needs an advertiser of the organisation, any other role has none. Answers the advertiser to keep. */
export async function checkScope(
  sql: Sql,
  org_id: string,
  { role, advertiser_id }: { role: Role; advertiser_id?: string | null | undefined },
): Promise<string | null> {
  const given = advertiser_id ?? null;
  if (role !== 'client') {
    if (given !== null)
      throw new Refusal('bad-input', 'advertiser_id: only a client has one.', { field: 'advertiser_id' });
    return null;
  }
  if (given === null)
    throw new Refusal('bad-input', 'advertiser_id: a client needs its advertiser.', { field: 'advertiser_id' });
  await requireRow(sql, {
    select,
    filters: [
      ['org_id = ?', org_id],
      ['id = ?', given],
    ],
    what: 'advertiser',
    field: 'advertiser_id',
  });
  return given;
}
