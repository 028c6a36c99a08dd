/** Advertisers: those whose campaigns run. A client sees its own and no other. */
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { audit } from './audit.ts';
import type * as contract from './contract.ts';
import type { Advertiser, Role } from './contract.ts';
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow } from './rows.ts';

const select = 'select id, org_id, name, category, frequency_caps, created_at from advertisers';
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

export const listAdvertisers = (
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof contract.listAdvertisers)['input']>,
) =>
  listRows<Advertiser>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], ['id = ?', ownAdvertiser(caller)], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

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
