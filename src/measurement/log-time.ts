/** Instants as logs write them. A time without a zone is UTC; a day, hour or zone that does not exist is no time (NaN). */

const months = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, i) => [name, i]),
);

/**
 * Milliseconds since 1970 of `17/May/2015:10:05:03[.584] [+0000]`, ISO 8601 (`T` or a space, `-` or `/`), an HTTP date, or
 * seconds, milliseconds, microseconds or nanoseconds since 1970.
 */
export function loggedInstant(text: string): number {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{13}(?:\.\d+)?$/.test(text)) return Math.round(Number(text));
  if (/^\d{16,19}$/.test(text)) return Number(text.slice(0, 13));
  const iso =
    /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i.exec(text);
  if (iso) return instantOf(Number(iso[1]), Number(iso[2]) - 1, iso.slice(3));
  const logged =
    /^(\d{1,2})[/ -](\w{3})[/ -](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?$/i.exec(
      text.replace(/^\w{3}, /, ''),
    );
  if (!logged) return Number.NaN;
  const month = months.get(logged[2]?.toLowerCase() ?? '');
  return month === undefined ? Number.NaN : instantOf(Number(logged[3]), month, [logged[1], ...logged.slice(4)]);
}

type Rest = readonly (string | undefined)[];

/** `rest` is day, hour, minute, second, fraction and zone, as written. */
function instantOf(year: number, month: number, [day, hour, minute, second, fraction, zone]: Rest): number {
  const minuteAt = minuteOf({ year, month, day, hour, minute }, zone ?? 'Z');
  const seconds = Number(second);
  // A leap second is the last of its minute.
  return seconds > 60 ? Number.NaN : minuteAt + seconds * 1000 + Math.trunc(Number(`0.${fraction ?? 0}`) * 1000);
}

type Minute = Record<'year' | 'month', number> & Record<'day' | 'hour' | 'minute', string | number | undefined>;

function minuteOf({ year, month, ...rest }: Minute, zone: string): number {
  const [day, hour, minute] = [Number(rest.day), Number(rest.hour), Number(rest.minute)];
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [undefined, '+', '0', '0'];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const at = new Date(Date.UTC(year, month, day, hour, minute));
  const isReal = at.getUTCMonth() === month && at.getUTCDate() === day && hour < 24 && minute < 60;
  return isReal && Number(minutes) < 60 && Math.abs(offset) <= 14 * 60 ? at.getTime() - offset * 60_000 : Number.NaN;
}

/** Reads `17/May/2015:10:05:03 +0000`; neighbours share their minute, which is worked out once. */
export function timeReader(): (text: string, from: number) => number {
  let minute = '';
  let zone = '';
  let minuteAt = Number.NaN;
  return (text, from) => {
    const said = text.slice(from, from + 17);
    const offset = text.slice(from + 21, from + 26);
    if (said !== minute || offset !== zone) {
      minute = said;
      zone = offset;
      minuteAt = minuteLogged(text.slice(from, from + 27));
    }
    const seconds = secondsAt(text, from + 18);
    return seconds > 60 ? Number.NaN : minuteAt + seconds * 1000;
  };
}

function secondsAt(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The minute of `17/May/2015:10:05:03 +0000]`. */
export function minuteLogged(text: string): number {
  const match = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):\d\d ([+-]\d{4})\]/.exec(text);
  const month = months.get(match?.[2]?.toLowerCase() ?? '');
  if (!match || month === undefined) return Number.NaN;
  return minuteOf({ year: Number(match[3]), month, day: match[1], hour: match[4], minute: match[5] }, match[6] ?? '');
}

/** Reads a date and a time of day in UTC from two columns; neighbours share their date. */
export function dateAndTimeReader(): (date: string, time: string) => number {
  let known = '';
  let midnight = Number.NaN;
  return (date, time) => {
    if (date !== known) {
      known = date;
      midnight = loggedInstant(`${date}T00:00:00Z`);
    }
    const [, hour, minute, second, fraction = ''] = /^(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?$/.exec(time) ?? [];
    const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
    if (!(hours < 24 && minutes < 60 && seconds <= 60)) return Number.NaN;
    const ms = fraction === '' ? 0 : Math.trunc(Number(`0.${fraction}`) * 1000);
    return midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
  };
}
