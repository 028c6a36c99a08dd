/** What is read from bytes is what is read from texts, or is left to these. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineIn } from './log-bytes.ts';
import { quickReader } from './log-combined.ts';
import { blankLine, combinedParser, isHost } from './log-line.ts';
import { textTable, viewOf } from './text-table.ts';

const line =
  '203.0.113.7 - - [17/May/2015:10:05:03 +0200] "GET /a?b=c HTTP/1.1" 200 1234 "https://e.org/x" "Mozilla/5.0 (X11)" 12\r';

/** Characters that mean something in a line, and some that do not. */
const character = fc.constantFrom(...Array.from(' "-[]\\:/+0123456789aGHPé\t\r\0#,.'));
/** A line with pieces taken out, doubled or put in. */
const spoilt = fc
  .array(fc.tuple(fc.nat(line.length), fc.nat(4), fc.string({ unit: character, maxLength: 3 })), { maxLength: 4 })
  .map((changes) => changes.reduce((text, [at, out, put]) => text.slice(0, at) + put + text.slice(at + out), line));

const head = fc.tuple(
  fc.constantFrom('', 'www.example.com ', 'www.example.com:443 ', '10.0.0.1 ', 'x, '),
  fc.constantFrom('203.0.113.7', '2001:db8::1', 'fe80::1%eth0', '-', 'host.example.org'),
  fc.constantFrom('-', 'www.example.org', '10.0.0.9', '"-"', 'x'),
  fc.constantFrom('-', 'frank', 'two words', ''),
);
const rest = fc.tuple(
  fc.constantFrom(
    '17/May/2015:10:05:03 +0200',
    '17/May/2015:10:05:60 +0200',
    '31/Feb/2015:10:05:03 -0330',
    '17/May/2015:24:05:03 +0000',
    '2015-05-17T10:05:03+02:00',
  ),
  fc.constantFrom(
    'GET / HTTP/1.1',
    'POST /a b HTTP/2.0',
    'GET /a',
    '-',
    '',
    'GET  HTTP/1.1',
    '\\x16\\x03',
    'GET /a"b HTTP/1.1',
    'HEAD https://e.org/ HTTP/1.0',
  ),
  fc.constantFrom('200 5', '304 -', '000 0', '99 1', '200', '200 12a', '200 -5', '404 99999999999999999999'),
  fc.constantFrom(
    '',
    ' "-" "-"',
    ' "" ""',
    ' "https://e.org/\\"a" "x"',
    ' "-"',
    ' 0.123 "-" "agent"',
    ' "-" "cut',
    ' "-" "agent" "10.0.0.1" 5',
    ' "a"b" "c"',
  ),
);
const composed = fc
  .tuple(head, rest, fc.constantFrom('', '\r'))
  .map(
    ([[host, ip, ident, user], [time, request, answer, client], end]) =>
      `${host}${ip} ${ident} ${user} [${time}] "${request}" ${answer}${client}${end}`,
  );

describe.each([false, true])('with a virtual host: %s', (hasVirtualHost) => {
  test('a line that is read from its bytes says what its text says', () => {
    let quicklyRead = 0;
    const quick = quickReader(hasVirtualHost, ({ bytes, host, hostEnd }) =>
      isHost(bytes.toString('latin1', host, hostEnd)),
    );
    const slow = combinedParser(hasVirtualHost);
    fc.assert(
      fc.property(
        fc.oneof(hasVirtualHost ? spoilt.map((text) => `www.example.com ${text}`) : spoilt, composed),
        (text) => {
          const before = hasVirtualHost ? 'example.org first\n' : 'first\n';
          const bytes = Buffer.from(`${before}${text.replaceAll('\n', ' ')}\nlast\n`, 'latin1');
          const read = lineIn(bytes);
          const next = quick(read, before.length);
          if (next < 0) return;
          quicklyRead++;
          expect(bytes.toString('latin1', next)).toBe('last\n');
          const bare = bytes.toString('latin1', before.length, next - 1).replace(/\r$/, '');
          const expected = blankLine();
          expect(slow(bare, 0, bare.length, expected)).toBe(true);
          const piece = (from: number, to: number) => (from < 0 ? undefined : bytes.toString('latin1', from, to));
          expect({
            host: piece(read.host, read.hostEnd),
            ip: piece(read.ip, read.ipEnd),
            target: piece(read.target, read.targetEnd),
            referrer: piece(read.referrer, read.referrerEnd),
            userAgent: piece(read.agent, read.agentEnd),
            at: read.at,
            status: read.status,
            bytes: read.size,
            isGet: read.isGet,
          }).toEqual({
            host: expected.host,
            ip: expected.ip,
            target: expected.target,
            referrer: expected.referrer,
            userAgent: expected.userAgent,
            at: expected.at,
            status: expected.status,
            bytes: expected.bytes,
            isGet: expected.method === 'GET',
          });
        },
      ),
      { numRuns: 20_000 },
    );
    expect(quicklyRead).toBeGreaterThan(hasVirtualHost ? 100 : 2_000);
  });
});

test('a table of texts answers what was made of the same bytes, whatever is forgotten', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 9 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(short, fc.nat(2)), { maxLength: 1500 }),
      fc.integer({ min: 1, max: 700 }),
      (asked, most) => {
        const made: string[] = [];
        const table = textTable(
          (text, salt) => {
            made.push(`${salt} ${text}`);
            return { text, salt };
          },
          { most, mostBytes: 2000 },
        );
        for (const [text, salt] of asked) {
          const bytes = Buffer.from(`?${text}?`, 'latin1');
          expect(table.of(viewOf(bytes), 1, bytes.length - 1, salt)).toEqual({ text, salt });
        }
        if (most === 700 && asked.length < 200) expect(new Set(made).size).toBe(made.length);
      },
    ),
    { numRuns: 200 },
  );
});
