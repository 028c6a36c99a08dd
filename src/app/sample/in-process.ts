/** A request handler called without a socket: the same objects that node:http hands over, minus the network between them. */
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export type Call = { method: 'GET' | 'POST'; url: string; headers: Record<string, string>; body?: string };
export type Reply = { status: number; body: string };

export const localAddress = '127.0.0.1';

/** The near end of no connection: what is called comes from this machine. */
const nowhere = Object.defineProperty(new Socket(), 'remoteAddress', { value: localAddress });

class Request extends IncomingMessage {
  readonly #body: string | undefined;

  constructor({ method, url, headers, body }: Call) {
    super(nowhere);
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.#body = body;
    this.complete = true;
  }

  override _read(): void {
    if (this.#body !== undefined) this.push(Buffer.from(this.#body));
    this.push(null);
  }
}

class Response extends ServerResponse {
  readonly #done: (reply: Reply) => void;

  constructor(request: IncomingMessage, done: (reply: Reply) => void) {
    super(request);
    this.#done = done;
  }

  override writeHead(status: number): this {
    this.statusCode = status;
    return this;
  }

  override end(body?: unknown): this {
    this.#done({ status: this.statusCode, body: typeof body === 'string' ? body : '' });
    return this;
  }
}

/** Answers status and text body (empty for bytes). */
export const callInProcess = (handler: RequestListener, call: Call): Promise<Reply> =>
  new Promise((resolve) => {
    const request = new Request(call);
    handler(request, new Response(request, resolve));
  });
