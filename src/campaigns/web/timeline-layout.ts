/** Where things lie in the calendar of the spaces: pure geometry, in pixels and days. */
import type { CalendarStep, Occupant, OccupiedPlacement } from '#campaigns/contract';
import { addDays } from '#platform/web';

export const pxPerDay: Record<CalendarStep, number> = { day: 34, week: 11, month: 3.4 };
export const stripHeight = 30;
export const laneHeight = 24;

export const dayIndex = (from: string, day: string): number =>
  Math.round((Date.parse(day) - Date.parse(from)) / 86_400_000);

export type Bar = { occupant: Occupant; lane: number };
export type Row = { placement: OccupiedPlacement; bars: Bar[]; top: number; height: number };

type Days = { first_day: string; last_day: string };

/** The first lane that is free; what begins first is placed first, so that bars of a lane never overlap. */
export function lanesOf<T extends Days>(occupants: readonly T[]): { one: T; lane: number }[] {
  const ends: string[] = [];
  return occupants
    .toSorted((a, b) => (a.first_day < b.first_day ? -1 : a.first_day > b.first_day ? 1 : 0))
    .map((one) => {
      const free = ends.findIndex((end) => end < one.first_day);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = one.last_day;
      return { one, lane };
    });
}

/** A row for each placement: a strip of cells, and under it as many lanes as its bookings need. */
export function rowsOf(placements: readonly OccupiedPlacement[], occupants: readonly Occupant[]): Row[] {
  const here = new Map<string, Occupant[]>();
  for (const occupant of occupants) {
    for (const id of occupant.placements) {
      const list = here.get(id);
      if (list) list.push(occupant);
      else here.set(id, [occupant]);
    }
  }
  let top = 0;
  return placements
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .map((placement) => {
      const bars = lanesOf(here.get(placement.id) ?? []).map(({ one, lane }) => ({ occupant: one, lane }));
      const lanes = Math.max(0, ...bars.map(({ lane }) => lane + 1));
      const row = { placement, bars, top, height: stripHeight + lanes * laneHeight + 6 };
      top += row.height;
      return row;
    });
}

const nameOf = ({ site_name, section_name, name }: OccupiedPlacement) =>
  `${site_name}\u0000${section_name ?? ''}\u0000${name}`;

/** Rows that touch a stretch of the height, as [first, one after the last]. `rows` lie one under the other. */
export function rowsBetween(rows: readonly Row[], top: number, bottom: number): [number, number] {
  const first = firstWhere(rows, (row) => row.top + row.height > top);
  const end = firstWhere(rows, (row) => row.top >= bottom);
  return [first, Math.max(first, end)];
}

/** Periods that touch a stretch of days, as [first, one after the last]. */
export function periodsBetween(
  periods: readonly { start: string; end: string }[],
  from: string,
  [first, last]: readonly [number, number],
): [number, number] {
  const start = firstWhere(periods, ({ end }) => dayIndex(from, end) >= first);
  const end = firstWhere(periods, (period) => dayIndex(from, period.start) > last);
  return [start, Math.max(start, end)];
}

/** The first index for which a condition holds that, once it holds, holds for all that follow. */
function firstWhere<T>(list: readonly T[], holds: (one: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && holds(one)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export type Grip = 'move' | 'start' | 'end';

/** The days of a booking that is dragged by so many days; it never ends before it begins. */
export function dragged({ first_day, last_day }: Days, grip: Grip, by: number): Days {
  if (grip === 'move') return { first_day: addDays(first_day, by), last_day: addDays(last_day, by) };
  if (grip === 'end') {
    const end = addDays(last_day, by);
    return { first_day, last_day: end < first_day ? first_day : end };
  }
  const start = addDays(first_day, by);
  return { first_day: start > last_day ? last_day : start, last_day };
}

/** Which parts of a booking may be dragged: all of a hold, the end of what is sold, nothing of a proposal or of the past. */
export function gripsOf({ kind, space }: Pick<Occupant, 'kind' | 'space'>): readonly Grip[] {
  if (kind === 'proposal' || space === 'past') return [];
  return space === 'held' ? ['move', 'start', 'end'] : ['end'];
}

export type Thresholds = { busy: number; full: number };

/** How full a cell is, in percent; undefined where nothing is expected. */
export const fullness = (placement: OccupiedPlacement, index: number): number | undefined => {
  const all = placement.forecast[index] ?? 0;
  return all > 0 ? (((placement.sold[index] ?? 0) + (placement.held[index] ?? 0)) / all) * 100 : undefined;
};

export const levelOf = (percent: number | undefined, { busy, full }: Thresholds): 'none' | 'free' | 'busy' | 'full' =>
  percent === undefined ? 'none' : percent >= full ? 'full' : percent >= busy ? 'busy' : 'free';
