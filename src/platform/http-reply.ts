/** From what a handler answers to the reply on the wire: checked JSON, files, server-sent events. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Route } from './contract.ts';
import { errorFields } from './logger.ts';
import { problemOf } from './problem.ts';
import type { Context, FileReply } from './served.ts';

/** A reader of events that lets this much pile up is cut off (bytes); its page connects again by itself. */
const behind = 1024 * 1024;

/** The reply schema is the one door from inside to outside: unknown columns fall away, a wrong shape is a bug. */
export function checkedReply(route: Route, result: unknown): unknown {
  if (route.status === 204) return undefined;
  const seen = route.reply.safeParse(result);
  if (seen.success) return seen.data;
  throw new Error(`The reply of ${route.method} ${route.path} has the wrong shape: ${z.prettifyError(seen.error)}`);
}

/** Runs a `stream` handler: its events go out until it ends or the context's signal aborts. */
export async function streamReply(reply: FastifyReply, context: Context, run: () => Promise<unknown>): Promise<void> {
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  raw.flushHeaders();
  context.send = (event, data) => {
    if (raw.writableEnded || raw.destroyed) return;
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (raw.writableLength > behind) raw.destroy();
  };
  try {
    await run();
  } catch (error) {
    if (!context.signal.aborted) {
      const problem = problemOf(error);
      if (problem.status >= 500) context.log.error('stream failed', errorFields(error));
      context.send('problem', problem);
    }
  }
  raw.end();
}

/** Answers a file. Its name may hold anything: the plain form keeps what is safe, the extended one is percent-encoded (RFC 6266). */
export function sendFile(reply: FastifyReply, file: FileReply): FastifyReply {
  // A stored page or drawing opened at our own address must not run as one of our pages.
  if (/html|xml/i.test(file.media_type)) reply.header('content-security-policy', 'sandbox');
  reply.headers(file.headers ?? {}).type(file.media_type);
  const name = file.file_name?.toWellFormed().replace(/\p{Cc}+/gu, '_');
  if (name) {
    const plain = name.replace(/[^\w.\- ]+/g, '_');
    const full = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    reply.header(
      'content-disposition',
      `${file.inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${full}`,
    );
  }
  if (typeof file.bytes === 'string' || file.bytes instanceof Readable) return reply.send(file.bytes);
  return reply.send(file.bytes instanceof Uint8Array ? Buffer.from(file.bytes) : Readable.from(file.bytes));
}
