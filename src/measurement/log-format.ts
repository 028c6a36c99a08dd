/** The log formats that can be read, and how a file's own lines say which one it is in. */
import {
  bunnyParser,
  cefParser,
  elbParser,
  haproxyParser,
  haproxyTcpParser,
  nlbParser,
  realTimeParser,
  s3Parser,
} from './log-cloud.ts';
import { jsonParser } from './log-json.ts';
import { blankLine, combinedParser, type LineParser, type LogLine } from './log-line.ts';
import { w3cParser } from './log-w3c.ts';

const parsers = {
  common: () => combinedParser(false),
  combined: () => combinedParser(false),
  'vhost-combined': () => combinedParser(true),
  icecast: () => combinedParser(false),
  traefik: () => combinedParser(false),
  'nginx-json': () => jsonParser,
  'caddy-json': () => jsonParser,
  'traefik-json': () => jsonParser,
  json: () => jsonParser,
  w3c: w3cParser,
  iis: w3cParser,
  cloudfront: w3cParser,
  'cloudfront-json': () => jsonParser,
  'cloudfront-realtime': () => realTimeParser,
  netscaler: w3cParser,
  incapsula: w3cParser,
  shoutcast: w3cParser,
  'incapsula-cef': () => cefParser,
  s3: () => s3Parser,
  elb: () => elbParser,
  alb: () => elbParser,
  nlb: () => nlbParser,
  haproxy: () => haproxyParser,
  'haproxy-tcp': () => haproxyTcpParser,
  bunny: () => bunnyParser,
} satisfies Record<string, () => LineParser>;

export type LogFormat = keyof typeof parsers;
export const logFormats = Object.keys(parsers).filter((name): name is LogFormat => name in parsers);

/** Formats whose lines may be cut inside the user agent and still be read. */
export const endsInAgent: ReadonlySet<LogFormat> = new Set<LogFormat>(['common', 'combined', 'vhost-combined']);

const ofCombined: ReadonlySet<LogFormat> = new Set<LogFormat>([...endsInAgent, 'icecast', 'traefik']);
/** Formats of which most lines are what `quickReader` reads. */
export const isCombined = (format: LogFormat): boolean => ofCombined.has(format);

export const parserOf = (format: LogFormat): LineParser => parsers[format]();

/** The parser of a format found in the first lines; a line that is none of it is read as what its own looks say. */
export function parserFound(format: LogFormat): LineParser {
  const first = parserOf(format);
  const others = families();
  return (text, start, end, line) => {
    if (text.charCodeAt(start) === 0x23) {
      others.w3c(text, start, end, line);
      first(text, start, end, line);
      return undefined;
    }
    if (first(text, start, end, line)) return true;
    const other = formatOfLine(text.slice(start, end), others, line);
    return other !== undefined || others.w3c(text, start, end, line) === true;
  };
}

type Families = { plain: LineParser; hosted: LineParser; w3c: LineParser };
const families = (): Families => ({ plain: combinedParser(false), hosted: combinedParser(true), w3c: w3cParser() });

const sampled = 100;

/** The format that most of the first lines are in; undefined when none of them is in any. */
export function formatOf(head: string): LogFormat | undefined {
  const counts = new Map<LogFormat, number>();
  const known = families();
  const line = blankLine();
  const lines = head.replace(/^ï»¿/, '').split('\n', sampled);
  const fields = lines.findIndex((text) => /^#\s*Fields:/i.test(text));
  if (fields >= 0)
    return w3cKind(
      lines
        .slice(0, fields + 1)
        .join('\n')
        .toLowerCase(),
    );
  for (const text of lines) {
    const format = formatOfLine(text.trimEnd(), known, line);
    if (format) counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

const w3cKinds: readonly [RegExp, LogFormat][] = [
  [/x-edge-/, 'cloudfront'],
  [/incapsula/, 'incapsula'],
  [/shoutcast/, 'shoutcast'],
  [/sc-servicename|netscaler/, 'netscaler'],
  [/iis|internet information|s-sitename|sc-win32-status/, 'iis'],
];
const w3cKind = (head: string): LogFormat => w3cKinds.find(([pattern]) => pattern.test(head))?.[1] ?? 'w3c';

/** Reads one line by its looks; it is in `line` then. */
function formatOfLine(text: string, { plain, hosted, w3c }: Families, line: LogLine): LogFormat | undefined {
  const fits = (parser: LineParser) => parser(text, 0, text.length, line) === true;
  if (text.startsWith('{')) {
    if (fits(jsonParser)) return jsonKind(text);
    const inner = wrapped(text);
    return inner === undefined ? undefined : formatOfLine(inner, { plain, hosted, w3c }, line);
  }
  if (text.includes('CEF:') && fits(cefParser)) return 'incapsula-cef';
  if (/^[A-Z-]*\|\d{3}\|/.test(text) && fits(bunnyParser)) return 'bunny';
  if (/^\d{4}-\d\d-\d\dT/.test(text) && fits(elbParser)) return 'elb';
  if (/^(?:https?|h2|grpcs|wss?) \d{4}-/.test(text) && fits(elbParser)) return 'alb';
  if (/^(?:tls|tcp) \d\.\d /.test(text) && fits(nlbParser)) return 'nlb';
  if (/^\d{10}(?:\.\d+)?\t/.test(text) && fits(realTimeParser)) return 'cloudfront-realtime';
  if (/^[0-9a-f]{64} /.test(text) && fits(s3Parser)) return 's3';
  // Words before the time: address, ident, user; with a virtual host one more.
  const words = text.slice(0, text.indexOf(' [')).split(' ').length;
  if (words === 4 && fits(hosted)) return line.host === '' ? combinedKind(text, line) : 'vhost-combined';
  if (words >= 3 && fits(plain)) return combinedKind(text, line);
  if (fits(haproxyParser)) return 'haproxy';
  if (fits(haproxyTcpParser)) return 'haproxy-tcp';
  if (fits(s3Parser)) return 's3';
  if (!/^\d{4}-\d\d-\d\d[ \t]\d\d:/.test(text) || !fits(w3c)) return undefined;
  return /^\S+\t\S+\t[A-Z]{3}\d/.test(text) ? 'cloudfront' : 'iis';
}

/** The line that a collector put into an object of its own: Docker's `log`, Filebeat's `message`. */
function wrapped(text: string): string | undefined {
  const written = /"(?:log|message|msg)":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  try {
    const inner: unknown = written === undefined ? undefined : JSON.parse(written);
    return typeof inner === 'string' && !inner.startsWith('{') ? asLogged(inner.trimEnd()) : undefined;
  } catch {
    return undefined;
  }
}

/** One character a byte again, where JSON wrote a character by its number. */
const asLogged = (text: string) =>
  text.replace(/[^\x00-\xff]/gu, (character) => Buffer.from(character).toString('latin1'));

function jsonKind(text: string): LogFormat {
  if (text.includes('"x-edge-')) return 'cloudfront-json';
  if (text.includes('"DownstreamStatus"') || text.includes('"RequestHost"')) return 'traefik-json';
  if (text.includes('"http.log.access') || /"request":\s*\{/.test(text)) return 'caddy-json';
  return /"httpRequest"|"EdgeResponseStatus"/.test(text) ? 'json' : 'nginx-json';
}

function combinedKind(text: string, line: LogLine): LogFormat {
  if (line.userAgent === undefined) return 'common';
  if (/" \d+ "[^"]*" "[^"]*" \d+ms$/.test(text)) return 'traefik';
  return /" \d+$/.test(text) ? 'icecast' : 'combined';
}
