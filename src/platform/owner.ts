/**
 * One owner of a data folder. The embedded engines do not stop a second process from opening their folder, so the owner
 * listens on a socket in it: who cannot listen because somebody answers there is not the owner, and talks to it instead.
 */
import { createServer, type RequestListener, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { mkdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const socketOf = (folder: string) => join(folder, 'owner.sock');

export type Ownership = { release(): Promise<void> };

/** True when a living process owns the folder. */
export function isOwned(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(folder));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Takes the folder, answering other processes with `listener`; undefined when somebody else owns it. */
export async function own(folder: string, listener: RequestListener): Promise<Ownership | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = createServer(listener);
    if (await listen(server, socketOf(folder))) {
      return { release: () => new Promise((resolve) => (server.close(() => resolve()), server.closeAllConnections())) };
    }
    if (await isOwned(folder)) return undefined;
    // Nobody answers: the socket was left by a process that was killed.
    await unlink(socketOf(folder)).catch(() => undefined);
  }
  return undefined;
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => resolve(true));
  });
}

/** Asks the folder's owner: a JSON body there, the reply's status and text back. */
export function askOwner(folder: string, path: string, body: unknown, timeoutMs = 3_600_000): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: socketOf(folder), path, method: 'POST', timeout: timeoutMs, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('The owner of the data folder does not answer.')));
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}
