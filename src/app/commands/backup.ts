import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Config, isOwned, Refusal } from '#platform';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** Never copied: salts must stay unrecoverable once deleted (privacy), sockets and caches are of the moment. */
const leftOut = new Set(['salts.json', 'owner.sock', 'book.json', 'events-incoming']);

/** Copies a data folder that nobody owns. Refuses a target that already holds something. */
export async function copyData(from: string, to: string): Promise<{ folder: string; bytes: number }> {
  const there = await readdir(to).catch(() => []);
  if (there.length > 0) throw new Refusal('conflict', `${to} is not empty; name an empty folder.`);
  await mkdir(to, { recursive: true, mode: 0o700 });
  await cp(from, to, { recursive: true, preserveTimestamps: true, filter: (source) => !leftOut.has(basename(source)) });
  return { folder: to, bytes: await sizeOf(to) };
}

async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path);
  if (!entry.isDirectory()) return entry.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(`${path}/${name}`)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

export async function refuseWhileRunning(config: Config): Promise<void> {
  if (await isOwned(config.data))
    throw new Refusal('conflict', `Vigie runs on ${config.data}: stop it first, so that the copy is whole.`);
}

/** `vigie backup DIR`: everything but the salts of visitor hashes. */
const backup: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {});
  const [target] = positionals;
  if (!target || positionals.length !== 1) throw new BadUsage('Usage: vigie backup DIR');
  await refuseWhileRunning(config);
  if (!(await stat(config.data).catch(() => undefined)))
    throw new Refusal('not-found', `There is no data folder ${config.data}.`);
  const made = await copyData(config.data, target);
  print(values.json, made, `${made.folder}: ${(made.bytes / 1e6).toFixed(1)} MB`);
  return 0;
};

export default backup;
