/**
 * The rows of a batch of log lines, gathered column by column. A line adds a few numbers: which agent, which target, which
 * landing, which visitor. The texts of those are written once per batch, in the dictionaries of the block that goes out.
 */
import {
  constantColumn,
  dictionaryColumn,
  metOf,
  nativeBlock,
  type NativeBlock,
  type NativeColumn,
  numberColumn,
  textColumn,
  wideColumn,
} from '#platform';
import type { Agent } from './agent.ts';
import type { IgnoredReason } from './contract.ts';

/** What many lines share. It knows its place in the batch that it was last met in. */
export type Shared<T> = T & { batch: number; place: number };
export const shared = <T extends object>(thing: T): Shared<T> => ({ ...thing, batch: -1, place: 0 });

export type KnownAgent = Shared<Agent>;
export type KnownPath = Shared<{ path: string; section: string }>;
/** In the order of `landingColumns`. */
export type KnownLanding = Shared<{ texts: readonly string[] }>;
/** The 64 bits of the visitor's hash, and of that under the salt of the day before, as halves: no number holds them. */
export type KnownVisitor = Shared<
  Record<'low' | 'high' | 'lowBefore' | 'highBefore', number> & { country: string; region: string; city: string }
>;

export const landingColumns =
  'referrer channel source search_term utm_source utm_medium utm_campaign utm_content utm_term site_search line_item_id'.split(
    ' ',
  );

/** When and how a line was answered. `at` is milliseconds since 1970, `local` the same on the site's wall clock. */
export type LineFacts = { at: number; local: number; status: number; bytes: number };

/** Blocks of rows in the store's Native format; undefined where there are none. */
export type ImportRows = { hits: NativeBlock | undefined; ignored_hits: NativeBlock | undefined };

type Things<T> = { placeOf(thing: Shared<T>): number; all: readonly Shared<T>[] };

function things<T>(batch: number): Things<T> {
  const all: Shared<T>[] = [];
  return {
    all,
    placeOf(thing) {
      if (thing.batch !== batch) {
        thing.batch = batch;
        thing.place = all.push(thing) - 1;
      }
      return thing.place;
    },
  };
}

/** What every row has: growing columns of numbers, one value a row. */
function factColumns<N extends string>(names: readonly N[]) {
  let room = 4096;
  let rows = 0;
  const instants = { at: new Float64Array(room), bytes: new Float64Array(room), offset: new Float64Array(room) };
  let local = new Uint32Array(room);
  let status = new Uint16Array(room);
  const places = Object.fromEntries(names.map((name) => [name, new Uint32Array(room)])) as Record<N, Uint32Array>;

  function grow(): void {
    room *= 2;
    for (const name of ['at', 'bytes', 'offset'] as const)
      instants[name] = filled(new Float64Array(room), instants[name]);
    local = filled(new Uint32Array(room), local);
    status = filled(new Uint16Array(room), status);
    for (const name of names) places[name] = filled(new Uint32Array(room), places[name]);
  }

  return {
    /** Begins a row, and answers its number. `places` is to be filled. */
    add(facts: LineFacts, offset: number): number {
      if (rows === room) grow();
      instants.at[rows] = facts.at;
      instants.bytes[rows] = facts.bytes;
      instants.offset[rows] = offset;
      local[rows] = facts.local / 1000;
      status[rows] = facts.status;
      return rows++;
    },
    places,
    rows: () => rows,
    placesOf: (name: N) => places[name].subarray(0, rows),
    offsets: () => instants.offset.subarray(0, rows),
    columns(): NativeColumn[] {
      const dates = new Uint16Array(rows);
      for (let row = 0; row < rows; row++) dates[row] = (local[row] as number) / 86_400;
      return [
        wideColumn('at', "DateTime64(3, 'UTC')", instants.at.subarray(0, rows)),
        numberColumn('local_time', "DateTime('UTC')", local.subarray(0, rows)),
        numberColumn('local_date', 'Date', dates),
        numberColumn('status', 'UInt16', status.subarray(0, rows)),
        wideColumn('bytes', 'UInt64', instants.bytes.subarray(0, rows)),
      ];
    },
  };
}

function filled<T extends Float64Array | Uint32Array | Uint16Array>(larger: T, values: T): T {
  larger.set(values);
  return larger;
}

export type LogBatch = {
  /** A page view; `offset` is where its line begins in the log, which with the log's fingerprint is its id. */
  hit(
    facts: LineFacts,
    hit: {
      offset: number;
      agent: KnownAgent;
      path: KnownPath;
      landing: KnownLanding;
      visitor: KnownVisitor;
      host: string;
    },
  ): void;
  ignored(facts: LineFacts, line: { reason: IgnoredReason; agent: KnownAgent; path: KnownPath }): void;
  rows(): ImportRows;
};

let batches = 0;

/** Begins a batch of a site's rows; what it is given must not be in two batches at once. */
export function logBatch({
  org_id,
  site_id,
  fingerprint,
  hasPlaces,
}: {
  org_id: string;
  site_id: string;
  fingerprint: string;
  /** Whether regions and cities can be known. */
  hasPlaces: boolean;
}): LogBatch {
  const batch = batches++;
  const agents = things<Agent>(batch);
  const paths = things<{ path: string; section: string }>(batch);
  const landings = things<{ texts: readonly string[] }>(batch);
  const visitors = things<Omit<KnownVisitor, 'batch' | 'place'>>(batch);
  const hosts = words();
  const reasons = words();
  const hits = factColumns(['agent', 'path', 'landing', 'visitor', 'host']);
  const ignored = factColumns(['agent', 'path', 'reason']);

  const commonColumns = (rows: { columns(): NativeColumn[]; rows(): number }): NativeColumn[] => [
    constantColumn('org_id', org_id, rows.rows()),
    constantColumn('site_id', site_id, rows.rows()),
    ...rows.columns(),
    constantColumn('origin', 'import', rows.rows()),
  ];

  /** A column for each of some texts of a shared thing. */
  function told<T>(
    places: Uint32Array,
    { all }: Things<T>,
    texts: Readonly<Record<string, (thing: T) => string>>,
  ): NativeColumn[] {
    const isMet = metOf(places, all.length);
    return Object.entries(texts).map(([name, textOf]) =>
      dictionaryColumn(name, places, { size: all.length, textOf: (place) => textOf(all[place]!), isMet }),
    );
  }

  const hitColumns = (): NativeColumn[] => [
    ...commonColumns(hits),
    textColumn('hit_id', hitIds(fingerprint, hits.offsets())),
    hashColumn('visitor', hits.placesOf('visitor'), visitors.all, ({ low, high }) => [low, high]),
    hashColumn('visitor_before', hits.placesOf('visitor'), visitors.all, (known) => [
      known.lowBefore,
      known.highBefore,
    ]),
    constantColumn('name', 'pageview', hits.rows()),
    hosts.column('hostname', hits.placesOf('host')),
    ...told(hits.placesOf('visitor'), visitors, {
      country: (known) => known.country,
      ...(hasPlaces ? { region: (known) => known.region, city: (known) => known.city } : {}),
    }),
    ...told(hits.placesOf('path'), paths, { path: (known) => known.path, section_id: (known) => known.section }),
    ...told(
      hits.placesOf('landing'),
      landings,
      Object.fromEntries(landingColumns.map((name, i) => [name, (known) => known.texts[i] ?? ''])),
    ),
    ...told(hits.placesOf('agent'), agents, {
      device: ({ device }) => device.type,
      brand: ({ device }) => device.brand,
      browser: ({ device }) => device.browser,
      browser_version: ({ device }) => device.browser_version,
      os: ({ device }) => device.os,
      os_version: ({ device }) => device.os_version,
    }),
  ];

  function ignoredColumns(): NativeColumn[] {
    // Which machine it was is said of machines alone.
    const [agent, reason, isBot] = [ignored.placesOf('agent'), ignored.placesOf('reason'), reasons.placeOf('bot')];
    const machine = new Uint32Array(agent.length);
    for (let row = 0; row < agent.length; row++) machine[row] = reason[row] === isBot ? (agent[row] as number) + 1 : 0;
    const machineTold = (name: string, textOf: (agent: Agent) => string) =>
      dictionaryColumn(name, machine, {
        size: agents.all.length + 1,
        textOf: (place) => (place === 0 ? '' : textOf(agents.all[place - 1]!)),
      });
    return [
      ...commonColumns(ignored),
      reasons.column('reason', reason),
      machineTold('name', ({ bot }) => bot?.name ?? ''),
      machineTold('category', ({ bot }) => bot?.category ?? ''),
      ...told(ignored.placesOf('path'), paths, { path: (known) => known.path }),
    ];
  }

  return {
    hit(facts, { offset, agent, path, landing, visitor, host }) {
      const row = hits.add(facts, offset);
      const { places } = hits;
      places.agent[row] = agents.placeOf(agent);
      places.path[row] = paths.placeOf(path);
      places.landing[row] = landings.placeOf(landing);
      places.visitor[row] = visitors.placeOf(visitor);
      places.host[row] = hosts.placeOf(host);
    },
    ignored(facts, { reason, agent, path }) {
      const row = ignored.add(facts, 0);
      const { places } = ignored;
      places.agent[row] = agents.placeOf(agent);
      places.path[row] = paths.placeOf(path);
      places.reason[row] = reasons.placeOf(reason);
    },
    rows: () => ({
      hits: hits.rows() > 0 ? nativeBlock(hitColumns(), hits.rows()) : undefined,
      ignored_hits: ignored.rows() > 0 ? nativeBlock(ignoredColumns(), ignored.rows()) : undefined,
    }),
  };
}

/** Few texts that come again and again, neighbours mostly the same. */
function words() {
  const all: string[] = [];
  const placeOfWord = new Map<string, number>();
  let last: string | undefined;
  let lastPlace = 0;
  return {
    placeOf(word: string): number {
      if (word === last) return lastPlace;
      let place = placeOfWord.get(word);
      if (place === undefined) placeOfWord.set(word, (place = all.push(word) - 1));
      last = word;
      lastPlace = place;
      return place;
    },
    column: (name: string, places: Uint32Array): NativeColumn =>
      dictionaryColumn(name, places, { size: all.length, textOf: (place) => all[place] ?? '' }),
  };
}

/** A column of 64 bits that no number holds, as two halves. */
function hashColumn<T>(
  name: string,
  places: Uint32Array,
  all: readonly T[],
  halvesOf: (thing: T) => readonly [low: number, high: number],
): NativeColumn {
  const known = new Uint32Array(all.length * 2);
  for (let place = 0; place < all.length; place++) known.set(halvesOf(all[place] as T), place * 2);
  const values = new Uint32Array(places.length * 2);
  for (let row = 0; row < places.length; row++) {
    const place = (places[row] as number) * 2;
    values[row * 2] = known[place] as number;
    values[row * 2 + 1] = known[place + 1] as number;
  }
  return { name, type: 'UInt64', parts: [new Uint8Array(values.buffer)] };
}

const digits = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');

/** `fingerprint-offset`, the offset in base 36. */
function hitIds(fingerprint: string, offsets: Float64Array): Uint8Array {
  const start = Buffer.from(`${fingerprint}-`);
  const written = Buffer.allocUnsafe(offsets.length * (start.length + 12));
  let end = 0;
  for (const offset of offsets) {
    let length = 1;
    for (let rest = Math.floor(offset / 36); rest > 0; rest = Math.floor(rest / 36)) length++;
    written[end++] = start.length + length;
    for (let i = 0; i < start.length; i++) written[end + i] = start[i] ?? 0;
    end += start.length + length;
    for (let i = 1, rest = offset; i <= length; i++, rest = Math.floor(rest / 36))
      written[end - i] = digits[rest % 36] ?? 0;
  }
  return written.subarray(0, end);
}
