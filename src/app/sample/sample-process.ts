/** Child of control that does the sample's work: `hits` and `ads` live the past again, `drip` keeps readers coming. Ends with its parent. */
import { setPriority } from 'node:os';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Book } from '#delivery/contract';
import { openLog } from '#platform';
import { calendarOf, sampleDays } from './calendar.ts';
import { comesWith, type DripKey, runDrip } from './drip.ts';
import type { Lines } from './lines.ts';
import { openReplay } from './replay.ts';
import { actionsOf } from './traffic.ts';

export type Task = {
  part: 'hits' | 'ads' | 'drip';
  /** The moment from which the sample is dated, milliseconds since 1970. */
  begun: number;
  /** Folder of the sample's own files: the book, the edge's counters. */
  folder: string;
  controlUrl: string;
  edgeUrl: string;
  /** Opens control's door for facts. */
  secret: string;
  geoDb: string | undefined;
};

/** `day`: how many days are recorded; `lines`: how many rows were sent since the last message, by table. */
export type Told = { day: number; lines: Record<string, number> };

async function live(task: Task, part: 'hits' | 'ads'): Promise<void> {
  const calendar = calendarOf(task.begun);
  const book: Book = JSON.parse(await readFile(join(task.folder, 'book.json'), 'utf8'));
  const log = openLog(`sample-${part}`, 'error');
  const key: DripKey = JSON.parse(await readFile(join(task.folder, 'drip.json'), 'utf8'));
  const comes = comesWith(key);
  const replay = await openReplay({
    part,
    book,
    adLine: key.ad_line ?? '',
    folder: join(task.folder, `edge-${part}`),
    geoDb: task.geoDb,
    log,
  });
  let sending: Promise<void> = Promise.resolve();
  for (let number = 0; number <= sampleDays; number += 1) {
    const day = {
      number,
      weekday: calendar.weekday(number),
      start: calendar.start(number),
      until: Math.min(calendar.start(number + 1), task.begun),
    };
    const lines = await replay.day(day, actionsOf(day).filter(comes));
    await sending;
    sending = send(task, `sample:${task.begun}:${part}:${number}`, lines).then(() => {
      tell({ day: number + 1, lines: lines.byTable });
    });
    // What fails is thrown at the next turn; it must not count as unheard until then.
    sending.catch(() => undefined);
  }
  await sending;
}

/** Sends a day's lines in batches. Their tokens depend on nothing but the sample: a second time they add nothing. */
async function send(task: Task, token: string, { batches }: Lines): Promise<void> {
  for (const [number, batch] of batches.entries()) await post(task, `${token}:${number}`, batch);
}

async function post({ controlUrl, secret }: Task, token: string, batch: Buffer): Promise<void> {
  const reply = await fetch(`${controlUrl}/internal/facts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson', 'x-batch-token': token },
    body: new Uint8Array(batch),
    signal: AbortSignal.timeout(120_000),
  });
  if (!reply.ok) throw new Error(`Control answered ${reply.status} to ${token}.`);
}

const tell = (told: Told): void => void process.send?.(told);

process.on('disconnect', () => process.exit(0));
process.once('message', (task: Task) => {
  const { part } = task;
  // The past can wait; who uses the product meanwhile cannot.
  if (part !== 'drip') setPriority(10);
  const work = part === 'drip' ? runDrip(task) : live(task, part);
  work.then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(
        `sample ${part}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.exit(1);
    },
  );
});
