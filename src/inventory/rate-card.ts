/** Rate cards: prices by placement, site and format, valid from one day to another. */
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow, audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { RateCard } from './contract.ts';

const select = 'select id, org_id, name, currency, valid_from, valid_to, rates, created_at from rate_cards';
const subject = (id: string) => ({ kind: 'rate-card', id });

export const readRateCard = (sql: Sql, caller: Caller, id: string, lock = false): Promise<RateCard> =>
  requireRow<RateCard>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'rate card',
    lock,
  });

export const listRateCards = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listRateCards)['input']>) =>
  listRows<RateCard>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['valid_from <= ?::date and (valid_to is null or valid_to >= ?::date)', input.on],
      nameHas(input.name),
    ],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createRateCard = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createRateCard)['input']>,
): Promise<RateCard> =>
  db.transaction(async (tx) => {
    checkDates(input);
    await checkPlaces(tx, caller, input.rates);
    const id = newId('rate');
    const { rates, valid_to = null, ...plain } = input;
    await insertRow(tx, 'rate_cards', { id, org_id: caller.org_id, ...plain, valid_to, rates: JSON.stringify(rates) });
    const after = await readRateCard(tx, caller, id);
    await audit(tx, caller, { action: 'rate-card.create', subject: subject(id), after });
    return after;
  });

export const changeRateCard = (
  db: Database,
  caller: Caller,
  { id, rates, ...values }: z.output<(typeof contract.changeRateCard)['input']>,
): Promise<RateCard> =>
  db.transaction(async (tx) => {
    const before = await readRateCard(tx, caller, id, true);
    if (rates) await checkPlaces(tx, caller, rates);
    await updateRow(tx, {
      table: 'rate_cards',
      id,
      org_id: caller.org_id,
      values: { ...values, rates: rates && JSON.stringify(rates) },
    });
    const after = await readRateCard(tx, caller, id);
    checkDates(after);
    await audit(tx, caller, { action: 'rate-card.change', subject: subject(id), before, after });
    return after;
  });

export const removeRateCard = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readRateCard(tx, caller, id, true);
    await deleteRow(tx, { table: 'rate_cards', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'rate-card.remove', subject: subject(id), before });
  });

type Dates = { valid_from: string; valid_to?: string | null | undefined };

function checkDates({ valid_from, valid_to }: Dates): void {
  if (valid_to && valid_to < valid_from)
    throw new Refusal('bad-input', 'valid_to: must not be before valid_from.', { field: 'valid_to' });
}

/** Every site and placement that a price names must be the organisation's. */
async function checkPlaces(tx: Sql, caller: Caller, rates: RateCard['rates']): Promise<void> {
  const known = async (table: 'sites' | 'placements', ids: string[]) =>
    new Set(
      (
        await tx.query<{ id: string }>(`select id from ${table} where org_id = $1 and id = any($2)`, [
          caller.org_id,
          ids,
        ])
      ).map((row) => row.id),
    );
  const sites = await known(
    'sites',
    rates.flatMap((rate) => rate.site_id ?? []),
  );
  const placements = await known(
    'placements',
    rates.flatMap((rate) => rate.placement_id ?? []),
  );

  for (const [index, { site_id, placement_id }] of rates.entries()) {
    if (site_id && !sites.has(site_id)) refuse(`rates.${index}.site_id`, 'site');
    if (placement_id && !placements.has(placement_id)) refuse(`rates.${index}.placement_id`, 'placement');
  }
}

function refuse(field: string, what: string): never {
  throw new Refusal('not-found', `${field}: there is no such ${what}.`, { field });
}
