/** Periods of a view as they stand in the address: a word of the query language, or two days joined by `..`. */

export const periodWords = ['day', 'yesterday', '7d', '28d', '30d', 'month', '6mo', '12mo', 'year', 'all'] as const;
export type PeriodWord = (typeof periodWords)[number];
export type Period = PeriodWord | `${string}..${string}`;
export const comparisons = ['none', 'previous', 'year'] as const;
export type Comparison = (typeof comparisons)[number];

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (text: string | undefined): text is string =>
  text !== undefined && dayPattern.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
const isWord = (text: string): text is PeriodWord => periodWords.some((word) => word === text);

/** Reads a period from an address; whatever is no period becomes `otherwise`. Two days in the wrong order are put right. */
export const periodOf = (text: string | undefined, otherwise: Period = '28d'): Period => {
  if (!text) return otherwise;
  if (isWord(text)) return text;
  const [from, to, ...more] = text.split('..');
  if (more.length || !isDay(from) || !isDay(to)) return otherwise;
  return from <= to ? `${from}..${to}` : `${to}..${from}`;
};

export const comparisonOf = (text: string | undefined): Comparison =>
  comparisons.find((word) => word === text) ?? 'none';

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The calendar day that it is in a time zone. */
export const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** A moment on the zone's clock as the labels of time write it (`2026-11-28 09:30:00`). */
export const momentIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);

const monthStart = (day: string, monthsBack: number) => {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - monthsBack);
  return date.toISOString().slice(0, 10);
};

/** First and last day of a period, inclusive, as seen on the day `today`; undefined for all time. */
export const daysOf = (period: Period, today: string): [string, string] | undefined => {
  switch (period) {
    case 'day':
      return [today, today];
    case 'yesterday':
      return [addDays(today, -1), addDays(today, -1)];
    case '7d':
    case '28d':
    case '30d':
      return [addDays(today, -Number.parseInt(period)), addDays(today, -1)];
    case 'month':
      return [monthStart(today, 0), today];
    case '6mo':
    case '12mo':
      return [monthStart(today, Number.parseInt(period)), addDays(monthStart(today, 0), -1)];
    case 'year':
      return [`${today.slice(0, 4)}-01-01`, today];
    case 'all':
      return undefined;
    default: {
      const [from = today, to = today] = period.split('..');
      return [from, to];
    }
  }
};
