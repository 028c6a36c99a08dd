/**
 * Uploads that survive a lost connection: the tus protocol 1.0 (creation, creation-with-upload, termination, expiration) under
 * `/api/uploads`. A file lies in a folder apart until it is made a creative of; only who began an upload may go on with it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Caller, type Job, Refusal, type UploadedFile } from '#platform';

/** Of one file, bytes; unfinished uploads of one sender; how long a piece waits for the next. */
export const uploadBounds = { bytes: 64 * 1024 * 1024, open: 40, kept_ms: 24 * 3_600_000 };

export type Uploads = {
  /** Answers a tus request of a caller who may upload. */
  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>;
  /** The file of an upload that is complete. Throws not-found (also for somebody else's) and wrong-state. */
  read(id: string, caller: Caller): Promise<UploadedFile>;
  /** Forgets an upload that became a creative. */
  remove(id: string): Promise<void>;
  /** Removes what was never finished. */
  cleaningJob: Job;
};

const idShape = /^[0-9a-f]{32}-[0-9a-f]{16}$/;

/** Half of the id says whose it is, so that a guessed or leaked id opens nothing to another. */
const ownerOf = ({ org_id, id }: Caller): string =>
  createHash('sha256').update(`${org_id}\0${id}`).digest('hex').slice(0, 16);

type TusServer = {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  cleanUpExpiredUploads(): Promise<number>;
};

export function openUploads(folder: string): Uploads {
  const callers = new WeakMap<object, Caller>();
  let opened: Promise<TusServer> | undefined;

  async function open(): Promise<TusServer> {
    await mkdir(folder, { recursive: true });
    // Loaded with the first upload: most processes never see one.
    const [{ Server }, { FileStore }] = await Promise.all([import('@tus/server'), import('@tus/file-store')]);
    const callerOf = (request: { runtime?: { node?: { req?: object } } | undefined }): Caller => {
      const caller = callers.get(request.runtime?.node?.req ?? {});
      if (!caller) throw tusError(401, 'Sign in to upload.');
      return caller;
    };
    return new Server({
      path: '/api/uploads',
      relativeLocation: true,
      datastore: new FileStore({ directory: folder, expirationPeriodInMilliseconds: uploadBounds.kept_ms }),
      maxSize: uploadBounds.bytes,
      allowedOrigins: [],
      namingFunction: (request) => `${randomBytes(16).toString('hex')}-${ownerOf(callerOf(request))}`,
      onIncomingRequest: async (request, id) => {
        if (request.method === 'POST' || request.method === 'OPTIONS') return;
        if (!idShape.test(id) || !id.endsWith(`-${ownerOf(callerOf(request))}`))
          throw tusError(404, 'There is no such upload.');
      },
      onUploadCreate: async (request, upload) => {
        const owner = ownerOf(callerOf(request));
        const mine = (await readdir(folder)).filter((name) => idShape.test(name) && name.endsWith(`-${owner}`));
        if (mine.length >= uploadBounds.open)
          throw tusError(429, `At most ${uploadBounds.open} uploads may be open at once.`);
        if (upload.sizeIsDeferred) throw tusError(400, 'Upload-Length: must be said at the start.');
        return {};
      },
    });
  }
  const server = () => (opened ??= open());

  return {
    async handle(request, response, caller) {
      callers.set(request, caller);
      await (await server()).handle(request, response);
    },
    async read(id, caller) {
      const absent = () => new Refusal('not-found', 'id: there is no such upload.', { field: 'id' });
      if (!idShape.test(id) || !id.endsWith(`-${ownerOf(caller)}`)) throw absent();
      const about = await readFile(join(folder, `${id}.json`), 'utf8').catch(() => undefined);
      if (about === undefined) throw absent();
      const { size, metadata } = JSON.parse(about) as { size?: number; metadata?: Record<string, string | null> };
      const { size: there } = await stat(join(folder, id));
      if (size === undefined || there !== size)
        throw new Refusal('wrong-state', `id: ${there} of ${size ?? 'an unknown number of'} bytes have come so far.`, {
          field: 'id',
        });
      return { field: 'file', name: metadata?.['filename'] ?? 'creative', bytes: await readFile(join(folder, id)) };
    },
    async remove(id) {
      if (!idShape.test(id)) return;
      await rm(join(folder, id), { force: true });
      await rm(join(folder, `${id}.json`), { force: true });
    },
    cleaningJob: {
      name: 'clean-uploads',
      everySeconds: 3600,
      run: async () => void (await (await server()).cleanUpExpiredUploads()),
    },
  };
}

const tusError = (status_code: number, body: string) =>
  Object.assign(new Error(body), { status_code, body: `${body}\n` });
