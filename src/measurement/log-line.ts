/** One line of a web server's log, in the combined family of formats and as JSON. */

/** Filled anew for every line; texts are as logged, `''` where the log has `-` or nothing. */
export type LogLine = {
  /** Virtual host, where the format has one. */
  host: string;
  ip: string;
  /** Milliseconds since 1970. */
  at: number;
  method: string;
  target: string;
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

/** Reads `text[start, end)` into `line`; false when it is not of the format. The text holds one character per byte. */
export type LineParser = (text: string, start: number, end: number, line: LogLine) => boolean;

const space = 0x20;
const quote = 0x22;
const minus = 0x2d;
const backslash = 0x5c;

/** `host ident user [time] "request" status bytes "referrer" "agent" …`; the last two may be missing (common format). */
export const combinedParser = (hasVirtualHost: boolean): LineParser => {
  const instantOf = timeReader();
  return (text, start, end, line) => {
    let at = start;
    line.host = '';
    if (hasVirtualHost) {
      const after = text.indexOf(' ', at);
      if (after < 0 || after >= end) return false;
      line.host = text.slice(at, after);
      at = after + 1;
    }
    const afterIp = text.indexOf(' ', at);
    const bracket = text.indexOf('[', afterIp);
    // `[17/May/2015:10:05:03 +0000] "`: always of this length.
    if (afterIp <= at || bracket < 0 || bracket + 30 > end || text.charCodeAt(bracket + 29) !== quote) return false;
    line.ip = text.slice(at, afterIp);
    line.at = instantOf(text, bracket + 1);
    if (Number.isNaN(line.at)) return false;

    const request = bracket + 30;
    const requestEnd = closingQuote(text, request, end);
    if (requestEnd < 0) return false;
    const methodEnd = text.indexOf(' ', request);
    if (methodEnd > 0 && methodEnd < requestEnd) {
      line.method = text.slice(request, methodEnd);
      const version = text.lastIndexOf(' ', requestEnd - 1);
      line.target = text.slice(methodEnd + 1, version > methodEnd ? version : requestEnd);
    } else {
      // Bytes of another protocol, or nothing at all: the server answered, so the line counts, but it asked for no page.
      line.method = '';
      line.target = '';
    }

    const status = requestEnd + 2;
    line.status = digits(text, status, status + 3);
    if (line.status < 100 || text.charCodeAt(requestEnd + 1) !== space) return false;
    const size = status + 4;
    let sizeEnd = text.indexOf(' ', size);
    if (sizeEnd < 0 || sizeEnd > end) sizeEnd = end;
    line.bytes = text.charCodeAt(size) === minus ? 0 : digits(text, size, sizeEnd);
    if (line.bytes < 0 || sizeEnd <= size) return false;

    line.referrer = '';
    line.userAgent = undefined;
    if (sizeEnd + 1 >= end || text.charCodeAt(sizeEnd + 1) !== quote) return true;
    const referrerEnd = closingQuote(text, sizeEnd + 2, end);
    if (referrerEnd < 0) return false;
    line.referrer = dashless(text.slice(sizeEnd + 2, referrerEnd));
    if (referrerEnd + 2 >= end || text.charCodeAt(referrerEnd + 2) !== quote) return true;
    // An agent that the server cut short has no closing quote; what matters of the line was read by then.
    const agentEnd = closingQuote(text, referrerEnd + 3, end);
    line.userAgent = dashless(text.slice(referrerEnd + 3, agentEnd < 0 ? end : agentEnd));
    return true;
  };
};

const dashless = (text: string) => (text === '-' ? '' : text);

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

const months = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, i) => [name, i]),
);

/** Reads `17/May/2015:10:05:03 +0000`; neighbours share their minute, which is worked out once. */
function timeReader(): (text: string, from: number) => number {
  let minute = '';
  let zone = '';
  let minuteAt = Number.NaN;
  return (text, from) => {
    const said = text.slice(from, from + 17);
    const offset = text.slice(from + 21, from + 26);
    if (said !== minute || offset !== zone) {
      minute = said;
      zone = offset;
      minuteAt = minuteOf(text, from);
    }
    const seconds = digits(text, from + 18, from + 20);
    return seconds < 0 || seconds > 60 ? Number.NaN : minuteAt + seconds * 1000;
  };
}

function minuteOf(text: string, from: number): number {
  const match = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):\d\d ([+-])(\d\d)(\d\d)\]/.exec(
    text.slice(from, from + 27),
  );
  const month = months.get(match?.[2] ?? '');
  if (!match || month === undefined) return Number.NaN;
  const [day, year, hour, minute, hours, minutes] = [match[1], match[3], match[4], match[5], match[7], match[8]].map(
    Number,
  );
  const offset = ((hours ?? 0) * 60 + (minutes ?? 0)) * (match[6] === '-' ? -1 : 1);
  const at = new Date(Date.UTC(year ?? 0, month, day, hour, minute));
  // The 31st of a short month is no day.
  return at.getUTCDate() === day ? at.getTime() - offset * 60_000 : Number.NaN;
}
