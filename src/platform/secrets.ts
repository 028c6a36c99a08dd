/** The master secret and what derives from it, and the daily salts of visitor hashes. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from './clock.ts';
import { createDurably, readIfThere, writeDurably } from './files.ts';

/**
 * The secret given by the settings, else the one kept in `file`, made on first use (mode 600). Several processes may come
 * first at once: all get the same. Throws when the file is there but damaged: a new secret would void every signed address.
 */
export async function masterSecret(given: string | undefined, file: string): Promise<string> {
  if (given) return given;
  await mkdir(dirname(file), { recursive: true });
  for (;;) {
    const kept = (await readIfThere(file))?.toString('utf8').trim();
    if (kept !== undefined && kept.length < 32)
      throw new Error(`The secret in ${file} is damaged: bring it back from a backup, or delete the file.`);
    if (kept !== undefined) return kept;
    await createDurably(file, randomBytes(32).toString('base64url'));
  }
}

/** An independent key for one purpose: HMAC-SHA256(secret, purpose), base64url. */
export const deriveKey = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url');

export type Salts = {
  /** Salts by site-local date (base64): the days an edge needs now, two days ahead included. */
  current(): Promise<Record<string, string>>;
  /** The salt of any date; made on demand for an imported day, forgotten so many days after it was made. */
  forDates(dates: readonly string[]): Promise<Record<string, string>>;
  /** Of the dates those whose salt is not there: never made, or forgotten. */
  missing(dates: readonly string[]): Promise<string[]>;
};

type Kept = Record<string, { salt: string; made_at: number; imported?: true }>;

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Daily random salts: 16 bytes for each site-local date. A salt is deleted 48 hours after its date ended (or, for an imported day of
 * the past, `importDays` after it was made, so that the logs of several servers can come one after the other), from then on no visitor
 * hash of that day can be remade. The file must stay out of backups.
 */
export function openSalts(file: string, clock: Clock, importDays = 7): Salts {
  let work: Promise<unknown> = Promise.resolve();
  const serial = <T>(task: () => Promise<T>): Promise<T> => {
    const next = work.then(task, task);
    work = next.catch(() => undefined);
    return next;
  };
  const read = async (): Promise<Kept> => {
    const kept = await readIfThere(file);
    return kept ? (JSON.parse(kept.toString('utf8')) as Kept) : {};
  };
  /** Dates whose hits may come now, anywhere. */
  const live = (now: number) => [-2, -1, 0, 1, 2].map((n) => new Date(now + n * day).toISOString().slice(0, 10));
  // A date ends last in UTC−12: 36 hours after its UTC midnight.
  const forgottenAt = (date: string, { made_at, imported }: Kept[string]) =>
    imported ? made_at + importDays * day : Math.max(Date.parse(date) + 36 * hour, made_at) + 2 * day;
  const salted = (dates: readonly string[]) =>
    serial(async () => {
      const now = clock().getTime();
      const kept = await read();
      let changed = false;
      for (const [date, one] of Object.entries(kept)) {
        if (forgottenAt(date, one) > now) continue;
        delete kept[date];
        changed = true;
      }
      for (const date of dates) {
        if (kept[date]) continue;
        const salt = randomBytes(16).toString('base64');
        kept[date] = { salt, made_at: now, ...(live(now).includes(date) ? {} : { imported: true }) };
        changed = true;
      }
      if (changed) {
        await mkdir(dirname(file), { recursive: true });
        await writeDurably(file, JSON.stringify(kept));
      }
      return Object.fromEntries(dates.map((date) => [date, kept[date]?.salt ?? '']));
    });
  return {
    current: () => salted(live(clock().getTime())),
    forDates: salted,
    missing: (dates) =>
      serial(async () => {
        const kept = await read();
        const now = clock().getTime();
        return dates.filter((date) => !kept[date] || forgottenAt(date, kept[date]) <= now);
      }),
  };
}
