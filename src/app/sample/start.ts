/**
 * Makes the sample on a first start, in the background: the catalogue in one transaction, then the past in two child processes,
 * while the rest of Vigie is in use; afterwards lets a few readers a minute come.
 *
 * A crash is made good at the next start: the catalogue is there as a whole or not at all, the sample keeps its date of birth, and
 * the past is lived again from its first day under the same batch tokens, so that what was already recorded adds nothing.
 */
import { fork } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileBook } from '#delivery';
import { isFirstRun, type SignIn } from '#people';
import { errorFields, writeDurably } from '#platform';
import { apiRoutes } from '../compose.ts';
import { type House, internalSecret } from '../house.ts';
import { outdoorSite, sampleSite } from '../sample-site.ts';
import { calendarOf, sampleDays, type SampleCalendar } from './calendar.ts';
import { callerOf } from './call.ts';
import type { DripKey } from './drip.ts';
import { makeCatalogue } from './catalogue.ts';
import { makePapers } from './papers.ts';
import { type Progress, readProgress, writeProgress } from './progress.ts';
import { makeReports } from './reports.ts';
import type { Task, Told } from './sample-process.ts';
import { weekShape } from './traffic.ts';

export type StartSample = { house: House; signIn: SignIn; changed: () => void };
export type Sample = { stop(): Promise<void> };

/** Answers at once; the work goes on in the background. An installation that is already in use gets no sample. */
export async function startSample({ house, changed }: StartSample): Promise<Sample> {
  const { config, log } = house;
  const file = config.at('sample.json');
  const folder = config.at('sample');
  const stopping = new AbortController();
  const known = await readProgress(file);
  if (!known && !(await isFirstRun(house.db))) return { stop: async () => undefined };

  const begun_at = known?.begun_at ?? house.clock().toISOString();
  const begun = Date.parse(begun_at);
  const task = {
    begun,
    folder,
    controlUrl: config.url,
    edgeUrl: config.edgeUrl,
    secret: internalSecret(config, house.secret),
    geoDb: config.geoDb,
  };

  const work = async () => {
    if (known?.state !== 'done') {
      const started = performance.now();
      await writeProgress(file, { state: 'running', percent: 0, begun_at, hits: 0, ad_events: 0, seconds: 0 });
      await prepare(house, { folder, calendar: calendarOf(begun) });
      changed();
      log.info('the sample publisher is there; its past is being made', { site: sampleSite });
      const told = await liveThePast(task, stopping.signal, (progress) =>
        writeProgress(file, { state: 'running', begun_at, ...progress }),
      );
      await makeDeskPapers(house, calendarOf(begun)).catch((error: unknown) =>
        log.error('papers of the sample could not be made', errorFields(error)),
      );
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      await writeProgress(file, { state: 'done', begun_at, ...told, percent: 100, seconds });
      changed();
      log.info('the sample is ready', { ...told, seconds });
    }
    await childOf({ ...task, part: 'drip' }, stopping.signal);
  };
  const done = work().catch(async (error: unknown) => {
    if (stopping.signal.aborted) return;
    log.error('the sample could not be made; the next start tries again', errorFields(error));
    await writeProgress(file, { state: 'failed', percent: 0, begun_at, hits: 0, ad_events: 0, seconds: 0 }).catch(
      () => undefined,
    );
  });
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** The catalogue, unless it is there, and beside it the book of the past and the key of the readers to come. */
async function prepare(
  house: House,
  { folder, calendar }: { folder: string; calendar: SampleCalendar },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const part of ['hits', 'ads']) await rm(`${folder}/edge-${part}`, { recursive: true, force: true });
  if (await house.db.one('select id from sites where domain = $1', [sampleSite])) return;
  const dates = Array.from({ length: sampleDays + 3 }, (_, day) => calendar.date(day - 1));
  const salts = await house.salts.forDates(dates);
  await makeCatalogue({
    services: house,
    routes: routesOf(house),
    calendar,
    // Written before the commit: a catalogue without its book never exists.
    async keep({ db, key, ad_line }) {
      // As of the first day: lines that have ended since are in it.
      const book = await compileBook({ ...house, db, clock: () => new Date(calendar.start(0)) });
      const traffic = Object.fromEntries(book.placements.map(({ id }) => [id, weekShape()]));
      await writeDurably(
        `${folder}/book.json`,
        JSON.stringify({ ...book, salts: { ...book.salts, ...salts }, traffic }),
      );
      await writeDurably(`${folder}/drip.json`, JSON.stringify({ key, ad_line } satisfies DripKey));
    },
  });
}

/** What the desk has on its table, for those of the sample's sites that are there: one may be removed, an early sample had one alone. */
async function makeDeskPapers(house: House, calendar: SampleCalendar): Promise<void> {
  const sites = await house.db.query<{ id: string; org_id: string; domain: string }>(
    'select id, org_id, domain from sites where domain = any($1)',
    [[sampleSite, outdoorSite]],
  );
  const ids = new Map(sites.map(({ domain, id }) => [domain, id]));
  const [first] = sites;
  if (!first) return;
  const call = callerOf(house, routesOf(house), first.org_id);
  if (ids.has(sampleSite)) await makePapers(call, calendar);
  await makeReports(call, (domain) => ids.get(domain), calendar);
}

/** Nothing of the sample is looked up by address. */
const routesOf = (house: House) => apiRoutes({ countryOf: () => '', secret: house.secret });

type Figures = Pick<Progress, 'percent' | 'hits' | 'ad_events' | 'seconds'>;

/** Audience and ads side by side, each in a process of its own. */
async function liveThePast(
  task: Omit<Task, 'part'>,
  signal: AbortSignal,
  progress: (figures: Figures) => Promise<void>,
): Promise<Figures> {
  const figures: Figures = { percent: 0, hits: 0, ad_events: 0, seconds: 0 };
  const days = { hits: 0, ads: 0 };
  let writing = Promise.resolve();
  const heard = (part: 'hits' | 'ads') => (told: Told) => {
    days[part] = told.day;
    figures.hits += (told.lines['hits'] ?? 0) + (told.lines['ignored_hits'] ?? 0);
    figures.ad_events += told.lines['ad_events'] ?? 0;
    figures.percent = Math.floor((100 * (days.hits + days.ads)) / (2 * (sampleDays + 1)));
    writing = writing.then(() => progress({ ...figures }));
  };
  await Promise.all((['hits', 'ads'] as const).map((part) => childOf({ ...task, part }, signal, heard(part))));
  await writing;
  return figures;
}

/** Much that lives for a moment: a wider nursery halves the time spent collecting it, and the heap stays small. */
const execArgv = ['--max-semi-space-size=32', '--max-old-space-size=512'];

/** Runs a child to its end; aborting ends it. */
function childOf(task: Task, signal: AbortSignal, heard?: (told: Told) => void): Promise<void> {
  const child = fork(fileURLToPath(new URL('./sample-process.ts', import.meta.url)), {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  if (heard) child.on('message', heard);
  child.send(task);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, by) => {
      signal.removeEventListener('abort', stop);
      // Stopped is not finished: the next start goes on.
      if (code === 0 && !signal.aborted) resolve();
      else reject(new Error(`The sample's ${task.part} process ended with ${by ?? code}.`));
    });
  });
}
