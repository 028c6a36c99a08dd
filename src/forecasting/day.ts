/** Calendar days as integers: the number of days since 1970-01-01, without any zone. */
const ms = 86_400_000;

/** `date` is YYYY-MM-DD. */
export const dayOf = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / ms);

export const dateOf = (day: number): string => new Date(day * ms).toISOString().slice(0, 10);

/** 0 = Monday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;
