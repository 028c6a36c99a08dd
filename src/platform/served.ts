/** A route bound to what answers it, and what its handler is given. */
import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { Clock } from './clock.ts';
import type { Route } from './contract.ts';
import type { Events } from './events.ts';
import type { FileStore } from './files.ts';
import type { Log } from './logger.ts';
import type { Mail } from './mail.ts';
import type { Database } from './sql.ts';

/** Who asks. `role` and `advertiser_id` are people's words; the platform only carries them. */
export type Caller = {
  kind: 'user' | 'key' | 'system';
  id: string;
  name: string;
  org_id: string;
  role: string;
  advertiser_id: string | null;
};

/** What every handler may use. */
export type Services = { db: Database; events: Events; files: FileStore; mail: Mail; clock: Clock; log: Log };

export type UploadedFile = { field: string; name: string; bytes: Buffer };

export type Context = Services & {
  caller: Caller;
  request: { id: string; ip: string; headers: Record<string, string | string[] | undefined> };
  /** For routes of kind `upload`: the files that came with the fields. */
  uploads: UploadedFile[];
  /** For routes of kind `stream`: sends one server-sent event. */
  send: (event: string, data: unknown) => void;
  /** Aborted when the client goes away before it was answered, and when the server stops. */
  signal: AbortSignal;
};

/** What a handler of a `file` route answers. */
export type FileReply = {
  /** Whole, or in parts as they are made or come: what fails between two parts cuts the answer off. */
  bytes: Uint8Array | string | Readable | AsyncIterable<string>;
  media_type: string;
  file_name?: string;
  inline?: boolean;
  headers?: Record<string, string>;
};

type Handler = (input: unknown, context: Context) => Promise<unknown>;
export type Served = { route: Route; handler: Handler };

type ReplyOf<R extends Route> = R extends { kind: 'file' }
  ? FileReply
  : R extends { kind: 'stream' }
    ? void
    : z.input<R['reply']>;

/** Binds a route to what answers it; input and reply types come from the route. */
export function serve<const R extends Route>(
  route: R,
  handler: (input: z.output<R['input']>, context: Context) => Promise<ReplyOf<R>>,
): Served {
  return { route, handler: handler as Handler };
}
