/** Logs with one JSON object a line, as nginx and others write them: the usual spellings of each field. */
import type { LineParser } from './log-line.ts';

const spellings = {
  host: ['host', 'http_host', 'server_name', 'vhost', 'virtual_host'],
  ip: ['remote_addr', 'client_ip', 'remote_ip', 'ip', 'clientip', 'client', 'remote'],
  time: ['time_iso8601', 'time_local', '@timestamp', 'timestamp', 'time', 'datetime', 'date', 'msec', 'ts'],
  request: ['request'],
  method: ['request_method', 'method', 'verb'],
  target: ['request_uri', 'uri', 'url', 'path'],
  status: ['status', 'status_code', 'response', 'response_status', 'code'],
  bytes: ['body_bytes_sent', 'bytes_sent', 'bytes', 'size', 'response_size'],
  referrer: ['http_referer', 'http_referrer', 'referer', 'referrer'],
  agent: ['http_user_agent', 'user_agent', 'agent', 'userAgent', 'ua'],
} as const;

export const jsonParser: LineParser = (text, start, end, line) => {
  const fields = objectIn(text.slice(start, end));
  if (!fields) return false;
  const get = (field: keyof typeof spellings): string => {
    for (const name of spellings[field]) {
      const value = fields.get(name);
      if (typeof value === 'string' || typeof value === 'number') return String(value);
    }
    return '';
  };
  const [method = '', target = ''] = get('request').split(' ');
  line.at = instantOf(get('time'));
  line.status = Number(get('status'));
  if (Number.isNaN(line.at) || !Number.isInteger(line.status) || line.status < 100 || line.status > 999) return false;
  line.host = get('host');
  line.ip = get('ip');
  line.method = get('method') || method;
  line.target = get('target') || target;
  line.bytes = Math.max(0, Math.trunc(Number(get('bytes')) || 0));
  line.referrer = get('referrer') === '-' ? '' : get('referrer');
  line.userAgent = spellings.agent.some((name) => fields.has(name)) ? get('agent').replace(/^-$/, '') : undefined;
  return true;
};

function objectIn(bytes: string): Map<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes, 'latin1').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : undefined;
  } catch {
    return undefined;
  }
}

/** ISO 8601, the combined format's `17/May/2015:10:05:03 +0000`, or seconds since 1970. */
function instantOf(text: string): number {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return Number(text);
  const logged = /^(\d\d)\/(\w{3})\/(\d{4}):([\d:]{8}) ([+-]\d{4})$/.exec(text);
  return Date.parse(logged ? `${logged[1]} ${logged[2]} ${logged[3]} ${logged[4]} ${logged[5]}` : text);
}
