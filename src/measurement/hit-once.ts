/**
 * A hit whose sender gave it an id counts once, whatever way and however late it comes again: pages, events and amounts are added up as
 * rows come in, so a second one is refused before it is written. Ids are kept as long as their hits are.
 */
import { createHash } from 'node:crypto';
import type { Events } from '#platform';

type Questions = Pick<Events, 'query'>;

const last = new WeakMap<object, Promise<unknown>>();

/**
 * Runs `work` when all that was begun before it on this store has ended: between looking an id up and writing its hit nobody else may
 * find it missing. One process owns a store, so that this suffices.
 */
export function inTurn<T>(events: object, work: () => Promise<T>): Promise<T> {
  const done = (last.get(events) ?? Promise.resolve()).then(work);
  last.set(
    events,
    done.catch(() => undefined),
  );
  return done;
}

/** The number under which the hits of a batch are kept; never 0. */
export const batchNumber = (token: string): string =>
  String(createHash('sha256').update(token).digest().readBigUInt64BE() | 1n);

/** Ids travel with the question in its address, so few at a time. */
const idsPerQuestion = 500;

/** Of the ids of a site, those that are stored; with `batch`, those that another batch than this one brought. */
export async function idsStored(
  events: Questions,
  siteId: string,
  ids: readonly string[],
  batch = '0',
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += idsPerQuestion) {
    const rows = await events.query<{ hit_id: string }>(
      'select distinct hit_id from hit_ids where site_id = {site:String} and hit_id in {ids:Array(String)} and batch != {batch:UInt64}',
      { site: siteId, ids: ids.slice(from, from + idsPerQuestion), batch },
    );
    for (const { hit_id } of rows) found.add(hit_id);
  }
  return found;
}
