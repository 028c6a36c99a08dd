/** One line of a web server's log, in the combined family of formats and as JSON. */
import { isIP } from 'node:net';
import { loggedInstant, timeReader } from './log-time.ts';

/** Filled anew for every line; texts are as logged, `''` where the log has `-` or nothing. */
export type LogLine = {
  /** Virtual host, where the format has one. */
  host: string;
  ip: string;
  /** Milliseconds since 1970. */
  at: number;
  method: string;
  target: string;
  /** 0 where there was no answer: a connection only, or one that its client gave up. */
  status: number;
  bytes: number;
  referrer: string;
  /** undefined where the format has none. */
  userAgent: string | undefined;
};

export const blankLine = (): LogLine => ({
  host: '',
  ip: '',
  at: 0,
  method: '',
  target: '',
  status: 0,
  bytes: 0,
  referrer: '',
  userAgent: undefined,
});

/**
 * Reads `text[start, end)` into `line`; false when it is not of the format, undefined for a directive or remark that is no
 * record. The text holds one character per byte.
 */
export type LineParser = (text: string, start: number, end: number, line: LogLine) => boolean | undefined;

const space = 0x20;
const quote = 0x22;
const parenthesis = 0x28;
const minus = 0x2d;
const backslash = 0x5c;

/**
 * `address ident user [time] "request" status bytes "referrer" "agent" …`; the last two may be missing (common format). What
 * follows is left aside (Icecast's seconds, Traefik's service), and so are numbers between bytes and referrer. Some hosts log
 * `[time] (0 s) "request"`, or the virtual host as ident. Lines of another head (`readLooseHead`) cost a little more.
 */
export const combinedParser = (hasVirtualHost: boolean): LineParser => {
  const instantOf = timeReader();
  return (text, from, end, line) => {
    let start = from;
    // A machine that went down in the middle of writing leaves zeros behind.
    while (text.charCodeAt(start) === 0) start++;
    let at = start;
    line.host = '';
    if (hasVirtualHost) {
      const after = text.indexOf(' ', at);
      if (after < 0 || after >= end) return false;
      line.host = text.slice(at, after);
      // An address here is no host: a list of forwarders, or a user's name of two words.
      if (!isHost(line.host)) return looseParser(text, start, end, line);
      at = after + 1;
    }
    const afterIp = text.indexOf(' ', at);
    const afterIdent = text.indexOf(' ', afterIp + 1);
    const bracket = text.indexOf(' [', afterIdent + 1) + 1;
    if (afterIp <= at || afterIdent < 0 || bracket <= afterIdent + 1 || bracket >= end)
      return looseParser(text, start, end, line);
    // Three words, then `[17/May/2015:10:05:03 +0000] "`: always of this length.
    if (text.indexOf(' ', afterIdent + 1) !== bracket - 1 || bracket + 30 > end)
      return looseParser(text, start, end, line);
    let request = bracket + 30;
    if (text.charCodeAt(bracket + 29) !== quote) {
      const after = text.charCodeAt(bracket + 29) === parenthesis ? text.indexOf(') "', bracket) : -1;
      if (after < 0 || after > bracket + 60) return looseParser(text, start, end, line);
      request = after + 3;
    }
    line.ip = text.slice(at, afterIp);
    if (!hasVirtualHost && text.charCodeAt(afterIp + 1) !== minus) {
      const ident = text.slice(afterIp + 1, afterIdent);
      // Other columns than most lines of the log: the virtual host stands first, or as ident.
      if (/^(?:\d+\.){3}\d+$|:/.test(ident)) [line.host, line.ip] = [line.ip, ident];
      else if (/^[\w-]+(?:\.[\w-]+)+$/.test(ident)) line.host = ident;
    }
    line.at = instantOf(text, bracket + 1);
    return Number.isNaN(line.at) ? looseParser(text, start, end, line) : readAnswer(text, request, end, line);
  };
};

const isAddress = (word: string) => isIP(word.replace(/^\[|,$|(?:\]|^((?:\d+\.){3}\d+))(?::\d+)?,?$/g, '$1')) !== 0;
/** A word before the address of a line that is a virtual host; an address is none. */
export const isHost = (word: string) => /[a-zA-Z]/.test(word) && !word.endsWith(',') && !isAddress(word);

/**
 * The head of a line that is not quite of the form: words of a collector before it (syslog, Docker, Kubernetes), a list of
 * forwarders' addresses, a user's name of several words, tabs, fractions of a second, a time in ISO 8601.
 */
const looseParser: LineParser = (text, start, end, line) => {
  const whole = text.slice(start, end).replaceAll('\t', ' ');
  const found = /^(.*?)\[([^\][]{10,40})\] +(?:\([^)]*\) +)?"/.exec(whole);
  if (!found) return false;
  const [all, head = '', time = ''] = found;
  const words = head.split(/ +/).filter((word) => word !== '');
  // The last address before ident and user; of a list of forwarders the first, which is the visitor.
  let ip = words.findLastIndex(isAddress);
  while (ip > 0 && words[ip - 1]?.endsWith(',')) ip--;
  const address = words[ip] ?? words.at(-3) ?? words[0] ?? '';
  line.ip = address.replace(/,$/, '').replace(/^((?:\d+\.){3}\d+):\d+$/, '$1');
  const before = words[ip - 1] ?? '';
  line.host = ip === 1 && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(before) ? before : '';
  line.at = loggedInstant(time);
  return words.length > 0 && !Number.isNaN(line.at) && readAnswer(whole, all.length, whole.length, line);
};

/** What stands behind the quote that opens the request. */
function readAnswer(text: string, request: number, end: number, line: LogLine): boolean {
  let requestEnd = closingQuote(text, request, end);
  // A quote within the request that the server left bare is followed by no status.
  while (requestEnd >= 0 && statusAt(text, requestEnd) < 0) requestEnd = closingQuote(text, requestEnd + 1, end);
  if (requestEnd < 0) return false;
  const methodEnd = text.indexOf(' ', request);
  if (methodEnd > 0 && methodEnd < requestEnd) {
    line.method = text.slice(request, methodEnd);
    const version = text.lastIndexOf(' ', requestEnd - 1);
    const hasVersion = version > methodEnd && text.startsWith('HTTP', version + 1);
    line.target = text.slice(methodEnd + 1, hasVersion ? version : requestEnd);
  } else {
    // Bytes of another protocol, or nothing at all: the server answered, so the line counts, but it asked for no page.
    line.method = '';
    line.target = '';
  }

  line.status = statusAt(text, requestEnd);
  const size = requestEnd + 6;
  let sizeEnd = text.indexOf(' ', size);
  if (sizeEnd < 0 || sizeEnd > end) sizeEnd = end;
  line.bytes = text.charCodeAt(size) === minus ? 0 : digits(text, size, sizeEnd);
  if (line.bytes < 0 || sizeEnd <= size) return false;

  line.referrer = '';
  line.userAgent = undefined;
  let opening = sizeEnd + 1;
  // Durations and sizes of the server's own between the bytes and the referrer.
  while (opening < end && text.charCodeAt(opening) !== quote) {
    const next = text.indexOf(' ', opening);
    if (next < 0 || next >= end || !/^[\d.-]+$/.test(text.slice(opening, next))) return true;
    opening = next + 1;
  }
  if (opening >= end) return true;
  const referrerEnd = closingQuote(text, opening + 1, end);
  if (referrerEnd < 0) return false;
  line.referrer = dashless(text.slice(opening + 1, referrerEnd));
  if (referrerEnd + 2 >= end || text.charCodeAt(referrerEnd + 2) !== quote) return true;
  // An agent that the server cut short has no closing quote; what matters of the line was read by then.
  const agentEnd = closingQuote(text, referrerEnd + 3, end);
  line.userAgent = dashless(text.slice(referrerEnd + 3, agentEnd < 0 ? end : agentEnd));
  return true;
}

/** The three digits of ` 200 ` behind a quote; `000` is no answer; −1 for anything else. */
function statusAt(text: string, afterQuote: number): number {
  if (text.charCodeAt(afterQuote + 1) !== space || text.charCodeAt(afterQuote + 5) !== space) return -1;
  const status = digits(text, afterQuote + 2, afterQuote + 5);
  return status >= 100 || status === 0 ? status : -1;
}

export const dashless = (text: string) => (text === '-' ? '' : text);

/** The next quote that no backslash escapes, or −1. */
function closingQuote(text: string, from: number, end: number): number {
  for (let at = text.indexOf('"', from); at >= 0 && at < end; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** A run of digits; −1 when something else is among them. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
