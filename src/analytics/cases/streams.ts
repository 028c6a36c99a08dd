/** Random streams of what visitors do, put into the stores, with visits as the builder makes them: what slow references are held against. */
import fc from 'fast-check';
import type { Database, Events } from '#platform';
import { addDays } from '../dates.ts';
import { org } from './facts.ts';

/** `known`: the person agreed to be known; the others are new every day. */
export type Action = {
  id: string;
  person: number;
  known: boolean;
  /** Milliseconds. */
  at: number;
  day: string;
  name: string;
  path: string;
  /** An ad's line item, for impressions and clicks. */
  line?: string;
};

export const firstDay = '2026-11-01';
const start = Date.parse(`${firstDay}T00:00:00Z`);
const minute = 60_000;

export type Drawn = { person: number; slot: number; name: string; path: string };

/** Actions of six people in steps of ten minutes over so many days. The first three agreed to be known. */
export const drawn = (days: number, most = 60): fc.Arbitrary<Drawn[]> =>
  fc.array(
    fc.record({
      person: fc.integer({ min: 0, max: 5 }),
      slot: fc.integer({ min: 0, max: days * 144 - 1 }),
      name: fc.constantFrom('pageview', 'pageview', 'pageview', 'Signup', 'impression', 'click'),
      path: fc.constantFrom('/a', '/b', '/c'),
    }),
    { minLength: 1, maxLength: most },
  );

export const actionsOf = (all: readonly Drawn[]): Action[] =>
  all.flatMap(({ person, slot, name, path }, i) => {
    const at = start + slot * 10 * minute;
    const isAd = name === 'impression' || name === 'click';
    if (isAd && person > 2) return [];
    return [
      {
        id: `h${String(i).padStart(3, '0')}`,
        person,
        known: person <= 2,
        at,
        day: addDays(firstDay, Math.floor(slot / 144)),
        name,
        path,
        ...(isAd ? { line: path === '/a' ? 'li_a' : 'li_b' } : {}),
      },
    ];
  });

export const isAd = ({ line }: Action) => line !== undefined;
/** Who the store can tell a person to be: for good when known, else for one day. */
export const keyOf = ({ person, known, day }: Action) => (known ? `k${person}` : `${person} ${day}`);
export const inOrder = (a: Action, b: Action) => a.at - b.at || (a.id < b.id ? -1 : 1);

export type VisitOfActions = { key: string; actions: Action[]; day: string; at: number; id: number };

const dayNumber = (day: string) => Math.round((Date.parse(day) - start) / 86_400_000);
const visitorOf = ({ person, day }: Action) => 10_000 + person * 100 + dayNumber(day);
const identifiedOf = ({ person, known }: Action) => (known ? 500 + person : 0);

/** Pauses of more than 30 minutes part visits; so does midnight here, where hashes of two days are not linked. */
export function visitsOfActions(actions: readonly Action[]): VisitOfActions[] {
  const visits: VisitOfActions[] = [];
  const byVisitor = Map.groupBy(actions.filter((one) => !isAd(one)).toSorted(inOrder), (one) => visitorOf(one));
  for (const list of byVisitor.values()) {
    let last: Action | undefined;
    for (const one of list) {
      const open = visits.at(-1);
      if (last && open && one.at - last.at <= 30 * minute) open.actions.push(one);
      else visits.push({ key: keyOf(one), actions: [one], day: one.day, at: one.at, id: visits.length + 1 });
      last = one;
    }
  }
  return visits;
}

const utc = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 23);
let number = 0;

/** Puts the actions into a site of their own. Answers its id. */
export async function keep(
  { db, events }: { db: Database; events: Events },
  actions: readonly Action[],
): Promise<{ site: string; visits: VisitOfActions[] }> {
  const site = `site_stream_${number++}`;
  await db.query(
    "insert into sites (id, org_id, domain, name, time_zone, currency, mode) values ($1, $2, $3, 'Stream', 'UTC', 'EUR', 'consented')",
    [site, org, `${site.replaceAll('_', '-')}.example`],
  );
  const base = { org_id: org, site_id: site };
  const when = (at: number) => ({ at: utc(at), local_time: utc(at).slice(0, 19), local_date: utc(at).slice(0, 10) });
  const hits = actions
    .filter((one) => !isAd(one))
    .map((one) => ({
      ...base,
      ...when(one.at),
      hit_id: one.id,
      visitor: visitorOf(one),
      identified: identifiedOf(one),
      name: one.name,
      path: one.path,
      hostname: 'x',
      ...(one.name === 'Signup'
        ? { revenue_micros: 1_000_000 * (1 + one.path.charCodeAt(1) - 97), currency: 'EUR' }
        : {}),
    }));
  const ads = actions.filter(isAd).map((one) => ({
    ...base,
    ...when(one.at),
    kind: one.name,
    decision_id: one.id,
    line_item_id: one.line,
    visitor: identifiedOf(one),
    side: 'sell',
  }));
  const visits = visitsOfActions(actions);
  const rows = visits.map(({ actions: own, day, at, id }) => {
    const [first] = own;
    const pages = own.filter(({ name }) => name === 'pageview');
    return {
      ...base,
      local_time: when(at).local_time,
      build: 4_000_000_000_000,
      local_date: day,
      visitor: first ? visitorOf(first) : 0,
      identified: first ? identifiedOf(first) : 0,
      visit_id: id,
      started_at: utc(at),
      ended_at: utc(own.at(-1)?.at ?? at),
      pageviews: pages.length,
      events: own.length - pages.length,
      duration_ms: (own.at(-1)?.at ?? at) - at,
      entry_page: pages[0]?.path ?? first?.path ?? '',
      exit_page: pages.at(-1)?.path ?? first?.path ?? '',
      channel: id % 2 === 0 ? 'Email' : 'Direct',
    };
  });
  if (hits.length > 0) await events.insert('hits', hits, { token: `${site} hits` });
  if (ads.length > 0) await events.insert('ad_events', ads, { token: `${site} ads` });
  if (rows.length > 0) {
    await events.insert('visits', rows, { token: `${site} visits` });
    const days = [...new Set(visits.map(({ day }) => day))];
    await events.insert(
      'visit_days',
      days.map((local_date) => ({ site_id: site, local_date, build: 4_000_000_000_000, visits: 1 })),
      { token: `${site} days` },
    );
  }
  return { site, visits };
}
