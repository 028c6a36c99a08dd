/**
 * One owner of a data folder. The embedded engines do not stop a second process from opening their folder, so the owner
 * listens on a socket in it: who cannot listen because somebody answers there is not the owner, and talks to it instead.
 */
import { createServer, type RequestListener, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { mkdir, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What a socket's address holds on the systems that Node runs on (sun_path, macOS being the shortest). */
const longestPath = 103;

function socketOf(folder: string): string {
  const path = join(folder, 'owner.sock');
  if (Buffer.byteLength(path) > longestPath) {
    throw new Error(
      `VIGIE_DATA: the folder's path is too long (${folder}); at most ${longestPath - '/owner.sock'.length} bytes.`,
    );
  }
  return path;
}

export type Ownership = { release(): Promise<void> };

/** True when a living process owns the folder. */
export async function isOwned(folder: string): Promise<boolean> {
  const path = socketOf(folder);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Any other error (a full backlog, no permission) says that somebody is there.
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED' && code !== 'ENOTSOCK'),
    );
  });
}

/** Takes the folder, answering other processes with `listener`; undefined when somebody else owns it. */
export async function own(folder: string, listener: RequestListener): Promise<Ownership | undefined> {
  const path = socketOf(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const server = createServer(listener);
  const owned = () => ({
    release: () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  });
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await listen(server, path)) return owned();
    if (await isOwned(folder)) return undefined;
    // Nobody answers: the socket was left by a process that was killed. TRICKY: of two that see this at once, the slower
    // one must not remove the socket on which the faster one already listens; so one at a time removes, after a second look.
    const turn = join(folder, 'owner.turn');
    if (!(await takeTurn(turn))) {
      await delay(50);
      continue;
    }
    try {
      if (await isOwned(folder)) return undefined;
      await unlink(path).catch(() => undefined);
      if (await listen(server, path)) return owned();
    } finally {
      await rmdir(turn).catch(() => undefined);
    }
  }
  return undefined;
}

/** A turn is a folder, made by one process only; one left by a killed process is void after 10 seconds. */
async function takeTurn(path: string): Promise<boolean> {
  const made = await mkdir(path).then(
    () => true,
    () => false,
  );
  if (made) return true;
  const left = await stat(path).catch(() => undefined);
  if (left && Date.now() - left.mtimeMs > 10_000) await rmdir(path).catch(() => undefined);
  return false;
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error));
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

/** Asks the folder's owner: a JSON body there, the reply's status and text back. */
export function askOwner(
  folder: string,
  path: string,
  body: unknown,
  timeoutMs = 3_600_000,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        socketPath: socketOf(folder),
        path,
        method: 'POST',
        timeout: timeoutMs,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('The owner of the data folder does not answer.')));
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}
