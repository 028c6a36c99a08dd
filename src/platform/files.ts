/** Files kept by the hash of their content: the same bytes are stored once, and a stored file never changes. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
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
      return /^[0-9a-f]{64}$/.test(hash) ? readFile(path(hash)).catch(() => undefined) : undefined;
    },
  };
}

/** Writes a file so that a crash leaves either the old content or the new one, never a part. */
export async function writeDurably(target: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  const temporary = `${target}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  const file = await open(temporary, 'w', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, target);
}
