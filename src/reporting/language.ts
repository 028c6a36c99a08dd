/** How a report writes numbers, money and dates, in French and in English. */
export type Language = 'fr' | 'en';

/** Narrow and wide no-break spaces: a figure never parts from its sign at the end of a line. */
export const narrow = '\u202f';
export const hard = '\u00a0';

const locale = { fr: 'fr-FR', en: 'en-GB' } as const;

export type Format = {
  language: Language;
  /** A count or a decimal: `12 345,6` or `12,345.6`; at most `digits` decimals, and exactly those when `fixed`. */
  number(value: number, digits?: number): string;
  /** A percentage given in percent: `12,3 %` or `12.3%`. */
  percent(value: number, digits?: number): string;
  /** Minor units of an ISO 4217 currency. */
  money(minor: number, currency: string): string;
  /** A YYYY-MM-DD day: `1er novembre 2026` or `1 November 2026`. */
  day(date: string): string;
  /** Shortest form for a chart's axis: `03/11` or `3 Nov`. */
  shortDay(date: string): string;
  /** Two days, both included: `du 3 au 12 novembre 2026` or `3–12 November 2026`. */
  period(from: string, to: string): string;
  /** `one` or `many` after the count: French counts 0 and 1 as one, English only 1. */
  count(value: number, one: string, many: string): string;
  /** A name between the language's quotation marks. */
  quote(name: string): string;
};

const numberFormats = new Map<string, Intl.NumberFormat>();
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}${JSON.stringify(options)}`;
  const known = numberFormats.get(key) ?? new Intl.NumberFormat(locale[language], options);
  numberFormats.set(key, known);
  return known;
}

/** Decimals of a currency's minor unit (2 for EUR, 0 for JPY, 3 for TND); 2 for a code unknown to the runtime. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

type Day = { year: number; month: string; day: string };

function dayParts(language: Language, date: string): Day {
  const at = new Date(`${date}T00:00:00Z`);
  const month = new Intl.DateTimeFormat(locale[language], { month: 'long', timeZone: 'UTC' }).format(at);
  const number = at.getUTCDate();
  return { year: at.getUTCFullYear(), month, day: language === 'fr' && number === 1 ? '1er' : String(number) };
}

const write = ({ day, month, year }: Day, upTo: 'day' | 'month' | 'year'): string =>
  [day, ...(upTo === 'day' ? [] : [month]), ...(upTo === 'year' ? [String(year)] : [])].join(hard);

function period(language: Language, from: string, to: string): string {
  const [a, b] = [dayParts(language, from), dayParts(language, to)];
  if (from === to) return language === 'fr' ? `le ${write(a, 'year')}` : write(a, 'year');
  const start = write(a, a.year !== b.year ? 'year' : a.month !== b.month ? 'month' : 'day');
  const end = write(b, 'year');
  if (language === 'fr') return `du ${start} au ${end}`;
  return start.includes(hard) ? `${start} – ${end}` : `${start}–${end}`;
}

export function formatIn(language: Language): Format {
  const number = (value: number, digits = 0): string =>
    numberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return {
    language,
    number,
    percent: (value, digits = 1) => number(value, digits) + (language === 'fr' ? `${narrow}%` : '%'),
    money(minor, currency) {
      const digits = minorDigits(currency);
      return numberFormat(language, {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(minor / 10 ** digits);
    },
    day: (date) => write(dayParts(language, date), 'year'),
    shortDay: (date) =>
      language === 'fr'
        ? `${date.slice(8, 10)}/${date.slice(5, 7)}`
        : `${dayParts('en', date).day} ${dayParts('en', date).month.slice(0, 3)}`,
    period: (from, to) => period(language, from, to),
    count(value, one, many) {
      const single = language === 'fr' ? Math.abs(value) < 2 : value === 1;
      return `${number(value)}${hard}${single ? one : many}`;
    },
    quote: (name) => (language === 'fr' ? `«${hard}${name}${hard}»` : `“${name}”`),
  };
}
