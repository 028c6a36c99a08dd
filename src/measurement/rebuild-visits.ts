/**
 * Keeps visits true to the hits, however late or shuffled these come: every site day whose hits, or whose neighbours' hits, are
 * newer than its visits is built anew and then replaces the old build at once.
 */
import type { Clock, Events } from '#platform';
import { insertVisits, spansDay } from './visit-sql.ts';
import { dayFrom } from './local-time.ts';

export type VisitBuilder = {
  /** One round; answers the site days it built. */
  run(signal?: AbortSignal): Promise<{ site_id: string; day: string; visits: number }[]>;
};

export type Spacing = {
  /** Least milliseconds between two builds of a day, of which the hits changed, and of which a neighbour's did. */
  own: number;
  neighbour: number;
  /** A build that takes long is repeated less often: at most one part of the time in so many. */
  share: number;
};

const usual: Spacing = { own: 2_000, neighbour: 60_000, share: 10 };

/** A row is stamped before it can be seen: a day is built once more when this much time has passed since its last change. */
const settleMs = 20_000;
/** Old builds are kept this long for readers that began with them. */
const keepOldMs = 10 * 60_000;

type StaleDay = { site_id: string; day: string; is_own: number; now: number };

/** Days to build, newest first. The store's own clock is used throughout: it is the one that stamped the rows. */
const staleDays = `
with toUnixTimestamp64Milli(now64(3)) as now_ms,
  changed as (select site_id, local_date, toUnixTimestamp64Milli(max(changed_at)) as ms from dirty_days group by site_id, local_date),
  spread as (
    select site_id, local_date + arrayJoin([-1, 0, 1]) as day, ms, day = local_date as is_own from changed
  ),
  built as (select site_id, local_date as day, max(build) as build from visit_days group by site_id, local_date)
select spread.site_id as site_id, toString(spread.day) as day, max(spread.is_own) as is_own, any(now_ms) as now
from spread left join built on built.site_id = spread.site_id and built.day = spread.day
where (toInt64(build) <= ms or (toInt64(build) <= ms + ${settleMs} and now_ms > ms + ${settleMs}))
  and (spread.site_id, spread.day) in (select site_id, local_date from changed)
group by site_id, day order by day desc, site_id`;

export function createVisitBuilder({
  events,
  clock,
  spacing = usual,
}: {
  events: Events;
  clock: Clock;
  spacing?: Spacing;
}): VisitBuilder {
  const due = new Map<string, { own: number; neighbour: number }>();
  let purgedAt = clock().getTime();

  async function build(site_id: string, day: string, number: number): Promise<number> {
    let ahead = 1;
    while (await spans(site_id, dayFrom(day, ahead))) ahead++;
    await events.command(insertVisits(ahead), { site: site_id, day, build: number });
    const [counted] = await events.query<{ visits: number }>(
      'select count() as visits from visits where site_id = {site:String} and local_date = {day:Date} and build = {build:UInt64}',
      { site: site_id, day, build: number },
    );
    const visits = Number(counted?.visits ?? 0);
    await events.insert('visit_days', [{ site_id, local_date: day, build: number, visits }], {
      token: `visits:${site_id}:${day}:${number}`,
    });
    return visits;
  }

  async function spans(site: string, day: string): Promise<boolean> {
    const [row] = await events.query<{ spans: number | boolean }>(spansDay, { site, day });
    return Boolean(row?.spans);
  }

  return {
    async run(signal) {
      const stale = await events.query<StaleDay>(staleDays);
      const built: { site_id: string; day: string; visits: number }[] = [];
      const done = new Set<string>();

      for (let next = stale.shift(); next && !signal?.aborted; next = stale.shift()) {
        const key = `${next.site_id} ${next.day}`;
        const wait = due.get(key);
        const started = clock().getTime();
        if (done.has(key) || (wait && started < (next.is_own ? wait.own : wait.neighbour))) continue;
        done.add(key);

        const visits = await build(next.site_id, next.day, Number(next.now));
        built.push({ site_id: next.site_id, day: next.day, visits });
        const ended = clock().getTime();
        const pause = (ended - started) * spacing.share;
        due.set(key, {
          own: ended + Math.max(spacing.own, pause),
          neighbour: ended + Math.max(spacing.neighbour, pause),
        });

        // A visit that leads over this whole day started earlier still.
        if (!next.is_own && (await spans(next.site_id, next.day)))
          stale.unshift({ ...next, day: dayFrom(next.day, -1) });
      }

      if (clock().getTime() - purgedAt > keepOldMs) {
        purgedAt = clock().getTime();
        for (const [key, wait] of due) if (wait.neighbour < purgedAt) due.delete(key);
        await purge();
      }
      return built;
    },
  };

  async function purge(): Promise<void> {
    const old = `build < toUnixTimestamp64Milli(now64(3)) - ${keepOldMs} and (site_id, local_date, build) not in
      (select site_id, local_date, max(build) from visit_days group by site_id, local_date)`;
    const [found] = await events.query<{ rows: number }>(`select count() as rows from visits where ${old}`);
    if (Number(found?.rows ?? 0) > 0) await events.command(`delete from visits where ${old}`);
  }
}
