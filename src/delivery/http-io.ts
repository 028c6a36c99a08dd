/** The little of HTTP that the edge needs, done the same way for every route. */
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
  // What node:http has left of a body that is too large is not read: the connection ends with the answer.
  const isLast = problem.status === 413 && !(response instanceof QuickResponse);
  send(response, problem.status, isLast ? { ...headers, connection: 'close' } : headers, JSON.stringify(problem));
  return problem.status >= 500;
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
        request.pause();
        reject(tooLarge(most));
      } else if (!first) first = chunk;
      else (rest ??= [first]).push(chunk);
    });
    request.on('end', () => resolve(rest ? Buffer.concat(rest) : (first ?? Buffer.alloc(0))));
    // A sender that goes away gets no answer: its error ends here.
    request.on('error', reject);
  });
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
