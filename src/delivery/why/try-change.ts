/** A change of a line item tried out: the same decisions as an edge's, over requests like those of the last hour, with it and without. */
import { decisionsAnswerer } from '../answer-decisions.ts';
import { type Book, type BookLine, DecisionReply } from '../contract.ts';
import { newCounters } from '../counters.ts';
import { loadBook } from '../load-book.ts';
import { openRequestCounts } from '../request-counts.ts';
import type { AskedFor } from './recent-requests.ts';

/** Requests that one trial decides: enough to tell a change that helps from one that does not. */
const most = 400;
/** Requests that one reader makes, where caps count. */
const perReader = 6;

export type Trial = { requests: number; served: number };

export type Trials = {
  /** How often the line answers when it is as given, and beside it the creatives it might have. */
  of(line: BookLine, creatives?: Book['creatives']): Trial;
};

/** Keys of targeting that counts of requests tell; a condition on another key is taken as fulfilled. */
const told = /^(geo\.country|device|site|placement|daypart)$/;

/**
 * `whole`: placements are asked for together, as on one page, for rules that hold between them. Requests come evenly from `at` on
 * (milliseconds), as fast as they came; of a busy hour the first minutes are decided.
 */
export function openTrials(
  book: Book,
  lineId: string,
  { askedFor, at, whole }: { askedFor: readonly AskedFor[]; at: number; whole: boolean },
): Trials {
  const own = book.lines.find(({ id }) => id === lineId);
  const places = new Set(own?.placements);
  const rivals = book.lines.filter(({ placements }) => placements.some((id) => places.has(id)));
  const total = askedFor.reduce((sum, { requests }) => sum + requests, 0);
  const count = Math.min(most, Math.ceil(total));
  const requests = spread(askedFor, count);
  const step = total === 0 ? 0 : 3_600_000 / total;
  const siteOf = new Map(book.sites.map((site) => [site.id, site]));
  const placementOf = new Map(book.placements.map((one) => [one.id, one]));

  return {
    of(line, more = []) {
      const lines = rivals.map((one) => fulfilled(one.id === lineId ? line : one));
      const counters = newCounters();
      const loaded = loadBook({ ...book, lines, creatives: [...book.creatives, ...more] }, counters);
      let present: AskedFor | undefined;
      const answer = decisionsAnswerer({
        book: () => loaded,
        counters,
        requests: openRequestCounts(),
        knowledge: {
          countryOf: () => present?.country ?? '',
          agentOf: () => ({ device: { type: present?.device ?? '', browser: '', os: '' }, bot: null }),
        },
        base: () => '',
        simulatedTime: false,
        random: seeded(),
      });
      let served = 0;
      for (const [n, request] of requests.entries()) {
        present = request;
        const placement = placementOf.get(request.placement_id);
        const site = placement && siteOf.get(placement.site_id);
        if (!placement || !site) continue;
        const page = whole ? book.placements.filter(({ site_id }) => site_id === site.id).slice(0, 20) : [placement];
        const asked = {
          site: site.domain,
          placements: page.map(({ code }) => ({ code })),
          visitor_id: `reader ${Math.floor(n / perReader)}`,
          consent: { ads: true },
        };
        const { decisions } = DecisionReply.parse(JSON.parse(answer(asked, nobody, at + n * step)));
        served += decisions.filter(({ line_item }) => line_item === lineId).length;
      }
      return { requests: requests.length, served };
    },
  };
}

const nobody = { ip: '', userAgent: '', acceptLanguage: '', globalPrivacyControl: false, key: undefined };

/** So many requests, in turns by their parts: the ones that are behind their part come first. */
function spread(askedFor: readonly AskedFor[], count: number): AskedFor[] {
  const total = askedFor.reduce((sum, { requests }) => sum + requests, 0);
  const had = askedFor.map(() => 0);
  return Array.from({ length: count }, (_, n) => {
    let next = 0;
    let behind = Number.NEGATIVE_INFINITY;
    for (const [index, { requests }] of askedFor.entries()) {
      const lack = ((n + 1) * requests) / total - (had[index] ?? 0);
      if (lack > behind) [next, behind] = [index, lack];
    }
    had[next] = (had[next] ?? 0) + 1;
    return askedFor[next];
  }).filter((one) => one !== undefined);
}

function fulfilled(line: BookLine): BookLine {
  return line.targeting ? { ...line, targeting: withoutUntold(line.targeting) } : line;
}

type Group = NonNullable<BookLine['targeting']>;

/** A group without what cannot be known of a request; null where nothing is left. */
function withoutUntold(group: Group): Group | null {
  const isAnd = 'and' in group;
  const inside = isAnd ? group.and : group.or;
  const kept = inside.flatMap((one): typeof inside => {
    if ('key' in one) return told.test(one.key) ? [one] : [];
    const rest = withoutUntold(one);
    return rest ? [rest] : [];
  });
  // One of several that cannot be known may be the one that holds.
  if (kept.length === 0 || (!isAnd && kept.length < inside.length)) return null;
  return isAnd ? { and: kept } : { or: kept };
}

/** Mulberry32: the same trial comes out the same. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
