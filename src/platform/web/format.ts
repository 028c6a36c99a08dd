/** Figures in words of a locale. Pure: the locale comes in, so a test can name it. */
import type { Money } from '#platform/contract';
import type { Language } from './language.tsx';

const localeOf = { fr: 'fr-FR', en: 'en-GB' } as const;
const none = '–';

const cache = new Map<string, Intl.NumberFormat>();
const numberFormat = (language: Language, options: Intl.NumberFormatOptions) => {
  const key = language + JSON.stringify(options);
  const kept = cache.get(key) ?? new Intl.NumberFormat(localeOf[language], options);
  cache.set(key, kept);
  return kept;
};

/** The number of decimals of a currency: 2 for EUR, 0 for JPY, 3 for TND. */
export const decimalsOf = (currency: string): number =>
  numberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export const formatterOf = (language: Language) => {
  const locale = localeOf[language];
  const number = (value: number | null | undefined, decimals = 0) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? none
      : numberFormat(language, { maximumFractionDigits: decimals }).format(value);
  /** The same with all its decimals, for columns whose points stand under each other. */
  const decimal = (value: number | null | undefined, decimals = 1) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? none
      : numberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
  /** Short form for tiles and axes: 1.2M, 12,3 k. */
  const compact = (value: number | null | undefined) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? none
      : numberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
  /** A rate given in percent (12.3 → 12,3 %). */
  const percent = (value: number | null | undefined, decimals = 1) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? none
      : numberFormat(language, {
          style: 'percent',
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        }).format(value / 100);
  /** Minor units with their currency; `fine` shows the tenths of a cent a CPM may carry. */
  const money = (value: Money | null | undefined) =>
    value === null || value === undefined
      ? none
      : numberFormat(language, { style: 'currency', currency: value.currency }).format(
          value.amount / 10 ** decimalsOf(value.currency),
        );
  /** Seconds as 2 min 05 s or 1 h 04 min. */
  const duration = (seconds: number | null | undefined) => {
    if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return none;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
    return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
  };
  const bytes = (value: number | null | undefined) => {
    if (value === null || value === undefined) return none;
    const unit =
      value >= 1e6
        ? { by: 1e6, name: language === 'fr' ? 'Mo' : 'MB' }
        : { by: 1e3, name: language === 'fr' ? 'ko' : 'kB' };
    return `${number(value / unit.by, 1)} ${unit.name}`;
  };
  /** A change in percent with its sign; null when there is nothing to compare with. */
  const change = (value: number | null | undefined) =>
    value === null || value === undefined || !Number.isFinite(value)
      ? none
      : numberFormat(language, {
          style: 'percent',
          maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0,
          signDisplay: 'exceptZero',
        }).format(value / 100);

  const dated = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const dayFormat = dated({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const shortDayFormat = dated({ day: 'numeric', month: 'short', timeZone: 'UTC' });
  const weekdayFormat = dated({ weekday: 'long', timeZone: 'UTC' });
  const longDayFormat = dated({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const momentFormat = dated({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const clockFormat = dated({ hour: '2-digit', minute: '2-digit' });
  const timeFormat = dated({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const of = (format: Intl.DateTimeFormat, value: string | Date | null | undefined) => {
    if (!value) return none;
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? none : format.format(date);
  };
  /** Days are calendar days (YYYY-MM-DD), never moved by the reader's own time zone. */
  const calendar = (format: Intl.DateTimeFormat, value: string | null | undefined) =>
    of(format, value ? `${value.slice(0, 10)}T00:00:00Z` : undefined);

  return {
    language,
    number,
    decimal,
    compact,
    percent,
    money,
    duration,
    bytes,
    change,
    day: (value: string | null | undefined) => calendar(dayFormat, value),
    shortDay: (value: string | null | undefined) => calendar(shortDayFormat, value),
    longDay: (value: string | null | undefined) => calendar(longDayFormat, value),
    /** Monday is 1. */
    weekday: (day: number) => weekdayFormat.format(new Date(Date.UTC(2024, 0, day))),
    days: (from: string, to: string) =>
      from.slice(0, 10) === to.slice(0, 10)
        ? calendar(dayFormat, from)
        : dayFormat.formatRange(new Date(`${from.slice(0, 10)}T00:00:00Z`), new Date(`${to.slice(0, 10)}T00:00:00Z`)),
    moment: (value: string | Date | null | undefined) => of(momentFormat, value),
    clock: (value: string | Date | null | undefined) => of(clockFormat, value),
    time: (value: string | Date | null | undefined) => of(timeFormat, value),
    country: (code: string) => countryName(locale, code),
    list: (items: string[]) => new Intl.ListFormat(locale).format(items),
  };
};

export type Formatter = ReturnType<typeof formatterOf>;

const countryName = (locale: string, code: string) => {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' }).of(code) ?? code;
};
