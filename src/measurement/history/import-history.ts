/**
 * Brings the history of another product into a site. Files are recognised by their content, all of them before anything is written;
 * figures are written under the import's number and count from the moment `imported_days` names it; hits are checked to the last line
 * first and count once by their ids. The same files bring nothing twice.
 */
import { createHash } from 'node:crypto';
import { audit } from '#people';
import { type Caller, type Clock, type Database, type DataFile, type Events, newId, Refusal } from '#platform';
import { prepareSite } from '../collect.ts';
import type { SiteOfBook } from '../contract.ts';
import type { Family, Figure, HistoryOptions, PastHit, Product, Recognised } from './history-item.ts';
import { batchNumber, inTurn } from '../hit-once.ts';
import { removeFacts } from '../privacy/rewrite-days.ts';
import { type HitRow, newOnes, occupiedDays, pastHitRows } from './past-hits.ts';
import { recognise } from './recognise.ts';

export type HistoryServices = { db: Database; events: Events; clock: Clock; visitorKey: string };

export type HistoryAsked = {
  caller: Caller;
  site: SiteOfBook;
  files: readonly DataFile[];
  options: HistoryOptions;
};

export type HistoryStarted = {
  id: string;
  /** True when the same files were imported before: nothing is done again. */
  already: boolean;
  /** Settles when the import has ended, well or not. */
  ended: Promise<void>;
};

const turns = new Map<string, object>();
function turnOf(site: string): object {
  const turn = turns.get(site) ?? {};
  turns.set(site, turn);
  return turn;
}

const batchRows = 20_000;
const tell = 2_000;

/** Imports of this process that are running: a row that says so and is not here was cut off. */
const running = new Set<string>();

/**
 * Recognises the files, writes the import's row and begins. Rejects with a Refusal that names file and line when a file is not known;
 * what goes wrong later is in the row's `problem`.
 */
export async function startHistoryImport(services: HistoryServices, asked: HistoryAsked): Promise<HistoryStarted> {
  const { db, clock } = services;
  const { caller, site, files, options } = asked;
  if (files.length === 0) throw new Refusal('bad-input', 'file: there is nothing to import.', { field: 'file' });
  const known: Recognised[] = [];
  for (const file of files) known.push(...(await recognise(file, options)));
  const product = onlyProduct(known);
  const { fingerprint, bytes } = await fingerprintOf(files, options);

  const before = await db.one<{ id: string; state: string }>(
    "select id, state from history_imports where site_id = $1 and fingerprint = $2 and state <> 'failed'",
    [site.id, fingerprint],
  );
  if (before?.state === 'done' || (before && running.has(before.id)))
    return { id: before.id, already: true, ended: Promise.resolve() };

  if (before) await takeBackCutOff(services, site.id, before.id);
  const id = newId('history');
  const number = await db.transaction(async (tx) => {
    if (before)
      await tx.query("update history_imports set state = 'failed', problem = 'The import was cut off.' where id = $1", [
        before.id,
      ]);
    await tx.query(
      `insert into history_imports (id, org_id, site_id, product, files, fingerprint, state, bytes_total)
       values ($1, $2, $3, $4, $5, $6, 'running', $7)`,
      [id, site.org_id, site.id, product, JSON.stringify(files.map(({ name }) => name)), fingerprint, bytes],
    );
    const row = await tx.one<{ number: number }>('select number from history_imports where id = $1', [id]);
    await audit(tx, caller, {
      action: 'history-import.start',
      subject: { kind: 'history_import', id },
      after: { site_id: site.id, product, files: files.map(({ name }) => name) },
    });
    return row?.number ?? 0;
  });
  running.add(id);
  // What is checked of a site holds until it is written.
  const ended = inTurn(turnOf(site.id), () => carryOut(services, asked, { id, number, known, product, bytes }))
    .catch(async (error: unknown) => {
      await takeBack(services, { id, number, site_id: site.id });
      const problem =
        error instanceof Refusal ? error.message : 'The import broke off; nothing of it counts. Try again.';
      await db.query("update history_imports set state = 'failed', problem = $2, ended_at = $3 where id = $1", [
        id,
        problem,
        clock().toISOString(),
      ]);
      if (!(error instanceof Refusal)) throw error;
    })
    .finally(() => running.delete(id));
  ended.catch(() => undefined);
  return { id, already: false, ended };
}

function onlyProduct(known: readonly Recognised[]): Product {
  const found = [...new Set(known.map(({ product }) => product))];
  const [first, second] = found;
  if (first && second)
    throw new Refusal('bad-input', `file: the files come from ${first} and ${second}; import one product at a time.`, {
      field: 'file',
    });
  if (!first || known.every(({ kind }) => kind === 'left-out')) {
    const left = known.map((one) => `${one.file.name}: ${one.kind === 'left-out' ? one.why : ''}`).join('; ');
    throw new Refusal('bad-input', `file: nothing in these files can be kept (${left}).`, { field: 'file' });
  }
  return first;
}

/** One hash over the bytes of all files, whatever their names and order, and over what was said about them. */
async function fingerprintOf(
  files: readonly DataFile[],
  { from, to, family, live_days }: HistoryOptions,
): Promise<{ fingerprint: string; bytes: number }> {
  const hashes: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const hash = createHash('sha256');
    for await (const chunk of file.chunks()) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    hashes.push(hash.digest('hex'));
  }
  const whole = createHash('sha256').update(
    JSON.stringify([hashes.toSorted(), from ?? '', to ?? '', family ?? '', ...(live_days ? [live_days] : [])]),
  );
  return { fingerprint: whole.digest('hex'), bytes };
}

type Work = { id: string; number: number; known: readonly Recognised[]; product: Product; bytes: number };
type Span = { first: string; last: string };

async function carryOut(services: HistoryServices, asked: HistoryAsked, work: Work): Promise<void> {
  const { db, events, clock } = services;
  const { caller, site } = asked;
  const progress = progressOf(services, work);
  const days = new Map<string, Day>();
  const counts: Record<string, number> = {};
  const left = work.known.flatMap((one) => (one.kind === 'left-out' ? [`${one.file.name}: ${one.why}`] : []));

  const prepared = prepareSite(site);
  const rowOf = pastHitRows({ site: prepared, product: work.product, visitorKey: services.visitorKey });
  // Everything is read to the last line, and found to fit, before the first hit is written: a hit counts as soon as it is there.
  const hitDays = new Set<string>();
  for (const one of work.known) {
    if (one.kind !== 'hits') continue;
    for await (const { row } of one.read()) {
      const made = rowOf(row);
      if (made) hitDays.add(made.local_date);
      await progress.read();
    }
  }
  const occupied = await occupiedDays(events, site.id, work.product, hitDays);
  if (occupied.length > 0 && (asked.options.live_days ?? 'refuse') === 'refuse') throw alreadyThere(occupied);
  const leftOut = new Set(asked.options.live_days === 'keep' ? occupied : []);
  if (leftOut.size > 0) left.push(`hits of ${daysInWords(occupied)}, which the site had already`);
  for (const one of work.known)
    if (one.kind === 'figures')
      counts[one.family] = (counts[one.family] ?? 0) + (await writeFigures(services, asked, work, one, days, progress));
  if (days.size > 0) await refuseOverlap(events, site.id, days);

  let span: Span | undefined;
  for (const one of work.known) {
    if (one.kind !== 'hits') continue;
    const wanted = (row: PastHit) => {
      const made = rowOf(row);
      return made && !leftOut.has(made.local_date) ? made : undefined;
    };
    const { added, span: found } = await writeHits(services, work, site.id, one, wanted, progress);
    counts['hits'] = (counts['hits'] ?? 0) + added;
    span = widened(widened(span, found?.first), found?.last);
  }
  if (days.size > 0) {
    await events.insert(
      'imported_days',
      [...days.values()].map(({ measures, ...day }) => ({
        ...day,
        measures: [...measures],
        org_id: site.org_id,
        site_id: site.id,
        import: work.number,
      })),
      { token: `history-days:${work.number}` },
    );
    for (const { local_date, last_date } of days.values()) span = widened(widened(span, local_date), last_date);
  }
  await db.transaction(async (tx) => {
    await tx.query(
      `update history_imports set state = 'done', rows_read = $2, bytes_read = bytes_total, families = $3, first_day = $4, last_day = $5, problem = $6, ended_at = $7 where id = $1`,
      [
        work.id,
        progress.rows(),
        JSON.stringify(counts),
        span?.first ?? null,
        span?.last ?? null,
        left.length > 0 ? `Left out – ${left.join('; ')}.` : null,
        clock().toISOString(),
      ],
    );
    await audit(tx, caller, {
      action: 'history-import.finish',
      subject: { kind: 'history_import', id: work.id },
      after: { counts, ...span },
    });
  });
}

const widened = (span: Span | undefined, day: string | undefined): Span | undefined =>
  day === undefined
    ? span
    : { first: !span || day < span.first ? day : span.first, last: !span || day > span.last ? day : span.last };

type Counter = { read(): Promise<void>; rows(): number };

function progressOf({ db }: HistoryServices, { id }: Work): Counter {
  let rows = 0;
  return {
    rows: () => rows,
    async read() {
      if (++rows % tell === 0) {
        await db.query('update history_imports set rows_read = $2 where id = $1', [id, rows]);
        // A long file must not hold up everybody else's questions.
        await new Promise((go) => setImmediate(go));
      }
    },
  };
}

type Day = { family: Family; local_date: string; last_date: string; measures: Set<string> };

async function writeFigures(
  { events }: HistoryServices,
  { site, options }: HistoryAsked,
  { number }: Work,
  one: Recognised & { kind: 'figures' },
  days: Map<string, Day>,
  progress: Counter,
): Promise<number> {
  let batch: object[] = [];
  let sent = 0;
  let count = 0;
  const send = async () => {
    if (batch.length === 0) return;
    await events.insert('imported_figures', batch, {
      token: `history:${number}:${one.file.name}:${one.family}:${[...days.keys()].length}:${sent++}`,
    });
    batch = [];
  };
  for await (const { row } of one.read()) {
    const key = `${one.family} ${row.local_date} ${row.last_date}`;
    const day = days.get(key) ?? {
      family: one.family,
      local_date: row.local_date,
      last_date: row.last_date,
      measures: new Set(one.measures),
    };
    // Several files of one table and day: only what all of them tell is told.
    for (const measure of day.measures)
      if (!(one.measures as readonly string[]).includes(measure)) day.measures.delete(measure);
    days.set(key, day);
    batch.push(figureRow(row, one.family, number, site, options.currency));
    count++;
    await progress.read();
    if (batch.length >= batchRows) await send();
  }
  await send();
  return count;
}

const figureRow = (row: Figure, family: Family, number: number, site: SiteOfBook, currency: string) => ({
  ...row,
  family,
  import: number,
  org_id: site.org_id,
  site_id: site.id,
  ...(row.revenue_micros ? { currency } : {}),
});

/** A total over several days and the days themselves cannot both count: one must be taken back first. */
async function refuseOverlap(events: Events, siteId: string, days: ReadonlyMap<string, Day>): Promise<void> {
  const isLong = ({ local_date, last_date }: { local_date: string; last_date: string }) => last_date !== local_date;
  const stored = await events.query<{ family: Family; local_date: string; last_date: string }>(
    'select distinct family, toString(local_date) as local_date, toString(last_date) as last_date from imported_days where site_id = {site:String}',
    { site: siteId },
  );
  const all = [...stored, ...days.values()];
  const long = all.filter(isLong);
  for (const day of days.values()) {
    const other = (isLong(day) ? all : long).find(
      (one) =>
        one.family === day.family &&
        one.local_date <= day.last_date &&
        one.last_date >= day.local_date &&
        (one.local_date !== day.local_date || one.last_date !== day.last_date),
    );
    if (other)
      throw new Refusal(
        'conflict',
        `The table of ${day.family.replace('_', ' ')} from ${day.local_date} to ${day.last_date} overlaps what is there from ${other.local_date} to ${other.last_date}: they would count twice. Take that import back first.`,
      );
  }
}

/** `2026-01-01 to 2026-01-05 (4 days)`. */
const daysInWords = (days: readonly string[]) =>
  days.length === 1 ? `${days[0]}` : `${days[0]} to ${days.at(-1)} (${days.length} days)`;

const alreadyThere = (days: readonly string[]) =>
  new Refusal(
    'conflict',
    `The site has hits of its own on ${daysInWords(days)}: they would count twice. Import with live_days "keep" to leave these days out of the import, or "add" to count both.`,
    { field: 'live_days' },
  );

async function writeHits(
  services: HistoryServices,
  { id }: Work,
  siteId: string,
  one: Recognised & { kind: 'hits' },
  rowOf: (row: PastHit) => HitRow | undefined,
  progress: Counter,
): Promise<{ added: number; span: Span | undefined }> {
  const number = batchNumber(`history:${id}`);
  let batch: HitRow[] = [];
  let added = 0;
  let span: Span | undefined;
  let sent = 0;
  const send = async () => {
    const rows = await newOnes(services.events, siteId, batch);
    if (rows.length > 0)
      await services.events.insert('hits', rows, { token: `history:${id}:${sent++}:${one.file.name}` });
    added += rows.length;
    batch = [];
  };
  for await (const { row } of one.read()) {
    const made = rowOf(row);
    await progress.read();
    if (!made) continue;
    span = widened(span, made.local_date);
    batch.push({ ...made, batch: number });
    if (batch.length >= batchRows) await send();
  }
  await send();
  return { added, span };
}

/** Everything that a failed or taken back import had written. */
export async function takeBack(
  { events }: Pick<HistoryServices, 'events'>,
  { id, number, site_id }: { id: string; number: number; site_id: string },
): Promise<void> {
  await events.command(`delete from imported_days where import = {number:UInt64}`, { number });
  await events.command(`delete from imported_figures where import = {number:UInt64}`, { number });
  await removeFacts(events, 'hits', site_id, hitsOf(id));
}

/** The hits that an import brought; of those from before hits were marked with their import there are none. */
const hitsOf = (id: string) => ({
  where: `origin = 'import' and batch = {batch:UInt64}`,
  params: { batch: batchNumber(`history:${id}`) },
});

export async function bringsBackHits(events: Events, site_id: string, id: string): Promise<boolean> {
  const { where, params } = hitsOf(id);
  const found = await events.query(`select 1 from hits where site_id = {site:String} and ${where} limit 1`, {
    ...params,
    site: site_id,
  });
  return found.length > 0;
}

async function takeBackCutOff(services: HistoryServices, site_id: string, id: string): Promise<void> {
  const row = await services.db.one<{ number: number }>('select number from history_imports where id = $1', [id]);
  if (row) await takeBack(services, { id, number: row.number, site_id });
}
