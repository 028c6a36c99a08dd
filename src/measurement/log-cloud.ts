/** Access logs of load balancers, proxies, stores and delivery networks that are neither combined, W3C nor JSON. */
import { dashless, type LineParser, type LogLine, loggedInstant } from './log-line.ts';

/** Splits `https://host:443/path?query` or `/path` into the line's host and target. */
function place(address: string, line: LogLine): void {
  const [, host = '', path = ''] = /^[a-z][a-z+.-]*:\/\/([^/?]*)(.*)$/i.exec(address) ?? ['', '', address];
  line.host = host.replace(/^-(?=:|$)/, '').replace(/:\d+$/, '');
  line.target = path === '' && host !== '' ? '/' : path;
}

function request(written: string, line: LogLine): void {
  const [method = '', address = ''] = written.split(' ');
  line.method = dashless(method);
  place(dashless(address), line);
}

/** `1.2.3.4:2817` and `[::1]:2817` without their ports. */
const withoutPort = (client: string) => client.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');

const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : 0);

type Groups = Readonly<Record<string, string | undefined>>;

/** A parser from a pattern with named groups: time, ip, status, bytes, request, and where logged referrer and agent. */
const parserOf =
  (pattern: RegExp, more: (groups: Groups, line: LogLine) => void = () => undefined): LineParser =>
  (text, start, end, line) => {
    const groups: Groups | undefined = pattern.exec(text.slice(start, end))?.groups;
    if (!groups) return false;
    line.at = loggedInstant(groups['time'] ?? '');
    line.status = number(groups['status'] ?? '');
    if (Number.isNaN(line.at) || line.status < 100) return false;
    line.ip = withoutPort(groups['ip'] ?? '');
    line.bytes = number(groups['bytes'] ?? '');
    line.referrer = dashless(groups['referrer'] ?? '');
    line.userAgent = 'agent' in groups ? dashless(groups['agent'] ?? '') : undefined;
    request(groups['request'] ?? '', line);
    more(groups, line);
    return true;
  };

const quoted = (name: string) => `"(?<${name}>(?:[^"\\\\]|\\\\.|"(?! |$))*)"`;

/** Classic and application load balancers of AWS; the latter begin with the kind of request and log no referrer either. */
export const elbParser = parserOf(
  new RegExp(
    String.raw`^(?:(?:https?|h2|grpcs|wss?) )?(?<time>\d{4}-\d\d-\d\dT[\d:.]+Z) \S+ (?<ip>\S+) \S+ \S+ \S+ \S+ (?<status>\d{3}) \S+ \S+ (?<bytes>\S+) ` +
      `${quoted('request')} ${quoted('agent')}`,
  ),
);

/** Amazon S3 server access log; a bucket that is named like a domain serves it. */
export const s3Parser = parserOf(
  new RegExp(
    String.raw`^\w+ (?<bucket>\S+) \[(?<time>[^\]]+)\] (?<ip>\S+) \S+ \S+ \S+ \S+ ${quoted('request')} (?<status>\d{3}) \S+ (?<bytes>\S+) \S+ \S+ \S+ ` +
      `${quoted('referrer')} ${quoted('agent')}`,
  ),
  ({ bucket = '' }, line) => {
    if (line.host === '' && bucket.includes('.')) line.host = bucket;
  },
);

/** HAProxy's HTTP log. The captured headers are told apart by their looks; the time has no zone and is taken as UTC. */
export const haproxyParser = parserOf(
  /(?:^|: |\s)(?<ip>[\da-fA-F.:]+:\d+) \[(?<time>\d\d\/\w{3}\/\d{4}:[\d:.]+)\] \S+ \S+ [-+\d/]+ (?<status>\d{3}) \+?(?<bytes>\d+) \S+ \S+ \S{4} [\d/+]+ [\d/]+ (?<captured>(?:\{[^}]*\} )*)"(?<request>.*?)"?\s*$/,
  ({ captured = '' }, line) => {
    line.ip = line.ip.replace(/:\d+$/, '');
    if (line.method === '<BADREQ>') line.method = '';
    for (const value of captured.split(/[{}|]\s*/)) {
      if (/^(?:Mozilla|Opera)\/|^\w[\w.-]*\/\d/.test(value)) line.userAgent = value;
      else if (/^https?:\/\//.test(value)) line.referrer = value;
      else if (line.host === '' && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(value)) line.host = value;
    }
  },
);

/** bunny.net: `cache|status|milliseconds|bytes|zone|address|referrer|url|edge|agent|…`. */
export const bunnyParser = parserOf(
  /^[A-Z-]*\|(?<status>\d{3})\|(?<time>\d{13})\|(?<bytes>\d+)\|\d+\|(?<ip>[^|]*)\|(?<referrer>[^|]*)\|(?<url>[^|]*)\|[^|]*\|(?<agent>[^|]*)\|/,
  ({ url = '' }, line) => {
    line.method = 'GET';
    place(dashless(url), line);
  },
);

/** Incapsula as common event format: `CEF:0|Incapsula|…| key=value key=value`. */
export const cefParser: LineParser = (text, start, end, line) => {
  const [, extension] = /^(?:.*? )?CEF:\d\|Incapsula\|(?:[^|]*\|){5}(.*)$/.exec(text.slice(start, end)) ?? [];
  if (extension === undefined) return false;
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of extension.matchAll(/(\w+)=((?:(?! \w+=).)*)/g))
    fields.set(key, value.trim().replace(/\\([=|\\])/g, '$1'));
  const get = (key: string) => fields.get(key) ?? '';
  line.at = loggedInstant(get('start'));
  line.status = number(get('cn1'));
  if (Number.isNaN(line.at) || line.status < 100) return false;
  line.ip = get('src');
  line.method = get('requestMethod') || get('requestmethod');
  const address = get('request');
  place(/^\w+:\/\//.test(address) ? address : `http://${address}`, line);
  const query = get('qstr');
  if (query !== '' && !line.target.includes('?')) line.target += `?${query}`;
  line.bytes = number(get('out')) || number(get('in'));
  line.referrer = get('ref');
  line.userAgent = get('requestClientApplication');
  return true;
};
