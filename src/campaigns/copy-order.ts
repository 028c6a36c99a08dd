import { audit } from '#people';
import { newId, Refusal, type Caller, type Database } from '#platform';
import type * as z from 'zod';
import type { copyOrder as copyRoute } from './bulk-contract.ts';
import { checkDates } from './check-terms.ts';
import { copyCreatives } from './create-line-item.ts';
import type { Order } from './contract.ts';
import { rowsOfOrder, termsOf } from './line-item.ts';
import { createOrderWithin, lockOrder, readOrder } from './order.ts';
import { insertLineItem } from './save-line-item.ts';
import { dayOf, startOfDay, nextDay } from './zoned-day.ts';

type Input = z.output<(typeof copyRoute)['input']>;

const mostLines = 500;

/**
 * A new order with the same terms, its lines as drafts. Their dates move by whole days of their sites' calendars: a line that starts at
 * noon still does, over a clock change too. Throws bad-input for dates that leave the calendar.
 */
export function copyOrder(db: Database, caller: Caller, input: Input): Promise<Order> {
  return db.transaction(async (tx) => {
    const from = await lockOrder(tx, caller, input.id);
    const rows = await rowsOfOrder(tx, caller, input.id);
    if (rows.length > mostLines)
      throw new Refusal(
        'bad-input',
        `This order has ${rows.length} line items; at most ${mostLines} are copied at once.`,
      );
    const advertiser_id = input.advertiser_id ?? from.advertiser_id;
    const made = await createOrderWithin(tx, caller, {
      advertiser_id,
      side: from.side,
      name: input.name ?? `${from.name.slice(0, 190)} (copy)`,
      publisher_id: from.publisher_id,
      frequency_caps: from.frequency_caps,
    });
    const first = rows[0];
    const days =
      input.start !== undefined && first
        ? daysBetween(dayOf(first.starts_at, first.time_zone), input.start)
        : (input.shift_days ?? 0);
    for (const row of rows) {
      const id = newId('li');
      const terms = termsOf(row);
      const start = shifted(terms.start, days, row.time_zone);
      const end = shifted(terms.end, days, row.time_zone);
      checkDates(start, end);
      await insertLineItem(tx, { id, org_id: caller.org_id, order_id: made.id, terms: { ...terms, start, end } });
      if (input.with_creatives && advertiser_id === from.advertiser_id)
        await copyCreatives(tx, caller, { from: row.id, to: id, shift: (at) => shifted(at, days, row.time_zone) });
    }
    const after = await readOrder(tx, caller, made.id);
    await audit(tx, caller, {
      action: 'order.copy',
      subject: { kind: 'order', id: made.id },
      before: { copied_from: from.id },
      after: { ...after, shift_days: days },
    });
    return after;
  });
}

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** The same wall clock, `days` later. */
function shifted(instant: string, days: number, zone: string): string {
  if (days === 0) return instant;
  const day = dayOf(instant, zone);
  const clock = wallClock(instant, zone);
  const midnight = Date.parse(startOfDay(nextDay(day, days), zone));
  const guess = midnight + clock;
  // On a day of 23 or 25 hours so many milliseconds after midnight are another time of the clock.
  return new Date(guess + (clock - wallClock(new Date(guess).toISOString(), zone))).toISOString();
}

/** Milliseconds that the wall clock shows past midnight. */
function wallClock(instant: string, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(Date.parse(instant));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1000 + (Date.parse(instant) % 1000);
}
