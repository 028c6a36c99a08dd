/**
 * The past, lived again: what readers' browsers would have sent goes through an edge whose clock is the sample's, behind its HTTP. The edge
 * measures, decides, paces and counts as it does today; the lines of its journal are gathered by day.
 */
import { createEdge, type Edge, fixedBook, identifier, openCounters } from '#delivery';
import type { Book, DecisionReply } from '#delivery/contract';
import { agentOf, createCollector, openCountries } from '#measurement';
import type { Journal, Log } from '#platform';
import type { Action, Day, Slot } from './action.ts';
import { gatherLines, type Lines } from './lines.ts';
import { adLineMark } from './outdoor-sources.ts';
import { seeded } from './random.ts';
import { clickRate, seeRate } from './response.ts';

/** What to live: the hits of the sites, or the ads. The two have nothing to tell each other, so they may run side by side. */
export type Part = 'hits' | 'ads';

export type ReplayOptions = {
  part: Part;
  /** With the salts of all days of the sample, and every line as it was while it ran. */
  book: Book;
  /** The line item whose ads lead to the second site. */
  adLine: string;
  /** Where an edge would keep its counters; empty. */
  folder: string;
  geoDb: string | undefined;
  log: Log;
};

export type Replay = {
  /** Lives one day, and answers its journal lines. Days must come in order. */
  day(day: Day, actions: readonly Action[]): Promise<Lines>;
};

type Beacon = { at: number; kind: 'impression' | 'viewable' | 'click'; token: string; reader: Action['reader'] };

const hour = 3_600_000;
const origin = 'http://edge';
/** Counters are of no use after the replay. The longest that a timer takes. */
const never = 2 ** 31 - 1;

export async function openReplay({ part, book, adLine, folder, geoDb, log }: ReplayOptions): Promise<Replay> {
  let now = 0;
  let lines = gatherLines();
  const clock = () => new Date(now);
  const countryOf = openCountries(geoDb);
  const creatives = new Map(book.creatives.map((creative) => [creative.id, creative]));
  /** Beacons on their way, the last to come first. */
  let beacons: Beacon[] = [];

  const written = Promise.resolve();
  const journal: Journal = {
    append: (line) => (lines.add(line), written),
    pending: () => 0,
    mark: () => Promise.resolve({ segment: 0, offset: 0 }),
    // eslint-disable-next-line require-yield -- a journal that is only heard has nothing to tell
    async *replay() {
      return;
    },
    ship: () => {
      throw new Error('The journal of the sample is not sent.');
    },
    cutBytes: 0,
    close: () => Promise.resolve(),
  };

  const counters = await openCounters({ folder, journal, clock, log, everyMs: never });
  const random = seeded(`decisions of ${part}`);

  const collect = createCollector({ book: () => book, journal, clock, countryOf, identify: identifier(() => book) });

  /** A new edge each morning, with the counters of the one before: its closing writes down all there is of the day. */
  const openEdge = (): Edge =>
    createEdge({
      config: { edgeUrl: origin, simulatedTime: false, trustedProxies: [] },
      book: fixedBook(book),
      journal,
      counters,
      clock,
      log,
      countryOf,
      agentOf,
      collect,
      random: random.next,
      files: { path: (hash) => hash },
      tags: {},
    });

  const headersOf = ({ ip, user_agent, language }: Action['reader']) => ({
    'user-agent': user_agent,
    'x-forwarded-for': ip,
    ...(language ? { 'accept-language': language } : {}),
  });

  async function measure({ site, reader, hit }: Action): Promise<void> {
    const body = Buffer.from(JSON.stringify({ site, ...hit }).replace(adLineMark, adLine));
    const reply = await collect.handle({ method: 'POST', url: '/e', headers: headersOf(reader), body, ip: reader.ip });
    if (reply.status !== 202) throw new Error(`A hit was answered with ${reply.status}: ${String(reply.body)}`);
  }

  function ask(edge: Edge, { at, reader, site, url, slots }: Action): void {
    const placements = slots.map(({ code, sizes }) => ({ code, sizes }));
    const who = reader.consents && reader.id ? { visitor_id: reader.id, consent: { ads: true } } : {};
    const answer = edge.decide(
      { site, url, placements, ...who },
      {
        ip: reader.ip,
        userAgent: reader.user_agent,
        acceptLanguage: reader.language ?? '',
        globalPrivacyControl: false,
        key: undefined,
      },
      at,
    );
    const { decisions }: DecisionReply = JSON.parse(answer);
    for (const [index, decision] of decisions.entries()) {
      const slot = slots[index];
      if (slot && decision.creative) respond({ decision, slot, at, reader });
    }
  }

  /** What the browser and the reader make of an ad: rendered, seen, clicked, each by the chance drawn for the slot. */
  function respond({
    decision,
    slot,
    at,
    reader,
  }: {
    decision: DecisionReply['decisions'][number];
    slot: Slot;
    at: number;
    reader: Action['reader'];
  }): void {
    const { creative, impression_url } = decision;
    if (slot.render > 0.965 || !creative || !impression_url) return;
    const shown = at + slot.delay_ms;
    const token = impression_url.slice(impression_url.lastIndexOf('/') + 1);
    later({ at: shown, kind: 'impression', token, reader });
    // Some browsers ask twice.
    if (slot.render < 0.002) later({ at: shown + 40, kind: 'impression', token, reader });
    if (slot.see > seeRate(slot.code)) return;
    const seen = shown + 1000 + Math.round(slot.see * 4000);
    later({ at: seen, kind: 'viewable', token, reader });
    const name = creatives.get(creative.id)?.name ?? '';
    if (slot.click < clickRate(name, slot.code, reader.device))
      later({ at: seen + 900 + Math.round(slot.see * 20_000), kind: 'click', token, reader });
  }

  function later(beacon: Beacon): void {
    let place = beacons.length;
    while (place > 0 && (beacons[place - 1]?.at ?? 0) < beacon.at) place -= 1;
    beacons.splice(place, 0, beacon);
  }

  async function beaconsUntil(edge: Edge, until: number): Promise<void> {
    for (let next = beacons.at(-1); next && next.at <= until; next = beacons.at(-1)) {
      beacons.pop();
      now = Math.max(now, next.at);
      const { kind, token, reader } = next;
      await edge.count({ kind, token, userAgent: reader.user_agent, isPrefetch: false }, now);
    }
  }

  return {
    async day(day, actions) {
      now = Math.max(now, day.start);
      lines = gatherLines();
      const edge = openEdge();
      for (const action of actions) {
        await beaconsUntil(edge, action.at);
        now = action.at;
        if (part === 'hits') {
          if (action.hit) await measure(action);
        } else if (action.slots.length > 0) ask(edge, action);
      }
      const end = Math.min(day.until, day.start + 24 * hour);
      await beaconsUntil(edge, end);
      await edge.close();
      return lines.all();
    },
  };
}
