/**
 * What a visit is, in plain code: the reference that the event store's builder (visit-sql.ts) is tested against.
 *
 * - A gap of more than 30 minutes starts a visit; exactly 30:00 does not. There is no cut at midnight, and none when the
 *   campaign changes, unless the site asks for them (`VisitRules`). An engagement report covers the time it reports, so its gap is counted from when that time began.
 * - A visit belongs to the site's day on which it starts. It is known by its first page view or event (acquisition, device);
 *   reports of engagement alone make no visit.
 * - Duration is the longer of two: the span from first to last hit, and the engaged time added up.
 * - A visit bounces when it has at most one page view, no custom event (a page not found is none, nor is one that the page sends by itself), and less than 10 seconds of engaged time.
 */

import type { VisitRules } from './visit-rules-contract.ts';

export const visitGapMs = 30 * 60_000;
export const engagedEnoughMs = 10_000;
/** The event of a page that was not found: something that happened to the visitor, not something they did. */
export const missingPage = '404';

export type HitOfVisit = {
  hit_id: string;
  /** Milliseconds since 1970. */
  at: number;
  local_date: string;
  visitor: string;
  /** The same visitor under the salt of the day before; '0' when not known. */
  visitor_before: string;
  name: string;
  path: string;
  source: string;
  engaged_ms: number;
  /** An event that the page sends by itself. */
  passive?: boolean;
  /** Campaign tags of a page view, joined; absent or empty without. */
  tags?: string;
};

export type Visit = {
  local_date: string;
  visitor: string;
  started_at: number;
  ended_at: number;
  pageviews: number;
  events: number;
  engaged_ms: number;
  duration_ms: number;
  bounce: 0 | 1;
  entry_page: string;
  exit_page: string;
  source: string;
};

/** The visits that the hits make, in any order and with repetitions. */
export function visitsOf(
  hits: readonly HitOfVisit[],
  rules: VisitRules = { midnight: false, campaign: false },
): Visit[] {
  const visits: Visit[] = [];
  for (const ofPerson of byPerson(hits).values()) {
    let open: HitOfVisit[] = [];
    let before: string | undefined;
    for (const hit of ofPerson.toSorted(inTime)) {
      const last = open.at(-1);
      if (last && (hit.at - hit.engaged_ms - last.at > visitGapMs || isCut(open, hit, before, rules))) {
        visits.push(...visitOf(open));
        open = [];
      }
      open.push(hit);
      if (hit.name !== 'engagement') before = hit.local_date;
    }
    visits.push(...visitOf(open));
  }
  return visits.toSorted((a, b) => a.started_at - b.started_at || (a.visitor < b.visitor ? -1 : 1));
}

/** Whether the site's own rules end the open visit before a hit; `before` is the day of the person's last page or event. */
function isCut(
  open: readonly HitOfVisit[],
  hit: HitOfVisit,
  before: string | undefined,
  { midnight, campaign }: VisitRules,
): boolean {
  if (midnight && hit.name !== 'engagement' && before !== undefined && before !== hit.local_date) return true;
  if (!campaign || hit.name !== 'pageview' || !hit.tags) return false;
  const last = open.findLast((one) => one.name === 'pageview' && one.tags)?.tags ?? '';
  return last !== hit.tags;
}

const inTime = (a: HitOfVisit, b: HitOfVisit) => a.at - b.at || (a.hit_id < b.hit_id ? -1 : 1);

/** Hits by person, each hit once; the hashes of two days are one person where a hit shows both. */
function byPerson(hits: readonly HitOfVisit[]): Map<string, HitOfVisit[]> {
  const once = new Map(hits.map((hit) => [hit.hit_id, hit]));
  const before = new Map<string, string>();
  for (const hit of once.values()) if (hit.visitor_before !== '0') before.set(hit.visitor, hit.visitor_before);

  const people = new Map<string, HitOfVisit[]>();
  for (const hit of once.values()) {
    let person = hit.visitor;
    for (let earlier = before.get(person); earlier !== undefined; earlier = before.get(person)) person = earlier;
    people.set(person, [...(people.get(person) ?? []), hit]);
  }
  return people;
}

function visitOf(hits: readonly HitOfVisit[]): Visit[] {
  const pages = hits.filter(({ name }) => name === 'pageview');
  const known = hits.filter(({ name }) => name !== 'engagement');
  const [first, last, told] = [hits[0], hits.at(-1), known[0]];
  if (!first || !last || !told) return [];
  const engaged_ms = hits.reduce((sum, hit) => sum + hit.engaged_ms, 0);
  const events = known.length - pages.length;
  const done = known.filter(({ name, passive }) => name !== 'pageview' && name !== missingPage && !passive).length;
  return [
    {
      local_date: first.local_date,
      visitor: first.visitor,
      started_at: first.at,
      ended_at: last.at,
      pageviews: pages.length,
      events,
      engaged_ms,
      duration_ms: Math.max(last.at - first.at, engaged_ms),
      bounce: pages.length <= 1 && done === 0 && engaged_ms < engagedEnoughMs ? 1 : 0,
      entry_page: (pages[0] ?? told).path,
      exit_page: (pages.at(-1) ?? known.at(-1) ?? told).path,
      source: told.source,
    },
  ];
}
