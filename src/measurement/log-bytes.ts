/** A line of a log as it is read: what it says in numbers, and where its texts lie as bytes. */
import type { LogLine } from './log-line.ts';
import { viewOf } from './text-table.ts';

/** Filled anew for every line. A text is `bytes[name, nameEnd)`; an empty one has both the same. */
export type LineBytes = {
  bytes: Buffer;
  view: DataView;
  host: number;
  hostEnd: number;
  ip: number;
  ipEnd: number;
  target: number;
  targetEnd: number;
  referrer: number;
  referrerEnd: number;
  /** −1 where the format has no user agent. */
  agent: number;
  agentEnd: number;
  /** Milliseconds since 1970. */
  at: number;
  status: number;
  /** Bytes that were sent. */
  size: number;
  isGet: boolean;
};

export const lineIn = (bytes: Buffer): LineBytes => ({
  bytes,
  view: viewOf(bytes),
  host: 0,
  hostEnd: 0,
  ip: 0,
  ipEnd: 0,
  target: 0,
  targetEnd: 0,
  referrer: 0,
  referrerEnd: 0,
  agent: -1,
  agentEnd: -1,
  at: 0,
  status: 0,
  size: 0,
  isGet: false,
});

/** Writes lines that were read as texts down as bytes, each into the same memory. */
export function lineWriter(): (line: LogLine) => LineBytes {
  let written = lineIn(Buffer.allocUnsafeSlow(16_384));
  return (line) => {
    const { host, ip, target, referrer, userAgent = '' } = line;
    const length = host.length + ip.length + target.length + referrer.length + userAgent.length;
    if (length > written.bytes.length) written = lineIn(Buffer.allocUnsafeSlow(length * 2));
    let end = 0;
    const write = (text: string) => (end += written.bytes.write(text, end, 'latin1'));
    written.host = end;
    written.hostEnd = write(host);
    written.ip = end;
    written.ipEnd = write(ip);
    written.target = end;
    written.targetEnd = write(target);
    written.referrer = end;
    written.referrerEnd = write(referrer);
    written.agent = line.userAgent === undefined ? -1 : end;
    written.agentEnd = line.userAgent === undefined ? -1 : write(userAgent);
    written.at = line.at;
    written.status = line.status;
    written.size = line.bytes;
    written.isGet = line.method === 'GET';
    return written;
  };
}
