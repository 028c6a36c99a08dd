/** The little of HTTP that the edge needs, done the same way for every route. */
import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type HttpRequest, type HttpResponse, problemOf, QuickRequest, QuickResponse, Refusal } from '#platform';

export type Headers = Readonly<Record<string, string>>;

/** Pages of any origin may ask and read; nothing here depends on cookies. */
export const openToAll: Headers = { 'access-control-allow-origin': '*' };

export function send(response: HttpResponse, status: number, headers: Headers, body: string | Buffer = ''): void {
  if (response.headersSent || response.destroyed) return;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(
    status,
    status === 204 || status === 304 ? headers : { ...headers, 'content-length': String(length) },
  );
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

type Answer = { response: HttpResponse; status: number; headers: readonly string[]; body: string };
let answers: Answer[] = [];

/**
 * The fastest way to answer: headers as names and values in turn, a body whose characters are its bytes (latin1). What is answered
 * in one turn of the event loop is written at its end in one go: a proxy or a client on the same machine is woken once, not once
 * an answer.
 */
export function sendBytes(response: HttpResponse, status: number, headers: readonly string[], body: string): void {
  if (answers.length === 0) setImmediate(writeAnswers);
  answers.push({ response, status, headers, body });
}

function writeAnswers(): void {
  const due = answers;
  answers = [];
  for (const { response, status, headers, body } of due) {
    if (response.headersSent || response.destroyed) continue;
    if (response instanceof QuickResponse) {
      response.sendBytes(status, headers, body);
      continue;
    }
    response.writeHead(status, [...headers, 'content-length', body.length]);
    response.end(body, 'latin1');
  }
}

/** Any thrown value as problem details (RFC 9457). True when it was our fault. */
export function sendProblem(response: HttpResponse, error: unknown): boolean {
  const problem = problemOf(error);
  const headers = { ...openToAll, 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  const body = JSON.stringify(problem);
  if (problem.status === 413 && !(response instanceof QuickResponse)) sendLast(response, headers, body);
  else send(response, problem.status, headers, body);
  return problem.status >= 500;
}

/** Milliseconds. */
const drainFor = 2_000;

/**
 * A body that is too large is refused at once, and the connection ends; but not before the sender had time to stop: one who is cut
 * off while sending may never see the answer (RFC 9112, section 9.6).
 */
function sendLast(response: ServerResponse, headers: Headers, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(413, { ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) });
  response.write(body);
  const end = () => response.end();
  response.req.once('end', end).once('close', end).resume();
  setTimeout(end, drainFor).unref();
}

/** An outage of ours that passes: try again. */
export function sendUnavailable(response: HttpResponse, detail: string): void {
  const problem = { type: 'about:blank', title: 'Not available now', status: 503, code: 'unavailable', detail };
  send(
    response,
    503,
    { ...openToAll, 'content-type': 'application/problem+json', 'retry-after': '5' },
    JSON.stringify(problem),
  );
}

/** An address that is there and does not take this method (RFC 9110, section 15.5.6). */
export function sendWrongMethod(response: HttpResponse, methods: readonly string[]): void {
  const allow = [...methods, 'OPTIONS'].join(', ');
  const detail = `This address takes ${allow}.`;
  const problem = { type: 'about:blank', title: 'Not this method', status: 405, code: 'wrong-method', detail };
  send(
    response,
    405,
    { ...openToAll, allow, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    JSON.stringify(problem),
  );
}

const tooLarge = (most: number) => new Refusal('too-large', `The body must not be larger than ${most} bytes.`);

/** The whole body, at most `most` bytes; rejects with a Refusal beyond, with an error when the sender goes away. */
export function readBody(request: HttpRequest, most: number): Promise<Buffer> {
  if (request instanceof QuickRequest)
    return request.body.length > most ? Promise.reject(tooLarge(most)) : Promise.resolve(request.body);
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > most) {
      reject(tooLarge(most));
      return;
    }
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) {
        first = rest = undefined;
        reject(tooLarge(most));
      } else if (!first) first = chunk;
      else (rest ??= [first]).push(chunk);
    });
    request.on('end', () => resolve(rest ? Buffer.concat(rest) : (first ?? Buffer.alloc(0))));
    // A sender that goes away gets no answer: its error ends here.
    request.on('error', reject);
  });
}

/** The same, unpacked where the sender packed it. */
export function readPlainBody(request: HttpRequest, most: number): Promise<Buffer> {
  const encoding = textOf(request.headers['content-encoding']).trim().toLowerCase();
  const body = readBody(request, most);
  return encoding === '' || encoding === 'identity' ? body : body.then((packed) => unpacked(packed, encoding, most));
}

function unpacked(packed: Buffer, encoding: string, most: number): Buffer {
  const field = 'content-encoding';
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw new Refusal('bad-input', `${field}: the body may be plain or gzip, not ${encoding.slice(0, 40)}.`, { field });
  try {
    return gunzipSync(packed, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(most);
    throw new Refusal('bad-input', `${field}: the body is not gzip, as it says.`, { field });
  }
}

export const textOf = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header[0] : header) ?? '';

/** A part of a path, its percent-encoding undone. */
export function decodePart(text: string, field: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('bad-input', `${field}: its percent-encoding is broken.`, { field });
  }
}

/** A request may name the whole address, as proxies are asked (RFC 9112, section 3.2.2): its host is not looked at. */
export function originForm(request: HttpRequest): string {
  const { url = '/' } = request;
  if (request instanceof QuickRequest) return url;
  // Whoever stands before the edge may believe another of them (RFC 9112, section 3.2).
  if ((request.headersDistinct['host']?.length ?? 0) > 1)
    throw new Refusal('bad-input', 'host: a request names one host.', { field: 'host' });
  if (url.startsWith('/')) return url;
  const whole = /^https?:\/\/[^/?#]+(.*)$/is.exec(url);
  if (whole) request.url = whole[1]?.startsWith('/') ? whole[1] : `/${whole[1] ?? ''}`;
  return request.url ?? '/';
}

/** Headers as names and values in turn; those that are the same object each time are turned once. */
export function listOf(headers: Readonly<Record<string, string>>): readonly string[] {
  let list = lists.get(headers);
  if (!list) lists.set(headers, (list = Object.entries(headers).flat()));
  return list;
}
const lists = new WeakMap<object, readonly string[]>();
