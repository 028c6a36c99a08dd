/** Expected requests of a placement: within a span of time, day by day, for the cells a targeting takes. */
import type { Cells } from './cells.ts';
import { weekdayOf } from './day.ts';
import type { Span } from './period.ts';
import type { Zone } from './zone.ts';

/** A local day within a span: the day, and the part of it that lies in the span. */
export type PartOfDay = { day: number; from: number; to: number };

/** The local days that a span touches, in order. */
export function daysOf({ start, end }: Span, zone: Zone): PartOfDay[] {
  if (!(end > start)) return [];
  const first = zone.localDay(start);
  const last = zone.localDay(end);
  const parts: PartOfDay[] = [];
  for (let day = Math.floor(first); day < last; day++) {
    parts.push({ day, from: Math.max(0, first - day), to: Math.min(1, last - day) });
  }
  return parts;
}

/** The part of a day's requests that lies within its hours and in the masked cells (undefined: all cells). */
export function partOf(cells: Cells, mask: Uint8Array | undefined, { day, from, to }: PartOfDay): number {
  const weekday = weekdayOf(day);
  let sum = 0;
  for (let group = 0; group < cells.groups; group++) {
    const hours = cells.hours(weekday, from, to, group);
    if (hours === 0) continue;
    if (!mask) sum += hours;
    else {
      let rows = 0;
      for (let row = 0; row < cells.rows.length; row++) {
        if (mask[row * cells.groups + group]) rows += cells.rows[row] ?? 0;
      }
      sum += hours * rows;
    }
  }
  return sum;
}
