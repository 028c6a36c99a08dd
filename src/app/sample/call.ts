/** The routes of the API called as the program itself, so that checks, audit trail and ledger are those of real work. */
import type * as z from 'zod';
import { systemOf } from '#people';
import { type Context, newId, refusalOfZod, type Served, type Services, type UploadedFile } from '#platform';
import type { Route } from '#platform/contract';

/** Calls a route as the program itself: input and reply pass its schemas, as over HTTP. */
export type Call = <R extends Route>(
  route: R,
  input: z.input<R['input']>,
  uploads?: UploadedFile[],
) => Promise<z.output<R['reply']>>;

/** `services` may be those of an open transaction. */
export function callerOf(services: Services, routes: readonly Served[], org_id: string): Call {
  const caller = systemOf(org_id);
  return async <R extends Route>(route: R, input: z.input<R['input']>, uploads: UploadedFile[] = []) => {
    const served = routes.find((known) => known.route.method === route.method && known.route.path === route.path);
    if (!served) throw new Error(`Nothing serves ${route.method} ${route.path}.`);
    const read = route.input.safeParse(input);
    if (!read.success) throw refusalOfZod(read.error);
    const context: Context = {
      ...services,
      caller,
      uploads,
      request: { id: newId('req'), ip: '127.0.0.1', headers: {} },
      send: () => undefined,
      signal: new AbortController().signal,
    };
    const reply: unknown = route.reply.parse(await served.handler(read.data, context));
    // What the schema of the route just read has the schema's type.
    return reply as z.output<R['reply']>;
  };
}
