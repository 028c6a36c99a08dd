/** Public holidays of a country, as days: Easter by the computus, the rest by the rules of `holiday-rules.ts`. */
import { dateOf, dayOf, weekdayOf } from './day.ts';
import { countryOfZone, type HolidayRule, holidayRules } from './holiday-rules.ts';

/** Western Easter Sunday of a Gregorian year (the anonymous Gregorian computus of 1876). */
export function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return dayOf(`${year}-${two(month)}-${two(day)}`);
}

/** Orthodox Easter Sunday on the Gregorian calendar (Meeus' Julian computus and the distance of the two calendars). */
export function orthodoxEaster(year: number): number {
  const d = (19 * (year % 19) + 15) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const month = Math.floor((d + e + 114) / 31);
  const day = ((d + e + 114) % 31) + 1;
  const apart = Math.floor(year / 100) - Math.floor(year / 400) - 2;
  return dayOf(`${year}-${two(month)}-${two(day)}`) + apart;
}

const two = (n: number) => String(n).padStart(2, '0');

function dayOfRule(rule: HolidayRule, year: number): number {
  if (typeof rule === 'number') return easter(year) + rule;
  if (rule.startsWith('orthodox:')) return orthodoxEaster(year) + Number(rule.slice('orthodox:'.length));
  const [date, weekday] = rule.split('>');
  const day = dayOf(`${year}-${date ?? ''}`);
  return weekday === undefined ? day : day + ((Number(weekday) - weekdayOf(day) + 7) % 7);
}

/**
 * The holidays of a country within [from, to], as day → name of the holiday: the same name each year, so that what Christmas did last
 * year speaks for Christmas to come. A country without rules has none.
 */
export function holidaysBetween(country: string, from: number, to: number): Map<number, string> {
  const days = new Map<number, string>();
  const rules = holidayRules[country] ?? [];
  const firstYear = Number(dateOf(from).slice(0, 4));
  const lastYear = Number(dateOf(to).slice(0, 4));
  for (let year = firstYear; year <= lastYear; year++) {
    for (const rule of rules) {
      const day = dayOfRule(rule, year);
      if (day >= from && day <= to) days.set(day, String(rule));
    }
  }
  return days;
}

export const countryOf = (zone: string): string | undefined => countryOfZone[zone];
