/**
 * W3C extended logs, whose own `#Fields` line says what each column is, anew wherever it stands in the file: IIS, Amazon
 * CloudFront, Citrix NetScaler, Imperva Incapsula, SHOUTcast, Windows Media.
 */
import { dashless, type LineParser } from './log-line.ts';
import { dateAndTimeReader } from './log-time.ts';

/** The field names of each fact, the best first. Lower case. */
const names = {
  date: ['date', 'date-local', 'date-utc'],
  time: ['time', 'time-local', 'time-utc'],
  ip: ['c-ip', 'x-client-ip', 'cs(x-forwarded-for)', 'x-forwarded-for'],
  method: ['cs-method'],
  stem: ['cs-uri-stem', 'cs-uri', 'cs-uri-path', 'cs-url'],
  query: ['cs-uri-query'],
  status: ['sc-status', 'c-status'],
  bytes: ['sc-bytes', 'bytes-sent', 'bytes'],
  host: ['x-host-header', 'cs-host', 'cs(host)'],
  computer: ['s-computername'],
  referrer: ['cs(referer)', 'cs(referrer)', 'cs-referrer', 'cs(referer )'],
  agent: ['cs(user-agent)', 'cs-user-agent'],
} as const;

type Fact = keyof typeof names;
type Columns = Partial<Record<Fact, number>>;

const facts = Object.keys(names).filter((name): name is Fact => name in names);

/** A parser that reads the `#Fields` and `#Date` lines it meets; a record before the first of them is read as IIS writes by default. */
export function w3cParser(): LineParser {
  let named: Columns | undefined;
  let date = '';
  const instantOf = dateAndTimeReader();

  return (text, start, end, line) => {
    if (text.charCodeAt(start) === 0x23) {
      const directive = text.slice(start, end);
      const fields = /^#\s*Fields:\s*(.*)$/i.exec(directive)?.[1];
      if (fields !== undefined) named = columnsOf(fields.trim().toLowerCase().split(/\s+/));
      date = /^#\s*(?:Start-)?Date:\s*(\d{4}-\d\d-\d\d)/i.exec(directive)?.[1] ?? date;
      return undefined;
    }
    const values = valuesOf(text.slice(start, end));
    const columns = named ?? columnsOfCloudfront(values) ?? columnsOfIis(values);
    if (columns?.status === undefined) return false;
    const get = (fact: Fact): string => dashless(values[columns[fact] ?? -1] ?? '');

    line.at = instantOf(get('date') || date, get('time'));
    const status = /^(?:[1-9]\d\d|0*|-)$/.exec(values[columns.status] ?? '?');
    if (Number.isNaN(line.at) || !status) return false;
    line.status = Number(status[0]) || 0;
    line.ip = get('ip').split(',')[0] ?? '';
    // Streaming servers log no method: what was asked for was played.
    line.method = columns.method === undefined ? 'GET' : get('method');
    line.bytes = Math.max(0, Math.trunc(Number(get('bytes')) || 0));
    line.referrer = get('referrer');
    line.userAgent = columns.agent === undefined ? undefined : agentOf(get('agent'));
    const [host, path] = placeOf(get('stem'));
    line.host = get('host') || host || hostName(get('computer'));
    const query = get('query').replace(/^\?/, '');
    line.target = query === '' ? path : `${path}?${query}`;
    return true;
  };
}

function columnsOf(fields: readonly string[]): Columns {
  const columns: Columns = {};
  for (const fact of facts) {
    const index = names[fact].map((name) => fields.indexOf(name)).find((at) => at >= 0);
    if (index !== undefined) columns[fact] = index;
  }
  return columns;
}

/** Amazon CloudFront's columns in their order, for a log whose `#Fields` line was cut off. */
function columnsOfCloudfront(values: readonly string[]): Columns | undefined {
  const isOne = /^\d{4}-\d\d-\d\d$/.test(values[0] ?? '') && /^[A-Z]{3}\d+(?:-\w+)?$/.test(values[2] ?? '');
  if (!isOne || values.length < 12) return undefined;
  const told: Columns = {
    date: 0,
    time: 1,
    bytes: 3,
    ip: 4,
    method: 5,
    host: 6,
    stem: 7,
    status: 8,
    referrer: 9,
    agent: 10,
  };
  // The name under which the site was asked for goes before that of the distribution.
  return { ...told, query: 11, ...(values.length > 15 ? { host: 15 } : {}) };
}

/**
 * Where IIS writes what when its `#Fields` line is missing (a log that was cut): date, time, …, method, stem, query, port, user,
 * client; then the version, agent, cookie, referrer and host as far as they are logged; then the status, and at its third place the bytes.
 */
function columnsOfIis(values: readonly string[]): Columns | undefined {
  const method = values.findIndex((value) => /^[A-Z]{3,10}$/.test(value));
  if (method < 2 || !/^\d{4}-\d\d-\d\d$/.test(values[0] ?? '') || !/^\d+$/.test(values[method + 3] ?? ''))
    return undefined;
  const client = method + 5;
  const status = values.findIndex((value, i) => i > client && /^[1-5]\d\d$/.test(value));
  if (status < 0) return undefined;
  const agent = client + (values[client + 1]?.startsWith('HTTP/') ? 2 : 1);
  const told: Columns = { date: 0, time: 1, method, stem: method + 1, query: method + 2, ip: client, status };
  if (agent < status) told.agent = agent;
  const more = status - agent - 1;
  if (more === 1) told.referrer = agent + 1;
  if (more === 3) Object.assign(told, { referrer: agent + 2, host: agent + 3 });
  if (values.length - status === 6) told.bytes = status + 3;
  return told;
}

/** By tabs where there are some, else by spaces outside of quotes; a quote inside quotes is doubled. */
function valuesOf(record: string): string[] {
  if (record.includes('\t')) return record.split('\t');
  if (!record.includes('"')) return record.split(/ +/);
  return Array.from(record.matchAll(/"((?:[^"]|"")*)"|[^ ]+/g), ([whole, quoted]) =>
    quoted === undefined ? whole : quoted.replaceAll('""', '"'),
  );
}

/** Written with `+` (IIS) or percent-encoded, even twice (CloudFront), so that it holds no space. */
function agentOf(written: string): string {
  if (written.includes(' ')) return written;
  const spaced = written.replaceAll('+', ' ');
  return /%(?:25)?2[0F]/i.test(spaced) ? decoded(decoded(spaced)) : spaced;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A path, or an address with its host before it (`www.example.com/page`, `https://…`). */
function placeOf(stem: string): [host: string, path: string] {
  if (stem.startsWith('/') || stem === '') return ['', stem];
  const [, host = '', path = '/'] = /^(?:[a-z]+:\/\/)?([^/?]+)([/?].*)?$/i.exec(stem) ?? [];
  return host.includes('.') ? [host, path] : ['', `/${stem}`];
}

/** The name of a machine is a host only where it is a domain (Incapsula writes the site there). */
const hostName = (computer: string) => (/^[\w-]+(?:\.[\w-]+)+$/.test(computer) ? computer : '');
