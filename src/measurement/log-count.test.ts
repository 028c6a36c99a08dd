/**
 * Random requests are written as each server would log them, by writers that know nothing of the parsers, and the totals of
 * an import are held against plain counts of the requests.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteOfBook } from './contract.ts';
import { fileLedger } from './import-ledger.ts';
import { importLog } from './import-log.ts';

type Asked = {
  ip: string;
  at: Date;
  method: string;
  path: string;
  query: string;
  status: number;
  bytes: number;
  referrer: string;
  agent: string;
};

const two = (n: number) => String(n).padStart(2, '0');
const names = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** `17/May/2015:10:05:03 +0530`: the instant on the clock of a zone. */
function clf(at: Date, minutes = 0): string {
  const there = new Date(at.getTime() + minutes * 60_000);
  const [sign, off] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
  const time = [there.getUTCHours(), there.getUTCMinutes(), there.getUTCSeconds()].map(two).join(':');
  const day = `${two(there.getUTCDate())}/${names[there.getUTCMonth()]}/${there.getUTCFullYear()}`;
  return `${day}:${time} ${sign}${two(Math.floor(off / 60))}${two(off % 60)}`;
}
const iso = (at: Date) => at.toISOString();
const date = (at: Date) => iso(at).slice(0, 10);
const time = (at: Date) => iso(at).slice(11, 19);
const target = ({ path, query }: Asked) => (query === '' ? path : `${path}?${query}`);
const request = (asked: Asked) => `${asked.method} ${target(asked)} HTTP/1.1`;
const dash = (text: string | number) => (text === '' || text === 0 ? '-' : String(text));
const plus = (text: string) => dash(text.replaceAll(' ', '+'));
const percent = (text: string) => dash(text.replaceAll(' ', '%20'));
const bracketed = (ip: string) => (ip.includes(':') ? `[${ip}]` : ip);

const common = (a: Asked, zone = 0) => `${a.ip} - - [${clf(a.at, zone)}] "${request(a)}" ${a.status} ${dash(a.bytes)}`;
const combined = (a: Asked, zone = 0) => `${common(a, zone)} "${dash(a.referrer)}" "${dash(a.agent)}"`;
const bucket = 'b659b576cff1e15e4c0313ff8930fba9f53e6794567f5c60dab3abf2f8dfb6cc www.example.com';

const writers: Record<string, { head?: string; write: (asked: Asked) => string; agents?: false | 'unnamed' }> = {
  common: { write: (a) => common(a), agents: false },
  combined: { write: (a) => combined(a, 330) },
  'vhost-combined': { write: (a) => `www.example.com:443 ${combined(a, -480)}` },
  icecast: { write: (a) => `${combined(a, 60)} 1807` },
  traefik: { write: (a) => `${combined(a)} 31 "web@docker" "http://172.19.0.4:80" 29ms` },
  iis: {
    head: '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes time-taken\n',
    write: (a) =>
      `${date(a.at)} ${time(a.at)} 10.0.0.1 ${a.method} ${a.path} ${dash(a.query)} 443 - ${a.ip} ${plus(a.agent)} ${dash(a.referrer)} ${a.status} 0 0 ${a.bytes} 15`,
  },
  cloudfront: {
    head: '#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol\n',
    write: (a) =>
      [
        date(a.at),
        time(a.at),
        'CDG50-P1',
        a.bytes,
        a.ip,
        a.method,
        'd1.cloudfront.net',
        a.path,
        a.status,
        dash(a.referrer),
        percent(a.agent),
        dash(a.query),
        '-',
        'Hit',
        'x==',
        'www.example.com',
        'https',
      ].join('\t'),
  },
  'cloudfront-realtime': {
    write: (a) =>
      [
        (a.at.getTime() / 1000).toFixed(3),
        a.ip,
        '0.002',
        a.status,
        a.bytes,
        a.method,
        'https',
        'd1.cloudfront.net',
        a.path,
        36,
        'CDG50-P1',
        'x==',
        'www.example.com',
        '0.01',
        'HTTP/2.0',
        'IPv4',
        percent(a.agent),
        dash(a.referrer),
        '-',
        dash(a.query),
        'Hit',
        '-',
        'TLSv1.3',
        'x',
        'Hit',
      ].join('\t'),
  },
  s3: {
    write: (a) =>
      `${bucket} [${clf(a.at)}] ${a.ip} - 3E57427F3EXAMPLE WEBSITE.${a.method}.OBJECT key "${request(a)}" ${a.status} - ${dash(a.bytes)} 368 10 9 "${dash(a.referrer)}" "${dash(a.agent)}" - abc= SigV4 x - www.example.com TLSv1.2`,
  },
  elb: {
    write: (a) =>
      `${iso(a.at)} lb ${bracketed(a.ip)}:2817 10.0.0.1:80 0.1 0.1 0.1 ${a.status} 200 0 ${a.bytes} "${a.method} https://www.example.com:443${target(a)} HTTP/1.1" "${dash(a.agent)}" x TLSv1.2`,
  },
  alb: {
    write: (a) =>
      `https ${iso(a.at)} app/lb/abc ${bracketed(a.ip)}:2817 10.0.0.1:80 0.1 0.1 0.1 ${a.status} 200 34 ${a.bytes} "${a.method} https://www.example.com:443${target(a)} HTTP/2.0" "${dash(a.agent)}" x TLSv1.2 arn:aws:x "Root=1-a" "www.example.com" "arn" 0 ${iso(a.at)} "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`,
  },
  haproxy: {
    // Captured headers have no names: an empty one is not known to be the agent.
    agents: 'unnamed',
    write: (a) =>
      `Mar  2 10:00:01 lb haproxy[68]: ${a.ip}:55008 [${clf(a.at).slice(0, 20)}.000] ft~ bk/abc 0/0/0/72/72 ${a.status} ${a.bytes} - - ---- 5/4/0/1/0 0/0 {www.example.com|${a.referrer}|${a.agent}} "${request(a)}"`,
  },
  'nginx-json': {
    write: (a) =>
      JSON.stringify({
        time_iso8601: iso(a.at).replace('.000Z', '+00:00'),
        remote_addr: a.ip,
        host: 'example.com',
        request: request(a),
        status: String(a.status),
        body_bytes_sent: String(a.bytes),
        http_referer: dash(a.referrer),
        http_user_agent: dash(a.agent),
      }),
  },
  'caddy-json': {
    write: (a) =>
      JSON.stringify({
        level: 'info',
        ts: a.at.getTime() / 1000,
        logger: 'http.log.access',
        request: {
          remote_ip: a.ip,
          client_ip: a.ip,
          method: a.method,
          host: 'example.com',
          uri: target(a),
          headers: { ...(a.agent === '' ? {} : { 'User-Agent': [a.agent] }), Referer: [a.referrer] },
        },
        size: a.bytes,
        status: a.status,
      }),
  },
  'traefik-json': {
    write: (a) =>
      JSON.stringify({
        ClientAddr: `${bracketed(a.ip)}:5000`,
        ClientHost: a.ip,
        DownstreamContentSize: a.bytes,
        DownstreamStatus: a.status,
        RequestHost: 'example.com',
        RequestMethod: a.method,
        RequestPath: target(a),
        StartUTC: iso(a.at),
        time: iso(a.at),
        request_Referer: a.referrer,
        'request_User-Agent': a.agent,
      }),
  },
  netscaler: {
    head: '#Software: Netscaler Web Logging(NSWL)\n#Fields: date time c-ip cs-username sc-servicename s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs-bytes sc-bytes time-taken cs-version cs(User-Agent) cs(Cookie) cs(Referer)\n',
    write: (a) =>
      `${date(a.at)} ${time(a.at)} ${a.ip} - HTTP 10.0.0.1 80 ${a.method} ${a.path} ${dash(a.query)} ${a.status} 400 ${a.bytes} 3 HTTP/1.1 ${plus(a.agent)} - ${dash(a.referrer)}`,
  },
  incapsula: {
    head: '#Software: Incapsula LOGS API\n#Fields: date time c-ip cs(User-Agent) s-computername cs-uri cs-version cs(Referrer) s-ip cs-method cs-uri-query sc-status sc-bytes\n',
    write: (a) =>
      `"${date(a.at)}" "${time(a.at)}" "${a.ip}" "${a.agent}" "www.example.com" "www.example.com${a.path}" "HTTP" "${a.referrer}" "10.0.0.1" "${a.method}" "${a.query}" "${a.status}" "${a.bytes}"`,
  },
};

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const asked: fc.Arbitrary<Asked> = fc.record({
  ip: fc.oneof(
    fc.ipV4(),
    fc.ipV6().filter((ip) => !ip.includes('.')),
  ),
  at: fc
    .integer({ min: Date.UTC(2026, 2, 27) / 1000, max: Date.UTC(2026, 3, 2) / 1000 })
    .map((seconds) => new Date(seconds * 1000)),
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST'),
  path: fc.constantFrom('/', '/a', '/caf%C3%A9', '/a/b.css', '/feed/', '/robots.txt', '/a-(b)_c~d'),
  query: fc.constantFrom('', '', 'a=1', 'utm_source=x&utm_medium=email', 'q=a%20b'),
  status: fc.constantFrom(200, 200, 200, 204, 206, 301, 304, 404, 403, 499, 500, 503),
  bytes: fc.integer({ min: 1, max: 2 ** 31 }),
  referrer: fc.constantFrom('', 'https://www.google.com/', 'https://e.org/a?b=c'),
  agent: fc.constantFrom(firefox, iphone, '', 'curl/8.4.0'),
});

/** By hand: what an import has to say of these requests. */
function counted(all: readonly Asked[], agents: boolean | 'unnamed') {
  const [by_status, by_day]: [Record<string, number>, Record<string, number>] = [{}, {}];
  let [bytes, pageviews] = [0, 0];
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });
  for (const { status, at, bytes: sent, method, path, agent } of all) {
    by_status[status] = (by_status[status] ?? 0) + 1;
    by_day[day.format(at)] = (by_day[day.format(at)] ?? 0) + 1;
    bytes += sent;
    const isPage = !/\.css$|\.txt$|\/feed\/$/.test(path) && method === 'GET' && [200, 204, 206, 304].includes(status);
    if (isPage && (!agents || agent.startsWith('Mozilla') || (agents === 'unnamed' && agent === ''))) pageviews++;
  }
  return { by_status, by_day, bytes, pageviews };
}

const site: SiteOfBook = {
  id: 'sit_1',
  number: 1,
  org_id: 'org',
  domain: 'example.com',
  time_zone: 'Europe/Paris',
  currency: 'EUR',
  mode: 'exempt',
  sections: [],
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-count-'));
});
afterAll(() => rm(folder, { recursive: true }));

const imported = async (sources: string[]) =>
  importLog({
    sources,
    site,
    ledger: fileLedger(join(folder, 'ledger')),
    threads: 0,
    saltsOf: async (dates) => Object.fromEntries(dates.map((day) => [day, Buffer.from(day).toString('base64')])),
  });

describe.each(Object.entries(writers))('%s', (name, { head = '', write, agents }) => {
  test.each(['\n', '\r\n'])('lines ending in %j, with broken ones among them', async (end) => {
    const all = fc.sample(asked, { numRuns: 400, seed: 11 });
    const lines = all.flatMap((one, i) => (i % 50 === 7 ? ['this is no line of a log', write(one)] : [write(one)]));
    const path = join(folder, `${name}-${end.length}.log`);
    await writeFile(path, `\ufeff${head}${lines.join('\n')}\n`.replaceAll('\n', end));
    const { ignored, ...found } = await imported([path]);
    expect(found).toMatchObject({ lines: lines.length, formats: { [path]: name }, ...counted(all, agents ?? true) });
    expect(ignored['broken-line']).toBe(8);
    expect(Object.values(ignored).reduce((sum, n) => sum + n, found.pageviews)).toBe(lines.length);
  });
});

test('all formats in one file, packed: each line is read as what it is', async () => {
  const all = fc.sample(asked, { numRuns: 400, seed: 12 });
  // Formats that say at their head what their columns are, and cannot be told without it, stay out.
  const kinds = Object.values(writers).filter(({ head }) => head === undefined);
  const lines = all.map((one, i) => kinds[i % kinds.length]!.write(one));
  const path = join(folder, 'all.gz');
  await writeFile(path, gzipSync(`${lines.join('\n')}\n`));
  const { pageviews: _, ...totals } = counted(all, true);
  expect(await imported([path])).toMatchObject({ lines: 400, ...totals });
});

describe('lines that are no requests of the site', () => {
  const line = (asks: string, status = 400, at = '02/Mar/2026:10:00:00 +0000') =>
    `203.0.113.7 - - [${at}] "${asks}" ${status} 10 "-" "${firefox}"`;
  test.each([
    ['another site through a proxy', line('GET http://other.example/ HTTP/1.1', 200), 'other-site'],
    ['another site, no page of it', line('GET http://other.example/a.css HTTP/1.1', 200), 'other-site'],
    ['another site in capitals, with a port', line('GET HTTP://OTHER.example:8080/x HTTP/1.1', 404), 'other-site'],
    ['the site itself by its whole address', line('GET https://www.example.com/a HTTP/1.1', 200), 'page'],
    ['a tunnel', line('CONNECT other.example:443 HTTP/1.1', 405), 'method'],
    ['the start of a TLS connection', line('\\x16\\x03\\x01\\x02\\x00\\x01\\x00', 400), 'method'],
    ['bytes with spaces and quotes', line('\\x03\\x00 \\"\\x13\\xe0 a b', 400), 'method'],
    ['nothing', line('', 400), 'method'],
    ['a word', line('quit', 400), 'method'],
    ['spaces in the address', line('GET /a b  c HTTP/1.1', 200), 'page'],
    ['no version', line('GET /a', 200), 'page'],
    ['a connection given up', line('GET /a HTTP/1.1', 0).replace(' 0 10 ', ' 000 0 '), 'not-a-page'],
    ['a day that is none', line('GET / HTTP/1.1', 200, '31/Feb/2026:10:00:00 +0000'), 'broken-line'],
    ['an hour that is none', line('GET / HTTP/1.1', 200, '02/Mar/2026:25:00:00 +0000'), 'broken-line'],
    ['a minute that is none', line('GET / HTTP/1.1', 200, '02/Mar/2026:10:75:00 +0000'), 'broken-line'],
    ['a month that is none', line('GET / HTTP/1.1', 200, '02/Foo/2026:10:00:00 +0000'), 'broken-line'],
    ['a zone that is none', line('GET / HTTP/1.1', 200, '02/Mar/2026:10:00:00 +9900'), 'broken-line'],
    ['a year before the web', line('GET / HTTP/1.1', 200, '02/Mar/1970:10:00:00 +0000'), 'broken-line'],
    ['zeros that a crash left before it', `\0\0\0\0${line('GET /a HTTP/1.1', 200)}`, 'page'],
    ['a very long address', line(`GET /${'a'.repeat(100_000)} HTTP/1.1`, 200), 'page'],
    ['a very long agent', line('GET / HTTP/1.1', 200).replace(firefox, firefox + 'x'.repeat(300_000)), 'page'],
  ])('%s', async (_, text, expected) => {
    const path = join(folder, 'odd.log');
    await writeFile(path, `${line('GET /first HTTP/1.1', 200)}\n${text}\n${line('GET /last HTTP/1.1', 200)}\n`);
    const { lines, pageviews, ignored } = await imported([path]);
    expect({ lines, pageviews, ignored }).toEqual(
      expected === 'page'
        ? { lines: 3, pageviews: 3, ignored: {} }
        : { lines: 3, pageviews: 2, ignored: { [expected]: 1 } },
    );
  });
});
