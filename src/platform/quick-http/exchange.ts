/** A request that has come whole, and its answer: as much of node:http's two objects as a handler of whole answers needs. */
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

export type HeaderFields = Readonly<Record<string, string>>;

export class QuickRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly socket: Socket;
  constructor(head: { method: string; url: string; headers: IncomingHttpHeaders }, body: Buffer, socket: Socket) {
    this.method = head.method;
    this.url = head.url;
    this.headers = head.headers;
    this.body = body;
    this.socket = socket;
  }
}

/** What every answer carries (Date, Connection), with its line ends; and what there is to do once the answer is written. */
export type Answering = { common: () => string; written: () => void };

export class QuickResponse {
  readonly req: QuickRequest;
  headersSent = false;
  #head = '';
  readonly #answering: Answering;
  constructor(request: QuickRequest, answering: Answering) {
    this.req = request;
    this.#answering = answering;
  }

  get destroyed(): boolean {
    return this.req.socket.destroyed;
  }

  /** The headers say how long the body is (status 204 and 304 have none). */
  writeHead(status: number, headers: HeaderFields): void {
    this.#head = statusLine(status);
    for (const name in headers) this.#head += headerLine(name, headers[name] ?? '');
    this.headersSent = true;
  }

  end(body: string | Buffer = ''): void {
    const { socket } = this.req;
    const head = `${this.#head}${this.#answering.common()}\r\n`;
    if (body === '') socket.write(head, 'latin1');
    else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    this.#answering.written();
  }

  /** Status, headers (names and values in turn) and a body whose characters are its bytes, in one write. A list is put together once only. */
  sendBytes(status: number, headers: readonly string[], body: string): void {
    this.headersSent = true;
    let fields = joined.get(headers);
    if (fields === undefined) joined.set(headers, (fields = fieldsOf(headers)));
    this.req.socket.write(
      `${statusLine(status)}${fields}content-length: ${body.length}\r\n${this.#answering.common()}\r\n${body}`,
      'latin1',
    );
    this.#answering.written();
  }
}

/** What handlers are given: by this server, or by node:http for what this server leaves to it. */
export type HttpRequest = QuickRequest | IncomingMessage;
export type HttpResponse = QuickResponse | ServerResponse;

const joined = new WeakMap<readonly string[], string>();

function fieldsOf(headers: readonly string[]): string {
  let fields = '';
  for (let i = 0; i + 1 < headers.length; i += 2) fields += headerLine(headers[i] ?? '', headers[i + 1] ?? '');
  return fields;
}

const lines = new Map<number, string>();
function statusLine(status: number): string {
  let line = lines.get(status);
  if (line === undefined) lines.set(status, (line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`));
  return line;
}

/** Throws where a value would end its line: an answer cannot be split by what somebody wrote into a header. */
function headerLine(name: string, value: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new TypeError(`the header ${name} holds a character it must not hold`);
  return `${name}: ${value}\r\n`;
}
