import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cases from './cases/logs.json' with { type: 'json' };
import { formatOf, logFormats, parserFound, parserOf } from './log-format.ts';
import { blankLine } from './log-line.ts';

const textOf = (file: string) => readFileSync(new URL(`./cases/logs/${file}`, import.meta.url), 'latin1');

/** What a parser makes of a whole log: its records, and how many lines it could not read. */
function read(text: string, parse: ReturnType<typeof parserOf>) {
  const line = blankLine();
  const records: unknown[] = [];
  let broken = 0;
  const whole = text.replace(/^ï»¿/, '');
  for (let start = 0; start < whole.length;) {
    const end = whole.indexOf('\n', start) < 0 ? whole.length : whole.indexOf('\n', start);
    const isRead = parse(whole, start, end, line);
    if (isRead) records.push({ ...line, at: new Date(line.at).toISOString(), userAgent: line.userAgent ?? null });
    if (isRead === false) broken++;
    start = end + 1;
  }
  return { records, broken };
}

describe.each(cases)('$file', ({ file, format, records, broken }) => {
  const text = textOf(file);

  test('is known by its lines and read', () => {
    const found = formatOf(text);
    expect(found).toBe(format);
    expect(read(text, parserFound(found ?? 'combined'))).toEqual({ records, broken });
  });

  test('is known when Windows wrote its line ends', () => {
    expect(formatOf(text.replaceAll('\n', '\r\n'))).toBe(format);
  });

  // What is mixed or in a variant of its family needs `auto`.
  test.skipIf(['mixed.log', 'seconds-first.log'].includes(file))('is read when its format is named', () => {
    expect(read(text, parserOf(logFormats.find((name) => name === format) ?? 'combined'))).toEqual({ records, broken });
  });
});

test('any line is read, left aside or broken, never an error', () => {
  const parsers = logFormats.map((name) => ({ name, parse: parserOf(name) }));
  const pieces = fc.constantFrom(
    '"',
    ' ',
    '[',
    ']',
    '{',
    '}',
    '\\',
    '|',
    '\t',
    '#Fields: date time',
    '02/Mar/2026:10:00:01 +0000',
    'GET /a HTTP/1.1',
    '200',
    '-',
    '1.2.3.4',
    'CEF:0|Incapsula|',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 30 }), (parts) => {
      const text = parts.join('').replaceAll('\n', '');
      for (const { parse } of parsers) {
        const line = blankLine();
        if (parse(text, 0, text.length, line) !== true) continue;
        expect(Number.isFinite(line.at)).toBe(true);
        expect(line.status).toBeGreaterThanOrEqual(100);
        expect(line.bytes).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
