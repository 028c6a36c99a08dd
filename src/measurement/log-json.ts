/**
 * Logs with one JSON object a line: nginx and what its users make of it, Caddy, Traefik, Cloudflare, Google's load balancer.
 * Fields are found by the usual spellings; those of inner objects by their path.
 */
import { dashless, type LineParser } from './log-line.ts';
import { loggedInstant } from './log-time.ts';

/** Lower case; the best first. */
const spellings = {
  host: [
    'host',
    'http_host',
    'request.host',
    'requesthost',
    'clientrequesthost',
    'server_name',
    'vhost',
    'virtual_host',
    'x-host-header',
    'cs(host)',
    'authority',
    ':authority',
    'reqhost',
    'url.domain',
    'properties.hostname',
    'http.host',
    'request_host',
  ],
  ip: [
    'remote_addr',
    'client_ip',
    'remote_ip',
    'ip',
    'clientip',
    'clienthost',
    'request.client_ip',
    'request.remote_ip',
    'request.remote_addr',
    'httprequest.remoteip',
    'client',
    'remote',
    'c-ip',
    'cliip',
    'source.ip',
    'client.ip',
    'properties.clientip',
    'downstream_remote_address',
    'x_forwarded_for',
    'http_x_forwarded_for',
    'remote_host',
  ],
  time: [
    'time_iso8601',
    'time_local',
    'startutc',
    'startlocal',
    'edgestarttimestamp',
    '@timestamp',
    'timestamp',
    'time',
    'datetime',
    'date',
    'msec',
    'ts',
    'start_time',
    'reqtimesec',
    'edgeendtimestamp',
    'timestamp(ms)',
  ],
  request: ['request', 'request_line'],
  method: [
    'request_method',
    'method',
    'verb',
    'request.method',
    'requestmethod',
    'clientrequestmethod',
    'httprequest.requestmethod',
    'cs-method',
    'reqmethod',
    'http.request.method',
    'properties.httpmethod',
    'http_method',
  ],
  target: [
    'request_uri',
    'requestpath',
    'request.uri',
    'clientrequesturi',
    'httprequest.requesturl',
    'uri',
    'url',
    'path',
    'cs-uri-stem',
    'reqpath',
    'url.original',
    'url.full',
    'url.path',
    'properties.requesturi',
    'x_envoy_original_path',
    'request_path',
  ],
  status: [
    'status',
    'status_code',
    'response',
    'response_status',
    'downstreamstatus',
    'edgeresponsestatus',
    'httprequest.status',
    'code',
    'sc-status',
    'statuscode',
    'http.response.status_code',
    'properties.httpstatuscode',
    'response_code',
    'http_status',
  ],
  bytes: [
    'body_bytes_sent',
    'bytes_sent',
    'bytes',
    'size',
    'length',
    'response_size',
    'downstreamcontentsize',
    'edgeresponsebytes',
    'httprequest.responsesize',
    'sc-bytes',
    'totalbytes',
    'http.response.body.bytes',
    'http.response.bytes',
    'properties.responsebytes',
    'size_bytes',
  ],
  referrer: [
    'http_referer',
    'http_referrer',
    'referer',
    'referrer',
    'request_referer',
    'request.headers.referer',
    'clientrequestreferer',
    'httprequest.referer',
    'cs(referer)',
    'http.request.referrer',
    'properties.referrer',
  ],
  agent: [
    'http_user_agent',
    'user_agent',
    'agent',
    'useragent',
    'ua',
    'request_user-agent',
    'request.headers.user-agent',
    'clientrequestuseragent',
    'httprequest.useragent',
    'cs(user-agent)',
    'user_agent.original',
    'properties.useragent',
    'user-agent',
  ],
  query: ['cs-uri-query', 'query_string', 'querystr', 'args', 'url.query'],
} as const;

export const jsonParser: LineParser = (text, start, end, line) => {
  const fields = fieldsIn(text.slice(start, end));
  if (!fields) return false;
  const get = (field: keyof typeof spellings): string => {
    for (const name of spellings[field]) {
      const value = fields.get(name);
      if (value !== undefined) return value;
    }
    return '';
  };
  const [method = '', target = ''] = get('request').split(' ');
  line.at = instantIn(fields, get('time'));
  const status = get('status');
  if (Number.isNaN(line.at) || !/^(?:[1-9]\d\d|0*)$/.test(status) || (status === '' && get('request') === ''))
    return false;
  line.status = Number(status);
  line.ip = (get('ip').split(',')[0] ?? '').trim().replace(/^(?:\[(.*)\]|([\d.]+)):\d+$/, '$1$2');
  line.method = get('method') || method;
  const place = get('target') || target;
  const absolute = /^https?:\/\/([^/?]+)(.*)$/i.exec(place);
  line.host = dashless(get('host')) || (absolute?.[1] ?? '');
  line.target = absolute ? absolute[2] || '/' : place;
  const query = dashless(get('query')).replace(/^\?/, '');
  if (query !== '' && !line.target.includes('?')) line.target += `?${query}`;
  line.bytes = Math.max(0, Math.trunc(Number(get('bytes')) || 0));
  line.referrer = dashless(get('referrer'));
  line.userAgent =
    spellings.agent.some((name) => fields.has(name)) || fields.has('request.headers')
      ? spaced(dashless(get('agent')))
      : undefined;
  return true;
};

/** CloudFront keeps date and time of day apart. */
function instantIn(fields: ReadonlyMap<string, string>, time: string): number {
  const date = fields.get('date');
  return loggedInstant(
    date !== undefined && /^\d\d:\d\d:\d\d/.test(fields.get('time') ?? '') ? `${date}T${fields.get('time')}Z` : time,
  );
}

/** An agent that was written without its spaces. */
function spaced(agent: string): string {
  if (agent.includes(' ') || !agent.includes('%20')) return agent;
  try {
    return decodeURIComponent(agent);
  } catch {
    return agent;
  }
}

/** The texts and numbers of an object by lower-case path; of a list the first. */
function fieldsIn(bytes: string): Map<string, string> | undefined {
  const parsed = objectIn(bytes);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const fields = new Map<string, string>();
  const visit = (name: string, value: unknown, depth: number) => {
    if (typeof value === 'string' || typeof value === 'number') fields.set(name, asLogged(String(value)));
    else if (Array.isArray(value)) visit(name, value[0], depth + 1);
    else if (typeof value === 'object' && value !== null && depth < 4) {
      if (name.endsWith('headers')) fields.set(name, '');
      for (const [key, inner] of Object.entries(value))
        visit(name === '' ? key.toLowerCase() : `${name}.${key.toLowerCase()}`, inner, depth + 1);
    }
  };
  visit('', parsed, 0);
  return fields;
}

/** One character a byte, as every line is read. */
// oxlint-disable-next-line no-control-regex
const asLogged = (text: string) => (/^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text).toString('latin1'));

/** nginx without `escape=json` writes `\x22` for a quote, which JSON does not know. */
function objectIn(bytes: string): unknown {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    if (!text.includes('\\x')) return undefined;
  }
  try {
    return JSON.parse(text.replace(/\\x([0-9a-fA-F]{2})/g, String.raw`\u00$1`));
  } catch {
    return undefined;
  }
}
