/**
 * Control's serving plan: what the event store measured of the last four weeks, shared among the promised lines of the book. Made
 * anew every few minutes in a thread of its own; in between, edges correct it by what they see.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Events } from '#platform';
import type { Book } from './contract.ts';
import { PlanAnswer, type PlanQuestion } from './live-plan.ts';
import { openZone } from './local-time.ts';
import { weekHours } from './pacing.ts';
import { isPlanned } from './plan-delivery.ts';
import { textInTurns } from './text-in-turns.ts';
import { type MeasuredPlacement, readMeasured } from './simulation/measured-traffic.ts';

const minute = 60_000;
/** What was measured changes slowly; a plan less so. */
const measuredFor = 60 * minute;
const plannedFor = 5 * minute;
/** A thread that takes longer is given up; the next plan opens another. */
const longest = 4 * minute;
/** Megabytes of the thread. */
const memory = 1024;

export type LivePlanner = {
  /**
   * The book with what its promised lines may expect, and the plan of it; those of before where a new one takes longer than the
   * patience there is. Fails as the event store does. One call at a time.
   */
  plan(book: Book): Promise<Pick<Book, 'lines' | 'plan'>>;
};

type Known = { terms: string; measured: Measured; traffic: ReadonlyMap<string, number[]> };
type Measured = { of: MeasuredPlacement[]; until: number; placements: string };

/** `patienceMs`: how long a book waits for its plan. `onPlanned`: a plan that a book did not wait for is there. */
export function openLivePlanner(
  events: Pick<Events, 'query'>,
  { patienceMs, onPlanned = () => undefined }: { patienceMs?: number; onPlanned?: () => void } = {},
): LivePlanner {
  let measured: Measured | undefined;
  let known: Known | undefined;
  let planned: { of: NonNullable<Book['plan']>; until: number } | undefined;
  let thread: Worker | undefined;
  let asking: Promise<void> | undefined;

  /** What the thread knows ends with it. */
  function giveUp(): void {
    thread?.terminate().catch(() => undefined);
    thread = undefined;
    known = undefined;
    planned = undefined;
  }

  async function ask(question: PlanQuestion): Promise<PlanAnswer> {
    try {
      thread ??= openThread();
      return await answerOf(thread, question);
    } catch (error) {
      giveUp();
      throw error;
    }
  }

  async function replan(
    { sites, placements, lines, creatives, delivered }: Book,
    { now, terms, measured: of }: { now: number; terms: string; measured: Measured },
  ): Promise<void> {
    const isKnown = known?.terms === terms;
    const told = isKnown ? undefined : await textInTurns({ sites, placements, lines, creatives });
    const { traffic, plan } = await ask({
      now,
      delivered: await textInTurns(delivered),
      ...(told === undefined ? {} : { terms: told }),
      ...(known?.measured === of ? {} : { measured: of.of }),
    });
    known = { terms, measured: of, traffic: traffic ? hoursOf(traffic) : (known?.traffic ?? new Map()) };
    planned = { of: JSON.parse(plan), until: now + plannedFor };
  }

  return {
    async plan(book) {
      const now = Date.parse(book.compiled_at);
      const promised = book.lines.filter(isPlanned);
      if (promised.length === 0) return { lines: book.lines, plan: {} };
      const placements = [...new Set(promised.flatMap((line) => line.placements))].toSorted();
      if (!measured || measured.until <= now || measured.placements !== placements.join(' '))
        measured = {
          of: await measuredOf(events, book, placements, now),
          until: now + measuredFor,
          placements: placements.join(' '),
        };
      // A plan is kept while nothing that it was made of but time and deliveries has changed.
      const terms = await textInTurns({ lines: book.lines.map((line) => ({ ...line, creatives: [] })) });
      const isSame = known?.terms === terms && known.measured === measured;
      if (!planned || planned.until <= now || !isSame) {
        // One at a time: what changed meanwhile is planned after it.
        const isOther = asking !== undefined;
        asking ??= replan(book, { now, terms, measured }).finally(() => (asking = undefined));
        const current = asking;
        if ((await isOutOfPatience(current, patienceMs)) || isOther) current.then(onPlanned, () => undefined);
      }
      const hours = known?.traffic;
      const lines = book.lines.map((line) => {
        const traffic = hours?.get(line.id);
        return traffic ? { ...line, traffic } : line;
      });
      return { lines, plan: planned?.of ?? {} };
    },
  };
}

/** Whether `work` is still under way after so long; without a limit it is waited for. Fails as the work does within it. */
async function isOutOfPatience(work: Promise<void>, patienceMs: number | undefined): Promise<boolean> {
  if (patienceMs === undefined) return work.then(() => false);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<true>((resolve) => (timer = setTimeout(() => resolve(true), patienceMs)));
  try {
    return await Promise.race([work.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function hoursOf({ ids, hours }: NonNullable<PlanAnswer['traffic']>): Map<string, number[]> {
  return new Map(ids.map((id, index) => [id, [...hours.subarray(index * weekHours, (index + 1) * weekHours)]]));
}

function openThread(): Worker {
  const thread = new Worker(new URL('./live-plan-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  // The process does not wait for it.
  thread.unref();
  return thread;
}

async function answerOf(thread: Worker, question: PlanQuestion): Promise<PlanAnswer> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(longest)]);
  thread.postMessage(question);
  try {
    const answered = once(thread, 'message', { signal });
    const ended = once(thread, 'exit', { signal }).then(([code]) => {
      throw new Error(`The thread ended with ${String(code)}.`);
    });
    ended.catch(() => undefined);
    const [answer]: unknown[] = await Promise.race([answered, ended]);
    return PlanAnswer.parse(answer);
  } finally {
    over.abort();
  }
}

async function measuredOf(
  events: Pick<Events, 'query'>,
  { placements, sites }: Book,
  ids: readonly string[],
  now: number,
): Promise<MeasuredPlacement[]> {
  const zones = new Map(sites.map(({ id, time_zone }) => [id, openZone(time_zone)]));
  const wanted = new Set(ids);
  const groups = Map.groupBy(
    placements.filter(({ id }) => wanted.has(id)),
    ({ org_id, site_id }) => `${org_id} ${site_id}`,
  );
  const found = await Promise.all(
    [...groups.values()].map(async ([first, ...more]) => {
      if (!first) return [];
      const today = Math.floor((now + (zones.get(first.site_id)?.offset(now) ?? 0)) / (24 * 60 * minute));
      return readMeasured(events, { org_id: first.org_id, placements: [first, ...more].map(({ id }) => id), today });
    }),
  );
  return found.flat();
}
