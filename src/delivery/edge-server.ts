/** The edge's sockets: plain requests by the quick reader, all others by node:http, under the same limits. */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, type HttpRequest, type HttpResponse, quicken } from '#platform';

export type EdgeServer = {
  /** Answers the port, which matters when 0 was asked for. */
  listen(port: number, host: string): Promise<number>;
  /** Answers what is under way; readers that keep a request open for ever do not keep the edge open. */
  close(): Promise<void>;
};

/** Milliseconds. */
const timeOuts = { keepAliveTimeout: 65_000, requestTimeout: 20_000, headersTimeout: 10_000 };
const lastAnswers = 3_000;

/** `largestBody`: the largest that any address takes, bytes. */
export function openEdgeServer({
  handler,
  clock,
  largestBody,
}: {
  handler: (request: HttpRequest, response: HttpResponse) => void;
  clock: Clock;
  largestBody: number;
}): EdgeServer {
  const server = createServer({ ...timeOuts, noDelay: true }, handler);
  const quick = quicken(server, { handler, clock, largestBody });
  server.on('clientError', (_error, socket: Socket) => refuse(socket));
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, 1024, () => resolve(boundTo(server.address()).port));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        quick.close();
        setTimeout(() => {
          server.closeAllConnections();
          quick.closeAll();
        }, lastAnswers).unref();
      }),
  };
}

/** What is no HTTP gets an answer all the same, and then no more attention. */
function refuse(socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body =
    '{"type":"about:blank","title":"The request is not valid","status":400,"code":"bad-input","detail":"The request is not valid HTTP."}';
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), 2_000).unref();
}

function boundTo(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the edge is not listening on a port');
  return address;
}
