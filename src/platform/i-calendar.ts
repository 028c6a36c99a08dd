/** An iCalendar document of whole days (RFC 5545). Pure. */
export type CalendarEntry = {
  id: string;
  title: string;
  place: string;
  note: string;
  /** Days, the last one included. */
  first: string;
  last: string;
  /** False: tentative. */
  certain: boolean;
};

export function iCalendar(name: string, entries: readonly CalendarEntry[], now: Date): string {
  const stamp = `${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const day = (text: string) => text.replaceAll('-', '');
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vigie//Vigie//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    ...entries.flatMap((one) => [
      'BEGIN:VEVENT',
      `UID:${escaped(one.id)}@vigie`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${day(one.first)}`,
      // The end of a whole-day event is the day after its last one.
      `DTEND;VALUE=DATE:${day(nextDay(one.last))}`,
      `SUMMARY:${escaped(one.title)}`,
      `LOCATION:${escaped(one.place)}`,
      `DESCRIPTION:${escaped(one.note)}`,
      `STATUS:${one.certain ? 'CONFIRMED' : 'TENTATIVE'}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

/** Text values: backslash, semicolon, comma and line breaks are written out; other control characters are left away. */
const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[\u0000-\u001f\u007f]/g, '');

/** Lines of at most 75 octets; what is longer goes on after a line break and a space, never inside a character. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const character of line) {
    const octets = Buffer.byteLength(character);
    if (size + octets > 75) {
      parts.push(part);
      part = ' ';
      size = 1;
    }
    part += character;
    size += octets;
  }
  return [...parts, part].join('\r\n');
}

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
