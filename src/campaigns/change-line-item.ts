import { isDeepStrictEqual } from 'node:util';
import { type RoomCheck, withRoom } from '#forecasting';
import { audit } from '#people';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import { askCreatives } from './ask-creatives.ts';
import { formatsOfAssigned } from './assignment.ts';
import { checkPlaces } from './check-places.ts';
import { checkTerms } from './check-terms.ts';
import type { LineItem, LineItemChange, LineItemTerms as Terms } from './contract.ts';
import { holdOrRelease } from './ledger.ts';
import { isOpen, isSold, ledgerStates } from './line-item-states.ts';
import { defaultPriority } from './line-item-types.ts';
import { lineItemRow, type LineItemRow, readLineItem, termsOf } from './line-item.ts';
import { updateLineItem } from './save-line-item.ts';

/** What may change once a line item is sold: everything else was agreed. */
const openAfterBooking: readonly (keyof Terms)[] = [
  'name',
  'end',
  'goal',
  'pacing',
  'pacing_curve',
  'roadblock',
  'exclusion_labels',
  'excluded_advertisers',
  'rotation',
  'frequency_caps',
  'daily_cap',
  'lifetime_cap',
  'targeting',
];

const takesSpace: readonly (keyof Terms)[] = [
  'type',
  'priority',
  'goal',
  'start',
  'end',
  'placements',
  'sizes',
  'targeting',
];

/**
 * Changes the terms of a line item: all of them before it is booked, few afterwards; what it holds follows. Throws
 * bad-input naming the first field that is wrong, or wrong-state for a term that is fixed by now.
 */
export function changeLineItem(
  desk: { db: Database; clock: Clock; events?: Pick<Events, 'query'> },
  caller: Caller,
  change: LineItemChange & { id: string },
): Promise<LineItem> {
  return withRoom(desk, caller, (tx, room) => changeWithin(tx, caller, change, { now: desk.clock(), room }));
}

/** The same inside the caller's transaction. */
export async function changeWithin(
  tx: Sql,
  caller: Caller,
  { id, ...change }: LineItemChange & { id: string },
  { now, room }: { now: Date; room: RoomCheck },
): Promise<LineItem> {
  const row = await lineItemRow(tx, caller, id, 'for update of l');
  const before = termsOf(row);
  const terms = merged(before, change);
  const changed = (Object.keys(terms) as (keyof Terms)[]).filter((field) => !isSame(field, before, terms));
  if (changed.length === 0) return readLineItem(tx, caller, id);

  checkState(row, changed, terms, now);
  checkTerms(terms);
  const { formats } = await checkPlaces(tx, caller, terms, row);
  await checkAssigned(tx, row, formats);

  await updateLineItem(tx, id, terms);
  const after = await lineItemRow(tx, caller, id);
  if (ledgerStates[row.state] !== null) {
    // What takes no more space than before was granted already, perhaps by force.
    const force = !changed.some((field) => takesSpace.includes(field));
    const hold = { row: after, state: row.state, formats, expires_at: row.expires_at, force };
    await holdOrRelease(tx, caller, { ...hold, room: force ? undefined : room });
  }
  if (isSold(row.state)) await askCreatives(tx, caller, after, { state: row.state, now });
  await audit(tx, caller, {
    action: 'line-item.change',
    subject: { kind: 'line-item', id },
    before: picked(before, changed),
    after: picked(terms, changed),
  });
  return readLineItem(tx, caller, id);
}

/** The old terms with the given ones over them; a new type brings its own default priority. */
function merged(before: Terms, change: LineItemChange): Terms {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const terms: Terms = { ...before, ...given };
  if (terms.type !== before.type && change.priority === undefined) terms.priority = defaultPriority(terms.type);
  if (terms.pacing !== 'custom' && change.pacing_curve === undefined) terms.pacing_curve = null;
  return terms;
}

function isSame(field: keyof Terms, a: Terms, b: Terms): boolean {
  if (field === 'start' || field === 'end') return Date.parse(a[field]) === Date.parse(b[field]);
  return isDeepStrictEqual(a[field], b[field]);
}

const picked = (terms: Terms, fields: readonly (keyof Terms)[]) =>
  Object.fromEntries(fields.map((field) => [field, terms[field]]));

function checkState(row: LineItemRow, changed: readonly (keyof Terms)[], terms: Terms, now: Date): void {
  const refuse = (field: string, why: string): never => {
    throw new Refusal('wrong-state', `${field}: ${why}.`, { field, state: row.state });
  };
  if (!isOpen(row.state)) {
    if (changed.every((field) => field === 'name')) return;
    refuse(
      changed.find((field) => field !== 'name') ?? 'name',
      `the line item is ${row.state}; clone it to run it again`,
    );
  }
  if (!isSold(row.state)) return;

  const fixed = changed.find((field) => !openAfterBooking.includes(field));
  if (fixed)
    refuse(fixed, `cannot change once a line item is ${row.state}; what still may: ${openAfterBooking.join(', ')}`);
  if (changed.includes('end') && Date.parse(terms.end) <= now.getTime())
    refuse('end', 'must be later than now; end the line item instead');
  if (!changed.includes('goal')) return;
  if (terms.goal.unit !== row.goal_unit || (terms.goal.goal_id ?? null) !== row.goal_id)
    refuse('goal.unit', `stays ${row.goal_unit} once booked`);
  if (terms.goal.quantity < row.goal_quantity)
    refuse('goal.quantity', `can only go up from ${row.goal_quantity} once booked`);
}

/** A creative that is on the line must still fit in it. */
export async function checkAssigned(tx: Sql, row: LineItemRow, formats: readonly string[]): Promise<void> {
  for (const creative of await formatsOfAssigned(tx, row.id)) {
    if (creative.formats.some((format) => formats.includes(format))) continue;
    const size = creative.formats[0] ?? 'no size';
    throw new Refusal(
      'bad-input',
      `sizes: the creative "${creative.name}" (${size}) would no longer fit; take it off first.`,
      { field: 'sizes' },
    );
  }
}

/** Deletes a draft with its assignments; what was ever booked stays, cancelled or ended. */
export function deleteLineItem(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const row = await lineItemRow(tx, caller, id, 'for update of l');
    if (row.state !== 'draft') {
      throw new Refusal(
        'wrong-state',
        `Only a draft can be deleted: this line item is ${row.state}. Cancel it instead.`,
        { state: row.state },
      );
    }
    const before = await readLineItem(tx, caller, id);
    await tx.query('delete from assignments where line_item_id = $1', [id]);
    await tx.query('delete from line_items where id = $1', [id]);
    await audit(tx, caller, { action: 'line-item.delete', subject: { kind: 'line-item', id }, before, after: null });
  });
}
