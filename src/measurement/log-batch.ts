/**
 * The rows of a batch of log lines, gathered column by column. A line adds a few numbers: which agent, which target, which
 * landing, which visitor. The texts of those are written once per batch, in the dictionaries of the block that goes out.
 */
import {
  constantColumn,
  dictionaryColumn,
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
export type KnownVisitor = Shared<{ visitor: string; visitorBefore: string; country: string }>;

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

/** Numbers of a row after one another; doubles its room when it is full. */
function numbers(width: number) {
  let values = new Float64Array(width * 4096);
  let length = 0;
  return {
    room(): Float64Array {
      if (length + width > values.length) {
        const larger = new Float64Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      return values;
    },
    next(): number {
      const at = length;
      length += width;
      return at;
    },
    rows: () => length / width,
    column(index: number): Float64Array {
      const column = new Float64Array(length / width);
      for (let row = 0, at = index; at < length; row++, at += width) column[row] = values[at] ?? 0;
      return column;
    },
  };
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
}: {
  org_id: string;
  site_id: string;
  fingerprint: string;
}): LogBatch {
  const batch = batches++;
  const agents = things<Agent>(batch);
  const paths = things<{ path: string; section: string }>(batch);
  const landings = things<{ texts: readonly string[] }>(batch);
  const visitors = things<{ visitor: string; visitorBefore: string; country: string }>(batch);
  const words: string[] = [];
  const placesOfWords = new Map<string, number>();
  const hits = numbers(10);
  const ignored = numbers(7);

  function wordPlace(word: string): number {
    const known = placesOfWords.get(word);
    if (known !== undefined) return known;
    const place = words.push(word) - 1;
    placesOfWords.set(word, place);
    return place;
  }

  function write(values: Float64Array, at: number, { at: instant, local, status, bytes }: LineFacts): void {
    values[at] = instant;
    values[at + 1] = local;
    values[at + 2] = status;
    values[at + 3] = bytes;
  }

  const commonColumns = (rows: ReturnType<typeof numbers>): NativeColumn[] => {
    const local = rows.column(1);
    return [
      constantColumn('org_id', org_id, rows.rows()),
      constantColumn('site_id', site_id, rows.rows()),
      wideColumn('at', "DateTime64(3, 'UTC')", rows.column(0)),
      numberColumn(
        'local_time',
        "DateTime('UTC')",
        Uint32Array.from(local, (ms) => ms / 1000),
      ),
      numberColumn(
        'local_date',
        'Date',
        Uint16Array.from(local, (ms) => ms / 86_400_000),
      ),
      numberColumn('status', 'UInt16', Uint16Array.from(rows.column(2))),
      wideColumn('bytes', 'UInt64', rows.column(3)),
      constantColumn('origin', 'import', rows.rows()),
    ];
  };

  /** A column for each of some texts of a shared thing. */
  const told = <T>(
    places: Uint32Array,
    { all }: Things<T>,
    texts: Readonly<Record<string, (thing: T) => string>>,
  ): NativeColumn[] =>
    Object.entries(texts).map(([name, textOf]) =>
      dictionaryColumn(name, places, { size: all.length, textOf: (place) => textOf(all[place]!) }),
    );

  function hitColumns(): NativeColumn[] {
    const [agent, path, landing, visitor, host] = [5, 6, 7, 8, 9].map((column) =>
      Uint32Array.from(hits.column(column)),
    );
    return [
      ...commonColumns(hits),
      textColumn('hit_id', hitIds(fingerprint, hits.column(4))),
      hashColumn(
        'visitor',
        visitor!,
        visitors.all.map((known) => known.visitor),
      ),
      hashColumn(
        'visitor_before',
        visitor!,
        visitors.all.map((known) => known.visitorBefore),
      ),
      constantColumn('name', 'pageview', hits.rows()),
      dictionaryColumn('hostname', host!, { size: words.length, textOf: (place) => words[place] ?? '' }),
      ...told(visitor!, visitors, { country: (known) => known.country }),
      ...told(path!, paths, { path: (known) => known.path, section_id: (known) => known.section }),
      ...told(
        landing!,
        landings,
        Object.fromEntries(landingColumns.map((name, i) => [name, (known) => known.texts[i] ?? ''])),
      ),
      ...told(agent!, agents, {
        device: ({ device }) => device.type,
        brand: ({ device }) => device.brand,
        browser: ({ device }) => device.browser,
        browser_version: ({ device }) => device.browser_version,
        os: ({ device }) => device.os,
        os_version: ({ device }) => device.os_version,
      }),
    ];
  }

  function ignoredColumns(): NativeColumn[] {
    const [agent, path, reason] = [4, 5, 6].map((column) => Uint32Array.from(ignored.column(column)));
    const isBot = wordPlace('bot');
    // Which machine it was is said of machines alone.
    const machine = agent!.map((place, row) => (reason![row] === isBot ? place + 1 : 0));
    const machineTold = (name: string, textOf: (agent: Agent) => string) =>
      dictionaryColumn(name, machine, {
        size: agents.all.length + 1,
        textOf: (place) => (place === 0 ? '' : textOf(agents.all[place - 1]!)),
      });
    return [
      ...commonColumns(ignored),
      dictionaryColumn('reason', reason!, { size: words.length, textOf: (place) => words[place] ?? '' }),
      machineTold('name', ({ bot }) => bot?.name ?? ''),
      machineTold('category', ({ bot }) => bot?.category ?? ''),
      ...told(path!, paths, { path: (known) => known.path }),
    ];
  }

  return {
    hit(facts, { offset, agent, path, landing, visitor, host }) {
      const values = hits.room();
      const at = hits.next();
      write(values, at, facts);
      values[at + 4] = offset;
      values[at + 5] = agents.placeOf(agent);
      values[at + 6] = paths.placeOf(path);
      values[at + 7] = landings.placeOf(landing);
      values[at + 8] = visitors.placeOf(visitor);
      values[at + 9] = wordPlace(host);
    },
    ignored(facts, { reason, agent, path }) {
      const values = ignored.room();
      const at = ignored.next();
      write(values, at, facts);
      values[at + 4] = agents.placeOf(agent);
      values[at + 5] = paths.placeOf(path);
      values[at + 6] = wordPlace(reason);
    },
    rows: () => ({
      hits: hits.rows() > 0 ? nativeBlock(hitColumns(), hits.rows()) : undefined,
      ignored_hits: ignored.rows() > 0 ? nativeBlock(ignoredColumns(), ignored.rows()) : undefined,
    }),
  };
}

/** Visitor hashes: 64 bits that no number holds, as two halves. */
function hashColumn(name: string, places: Uint32Array, hashes: readonly string[]): NativeColumn {
  const known = BigUint64Array.from(hashes, BigInt);
  const halves = new Uint32Array(known.buffer);
  const values = new Uint32Array(places.length * 2);
  for (let row = 0; row < places.length; row++) {
    const place = places[row] ?? 0;
    values[row * 2] = halves[place * 2] ?? 0;
    values[row * 2 + 1] = halves[place * 2 + 1] ?? 0;
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
