/** By when a creative must be in: so many working days before its line starts. Pure. */

const day = 86_400_000;

/** Saturdays and Sundays do not count, in UTC; a start at midnight in Paris is still the evening before there, which is on the safe side. */
const isWorkday = (time: number): boolean => ![0, 6].includes(new Date(time).getUTCDay());

/**
 * `leadDays` whole working days before `start`, at the same time of the day; never before `now`, for lines that are booked late.
 * Milliseconds since 1970.
 */
export function deadlineOf(start: number, leadDays: number, now: number): number {
  let due = start;
  for (let left = leadDays; left > 0; left -= isWorkday(due) ? 1 : 0) due -= day;
  while (!isWorkday(due)) due -= day;
  return Math.max(due, now);
}
