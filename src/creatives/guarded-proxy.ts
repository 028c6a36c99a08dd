/**
 * The only way out for a browser that opens what strangers wrote: it looks names up itself, and connects to the very address it
 * has checked, so that no answer of a name server leads into a private network. Everything else in the browser is switched off.
 */
import { lookup } from 'node:dns/promises';
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export type GuardedProxy = {
  /** For the browser's `--proxy-server`. */
  address: string;
  /** `host:port` that was asked for and refused. */
  refused: ReadonlySet<string>;
  close(): void;
};

const ports = new Set([80, 443, 8080, 8443]);
/** Of one connection without a byte, and of all the bytes through the proxy. */
const patience = 15_000;
const mostBytes = 200 * 1024 * 1024;

/** `allowed`: `host:port` that may be reached although private: our own edge. */
export async function openGuardedProxy(allowed: ReadonlySet<string>): Promise<GuardedProxy> {
  const refused = new Set<string>();
  const sockets = new Set<Socket>();
  let bytes = 0;

  /** The address to connect to; undefined when it is not a public one. */
  async function addressOf(host: string, port: number): Promise<string | undefined> {
    const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
    const isOurs = allowed.has(`${bare}:${port}`);
    if (!isOurs && !ports.has(port)) return undefined;
    const found = await lookup(bare, { all: true }).catch(() => []);
    const [first] = found;
    return first && (isOurs || found.every(({ address }) => isPublicAddress(address))) ? first.address : undefined;
  }

  const meter = (socket: Socket) => {
    sockets.add(socket);
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) for (const open of sockets) open.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '');
    const port = Number(url?.port || 80);
    const address = url?.protocol === 'http:' ? await addressOf(url.hostname, port) : undefined;
    if (!url || !address) {
      if (url) refused.add(`${url.hostname}:${port}`);
      return void response.writeHead(403).end();
    }
    const { 'proxy-connection': _, ...headers } = request.headers;
    const onward = httpRequest(
      { host: address, port, path: url.pathname + url.search, method: request.method, headers, timeout: patience },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
        answer.pipe(response);
      },
    );
    onward.on('timeout', () => onward.destroy());
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(onward);
  }

  async function tunnel(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    meter(client);
    const [, host = '', text = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const port = Number(text);
    const address = await addressOf(host, port);
    if (client.destroyed) return;
    if (!address) {
      refused.add(`${host}:${port}`);
      return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    const onward = connect(port, address, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) onward.write(head);
      onward.pipe(client);
      client.pipe(onward);
    });
    meter(onward);
    onward.on('close', () => client.destroy());
    client.on('close', () => onward.destroy());
  }

  const server: Server = createServer((request, response) => void forward(request, response));
  server.on('connect', (request, client: Socket, head: Buffer) => void tunnel(request, client, head));
  server.on('clientError', (_, socket) => socket.destroy());

  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : 0);
    });
  });
  return {
    address: `http://127.0.0.1:${port}`,
    refused,
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}
