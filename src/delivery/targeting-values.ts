/**
 * The values that the targetings of a book name, numbered, and which of them a request has. Read once a search, so that a matcher
 * compares small numbers: the texts of a thousand matchers would lie all over the memory.
 */
import type { TargetingRequest } from '#inventory';

const singles: Record<string, (request: TargetingRequest) => string | undefined> = {
  'geo.country': (request) => request.country,
  'geo.region': (request) => request.region,
  'geo.city': (request) => request.city,
  device: (request) => request.device,
  browser: (request) => request.browser,
  os: (request) => request.os,
};

const nothing: readonly string[] = [];
const multiples: Record<string, (request: TargetingRequest) => readonly string[]> = {
  language: (request) => rangesOf(request.language),
  site: (request) => request.site ?? nothing,
  section: (request) => request.section ?? nothing,
  placement: (request) => request.placement ?? nothing,
  segment: (request) => request.segments ?? nothing,
};

/** Ids are compared as they are, everything else without case. */
const isExact = (key: string): boolean =>
  key === 'site' || key === 'section' || key === 'placement' || key === 'segment';

export const isSingle = (key: string): boolean => Object.hasOwn(singles, key);

/** What a language matches: `fr-ca` is asked for as `fr-ca` and as `fr` (RFC 4647, section 3.3.1). */
function rangesOf(tag: string | undefined): readonly string[] {
  if (tag === undefined) return nothing;
  const ranges = [tag];
  for (let dash = tag.lastIndexOf('-'); dash > 0; dash = tag.lastIndexOf('-', dash - 1))
    ranges.push(tag.slice(0, dash));
  return ranges;
}

const kvOf = ({ kv }: TargetingRequest, name: string): readonly string[] =>
  kv && Object.hasOwn(kv, name) ? (kv[name] ?? nothing) : nothing;

export type Vocabulary = {
  /** The number of a key. */
  keyOf(key: string): number;
  /** The number of a value of a key (a number of `keyOf`), case folded where the key has none. */
  valueOf(key: number, value: string): number;
  /** Reads a request: the numbers of its values of key k are `ids` from `starts[k]` up to `starts[k + 1]`; others than those named are left out. */
  read(request: TargetingRequest): void;
  readonly ids: number[];
  readonly starts: number[];
  /** Of the search under way; one at a time. */
  readonly rows: number[];
  readonly denied: number[];
  readonly found: Int32Array;
  readonly slots: Int32Array;
};

type Reader = {
  numbers: Map<string, number>;
  exact: boolean;
  one: ((request: TargetingRequest) => string | undefined) | undefined;
  many: (request: TargetingRequest) => readonly string[];
};

export function openVocabulary(): Vocabulary {
  const keys = new Map<string, number>();
  const readers: Reader[] = [];
  const ids: number[] = [];
  const starts: number[] = [0];
  let count = 0;

  const fold = ({ exact }: Reader, value: string) => (exact ? value : value.toLowerCase());
  function note(reader: Reader, value: string, at: number): number {
    // A value that is in the table as it stands is folded already.
    const id = reader.numbers.get(value) ?? (reader.exact ? undefined : reader.numbers.get(value.toLowerCase()));
    if (id === undefined) return at;
    ids[at] = id;
    return at + 1;
  }

  return {
    ids,
    starts,
    rows: [],
    denied: [],
    found: new Int32Array(32),
    slots: new Int32Array(32),
    keyOf(key) {
      let number = keys.get(key);
      if (number === undefined) {
        keys.set(key, (number = readers.length));
        readers.push({
          numbers: new Map(),
          exact: isExact(key),
          one: isSingle(key) ? singles[key] : undefined,
          many: multiples[key] ?? ((request) => kvOf(request, key.slice('kv.'.length))),
        });
      }
      return number;
    },
    valueOf(key, value) {
      const reader = readers[key];
      if (!reader) throw new Error(`there is no key ${key}`);
      const folded = fold(reader, value);
      let number = reader.numbers.get(folded);
      if (number === undefined) reader.numbers.set(folded, (number = ++count));
      return number;
    },
    read(request) {
      let at = 0;
      for (let k = 0; k < readers.length; k++) {
        starts[k] = at;
        const reader = readers[k];
        if (!reader) break;
        if (reader.one) {
          const value = reader.one(request);
          if (value !== undefined) at = note(reader, value, at);
        } else for (const value of reader.many(request)) at = note(reader, value, at);
      }
      starts[readers.length] = at;
    },
  };
}
