/** The period a question is about: days of the sites' calendars, or instants. */
import { Refusal } from '#platform';
import { dayOf } from './day.ts';
import { zoneOf } from './zone.ts';

/** Days one question may span. */
export const mostDays = 400;

/** Start and end (exclusive) as instants, in milliseconds. */
export type Span = { start: number; end: number };

const isDate = (text: string) => text.length === 10;

/** A date means the zone's day; an end date is included. Throws bad-input for what is no period, or too long a one. */
export function spanOf({ start, end }: { start: string; end: string }, timeZone: string): Span {
  const zone = zoneOf(timeZone);
  const span = {
    start: isDate(start) ? zone.startOf(dayOf(start)) : Date.parse(start),
    end: isDate(end) ? zone.startOf(dayOf(end) + 1) : Date.parse(end),
  };
  if (!(span.end > span.start)) throw new Refusal('bad-input', 'end: must be later than start.', { field: 'end' });
  if (span.end - span.start > mostDays * 86_400_000)
    throw new Refusal('bad-input', `end: at most ${mostDays} days after start.`, { field: 'end' });
  return span;
}
