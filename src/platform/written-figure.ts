/** Numbers, amounts and days as people's exports write them, French and English alike. Pure; undefined where it is none. */

const spaces = /[\s\u00a0\u202f\u2009']/g;

/**
 * A number such as `1,234.5`, `1 234,5`, `1.234,50`, `(12)`, `$174.03`, `12,5 %`. `decimal` says which mark is the decimal one where the
 * file told; without it the last of two different marks is, and a single mark before exactly three digits is one of thousands
 * only when it is a comma that repeats or the number has no other reading.
 */
export function numberWritten(text: string, decimal?: ',' | '.'): number | undefined {
  let written = text.replace(spaces, '').replace(/[\u2212\u2013]/g, '-');
  const isNegative = /^\(.*\)$/.test(written) || written.startsWith('-');
  written = written.replace(/[()%‰€$£¥]|^-|^\+|^[A-Z]{3}|[A-Z]{3}$/g, '').replace(/^-/, '');
  if (!/^\d[\d.,]*(?:e[-+]?\d+)?$|^[.,]\d+$/i.test(written)) return undefined;
  const value = Number(withPoint(written, decimal));
  return Number.isFinite(value) ? (isNegative ? -value : value) : undefined;
}

function withPoint(written: string, decimal?: ',' | '.'): string {
  if (decimal) {
    const thousands = decimal === ',' ? '.' : ',';
    const parts = written.split(decimal);
    // Two decimal marks: the file's mark is the other one after all.
    if (parts.length > 2) return written.replaceAll(decimal, '').replace(thousands, '.');
    // `1,234.5` under a decimal comma: the order of the marks tells.
    if (written.lastIndexOf(thousands) > written.lastIndexOf(decimal) && written.includes(decimal))
      return written.replaceAll(decimal, '').replace(thousands, '.');
    return written.replaceAll(thousands, '').replace(decimal, '.');
  }
  const comma = written.lastIndexOf(',');
  const point = written.lastIndexOf('.');
  if (comma >= 0 && point >= 0)
    return comma > point ? written.replaceAll('.', '').replace(',', '.') : written.replaceAll(',', '');
  const mark = comma >= 0 ? ',' : point >= 0 ? '.' : undefined;
  if (mark === undefined) return written;
  const groups = written.split(mark);
  const isGrouped = groups.length > 2 || (mark === ',' && /^\d{1,3},\d{3}$/.test(written) && groups[0] !== '0');
  return isGrouped ? groups.join('') : written.replace(',', '.');
}

/** Milliseconds-free duration in seconds: `75`, `1:15`, `00:01:15`, `1m 15s`, `2 min 5 s`, `1h 2min`. */
export function secondsWritten(text: string, decimal?: ',' | '.'): number | undefined {
  const written = text.trim().toLowerCase();
  const clock = /^(?:(\d+):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?$/.exec(written);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const parts =
    /^(?:(\d+)\s*(?:d|days?|j|jours?)\s*)?(?:(\d+)\s*(?:h|hours?|heures?)\s*)?(?:(\d+)\s*(?:m|mn|mins?|minutes?)\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:s|secs?|sec\.|secondes?|seconds?))?$/.exec(
      written,
    );
  if (parts && written !== '') {
    const [, days, hours, minutes, seconds] = parts;
    if (days ?? hours ?? minutes ?? seconds)
      return (
        Number(days ?? 0) * 86_400 +
        Number(hours ?? 0) * 3600 +
        Number(minutes ?? 0) * 60 +
        Number((seconds ?? '0').replace(',', '.'))
      );
  }
  return numberWritten(written, decimal);
}

const months: Readonly<Record<string, number>> = Object.fromEntries(
  [
    'jan january janv janvier',
    'feb february fév fev février fevrier févr fevr',
    'mar march mars',
    'apr april avr avril',
    'may mai',
    'jun june juin',
    'jul july juil juillet',
    'aug august août aout',
    'sep sept september septembre',
    'oct october octobre',
    'nov november novembre',
    'dec december déc décembre decembre',
  ].flatMap((names, i) => names.split(' ').map((name) => [name, i + 1])),
);

/** In which order a file writes day and month where both readings are possible. */
export type DayOrder = 'dmy' | 'mdy';

/**
 * A day as YYYY-MM-DD out of `2026-03-01`, `20260301`, `2026/03/01`, `01/03/2026`, `3/1/26`, `Mar 1, 2026`, `1 mars 2026`, with a time
 * behind it or not. `order` decides `01/03/2026`; undefined where the text is no day, or where the order is needed and not known.
 */
export function dayWritten(text: string, order?: DayOrder): string | undefined {
  const written = text
    .trim()
    .replace(
      /^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim)[a-zé]*\.?,? +(?=\d{1,2}(?:er|st|nd|rd|th)?[-/. ]+[a-zé0-9]|[a-zé]+\.? \d)/i,
      '',
    );
  const iso = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?$/.exec(written);
  if (iso) return dayOfParts(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashed = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ,].*)?$/.exec(written);
  if (slashed) {
    const [first, second, year] = [Number(slashed[1]), Number(slashed[2]), fullYear(slashed[3] ?? '')];
    const known = first > 12 ? 'dmy' : second > 12 ? 'mdy' : order;
    if (!known) return undefined;
    return known === 'dmy' ? dayOfParts(year, second, first) : dayOfParts(year, first, second);
  }
  const named = /^(\d{1,2})(?:er|st|nd|rd|th)?[ -]([a-zéû]+)\.?,?[ -](\d{4}|\d{2})/i.exec(written);
  if (named) return dayOfParts(fullYear(named[3] ?? ''), months[(named[2] ?? '').toLowerCase()] ?? 0, Number(named[1]));
  const english = /^([a-zéû]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})/i.exec(written);
  return english
    ? dayOfParts(Number(english[3]), months[(english[1] ?? '').toLowerCase()] ?? 0, Number(english[2]))
    : undefined;
}

const fullYear = (text: string) => (text.length === 2 ? 2000 + Number(text) : Number(text));

function dayOfParts(year: number, month: number, day: number): string | undefined {
  const at = new Date(Date.UTC(year, month - 1, day));
  if (year < 1990 || year > 2200 || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  return at.toISOString().slice(0, 10);
}

/** Which order the days of a column are written in, when one of them tells (a 13 or more in one place); undefined otherwise. */
export function dayOrderOf(days: Iterable<string>): DayOrder | undefined {
  for (const text of days) {
    const found = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d/.exec(text.trim());
    if (found && Number(found[1]) > 12) return 'dmy';
    if (found && Number(found[2]) > 12) return 'mdy';
  }
  return undefined;
}

/** A header as it is compared: no accents, no marks, no case, one space; undoes UTF-8 that was read as Latin-1 (`dÃ©pensÃ©`). */
export function headerKey(text: string): string {
  let plain = text;
  if (/[ÃÂ][\u0080-\u00bf]/.test(plain)) {
    try {
      plain = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(plain, 'latin1'));
    } catch {
      // It is no such text: taken as it stands.
    }
  }
  return plain
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[’']/g, ' ')
    .toLowerCase()
    .replace(/[^a-z0-9%]+/g, ' ')
    .trim();
}
