/**
 * Reads a combined line from its bytes, where it is as servers write it: one pass, no text made. Whatever is not quite of the form is
 * left to `combinedParser`, whose readings these are.
 */
import type { LineBytes } from './log-bytes.ts';
import { minuteLogged } from './log-time.ts';

const [newline, carriageReturn, space, quote, minus, colon, backslash] = [0x0a, 0x0d, 0x20, 0x22, 0x2d, 0x3a, 0x5c];
const [bracket, closingBracket, zero] = [0x5b, 0x5d, 0x30];

/** What ends a word, and what ends a quoted text or makes it one that is not read here. */
const endsWord = stopsAt([space, newline, 0]);
const endsQuoted = stopsAt([quote, backslash, newline]);
const endsRequestWord = stopsAt([space, quote, backslash, newline]);

function stopsAt(characters: readonly number[]): Uint8Array {
  const stops = new Uint8Array(256);
  for (const character of characters) stops[character] = 1;
  return stops;
}

/** Reads the line that begins at `start` of `line.bytes`, which ends with a newline, into `line`; answers where the next begins, or −1. */
export type QuickReader = (line: LineBytes, start: number) => number;

/** `isHost` says whether the word before the address is a virtual host. */
export function quickReader(hasVirtualHost: boolean, isHost: (line: LineBytes) => boolean): QuickReader {
  const instantAt = minuteReader();

  /** `address - user [`: where the bracket is, or −1. */
  function readHead(line: LineBytes, start: number): number {
    const { bytes } = line;
    let at = start;
    line.host = start;
    line.hostEnd = start;
    if (hasVirtualHost) {
      while (endsWord[bytes[at] as number] === 0) at++;
      if (at === start || bytes[at] !== space) return -1;
      line.hostEnd = at++;
      if (!isHost(line)) return -1;
    }
    line.ip = at;
    while (endsWord[bytes[at] as number] === 0) at++;
    line.ipEnd = at;
    if (at === line.ip || bytes[at] !== space || bytes[at + 1] !== minus || bytes[at + 2] !== space) return -1;
    const user = (at += 3);
    while (endsWord[bytes[at] as number] === 0) at++;
    return at > user && bytes[at] === space && bytes[at + 1] === bracket ? at + 1 : -1;
  }

  /** `GET /page HTTP/1.1" 200`: where the status is, or −1. */
  function readRequest(line: LineBytes, start: number): number {
    const { bytes } = line;
    let at = start;
    while (endsRequestWord[bytes[at] as number] === 0) at++;
    if (at === start || bytes[at] !== space) return -1;
    line.isGet = at === start + 3 && bytes[start] === 0x47 && bytes[start + 1] === 0x45 && bytes[start + 2] === 0x54;
    line.target = at + 1;
    let last = at;
    while (bytes[at] === space) {
      last = at++;
      while (endsRequestWord[bytes[at] as number] === 0) at++;
    }
    if (bytes[at] !== quote || last < line.target) return -1;
    // `HTTP`
    if (bytes[last + 1] !== 0x48 || bytes[last + 2] !== 0x54 || bytes[last + 3] !== 0x54 || bytes[last + 4] !== 0x50)
      return -1;
    line.targetEnd = last;
    return bytes[at + 1] === space && bytes[at + 5] === space ? at + 2 : -1;
  }

  function readStatus(line: LineBytes, at: number): boolean {
    const { bytes } = line;
    const [a, b, c] = [
      (bytes[at] as number) - zero,
      (bytes[at + 1] as number) - zero,
      (bytes[at + 2] as number) - zero,
    ];
    if (!(a > 0 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9)) return false;
    line.status = a * 100 + b * 10 + c;
    return true;
  }

  /** A number, or `-`: where it ends, or −1. */
  function readSize(line: LineBytes, start: number): number {
    const { bytes } = line;
    let at = start;
    line.size = 0;
    if (bytes[at] === minus) return at + 1;
    for (let digit = (bytes[at] as number) - zero; digit >= 0 && digit <= 9; digit = (bytes[++at] as number) - zero)
      line.size = line.size * 10 + digit;
    return at > start && at - start <= 15 ? at : -1;
  }

  /** `"referrer" "agent"`: where the closing quote is, or −1. */
  function readClient(line: LineBytes, start: number): number {
    const { bytes } = line;
    let at = start + 1;
    line.referrer = at;
    while (endsQuoted[bytes[at] as number] === 0) at++;
    line.referrerEnd = at - line.referrer === 1 && bytes[line.referrer] === minus ? line.referrer : at;
    if (bytes[at] !== quote || bytes[at + 1] !== space || bytes[at + 2] !== quote) return -1;
    line.agent = at += 3;
    while (endsQuoted[bytes[at] as number] === 0) at++;
    line.agentEnd = at - line.agent === 1 && bytes[line.agent] === minus ? line.agent : at;
    return bytes[at] === quote ? at : -1;
  }

  return (line, start) => {
    const { bytes } = line;
    const time = readHead(line, start);
    if (time < 0 || time + 30 > bytes.length) return -1;
    if (bytes[time + 27] !== closingBracket || bytes[time + 28] !== space || bytes[time + 29] !== quote) return -1;
    line.at = instantAt(line, time + 1);
    if (Number.isNaN(line.at)) return -1;
    const status = readRequest(line, time + 30);
    if (status < 0 || !readStatus(line, status)) return -1;
    const sizeEnd = readSize(line, status + 4);
    if (sizeEnd < 0) return -1;
    const afterSize = lineEnd(bytes, sizeEnd);
    if (afterSize > 0) {
      line.referrer = line.referrerEnd = sizeEnd;
      line.agent = line.agentEnd = -1;
      return afterSize;
    }
    if (bytes[sizeEnd] !== space || bytes[sizeEnd + 1] !== quote) return -1;
    const agentEnd = readClient(line, sizeEnd + 1);
    if (agentEnd < 0) return -1;
    return lineEnd(bytes, agentEnd + 1) || bytes.indexOf(newline, agentEnd + 1) + 1;
  };
}

/** Where the next line begins when this one ends at `at`, else 0. */
function lineEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === newline) return at + 1;
  return bytes[at] === carriageReturn && bytes[at + 1] === newline ? at + 2 : 0;
}

/** `17/May/2015:10:05:03 +0000`; the same minute and zone are not read again. */
function minuteReader(): (line: LineBytes, from: number) => number {
  const known = new Uint8Array(26);
  let minuteAt = Number.NaN;
  return ({ bytes }, from) => {
    const [tens, ones] = [(bytes[from + 18] as number) - zero, (bytes[from + 19] as number) - zero];
    if (!(tens >= 0 && tens <= 6 && ones >= 0 && ones <= 9) || tens * 10 + ones > 60) return Number.NaN;
    if (bytes[from + 17] !== colon || bytes[from + 20] !== space) return Number.NaN;
    let at = 0;
    while (at < 26 && (bytes[from + at] === known[at] || at === 18 || at === 19)) at++;
    if (at < 26) {
      for (at = 0; at < 26; at++) known[at] = bytes[from + at] as number;
      minuteAt = minuteLogged(bytes.toString('latin1', from, from + 27));
    }
    return minuteAt + (tens * 10 + ones) * 1000;
  };
}
