/** Rate cards: prices by placement, site and format, valid from one day to another. */
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow, audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { RateCard } from './contract.ts';
import { noRules, type PriceRules } from './price-words.ts';

const select = 'select id, org_id, name, currency, valid_from, valid_to, rates, rules, created_at from rate_cards';
const subject = (id: string) => ({ kind: 'rate-card', id });

type Row = Omit<RateCard, keyof PriceRules> & { rules: Partial<PriceRules> };
const cardOf = ({ rules, ...row }: Row): RateCard => ({ ...row, ...noRules, ...rules });

export const readRateCard = async (sql: Sql, caller: Caller, id: string, lock = false): Promise<RateCard> =>
  cardOf(
    await requireRow<Row>(sql, {
      select,
      filters: [
        ['org_id = ?', caller.org_id],
        ['id = ?', id],
      ],
      what: 'rate card',
      lock,
    }),
  );

/** The cards of a day in a currency, the latest to begin first, then the latest made. */
export async function selectCards(
  sql: Sql,
  caller: Caller,
  { on, currency }: { on: string; currency?: string | undefined },
): Promise<RateCard[]> {
  const rows = await sql.query<Row>(
    `${select} where org_id = $1 and valid_from <= $2::date and (valid_to is null or valid_to >= $2::date)
       and ($3::text is null or currency = $3) order by valid_from desc, id desc limit 200`,
    [caller.org_id, on, currency ?? null],
  );
  return rows.map(cardOf);
}

export async function listRateCards(
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof contract.listRateCards)['input']>,
): Promise<{ items: RateCard[]; next: string | null }> {
  const { items, next } = await listRows<Row>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['valid_from <= ?::date and (valid_to is null or valid_to >= ?::date)', input.on],
      nameHas(input.name),
    ],
    limit: input.limit,
    cursor: input.cursor,
  });
  return { items: items.map(cardOf), next };
}

export const createRateCard = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createRateCard)['input']>,
): Promise<RateCard> =>
  db.transaction(async (tx) => {
    checkDates(input);
    await checkPlaces(tx, caller, input.rates);
    const id = newId('rate');
    const { name, currency, valid_from, valid_to = null, rates, ...rules } = input;
    checkRules(rules);
    await insertRow(tx, 'rate_cards', {
      id,
      org_id: caller.org_id,
      name,
      currency,
      valid_from,
      valid_to,
      rates: JSON.stringify(rates),
      rules: JSON.stringify(rules),
    });
    const after = await readRateCard(tx, caller, id);
    await audit(tx, caller, { action: 'rate-card.create', subject: subject(id), after });
    return after;
  });

export const changeRateCard = (
  db: Database,
  caller: Caller,
  { id, rates, name, currency, valid_from, valid_to, ...rules }: z.output<(typeof contract.changeRateCard)['input']>,
): Promise<RateCard> =>
  db.transaction(async (tx) => {
    const before = await readRateCard(tx, caller, id, true);
    if (rates) await checkPlaces(tx, caller, rates);
    checkRules(rules);
    const kept = { ...rulesOf(before), ...given(rules) };
    await updateRow(tx, {
      table: 'rate_cards',
      id,
      org_id: caller.org_id,
      values: {
        name,
        currency,
        valid_from,
        valid_to,
        rates: rates && JSON.stringify(rates),
        rules: JSON.stringify(kept),
      },
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

const given = (rules: Changed): Changed =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

type Changed = { [Rule in keyof PriceRules]?: PriceRules[Rule] | undefined };

/** The rules of a card, without the rest of it. */
export const rulesOf = (card: RateCard): PriceRules => ({
  seasons: card.seasons,
  weekdays: card.weekdays,
  surcharges: card.surcharges,
  volume_discounts: card.volume_discounts,
  frequency_discounts: card.frequency_discounts,
  agency_commission: card.agency_commission,
  minimum_spend: card.minimum_spend,
});

function checkRules({ seasons = [], volume_discounts = [], frequency_discounts = [] }: Changed): void {
  for (const [index, { from, to }] of seasons.entries()) {
    const field = `seasons.${index}.to`;
    if (to < from) throw new Refusal('bad-input', `${field}: must not be before from.`, { field });
  }
  for (const [list, tiers] of Object.entries({ volume_discounts, frequency_discounts })) {
    const steps = tiers.map(({ from }) => from);
    const twice = steps.findIndex((from, index) => steps.indexOf(from) !== index);
    const field = `${list}.${twice}.from`;
    if (twice >= 0) throw new Refusal('bad-input', `${field}: there are two tiers from ${steps[twice]}.`, { field });
  }
}

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
