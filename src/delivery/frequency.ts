/**
 * Frequency caps over rolling windows, of line items, orders, advertisers and creatives: by visitor identifier; where there is
 * none, over the page. A decision counts from the moment it is made, as long as its impression may still come, so that requests
 * that overlap never pass a cap.
 */
import type { BookLine, FrequencyCap } from './contract.ts';
import { type Need, openExposures } from './exposures.ts';
import { openSeenByVisitor, type Scope, scopes } from './seen-by-visitor.ts';

const minute = 60_000;
const unitMs: Record<Exclude<FrequencyCap['per'], 'visit'>, number> = {
  minute,
  hour: 60 * minute,
  day: 1440 * minute,
  week: 7 * 1440 * minute,
  month: 30 * 1440 * minute,
  lifetime: Number.POSITIVE_INFINITY,
};

/** `window`: milliseconds; undefined: since the visit began. */
type Cap = { scope: Scope; subject: number; count: number; window: number | undefined };

export type Exposure = {
  line: string;
  creative: string;
  /** Told where the book may not know the line (a journal is read before it). */
  order?: string | undefined;
  advertiser?: string | undefined;
};

export type Noted =
  | { what: 'decided'; visitor: string; exposure: Exposure; at: number }
  | { what: 'shown'; visitor: string; exposure: Exposure; decidedAt: number; at: number };

export type CapsOfLine = { line: string; caps: readonly Cap[] };

type CappedLine = Pick<BookLine, 'id' | 'order_id' | 'advertiser_id' | 'frequency_caps' | 'creatives'> &
  Partial<Pick<BookLine, 'order_caps' | 'advertiser_caps'>>;

export type Frequency = {
  /** Takes the caps of a book. */
  adopt(lines: readonly CappedLine[]): void;
  /** The caps that hold for a line: its own, those of its order and of its advertiser. Good for as long as the book is. */
  capsOf(line: string): CapsOfLine;
  /** Whether a creative of the line has a cap of its own. */
  isCreativeCapped(line: string, creative: string): boolean;
  /** Notes that the visitor is here, so that visits are known. */
  arrive(visitor: string, now: number): void;
  /** Whether a line with these caps may be shown to the visitor once more. */
  allows(visitor: string, of: CapsOfLine, now: number): boolean;
  allowsCreative(visitor: string, line: string, creative: string, now: number): boolean;
  /** The same of a page without an identifier, on which these are already. */
  allowsOnPage(onPage: readonly Exposure[], of: CapsOfLine): boolean;
  allowsCreativeOnPage(onPage: readonly Exposure[], line: string, creative: string): boolean;
  /** `now` in milliseconds; told again to `shown` it need only be right to the second. */
  decided(visitor: string, exposure: Exposure, now: number): void;
  /** An impression came; `decidedAt` NaN when its decision is not known here. */
  shown(visitor: string, exposure: Exposure, times: { decidedAt: number; at: number }): void;
  /** Calls back with what is noted here from now on of things that have caps. */
  onNoted(tell: (noted: Noted) => void): void;
  /** Notes what another edge noted; nobody is called back. */
  hear(noted: Noted): void;
  size(): { visitors: number; exposures: number; bytes: number };
  dump(): Uint8Array;
  /** Throws on what is no dump. */
  load(dump: Uint8Array): void;
};

/** What a line needs to know of its caps. */
type Rules = CapsOfLine & { order: string; advertiser: string; ofCreatives: Map<string, Cap[]> };

const separator = '\n'.charCodeAt(0);
const unknown: Need = { horizon: Number.POSITIVE_INFINITY, isForever: true };

/** Remembers up to `most` names, each as often as it was noted, and as many older ones again. */
function openEarly(most: number) {
  let [young, old] = [new Map<string, number>(), new Map<string, number>()];
  function takeFrom(names: Map<string, number>, name: string): boolean {
    const times = names.get(name);
    if (times === undefined) return false;
    if (times > 1) names.set(name, times - 1);
    else names.delete(name);
    return true;
  }
  return {
    note(name: string): void {
      if (young.size >= most) [young, old] = [new Map(), young];
      young.set(name, (young.get(name) ?? 0) + 1);
    },
    take: (name: string): boolean => takeFrom(young, name) || takeFrom(old, name),
  };
}

/** `mostVisitors`: those unseen for longest are forgotten beyond; as many exposures are kept as three for each. */
export function openFrequency(mostVisitors = 1_000_000): Frequency {
  const exposures = openExposures(mostVisitors, mostVisitors * 3);
  let rules = new Map<string, Rules>();
  let needs = new Map<number, Need>();
  let hasBook = false;
  /** Ids by number: a line, an order, an advertiser and a creative never share one. */
  const numbers = new Map<string, number>();
  /** What can be seen: a line with a creative. One number for each, and the numbers of its subjects by column. */
  const things = new Map<string, Map<string, number>>();
  const names: [line: string, creative: string, order: string, advertiser: string][] = [];
  const columns: Record<Scope, Int32Array> = {
    line: new Int32Array(64),
    order: new Int32Array(64),
    advertiser: new Int32Array(64),
    creative: new Int32Array(64),
  };
  let needOf: Need[] = [];
  const ofVisitor = openSeenByVisitor(exposures, columns);
  let tellNoted: ((noted: Noted) => void) | undefined;
  /** Impressions that came before this edge had heard of their decision, which another one made. */
  const early = openEarly(50_000);

  const numberOf = (scope: Scope, id: string): number => {
    const name = `${scope} ${id}`;
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, (number = numbers.size + 1));
    return number;
  };

  function thingOf({ line, creative, order, advertiser }: Exposure): number {
    let ofLine = things.get(line);
    const known = ofLine?.get(creative);
    if (known !== undefined) return known;
    const thing = names.length;
    if (!ofLine) things.set(line, (ofLine = new Map()));
    ofLine.set(creative, thing);
    const rule = rules.get(line);
    const subjects = {
      line,
      creative,
      order: rule?.order ?? order ?? '',
      advertiser: rule?.advertiser ?? advertiser ?? '',
    };
    names.push([line, creative, subjects.order, subjects.advertiser]);
    for (const scope of scopes) {
      if (thing >= columns[scope].length) {
        const roomier = new Int32Array(thing * 2);
        roomier.set(columns[scope]);
        columns[scope] = roomier;
      }
      columns[scope][thing] = numberOf(scope, subjects[scope]);
    }
    needOf[thing] = needOfThing(thing);
    return thing;
  }

  function needOfThing(thing: number): Need {
    if (!hasBook) return unknown;
    const need = { horizon: 0, isForever: false };
    for (const scope of scopes) {
      const asked = needs.get(columns[scope][thing] ?? 0);
      need.horizon = Math.max(need.horizon, asked?.horizon ?? 0);
      need.isForever ||= asked?.isForever ?? false;
    }
    return need;
  }

  function capsOf(scope: Scope, id: string, caps: readonly FrequencyCap[] | undefined): Cap[] {
    if (!caps || caps.length === 0) return [];
    const subject = numberOf(scope, id);
    ofVisitor.scopes.add(scope);
    return caps.map(({ count, per, every = 1 }) => {
      const window = per === 'visit' ? undefined : unitMs[per] * every;
      const need = needs.get(subject) ?? { horizon: 0, isForever: false };
      needs.set(subject, need);
      if (window === Number.POSITIVE_INFINITY) need.isForever = true;
      else need.horizon = Math.max(need.horizon, window ?? 1);
      return { scope, subject, count, window };
    });
  }

  function isWithin(caps: readonly Cap[], visitor: string, now: number): boolean {
    const place = exposures.find(visitor);
    if (place < 0) return true;
    ofVisitor.look(place, numbers.size);
    for (const cap of caps) {
      if (!ofVisitor.saw(cap.subject)) continue;
      const since = cap.window === undefined ? exposures.visitOf(place) - 1 : now - cap.window;
      if (ofVisitor.count(cap, since, now) >= cap.count) return false;
    }
    return true;
  }

  /** Every cap is one of the page then: a page is all that is known. */
  function isWithinPage(caps: readonly Cap[], onPage: readonly Exposure[]): boolean {
    if (onPage.length === 0) return true;
    for (const { scope, subject, count } of caps) {
      let seen = 0;
      for (const exposure of onPage) if (columns[scope][thingOf(exposure)] === subject) seen++;
      if (seen >= count) return false;
    }
    return true;
  }

  const isCounted = (thing: number): boolean =>
    (needOf[thing]?.horizon ?? 0) > 0 || (needOf[thing]?.isForever ?? false);

  function noteDecided(visitor: string, exposure: Exposure, now: number): boolean {
    ofVisitor.drop();
    const what = thingOf(exposure);
    if (!isCounted(what)) return false;
    exposures.add(
      exposures.arrive(visitor, now),
      { what, at: now, pending: true },
      (thing) => needOf[thing] ?? unknown,
    );
    return true;
  }

  function noteShown(
    visitor: string,
    exposure: Exposure,
    { decidedAt, at }: { decidedAt: number; at: number },
  ): boolean {
    ofVisitor.drop();
    const what = thingOf(exposure);
    if (!isCounted(what)) return false;
    const found = exposures.find(visitor);
    const place = found < 0 ? exposures.arrive(visitor, at) : found;
    if (!exposures.confirm(place, what, decidedAt, at)) {
      exposures.add(place, { what, at, pending: false }, (thing) => needOf[thing] ?? unknown);
      if (tellNoted) early.note(`${visitor} ${what} ${Math.floor(decidedAt / 1000)}`);
    }
    return true;
  }

  /** With its order and advertiser, for an edge whose book may not know the line yet. */
  function named(exposure: Exposure): Exposure {
    const [line, creative, order, advertiser] = names[thingOf(exposure)] ?? [exposure.line, exposure.creative];
    return { line, creative, order, advertiser };
  }

  return {
    adopt(lines) {
      ofVisitor.drop();
      needs = new Map();
      hasBook = true;
      rules = new Map(
        lines.map((line) => [
          line.id,
          {
            line: line.id,
            order: line.order_id,
            advertiser: line.advertiser_id,
            caps: [
              ...capsOf('line', line.id, line.frequency_caps),
              ...capsOf('order', line.order_id, line.order_caps),
              ...capsOf('advertiser', line.advertiser_id, line.advertiser_caps),
            ],
            ofCreatives: new Map(
              line.creatives.flatMap(({ id, frequency_caps }) =>
                frequency_caps?.length ? [[id, capsOf('creative', id, frequency_caps)]] : [],
              ),
            ),
          },
        ]),
      );
      needOf = names.map((_, thing) => needOfThing(thing));
    },
    capsOf: (line) => rules.get(line) ?? { line, caps: [] },
    isCreativeCapped: (line, creative) => rules.get(line)?.ofCreatives.has(creative) ?? false,
    arrive(visitor, now) {
      ofVisitor.drop();
      exposures.arrive(visitor, now);
    },
    allows: (visitor, { caps }, now) => isWithin(caps, visitor, now),
    allowsCreative: (visitor, line, creative, now) =>
      isWithin(rules.get(line)?.ofCreatives.get(creative) ?? [], visitor, now),
    allowsOnPage: (onPage, { caps }) => isWithinPage(caps, onPage),
    allowsCreativeOnPage: (onPage, line, creative) =>
      isWithinPage(rules.get(line)?.ofCreatives.get(creative) ?? [], onPage),
    decided(visitor, exposure, now) {
      if (noteDecided(visitor, exposure, now))
        tellNoted?.({ what: 'decided', visitor, exposure: named(exposure), at: now });
    },
    shown(visitor, exposure, { decidedAt, at }) {
      if (noteShown(visitor, exposure, { decidedAt, at }))
        tellNoted?.({ what: 'shown', visitor, exposure: named(exposure), decidedAt, at });
    },
    onNoted: (tell) => (tellNoted = tell),
    hear(noted) {
      if (noted.what === 'decided') {
        const decision = `${noted.visitor} ${thingOf(noted.exposure)} ${Math.floor(noted.at / 1000)}`;
        if (!early.take(decision)) noteDecided(noted.visitor, noted.exposure, noted.at);
      } else noteShown(noted.visitor, noted.exposure, noted);
    },
    size: exposures.size,
    dump: () => Buffer.concat([Buffer.from(`${JSON.stringify(names)}\n`), ...exposures.dump()]),
    load(dump) {
      ofVisitor.drop();
      const end = dump.indexOf(separator);
      const kept: typeof names = JSON.parse(Buffer.from(dump.subarray(0, end)).toString('utf8'));
      for (const [line, creative, order, advertiser] of kept) thingOf({ line, creative, order, advertiser });
      exposures.load(dump.subarray(end + 1));
    },
  };
}
