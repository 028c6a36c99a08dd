/** Files kept by the hash of their content: the same bytes are stored once, and a stored file never changes. */
import { createHash } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type FileStore = {
  /** Stores the bytes and answers their SHA-256 in hex. On disk before it resolves. */
  put(bytes: Uint8Array): Promise<{ hash: string; bytes: number }>;
  /** The bytes, or undefined when nothing of that hash is kept. */
  get(hash: string): Promise<Buffer | undefined>;
  /** Where a hash lies, for a server that streams it. */
  path(hash: string): string;
};

export function openFiles(folder: string): FileStore {
  const path = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('not a content hash');
    return join(folder, hash.slice(0, 2), hash);
  };
  return {
    path,
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      const target = path(hash);
      const known = await stat(target).catch(() => undefined);
      if (known?.size === bytes.byteLength) return { hash, bytes: bytes.byteLength };
      await mkdir(dirname(target), { recursive: true });
      await writeDurably(target, bytes);
      return { hash, bytes: bytes.byteLength };
    },
    async get(hash) {
      return /^[0-9a-f]{64}$/.test(hash) ? readIfThere(path(hash)) : undefined;
    },
  };
}

/** The bytes of a file, or undefined when there is none. Any other failure to read is an error, not an absence. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file so that a crash leaves either the old content or the new one, never a part. */
export async function writeDurably(target: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  await placeDurably(target, bytes, mode, (temporary) => rename(temporary, target));
}

/** The same for a file that must not be there yet: of several writers one answers true, the others false and write nothing. */
export async function createDurably(target: string, bytes: Uint8Array | string, mode = 0o600): Promise<boolean> {
  let created = true;
  await placeDurably(target, bytes, mode, async (temporary) => {
    try {
      await link(temporary, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      created = false;
    }
  });
  return created;
}

async function placeDurably(
  target: string,
  bytes: Uint8Array | string,
  mode: number,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(target));
}

/** A new name is on disk when its folder is. Windows opens no folder, and needs none of this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
