/** A book made ready for deciding: looked up by name, line items numbered in serving order, targeting compiled, markup templated. */
import { asciiJson } from './ascii-json.ts';
import { type Bundle, bundleOf } from './bundle.ts';
import { isInSection } from '#inventory';
import type { SiteOfBook } from '#measurement/contract';
import type { ReplyTemplate } from './reply-template.ts';
import type { Book, BookCreative, BookLine, BookPlacement } from './contract.ts';
import type { Counters, LineState, Shares } from './counters.ts';
import type { CapsOfLine } from './frequency.ts';
import { openZone, type Zone } from './local-time.ts';
import { isPlanned } from './plan-delivery.ts';
import { type Demand, mostPrice, type Plan, shapeOf } from './pacing.ts';
import { expectedMicros, floorMicros } from './price.ts';
import { limitedKind, type Limits } from './quantity-cap.ts';
import type { Rotating } from './rotation.ts';
import { compileTargeting, type Matcher } from './targeting.ts';
import { type SegmentSets, unpackSegments } from './segments.ts';
import { openVocabulary, type Vocabulary } from './targeting-values.ts';
import { nameOf, openSigner, type Signer } from './token.ts';
import type { PageLanguage } from './transparency.ts';

export type LoadedPlacement = {
  placement: BookPlacement;
  site: LoadedSite;
  /** In the tokens. */
  name: number;
  names: readonly string[];
  /** The code as JSON, in ASCII. */
  code: string;
  formats: ReadonlySet<string>;
  /** Micros per impression, and the currency they are in. */
  floor: { micros: number; currency: string } | undefined;
  /** Gives the places of the lines sold here that match a request, in serving order. Compiled when first asked. */
  readonly matcher: Matcher;
  /** The lines that serve and are sold here. */
  sold: readonly LoadedLine[];
};

export type LoadedSite = {
  site: SiteOfBook;
  zone: Zone;
  names: readonly string[];
  placements: Map<string, LoadedPlacement>;
  /** The id of the section that a page's path belongs to: of those that fit, the one with the longest pattern. */
  sectionOf(path: string): string | undefined;
};

export type LoadedCreative = {
  creative: BookCreative;
  name: number;
  /** What a placement must take: `300x250`, or `native`, `text`, `video`. */
  format: string;
  start: number;
  end: number;
  rotating: Rotating;
  isCapped: boolean;
  /** The parts of its reply that are the same each time, by the language of the page; made when first served. */
  templates: Partial<Record<PageLanguage, ReplyTemplate>>;
};

export type LoadedLine = {
  line: BookLine;
  index: number;
  name: number;
  state: LineState;
  start: number;
  end: number;
  placements: ReadonlySet<string>;
  /** Undefined for lines without a quantity to reach. */
  plan: Plan | undefined;
  /** Zone of the traffic shape. */
  zone: Zone | undefined;
  /** Its hard limits by day and in all, where it has any. */
  limits: Limits | undefined;
  /** 0–1; 0 for lines that are not sold as a share. */
  share: number;
  /** Expected micros per impression. */
  value: number;
  /** Within a priority: shares first, then quantities, then prices. */
  rank: 0 | 1 | 2;
  creatives: readonly LoadedCreative[];
  /** Its own frequency caps and those of its order and advertiser, where there are any; and whether a creative on it has some. */
  caps: CapsOfLine | undefined;
  hasCappedCreative: boolean;
  /** Whether it shares with others by the serving plan of the book. */
  isPromised: boolean;
  /** Whether nothing but its dates and the page's other ads can keep it from a request that it matches and fits. */
  isPlain: boolean;
};

export type LoadedBook = {
  book: Book;
  /** Lines have lost creatives since it was loaded: what was worked out of them beforehand holds no more. */
  isNarrowed?: true;
  sites: ReadonlyMap<string, LoadedSite>;
  /** In serving order. */
  lines: readonly LoadedLine[];
  /** Of lines sold as a share. */
  shares: Shares;
  /** By line, `fact.size` numbers of each: what is asked of every match, side by side, so that a match takes one fetch from memory. */
  facts: Float64Array;
  linesByName: ReadonlyMap<number, LoadedLine>;
  creativesByName: ReadonlyMap<number, BookCreative>;
  placementsByName: ReadonlyMap<number, LoadedPlacement>;
  /** Organisations by the SHA-256 of their keys. */
  orgByKeyHash: ReadonlyMap<string, string>;
  mediaTypes: ReadonlyMap<string, string>;
  /** Creatives that are pages of their own, by the hash of their file. */
  bundles: ReadonlyMap<string, Bundle>;
  /** Who is in the segments that lines are targeted at. */
  segments: SegmentSets;
  signer: Signer;
};

export function loadBook(book: Book, counters: Counters): LoadedBook {
  counters.adopt(book);
  const creatives = new Map(book.creatives.map((creative) => [creative.id, creative]));
  const sites = new Map(book.sites.map((site) => [site.id, loadSite(site)]));
  const zoneByPlacement = new Map(book.placements.map(({ id, site_id }) => [id, sites.get(site_id)?.zone]));

  const shapes = new Map<string, Plan['shape']>();
  const demands = new Map<string, Demand['of']>();
  const lines = book.lines
    .map((line) =>
      loadLine(line, {
        counters,
        creatives,
        book,
        shapes,
        demands,
        zone: zoneByPlacement.get(line.placements[0] ?? ''),
      }),
    )
    .toSorted(
      (a, b) =>
        a.line.priority - b.line.priority || a.rank - b.rank || b.value - a.value || (a.line.id < b.line.id ? -1 : 1),
    );
  for (const [index, line] of lines.entries()) line.index = index;

  const soldOn = new Map<string, LoadedLine[]>();
  for (const loaded of lines) {
    if (!loaded.line.serves) continue;
    for (const id of loaded.line.placements) {
      const others = soldOn.get(id);
      if (others) others.push(loaded);
      else soldOn.set(id, [loaded]);
    }
  }
  const vocabulary = openVocabulary();
  const placements = book.placements.flatMap((placement) => {
    const site = sites.get(placement.site_id);
    if (!site) return [];
    const formats = new Set(placement.formats);
    let matcher: Matcher | undefined;
    const loaded: LoadedPlacement = {
      placement,
      site,
      name: nameOf(placement.id),
      names: [placement.id, placement.code],
      code: asciiJson(placement.code),
      formats,
      floor: placement.floor ? { micros: floorMicros(placement.floor), currency: placement.floor.currency } : undefined,
      sold: soldOn.get(placement.id) ?? [],
      get matcher() {
        return (matcher ??= matcherOf(soldOn.get(placement.id) ?? [], formats, vocabulary));
      },
    };
    site.placements.set(placement.code, loaded);
    return [loaded];
  });

  return {
    book,
    sites: new Map([...sites.values()].map((site) => [site.site.domain, site])),
    lines,
    shares: counters.shares,
    facts: Float64Array.from(lines.flatMap(factsOf)),
    linesByName: new Map(lines.map((line) => [line.name, line])),
    creativesByName: new Map(book.creatives.map((creative) => [nameOf(creative.id), creative])),
    placementsByName: new Map(placements.map((placement) => [placement.name, placement])),
    orgByKeyHash: new Map(book.keys.map(({ hash, org_id }) => [hash, org_id])),
    mediaTypes: new Map(
      book.creatives.flatMap(({ kind, file_hash, media_type }) =>
        file_hash && media_type && kind !== 'html5' && kind !== 'tag' ? [[file_hash, media_type]] : [],
      ),
    ),
    bundles: new Map(
      book.creatives.flatMap((creative): [string, Bundle][] => {
        const bundle = bundleOf(creative);
        return bundle && creative.file_hash ? [[creative.file_hash, bundle]] : [];
      }),
    ),
    segments: unpackSegments(book.segments),
    signer: openSigner(book.signing_keys),
  };
}

/** What can be said of a line on a placement before any request: see `fit`. */
export function fitOf(
  { line, creatives, isPlain, limits }: LoadedLine,
  formats: ReadonlySet<string>,
): (typeof fit)[keyof typeof fit] {
  const isFitting = creatives.some(
    ({ format, start, end }) =>
      start === Number.NEGATIVE_INFINITY &&
      end === Number.POSITIVE_INFINITY &&
      formats.has(format) &&
      (line.sizes.length === 0 || line.sizes.includes(format)),
  );
  // Shares that always fit are not asked for their allowance, which is where hard limits hold.
  return isFitting && !limits ? (isPlain ? fit.plain : fit.always) : fit.unsure;
}

/** Whether a creative of a line always fits a placement in its usual formats; `plain`: and nothing but dates and the rest of the page can keep the line away. */
export const fit = { unsure: 0, always: 1, plain: 2 } as const;

/** Where each fact of a line lies in `facts`. `pausedUntil`: the moment before which its pacing need not be asked again; `place`: in the shares, −1 for no share. */
export const fact = { pausedUntil: 0, level: 1, value: 2, place: 3, share: 4, start: 5, end: 6, size: 8 } as const;

const factsOf = (line: LoadedLine): number[] => {
  const { value, share, state, start, end } = line;
  return [0, levelOf(line), value, share > 0 ? state.place : -1, share, start, end, 0];
};

/** Lines of one level compete; a lower one goes first. Promised lines under a serving plan compete whatever their priority. */
const levelOf = ({ line, rank, isPromised }: LoadedLine): number =>
  isPromised ? promisedLevel : line.priority * 4 + rank;
export const promisedLevel = 255;

function matcherOf(lines: readonly LoadedLine[], formats: ReadonlySet<string>, vocabulary: Vocabulary): Matcher {
  const possible = lines.filter((line) => hasFormat(line, formats));
  return compileTargeting(
    possible.map((line) => ({ targeting: line.line.targeting, number: line.index, mark: fitOf(line, formats) })),
    vocabulary,
  );
}

/** Whether any creative of the line, at any time, may fit what the placement takes. */
const hasFormat = ({ creatives }: LoadedLine, formats: ReadonlySet<string>): boolean =>
  formats.has('interstitial') || creatives.some(({ format }) => formats.has(format));

function loadSite(site: SiteOfBook): LoadedSite {
  const sections = site.sections.toSorted((a, b) => b.path.length - a.path.length);
  const known = new Map<string, string | undefined>();
  const find = (path: string) => {
    if (known.size > 5000) known.clear();
    const found = sections.find((section) => isInSection(section.path, path))?.id;
    known.set(path, found);
    return found;
  };
  return {
    site,
    zone: openZone(site.time_zone),
    names: [site.id, site.domain],
    placements: new Map(),
    sectionOf: (path) => known.get(path) ?? (known.has(path) ? undefined : find(path)),
  };
}

type Around = {
  demands: Map<string, Demand['of']>;
  counters: Counters;
  creatives: ReadonlyMap<string, BookCreative>;
  book: Book;
  shapes: Map<string, Plan['shape']>;
  zone: Zone | undefined;
};

function loadLine(line: BookLine, around: Around): LoadedLine {
  const { counters, creatives, zone } = around;
  const state = counters.line(line.id);
  const [start, end] = [Date.parse(line.start), Date.parse(line.end)];
  const caps = counters.frequency.capsOf(line.id);
  const isShare = line.goal.unit === 'share';
  const isPriced = line.type === 'price_priority' || line.type === 'house';
  const hasQuantity = !isShare && line.goal.unit !== 'conversions' && line.goal.quantity > 0;
  return {
    line,
    index: 0,
    name: nameOf(line.id),
    state,
    start,
    end,
    placements: new Set(line.placements),
    plan: hasQuantity
      ? {
          goal: line.goal.quantity,
          pacing: line.pacing,
          curve: line.pacing === 'custom' ? (line.pacing_curve ?? undefined) : undefined,
          shape: shapeOfLine(line, around),
          isMeasured: line.traffic !== undefined || line.placements.some((id) => around.book.traffic[id]),
          start,
          end,
          // The serving plan knows who else wants what the line may have.
          around: isPriced || around.book.plan?.[line.id] ? undefined : aroundOf(line, state, around),
          serving: around.book.plan?.[line.id],
          most: mostPrice(line.priority, around.book.plan?.[line.id]?.beyond ?? false),
        }
      : undefined,
    zone,
    limits: limitsOf(line, around),
    isPromised: around.book.plan?.[line.id] !== undefined && isPlanned(line),
    caps: caps.caps.length > 0 ? caps : undefined,
    hasCappedCreative: line.creatives.some(({ id }) => counters.frequency.isCreativeCapped(line.id, id)),
    isPlain:
      caps.caps.length === 0 &&
      !line.creatives.some(({ id }) => counters.frequency.isCreativeCapped(line.id, id)) &&
      (line.roadblock === 'one_or_more' || line.roadblock === 'as_many') &&
      line.type !== 'price_priority',
    share: isShare ? Math.min(1, line.goal.quantity / 100) : 0,
    value: expectedMicros(line.rate, state),
    rank: isShare ? 0 : isPriced || !hasQuantity ? 2 : 1,
    creatives: line.creatives.flatMap(({ id, weight, start: from, end: to }) => {
      const creative = creatives.get(id);
      if (!creative || !isServable(creative)) return [];
      return [
        {
          creative,
          templates: {},
          name: nameOf(id),
          format: formatOf(creative),
          start: from === null ? Number.NEGATIVE_INFINITY : Date.parse(from),
          end: to === null ? Number.POSITIVE_INFINITY : Date.parse(to),
          rotating: rotatingOf(state, id, weight),
          isCapped: counters.frequency.isCreativeCapped(line.id, id),
        },
      ];
    }),
  };
}

function limitsOf({ id, goal, daily_cap, lifetime_cap }: BookLine, { book, zone }: Around): Limits | undefined {
  const [daily, lifetime] = [daily_cap ?? null, lifetime_cap ?? null];
  if (daily === null && lifetime === null) return undefined;
  const stored = book.delivered_by_day?.[id] ?? {};
  return { daily, lifetime, kind: limitedKind(goal.unit), zone: zone ?? { offset: () => 0 }, stored };
}

/** What can be shown: an image needs its file, a page of its own its files, a video its file or the address of its VAST. */
const isServable = (creative: BookCreative): boolean => {
  const { kind, file_hash, content } = creative;
  return (
    kind === 'native' ||
    kind === 'text' ||
    bundleOf(creative) !== undefined ||
    (kind === 'image' && file_hash !== null) ||
    (kind === 'video' && (file_hash !== null || typeof content?.['vast_url'] === 'string'))
  );
};

const formatOf = ({ kind, width, height }: BookCreative): string =>
  kind === 'native' || kind === 'text' || kind === 'video' ? kind : `${width ?? 0}x${height ?? 0}`;

/** A creative that comes into a running rotation starts level with the least shown of the others. */
function rotatingOf({ rotation }: LineState, id: string, weight: number): Rotating {
  const known = rotation.get(id);
  if (known) {
    known.weight = weight;
    return known;
  }
  const level = Math.min(...[...rotation.values()].map((other) => other.served / other.weight));
  const made = { weight, served: Number.isFinite(level) ? Math.floor(level * weight) : 0, impressions: 0, clicks: 0 };
  rotation.set(id, made);
  return made;
}

/** The demand on the placements of a line, where their traffic is known. It starts afresh with each book. */
function aroundOf(line: BookLine, { pace }: LineState, around: Around): Plan['around'] {
  const totals = line.placements.map(
    (id) => around.book.traffic[id]?.reduce((sum, requests) => sum + requests, 0) ?? 0,
  );
  const total = totals.reduce((sum, requests) => sum + requests, 0);
  if (total === 0) return undefined;
  pace.density = 0;
  const demands = line.placements.map((id, index) => {
    let of = around.demands.get(id);
    if (!of) around.demands.set(id, (of = { perRequest: 0 }));
    return { of, weight: (totals[index] ?? 0) / total };
  });
  return { shape: shapeOfPlacements(line.placements, around), demands };
}

const shapeOfLine = (line: BookLine, around: Around): Plan['shape'] =>
  line.traffic ? shapeOf(line.traffic) : shapeOfPlacements(line.placements, around);

function shapeOfPlacements(placements: readonly string[], { book, shapes }: Around): Plan['shape'] {
  const known = placements.filter((id) => book.traffic[id]);
  const key = known.toSorted().join(' ');
  let shape = shapes.get(key);
  if (!shape) {
    const hours = Array.from({ length: 168 }, (_, h) =>
      known.reduce((sum, id) => sum + (book.traffic[id]?.[h] ?? 0), 0),
    );
    shape = shapeOf(known.length > 0 ? hours : undefined);
    shapes.set(key, shape);
  }
  return shape;
}
