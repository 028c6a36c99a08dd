/** Where the making of the sample stands: `sample.json` of the data folder. */
import { readFile } from 'node:fs/promises';
import { writeDurably } from '#platform';
import * as z from 'zod';

const Progress = z.object({
  state: z.enum(['running', 'done', 'failed']),
  /** Of the days that are lived again, 0–100. */
  percent: z.number().min(0).max(100),
  /** The moment from which everything is dated; a sample that was interrupted goes on with it. */
  begun_at: z.iso.datetime(),
  hits: z.int().default(0),
  ad_events: z.int().default(0),
  seconds: z.number().default(0),
});
export type Progress = z.infer<typeof Progress>;

/** Undefined where no sample was ever begun, and for a file that cannot be read. */
export async function readProgress(file: string): Promise<Progress | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Progress.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const writeProgress = (file: string, progress: Progress): Promise<void> =>
  writeDurably(file, JSON.stringify(progress));
