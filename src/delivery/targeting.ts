/**
 * The compiled form of the targeting grammar: which of many items match a request, found by ANDing bitmaps word by word, lazily
 * (algorithms: BE-Tree's bitmaps with lazy evaluation, SIGMOD 2011; ranks as bit numbers).
 *
 * A targeting becomes a disjunction of conjunctions; each conjunction is a *slot*, one bit in every bitmap. Slots are numbered in
 * the order of the items, so the first bits that survive are the items to serve first. What an index cannot hold (address globs,
 * dayparts, a second `in` on a key with many values, targetings that would explode) is checked on the slot that survives.
 */
import { matches, type TargetingRequest } from '#inventory';
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';

type Bitmap = Uint32Array;

export type Matcher = {
  /**
   * Starts a search; `next()` then gives the numbers of the matching items in order, -1 at the end. One search at a time: a
   * search is some pointers in the matcher, so that asking allocates nothing.
   */
  start(request: TargetingRequest): void;
  next(): number;
};

/** More conjunctions than this in one targeting, and it is evaluated as it stands instead. */
const mostConjunctions = 16;

type Slot = { item: number; conjunction: readonly TargetingCondition[]; rest: TargetingGroup | null };

/** `numbers`: what `next()` says for each item; its place when absent. */
export function compileTargeting(items: readonly (TargetingGroup | null)[], numbers?: readonly number[]): Matcher {
  const slots = items.flatMap((group, item) => slotsOf(group, numbers ? (numbers[item] ?? -1) : item));
  const words = Math.ceil(slots.length / 32);
  const attributes = attributesOf(slots, words);
  const itemOf = Int32Array.from(slots, (slot) => slot.item);
  const restOf = slots.map((slot) => slot.rest);

  const rows: Bitmap[] = [];
  const denied: Bitmap[] = [];
  const all: Bitmap = new Uint32Array(words);
  for (let slot = 0; slot < slots.length; slot++) setBit(all, slot);
  let asked: TargetingRequest = {};
  let at = 0;
  let bits = 0;
  let last = -1;

  function fill(): void {
    while (bits === 0 && at < words) {
      let word = all[at] ?? 0;
      for (let i = 0; word !== 0 && i < rows.length; i++) word &= rows[i]?.[at] ?? 0;
      for (let i = 0; word !== 0 && i < denied.length; i++) word &= ~(denied[i]?.[at] ?? 0);
      bits = word;
      at++;
    }
  }

  return {
    start(request) {
      asked = request;
      rows.length = 0;
      denied.length = 0;
      at = 0;
      bits = 0;
      last = -1;
      for (const attribute of attributes) attribute.select(request, rows, denied);
    },
    next() {
      for (;;) {
        if (bits === 0) fill();
        if (bits === 0) return -1;
        const low = bits & -bits;
        bits ^= low;
        const slot = (at - 1) * 32 + (31 - Math.clz32(low));
        const item = itemOf[slot] ?? -1;
        if (item === last) continue;
        const rest = restOf[slot];
        if (rest && !matches(rest, asked)) continue;
        last = item;
        return item;
      }
    },
  };
}

function slotsOf(group: TargetingGroup | null, item: number): Slot[] {
  const conjunctions = group ? conjunctionsOf(group) : [[]];
  if (!conjunctions) return [{ item, conjunction: [], rest: group }];
  return conjunctions.map((conditions) => {
    const indexed: TargetingCondition[] = [];
    const rest: TargetingCondition[] = [];
    for (const condition of conditions) (fitsIndex(condition, indexed) ? indexed : rest).push(condition);
    return { item, conjunction: indexed, rest: rest.length > 0 ? { and: rest } : null };
  });
}

/** The disjunctive normal form, or undefined when it grows too large. */
function conjunctionsOf(member: TargetingGroup | TargetingCondition): TargetingCondition[][] | undefined {
  if ('key' in member) return [[member]];
  if ('or' in member) {
    const all: TargetingCondition[][] = [];
    for (const child of member.or) {
      const some = conjunctionsOf(child);
      if (!some || all.length + some.length > mostConjunctions) return undefined;
      all.push(...some);
    }
    return all;
  }
  let all: TargetingCondition[][] = [[]];
  for (const child of member.and) {
    const some = conjunctionsOf(child);
    if (!some || all.length * some.length > mostConjunctions) return undefined;
    all = all.flatMap((left) => some.map((right) => [...left, ...right]));
  }
  return all;
}

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

function fitsIndex({ key, ...values }: TargetingCondition, indexed: readonly TargetingCondition[]): boolean {
  if (key === 'url' || key === 'referrer' || key === 'daypart') return false;
  if (key in singles || !('in' in values)) return true;
  // Of two `in` on a key with many values each must hold one of them: one bit cannot say that.
  return !indexed.some((other) => other.key === key && 'in' in other);
}

/** What a language matches: `fr-ca` is asked for as `fr-ca` and as `fr` (RFC 4647, section 3.3.1). */
function rangesOf(tag: string | undefined): readonly string[] {
  if (tag === undefined) return nothing;
  const ranges = [tag];
  for (let dash = tag.lastIndexOf('-'); dash > 0; dash = tag.lastIndexOf('-', dash - 1))
    ranges.push(tag.slice(0, dash));
  return ranges;
}

type Attribute = { select(request: TargetingRequest, rows: Bitmap[], denied: Bitmap[]): void };

function attributesOf(slots: readonly Slot[], words: number): Attribute[] {
  const keys = new Set(slots.flatMap((slot) => slot.conjunction.map((condition) => condition.key)));
  return [...keys].map((key) => {
    const tables = tablesOf(key, slots, words);
    const single = singles[key];
    if (single) return singleAttribute(single, tables);
    const values = multiples[key] ?? ((request) => kvOf(request, key.slice('kv.'.length)));
    return multipleAttribute(values, tables, isExact(key));
  });
}

const kvOf = ({ kv }: TargetingRequest, name: string): readonly string[] =>
  kv && Object.hasOwn(kv, name) ? (kv[name] ?? nothing) : nothing;

/** `free`: slots without an `in` of this key. `accepted`: those and the ones that name the value. `refused`: by `not_in`. */
type Tables = { words: number; free: Bitmap; accepted: Map<string, Bitmap>; refused: Map<string, Bitmap> };

function tablesOf(key: string, slots: readonly Slot[], words: number): Tables {
  const fold = (values: readonly string[]) =>
    new Set(isExact(key) ? values : values.map((value) => value.toLowerCase()));
  const tables: Tables = { words, free: new Uint32Array(words), accepted: new Map(), refused: new Map() };
  const named: { index: number; values: Set<string> }[] = [];
  for (const [index, slot] of slots.entries()) {
    let wanted: Set<string> | undefined;
    for (const condition of slot.conjunction) {
      if (condition.key !== key) continue;
      if ('in' in condition) {
        const values = fold(condition.in);
        wanted = wanted ? wanted.intersection(values) : values;
      } else for (const value of fold(condition.not_in)) setBit(rowOf(tables.refused, value, words), index);
    }
    if (wanted) named.push({ index, values: wanted });
    else setBit(tables.free, index);
  }
  for (const { index, values } of named)
    for (const value of values) setBit(rowOf(tables.accepted, value, words), index);
  for (const row of tables.accepted.values())
    for (let i = 0; i < words; i++) row[i] = (row[i] ?? 0) | (tables.free[i] ?? 0);
  return tables;
}

function singleAttribute(read: (request: TargetingRequest) => string | undefined, tables: Tables): Attribute {
  return {
    select(request, rows, denied) {
      const value = read(request)?.toLowerCase();
      const row = value === undefined ? undefined : tables.accepted.get(value);
      rows.push(row ?? tables.free);
      const not = value === undefined ? undefined : tables.refused.get(value);
      if (not) denied.push(not);
    },
  };
}

function multipleAttribute(
  read: (request: TargetingRequest) => readonly string[],
  tables: Tables,
  exact: boolean,
): Attribute {
  const scratch = new Uint32Array(tables.words);
  return {
    select(request, rows, denied) {
      let row = tables.free;
      for (const given of read(request)) {
        const value = exact ? given : given.toLowerCase();
        const accepted = tables.accepted.get(value);
        if (accepted) row = row === tables.free ? accepted : union(row, accepted, scratch);
        const refused = tables.refused.get(value);
        if (refused) denied.push(refused);
      }
      rows.push(row);
    },
  };
}

function union(a: Bitmap, b: Bitmap, into: Bitmap): Bitmap {
  for (let i = 0; i < into.length; i++) into[i] = (a[i] ?? 0) | (b[i] ?? 0);
  return into;
}

function rowOf(rows: Map<string, Bitmap>, value: string, words: number): Bitmap {
  const known = rows.get(value);
  if (known) return known;
  const made = new Uint32Array(words);
  rows.set(value, made);
  return made;
}

const setBit = (bitmap: Bitmap, index: number): void => {
  bitmap[index >>> 5] = (bitmap[index >>> 5] ?? 0) | (1 << (index & 31));
};
