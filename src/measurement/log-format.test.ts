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
        expect(line.status === 0 || (line.status >= 100 && line.status <= 999)).toBe(true);
        expect(line.bytes).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

describe('what servers, proxies and collectors make of it', () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
  const rest = `"GET /a HTTP/1.1" 200 512 "https://e.org/" "${agent}"`;
  const head = '203.0.113.7 - - [02/Mar/2026:10:00:00 +0000]';
  const usual = {
    host: '',
    ip: '203.0.113.7',
    at: '2026-03-02T10:00:00.000Z',
    method: 'GET',
    target: '/a',
    status: 200,
    bytes: 512,
    referrer: 'https://e.org/',
    userAgent: agent,
  };
  const iis = 'Mozilla/5.0+(X11;+Linux+x86_64;+rv:125.0)+Gecko/20100101+Firefox/125.0';
  test.each<[string, string, Partial<typeof usual>]>([
    ['nginx with durations and forwarders behind', `${head} ${rest} "198.51.100.4" rt=0.005 uct="0.000"`, {}],
    ['an ingress of Kubernetes', `${head} ${rest} 811 0.003 [default-web-80] [] 10.1.0.4:80 512 0.003 200 abc`, {}],
    ['Apache with %D behind', `${head} ${rest} 12345`, {}],
    ['Apache with %D behind the bytes', `${head} "GET /a HTTP/1.1" 200 512 12345 "https://e.org/" "${agent}"`, {}],
    [
      'fractions of a second',
      `203.0.113.7 - - [02/Mar/2026:10:00:00.123 +0000] ${rest}`,
      { at: '2026-03-02T10:00:00.123Z' },
    ],
    ['a time in ISO 8601', `203.0.113.7 - - [2026-03-02T11:00:00+01:00] ${rest}`, {}],
    ['tabs', `${head} ${rest}`.replaceAll(' - - [', '\t-\t-\t[').replaceAll('" "', '"\t"'), {}],
    ['a day of one digit, a month in capitals', `203.0.113.7 - - [2/MAR/2026:10:00:00 +0000] ${rest}`, {}],
    ['IPv6', `2001:db8::1 - - [02/Mar/2026:10:00:00 +0000] ${rest}`, { ip: '2001:db8::1' }],
    ['a virtual host with its port', `www.example.com:443 ${head} ${rest}`, { host: 'www.example.com:443' }],
    ['a user of two words', `203.0.113.7 - John Doe [02/Mar/2026:10:00:00 +0000] ${rest}`, {}],
    ['forwarders first', `203.0.113.7, 10.0.0.1 - - [02/Mar/2026:10:00:00 +0000] ${rest}`, {}],
    ['forwarders first, no balancer', `- ${head} ${rest}`, {}],
    ['syslog', `Mar  2 10:00:00 10.0.0.9 nginx: ${head} ${rest}`, {}],
    ['Docker compose', `web_1  | ${head} ${rest}`, {}],
    ['Docker', JSON.stringify({ log: `${head} ${rest}\n`, stream: 'stdout', time: '2026-03-02T10:00:01Z' }), {}],
    ['Kubernetes', `2026-03-02T10:00:00.123456789Z stdout F ${head} ${rest}`, {}],
    ['an escaped quote', `${head} ${rest.replace('/a', '/a\\"b')}`, { target: '/a\\"b' }],
    ['a bare quote', `${head} ${rest.replace('/a', '/a"b')}`, { target: '/a"b' }],
    [
      'no request',
      `${head} "-" 408 - "-" "-"`,
      { method: '', target: '', status: 408, bytes: 0, referrer: '', userAgent: '' },
    ],
    [
      'IIS without its fields',
      `2026-03-02 10:00:00 10.0.0.5 GET /a - 443 - 203.0.113.7 ${iis} https://e.org/ 200 0 0 46`,
      { bytes: 0 },
    ],
    [
      'IIS with all fields, but without their line',
      `2026-03-02 10:00:00 W3SVC1 WEB1 10.0.0.5 GET /a - 443 - 203.0.113.7 HTTP/2.0 ${iis} - https://e.org/ www.example.com 200 0 0 512 567 46`,
      { host: 'www.example.com' },
    ],
  ])('%s', (_, text, told) => {
    const found = formatOf(`${text}\n`);
    expect(found).toBeDefined();
    const { records, broken } = read(`${text}\n`, parserFound(found ?? 'combined'));
    expect({ records, broken }).toEqual({ records: [{ ...usual, ...told }], broken: 0 });
    // Among lines of another form it costs nothing either.
    expect(read(`${text}\n`, parserFound('combined')).records).toEqual(records);
  });
});
