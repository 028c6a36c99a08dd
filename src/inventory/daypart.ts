/**
 * A part of the week, "mon 08:00-12:00", in the site's local time: from the first minute up to, not including, the last.
 * "24:00" ends a day; several days may be given as a run, "mon-fri 08:00-12:00". Hours do not run over midnight: two values do.
 */

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Weekday indexes (0 = Monday) and minutes of the day, `from` included, `to` excluded. */
export type Daypart = { days: number[]; from: number; to: number };

const grammar = /^(mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))? (\d\d):(\d\d)-(\d\d):(\d\d)$/;

/** What texts said, for they are asked again with every request. */
const known = new Map<string, Daypart | undefined>();

/** The daypart that a text says, or undefined when it says none. A run may pass over the week's end: "sat-mon". */
export function parseDaypart(text: string): Daypart | undefined {
  const found = known.get(text);
  if (found !== undefined || known.has(text)) return found;
  const read = readDaypart(text);
  if (known.size > 2000) known.clear();
  known.set(text, read);
  return read;
}

function readDaypart(text: string): Daypart | undefined {
  const parts = grammar.exec(text);
  if (!parts) return undefined;

  const [, first = '', last = first, ...clock] = parts;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = clock.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  if (fromMinute > 59 || toMinute > 59 || to > 1440 || from >= to) return undefined;

  const start = weekdays.findIndex((day) => day === first);
  const length = ((weekdays.findIndex((day) => day === last) - start + 7) % 7) + 1;
  return { days: Array.from({ length }, (_, step) => (start + step) % 7), from, to };
}

export const isDaypart = (text: string): boolean => parseDaypart(text) !== undefined;

/** Whether a local moment (weekday 0 = Monday, minute of the day) lies in the daypart. */
export const isWithin = (daypart: Daypart, weekday: number, minute: number): boolean =>
  daypart.days.includes(weekday) && daypart.from <= minute && minute < daypart.to;
