/**
 * The head of a plain HTTP/1.1 request, read strictly (RFC 9112). What is not plain, be it wrong or only rare, is not judged here:
 * it is `unusual`, and node:http reads it from its first byte.
 */
import type { IncomingHttpHeaders } from 'node:http';

export type Head = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Bytes of the head, with the empty line that ends it. */
  headBytes: number;
  bodyBytes: number;
};

/** As node:http's `maxHeaderSize`. Bytes. */
const longestHead = 16_384;
const requestLine = /^(GET|POST|HEAD|OPTIONS) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Control characters, and line ends that are not CR LF. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const malformed = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/** `partial`: the head is not all there yet. */
export function readHead(bytes: Buffer): Head | 'partial' | 'unusual' {
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end < 0)
    return bytes.length > longestHead || !mayBecomeRequest(bytes) || hasBareEnd(bytes) ? 'unusual' : 'partial';
  if (end > longestHead) return 'unusual';
  const text = bytes.toString('latin1', 0, end);
  if (malformed.test(text)) return 'unusual';
  const first = text.indexOf('\r\n');
  const line = requestLine.exec(first < 0 ? text : text.slice(0, first));
  const headers = first < 0 ? undefined : readHeaders(text, first + 2);
  // A request of HTTP/1.1 names its host.
  if (!line || headers?.host === undefined) return 'unusual';
  const length = headers['content-length'];
  if (length !== undefined && !/^\d{1,10}$/.test(length)) return 'unusual';
  return { method: line[1] ?? '', url: line[2] ?? '', headers, headBytes: end + 4, bodyBytes: Number(length ?? 0) };
}

/** Something else than a request (a TLS hello, say) is refused at once rather than waited for. */
const mayBecomeRequest = (bytes: Buffer): boolean => /^[A-Z]*( |$)/.test(bytes.toString('latin1', 0, 16));

/** A line that ends without CR: the empty line that would end the head may never come. */
function hasBareEnd(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) return true;
  return false;
}

/** Undefined where a header is malformed, given twice, or asks for more than an answer on this connection. */
function readHeaders(text: string, from: number): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  for (let at = from; at < text.length;) {
    let end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon >= end) return undefined;
    const name = nameOf(text.slice(at, colon));
    if (name === undefined || headers[name] !== undefined) return undefined;
    const value = valueOf(text, colon + 1, end);
    if (isUnusual(name, value)) return undefined;
    headers[name] = value;
    at = end + 2;
  }
  return headers;
}

/** Without the blanks and tabs around it: no other white space is any. */
function valueOf(text: string, from: number, to: number): string {
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

function isUnusual(name: string, value: string): boolean {
  if (name === 'connection') return value.toLowerCase() !== 'keep-alive';
  return name === 'transfer-encoding' || name === 'expect' || name === 'upgrade' || name === 'trailer';
}

/** Senders write the same few names over and over. */
const names = new Map<string, string>();
const mostNames = 500;

function nameOf(written: string): string | undefined {
  const known = names.get(written);
  if (known !== undefined) return known;
  if (!token.test(written)) return undefined;
  const name = written.toLowerCase();
  if (names.size < mostNames) names.set(written, name);
  return name;
}
