/**
 * Keeps visits true to the hits, however late or shuffled these come: every site day whose hits, or whose neighbours' hits, are
 * newer than its visits is built anew and then replaces the old build at once.
 */
import type { Clock, Events } from '#platform';
import { usualRules } from './visit-rules.ts';
import type { VisitRules } from './visit-rules-contract.ts';
import { insertVisits, scopeFingerprint, spansDay } from './visit-sql.ts';
import { dayFrom } from './local-time.ts';
import { insertVisitFigures } from './visit-figures.ts';

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
  /** A day of the past waits until its hits come no more for this long (an import brings its next day meanwhile) … */
  quiet: number;
  /** … or until it has waited for this long. */
  patience: number;
};

const usual: Spacing = { own: 2_000, neighbour: 60_000, share: 10, quiet: 3_000, patience: 15_000 };

/** A row is stamped before it can be seen: a day is looked at once more when this much time has passed since its last change. */
const settleMs = 20_000;
/** Old builds are kept this long for readers that began with them. */
const keepOldMs = 10 * 60_000;

type StaleDay = {
  site_id: string;
  day: string;
  /** Last change of its own hits and of its neighbours', and its last build: milliseconds of the store's clock, 0 for none. */
  own: number;
  near: number;
  build: number;
  now: number;
  /** 1 when the day is over everywhere on earth. */
  past: number;
};

/** True when what was read at `asOf` may lack something of a change at `changed`. */
const isStale = (asOf: number, changed: number, now: number) =>
  changed > 0 && (asOf <= changed || (asOf <= changed + settleMs && now > changed + settleMs));

/** Days to look at, newest first. The store's own clock is used throughout: it is the one that stamped the rows. */
const staleDays = `
with toUnixTimestamp64Milli(now64(3)) as now_ms,
  changed as (select site_id, local_date, toUnixTimestamp64Milli(max(changed_at)) as ms from dirty_days group by site_id, local_date),
  spread as (
    select site_id, local_date + arrayJoin([-1, 0, 1]) as day, ms, day = local_date as is_own from changed
  ),
  built as (select site_id, local_date as day, max(build) as number from visit_days group by site_id, local_date)
select spread.site_id as site_id, toString(spread.day) as day, maxIf(ms, is_own) as own, maxIf(ms, not is_own) as near,
  any(number) as build, any(now_ms) as now, any(spread.day) < toDate(now(), 'UTC') - 1 as past
from spread left join built on built.site_id = spread.site_id and built.day = spread.day
where (toInt64(number) <= ms or (toInt64(number) <= ms + ${settleMs} and now_ms > ms + ${settleMs}))
  and (spread.site_id, spread.day) in (select site_id, local_date from changed)
group by site_id, day order by day desc, site_id`;

export function createVisitBuilder({
  events,
  clock,
  spacing = usual,
  rulesOf = async () => new Map(),
}: {
  events: Events;
  clock: Clock;
  spacing?: Spacing;
  /** The sites that cut visits at more than the gap; asked at every round. */
  rulesOf?: () => Promise<ReadonlyMap<string, VisitRules>>;
}): VisitBuilder {
  const due = new Map<string, { own: number; neighbour: number }>();
  /** What a day's last build was made of, and when that was last found to be so. */
  const known = new Map<string, { print: string; asOf: number }>();
  /** Since when a day of the past has been waiting to be built. */
  const waiting = new Map<string, number>();
  let rules: ReadonlyMap<string, VisitRules> = new Map();
  let purgedAt = clock().getTime();

  async function build(site_id: string, day: string, number: number, ahead: number): Promise<number> {
    await events.command(insertVisits(ahead, rules.get(site_id)), { site: site_id, day, build: number });
    await events.command(insertVisitFigures('site_id = {site:String} and local_date = {day:Date}', '{build:UInt64}'), {
      site: site_id,
      day,
      build: number,
    });
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

  /** Whether it is too early for a day: built a moment ago, or still being filled. */
  function mustWait(key: string, { own, now, past }: StaleDay, isOwn: boolean, at: number): boolean {
    const wait = due.get(key);
    if (wait && at < (isOwn ? wait.own : wait.neighbour)) return true;
    if (!past || !isOwn) return false;
    const since = waiting.get(key) ?? now;
    waiting.set(key, since);
    return now - own < spacing.quiet && now - since < spacing.patience;
  }

  async function fingerprint(site: string, day: string, ahead: number): Promise<string> {
    const [row] = await events.query<{ hits: number; sum: string }>(scopeFingerprint(ahead), { site, day });
    return `${ahead} ${row?.hits} ${row?.sum} ${JSON.stringify(rules.get(site) ?? usualRules)}`;
  }

  async function spans(site: string, day: string): Promise<boolean> {
    const [row] = await events.query<{ spans: number | boolean }>(spansDay, { site, day });
    return Boolean(row?.spans);
  }

  return {
    async run(signal) {
      rules = await rulesOf();
      const rows = await events.query<Record<keyof StaleDay, string | number>>(staleDays);
      const stale = rows.map(staleDay);
      const built: { site_id: string; day: string; visits: number }[] = [];
      const done = new Set<string>();

      for (let next = stale.shift(); next && !signal?.aborted; next = stale.shift()) {
        const { site_id, day, now } = next;
        const key = `${site_id} ${day}`;
        const asOf = Math.max(next.build, known.get(key)?.asOf ?? 0);
        const isOwn = isStale(asOf, next.own, now);
        if (!isOwn && !isStale(asOf, next.near, now)) continue;
        const started = clock().getTime();
        if (done.has(key) || mustWait(key, next, isOwn, started)) continue;
        done.add(key);
        waiting.delete(key);

        let ahead = 1;
        while (await spans(site_id, dayFrom(day, ahead))) ahead++;
        const print = await fingerprint(site_id, day, ahead);
        const isSame = known.get(key)?.print === print;
        known.set(key, { print, asOf: now });
        if (isSame) continue;

        built.push({ site_id, day, visits: await build(site_id, day, now, ahead) });
        const ended = clock().getTime();
        const pause = (ended - started) * spacing.share;
        due.set(key, {
          own: ended + Math.max(spacing.own, pause),
          neighbour: ended + Math.max(spacing.neighbour, pause),
        });

        // A visit that leads over this whole day started earlier still.
        if (!isOwn && (await spans(site_id, day))) stale.unshift({ ...next, day: dayFrom(day, -1) });
      }

      if (clock().getTime() - purgedAt > keepOldMs) {
        purgedAt = clock().getTime();
        for (const [key, wait] of due) {
          if (wait.neighbour >= purgedAt) continue;
          due.delete(key);
          known.delete(key);
        }
        await purge();
      }
      return built;
    },
  };

  async function purge(): Promise<void> {
    const old = `build < toUnixTimestamp64Milli(now64(3)) - ${keepOldMs} and (site_id, local_date, build) not in
      (select site_id, local_date, max(build) from visit_days group by site_id, local_date)`;
    for (const table of ['visits', 'visit_figures']) {
      const [found] = await events.query<{ rows: number }>(`select count() as rows from ${table} where ${old}`);
      if (Number(found?.rows ?? 0) > 0) await events.command(`delete from ${table} where ${old}`);
    }
  }
}

const staleDay = (row: Record<keyof StaleDay, string | number>): StaleDay => ({
  site_id: String(row.site_id),
  day: String(row.day),
  own: Number(row.own),
  near: Number(row.near),
  build: Number(row.build),
  now: Number(row.now),
  past: Number(row.past),
});
