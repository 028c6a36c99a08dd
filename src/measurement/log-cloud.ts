/** Access logs of load balancers, proxies, stores and delivery networks that are neither combined, W3C nor JSON. */
import { dashless, type LineParser, type LogLine } from './log-line.ts';
import { loggedInstant } from './log-time.ts';

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
    if (Number.isNaN(line.at)) return false;
    line.ip = dashless(withoutPort(groups['ip'] ?? ''));
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
    String.raw`^(?:(?:https?|h2|grpcs|wss?) )?(?<time>\d{4}-\d\d-\d\dT[\d:.]+Z) \S+ (?<ip>\S+) \S+ \S+ \S+ \S+ (?<status>[1-9]\d\d|-) \S+ \S+ (?<bytes>\S+) ` +
      `${quoted('request')} ${quoted('agent')}`,
  ),
);

/** Amazon S3 server access log; a bucket that is named like a domain serves it. */
export const s3Parser = parserOf(
  new RegExp(
    String.raw`^\w+ (?<bucket>\S+) \[(?<time>[^\]]+)\] (?<ip>\S+) \S+ \S+ \S+ \S+ ${quoted('request')} (?<status>[1-9]\d\d|-) \S+ (?<bytes>\S+) \S+ \S+ \S+ ` +
      `${quoted('referrer')} ${quoted('agent')}`,
  ),
  ({ bucket = '' }, line) => {
    if (line.host === '' && bucket.includes('.')) line.host = bucket;
  },
);

/** HAProxy's HTTP log. The captured headers are told apart by their looks; the time has no zone and is taken as UTC. */
export const haproxyParser = parserOf(
  /(?:^|: |\s)(?<ip>[\da-fA-F.:]+:\d+) \[(?<time>\d\d\/\w{3}\/\d{4}:[\d:.]+)\] \S+ \S+ [-+\d/]+ (?<status>[1-9]\d\d|-1|0) \+?(?<bytes>\d+) \S+ \S+ \S{4} [\d/+]+ [\d/]+ (?<captured>(?:\{[^}]*\} )*)"(?<request>.*?)"?\s*$/,
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

/** HAProxy's TCP log and the network load balancer of AWS: connections, in which nobody can see a request. */
export const haproxyTcpParser = parserOf(
  /(?:^|: |\s)(?<ip>[\da-fA-F.:]+):\d+ \[(?<time>\d\d\/\w{3}\/\d{4}:[\d:.]+)\] \S+ \S+\/\S+ [-+\d/]+ \+?(?<bytes>\d+) [-\w]{2} [\d/+]+ [\d/]+\s*$/,
);
export const nlbParser = parserOf(
  /^(?:tls|tcp) \d\.\d (?<time>\d{4}-\d\d-\d\dT[\d:.]+Z?) \S+ \S+ (?<ip>\S+:\d+) \S+ \S+ \S+ \S+ (?<bytes>\d+)(?: |$)/,
);

/** Amazon CloudFront's real-time log with all its fields, in their order, separated by tabs. */
export const realTimeParser: LineParser = (text, start, end, line) => {
  const values = text.slice(start, end).split('\t');
  if (values.length < 20 || !/^\d{10}(?:\.\d+)?$/.test(values[0] ?? '')) return false;
  const get = (column: number) => dashless(values[column] ?? '');
  line.at = loggedInstant(get(0));
  line.ip = get(1);
  line.status = number(get(3));
  line.bytes = number(get(4));
  line.method = get(5);
  line.host = get(12) || get(7);
  line.referrer = get(17);
  line.userAgent = unescaped(unescaped(get(16)));
  const query = get(19);
  line.target = query === '' ? get(8) : `${get(8)}?${query}`;
  return !Number.isNaN(line.at);
};

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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
  if (Number.isNaN(line.at)) return false;
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
