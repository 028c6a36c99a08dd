/**
 * Takes plain requests of a node:http server off its hands. Most requests to a busy server are whole, small and alike; for these
 * the general machinery of node:http (streams, parser, one object a header) costs as much as the socket itself. Here a connection is
 * read by a strict small reader; with the first request that is not plain (chunked body, Expect, Upgrade, Connection: close,
 * HTTP/1.0, a body beyond the limit, anything malformed) the connection goes to node:http for good, with all bytes not yet used, so
 * that every rare case has node's behaviour and its limits.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { type HttpRequest, type HttpResponse, QuickRequest, QuickResponse } from './exchange.ts';
import { type Head, readHead } from './read-head.ts';

export type Quick = {
  /** Ends connections that wait for a request; those that are answering end with their answer. */
  close(): void;
  /** Ends all connections. */
  closeAll(): void;
};

export type QuickOptions = {
  handler: (request: HttpRequest, response: HttpResponse) => void;
  clock: Clock;
  /** Larger bodies are left to node:http. Bytes. */
  largestBody: number;
};

type Connection = {
  socket: Socket;
  /** What came and is not used yet. */
  chunks: Buffer[];
  bytes: number;
  /** Nothing can be done before so many bytes are there. */
  wanted: number;
  head: Head | undefined;
  isAnswering: boolean;
  isWorking: boolean;
  /** The sender says nothing more. */
  hasEnded: boolean;
  /** Nothing that comes is read any more: it only has to close. */
  isOver: boolean;
  hadRequest: boolean;
  /** When it began to wait for what it waits for, in the server's seconds. */
  since: number;
  /** Takes our listeners off the socket. */
  release: () => void;
};

/** A connection that was ended is given so long to close. Seconds. */
const lingering = 2;

/** `server` must not listen yet; its time-outs hold here too. */
export function quicken(server: Server, { handler, clock, largestBody }: QuickOptions): Quick {
  const [takeOver] = server.listeners('connection');
  if (!takeOver) throw new Error('a node:http server listens to its connections');
  server.removeAllListeners('connection');
  const connections = new Set<Connection>();
  const keepAlive = Math.floor(server.keepAliveTimeout / 1000);
  let seconds = 0;
  let isClosing = false;
  let common = '';

  function tellTime(): void {
    const kept = isClosing ? 'close' : `keep-alive\r\nKeep-Alive: timeout=${keepAlive}`;
    common = `Date: ${clock().toUTCString()}\r\nConnection: ${kept}\r\n`;
  }
  tellTime();
  const timer = setInterval(() => {
    seconds++;
    tellTime();
    for (const connection of connections) {
      if (connection.isOver ? seconds - connection.since > lingering : isLate(connection)) giveUp(connection);
    }
  }, 1000);
  timer.unref();
  server.once('close', () => clearInterval(timer));

  function isLate({ socket, isAnswering, bytes, head, hadRequest, since }: Connection): boolean {
    // An answer takes the time it takes, and so does a reader to fetch it.
    if (isAnswering || socket.writableNeedDrain) return false;
    const { keepAliveTimeout, headersTimeout, requestTimeout } = server;
    const limit = head ? requestTimeout : bytes === 0 && hadRequest ? keepAliveTimeout : headersTimeout;
    return (seconds - since) * 1000 > limit;
  }

  function giveUp(connection: Connection): void {
    if (connection.isOver || connection.bytes === 0) connection.socket.destroy();
    else refuse(connection, 'the request did not come in time');
  }

  /** The server's own answer to what is no request. */
  function refuse(connection: Connection, why: string): void {
    finish(connection);
    server.emit('clientError', new Error(why), connection.socket);
  }

  function finish(connection: Connection): void {
    connection.isOver = true;
    connection.since = seconds;
    keep(connection, nothing, Number.POSITIVE_INFINITY);
  }

  function accept(socket: Socket): void {
    const connection: Connection = {
      socket,
      chunks: [],
      bytes: 0,
      wanted: 1,
      head: undefined,
      isAnswering: false,
      isWorking: false,
      hasEnded: false,
      isOver: false,
      hadRequest: false,
      since: seconds,
      release: () => undefined,
    };
    connections.add(connection);
    const heard = {
      data: (chunk: Buffer) => take(connection, chunk),
      drain: () => work(connection),
      end() {
        connection.hasEnded = true;
        work(connection);
      },
      // Who resets a connection gets no answer.
      error: () => socket.destroy(),
      close: () => connections.delete(connection),
    };
    for (const [event, listener] of Object.entries(heard)) socket.on(event, listener);
    connection.release = () => {
      for (const [event, listener] of Object.entries(heard)) socket.off(event, listener);
    };
  }

  function take(connection: Connection, chunk: Buffer): void {
    if (connection.isOver) return;
    const { socket, chunks, isAnswering } = connection;
    if (connection.bytes === 0 && !isAnswering) connection.since = seconds;
    chunks.push(chunk);
    connection.bytes += chunk.length;
    if (isAnswering && connection.bytes > largestBody) socket.pause();
    work(connection);
  }

  /** Does what can be done with what came: one request after the other, each once the one before is answered. */
  function work(connection: Connection): void {
    if (connection.isWorking) return;
    connection.isWorking = true;
    while (!connection.isAnswering && connection.bytes >= connection.wanted && !connection.socket.writableNeedDrain)
      step(connection);
    connection.isWorking = false;
    const { isAnswering, hasEnded, isOver, bytes, wanted, socket } = connection;
    if (!hasEnded || isAnswering || isOver || bytes >= wanted) return;
    if (bytes > 0) refuse(connection, 'the request is not all there');
    else {
      finish(connection);
      socket.end();
    }
  }

  function step(connection: Connection): void {
    const { chunks, socket } = connection;
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const head = connection.head ?? readHead(bytes);
    if (head === 'partial') return keep(connection, bytes, bytes.length + 1);
    if (head === 'unusual' || head.bodyBytes > largestBody) return leaveToNode(connection, bytes);
    const size = head.headBytes + head.bodyBytes;
    connection.head = bytes.length < size ? head : undefined;
    if (connection.head) return keep(connection, bytes, size);
    keep(connection, bytes.subarray(size), 1);
    connection.isAnswering = connection.hadRequest = true;
    const request = new QuickRequest(head, bytes.subarray(head.headBytes, size), socket);
    handler(request, new QuickResponse(request, { common: () => common, written: () => written(connection) }));
  }

  function keep(connection: Connection, bytes: Buffer, wanted: number): void {
    connection.chunks = bytes.length > 0 ? [bytes] : [];
    connection.bytes = bytes.length;
    connection.wanted = wanted;
  }

  function written(connection: Connection): void {
    const { socket } = connection;
    connection.isAnswering = false;
    connection.since = seconds;
    if (isClosing) {
      finish(connection);
      socket.end();
    } else {
      if (socket.isPaused()) socket.resume();
      work(connection);
    }
  }

  function leaveToNode(connection: Connection, bytes: Buffer): void {
    const { socket, hasEnded } = connection;
    finish(connection);
    connections.delete(connection);
    connection.release();
    takeOver?.call(server, socket);
    if (socket.isPaused()) socket.resume();
    socket.emit('data', bytes);
    if (hasEnded) socket.emit('end');
  }

  server.on('connection', accept);
  return {
    close() {
      isClosing = true;
      tellTime();
      for (const { isAnswering, bytes, socket } of connections) if (!isAnswering && bytes === 0) socket.destroy();
    },
    closeAll() {
      for (const { socket } of connections) socket.destroy();
    },
  };
}

const nothing = Buffer.alloc(0);
