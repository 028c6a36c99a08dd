import { audit } from '#people';
import { newId, type Caller, type Database, type Sql } from '#platform';
import { checkPlaces } from './check-places.ts';
import { checkTerms } from './check-terms.ts';
import type { FrequencyCap, LineItem, LineItemInput, LineItemTerms as Terms } from './contract.ts';
import { readLineItem, termsOf, lineItemRow } from './line-item.ts';
import { defaultPriority } from './line-item-types.ts';
import { lockOrder } from './order.ts';
import { insertLineItem } from './save-line-item.ts';

/** Makes a draft. Throws bad-input naming the first field that is wrong. */
export const createLineItem = (db: Database, caller: Caller, input: LineItemInput): Promise<LineItem> =>
  db.transaction((tx) => createLineItemWithin(tx, caller, input));

/** The same inside the caller's transaction. Work that asks for room runs again, and must then make the same line: it says its id. */
export async function createLineItemWithin(
  tx: Sql,
  caller: Caller,
  { order_id, ...given }: LineItemInput,
  id = newId('li'),
): Promise<LineItem> {
  const terms = withDefaults(given);
  checkTerms(terms);
  const order = await lockOrder(tx, caller, order_id);
  await checkPlaces(tx, caller, terms, order);

  await insertLineItem(tx, { id, org_id: caller.org_id, order_id, terms });
  const after = await readLineItem(tx, caller, id);
  await audit(tx, caller, { action: 'line-item.create', subject: { kind: 'line-item', id }, before: null, after });
  return after;
}

/** What a line item is when its author says no more. */
export function withDefaults(given: Omit<LineItemInput, 'order_id'>): Terms {
  return {
    ...given,
    priority: given.priority ?? defaultPriority(given.type),
    sizes: given.sizes ?? [],
    targeting: given.targeting ?? null,
    frequency_caps: given.frequency_caps ?? [],
    daily_cap: given.daily_cap ?? null,
    lifetime_cap: given.lifetime_cap ?? null,
    pacing: given.pacing ?? 'even',
    pacing_curve: given.pacing_curve ?? null,
    roadblock: given.roadblock ?? 'one_or_more',
    exclusion_labels: given.exclusion_labels ?? [],
    excluded_advertisers: given.excluded_advertisers ?? [],
    rotation: given.rotation ?? 'even',
  };
}

/** A draft with the same terms, and with the same creatives but for the retired ones. */
export function cloneLineItem(
  db: Database,
  caller: Caller,
  input: { id: string; name?: string | undefined },
): Promise<LineItem> {
  return db.transaction(async (tx) => {
    const row = await lineItemRow(tx, caller, input.id);
    const id = newId('li');
    const name = input.name ?? `${row.name.slice(0, 190)} (copy)`;
    await insertLineItem(tx, { id, org_id: caller.org_id, order_id: row.order_id, terms: { ...termsOf(row), name } });

    await copyCreatives(tx, caller, { from: row.id, to: id });
    const after = await readLineItem(tx, caller, id);
    await audit(tx, caller, {
      action: 'line-item.clone',
      subject: { kind: 'line-item', id },
      before: { cloned_from: row.id },
      after,
    });
    return after;
  });
}

/** Puts the creatives of a line on another one, but for the retired ones; their own dates go through `shift`. */
export async function copyCreatives(
  tx: Sql,
  caller: Caller,
  { from, to, shift = (at) => at }: { from: string; to: string; shift?: (at: string) => string },
): Promise<void> {
  const assigned = await tx.query<{
    creative_id: string;
    weight: number;
    starts_at: string | null;
    ends_at: string | null;
    frequency_caps: FrequencyCap[];
  }>(
    `select x.creative_id, x.weight, x.starts_at, x.ends_at, x.frequency_caps from assignments x join creatives c on c.id = x.creative_id
     where x.line_item_id = $1 and c.state <> 'retired' order by x.id`,
    [from],
  );
  for (const { creative_id, weight, starts_at, ends_at, frequency_caps } of assigned) {
    await tx.query(
      'insert into assignments (id, org_id, line_item_id, creative_id, weight, starts_at, ends_at, frequency_caps) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        newId('as'),
        caller.org_id,
        to,
        creative_id,
        weight,
        starts_at && shift(starts_at),
        ends_at && shift(ends_at),
        JSON.stringify(frequency_caps),
      ],
    );
  }
}
