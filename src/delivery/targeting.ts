/**
 * The compiled form of the targeting grammar: which of many items match a request, found by ANDing bitmaps word by word, lazily
 * (algorithms: BE-Tree's bitmaps with lazy evaluation, SIGMOD 2011; ranks as bit numbers).
 *
 * A targeting becomes a disjunction of conjunctions; each conjunction is a *slot*, one bit in every bitmap. Slots are numbered in
 * the order of the items, so the first bits that survive are the items to serve first. What an index cannot hold (address globs,
 * dayparts, a second `in` on a key with many values, targetings that would explode) is checked on the slot that survives.
 *
 * Everything of a matcher lies in one array: a book has a matcher for each placement, and what is spread over the memory is fetched
 * from it at every request, which costs more than all the arithmetic.
 */
import { matches, type TargetingRequest } from '#inventory';
import type { TargetingGroup } from '#inventory/contract';
import { type Slot, slotsOf } from './targeting-slots.ts';
import { openVocabulary, type Vocabulary } from './targeting-values.ts';

export type Matcher = {
  /** Starts a search. One search of a vocabulary at a time. With `at` (milliseconds) it passes over what is held back. */
  start(request: TargetingRequest, at?: number): void;
  /** Finds the matching items that come next, in order, and says how many; 0 at the end. */
  more(): number;
  /** What `more()` found last: of each item its number × 4 + its mark. */
  readonly found: Int32Array;
  /** The n-th of those found last is of no use until then: searches pass over it for as long as is sure, but shorter than that. */
  hold(n: number, until: number): void;
};

/** What is held back comes back all together, at the end of a stretch of so many milliseconds: one look at the clock a search. */
const stretch = 50;

/** `mark`: what is noted of it, 0 to 3. */
export type Item = { targeting: TargetingGroup | null; number: number; mark?: number };

/** A block of the array for each key: its number, the bitmap of slots without an `in` of it, one for unions, its table and the mask of it. */
const keyFields = { key: 0, free: 1, union: 2, table: 3, mask: 4, size: 5 } as const;
/** An entry of a table: value (0: none), bitmap of the slots that take it (with those without an `in`), of those that refuse it (0: none). */
const entrySize = 3;

/** `vocabulary`: shared by the matchers of a book. */
export function compileTargeting(items: readonly Item[], vocabulary: Vocabulary = openVocabulary()): Matcher {
  const slots = items.flatMap(({ targeting }, item) => slotsOf(targeting, item));
  const words = Math.ceil(slots.length / 32);
  const keys = keysOf(slots, vocabulary);

  let size = keys.length * keyFields.size;
  const take = (length: number) => (size += length) - length;
  const tables = keys.map(({ values }) => {
    const capacity = 2 ** Math.ceil(Math.log2(values.size * 2 + 1));
    return { at: take(capacity * entrySize), mask: capacity - 1 };
  });
  const all = take(words);
  const bitmaps = keys.map(({ values }) => ({
    free: take(words),
    union: take(words),
    values: take(values.size * 2 * words),
  }));
  const itemsAt = take(slots.length);
  const restsAt = take(slots.length);
  const held = take(words);
  const data = new Int32Array(size);
  const setBit = (row: number, slot: number) => {
    data[row + (slot >>> 5)] = (data[row + (slot >>> 5)] ?? 0) | (1 << (slot & 31));
  };

  const rests: TargetingGroup[] = [];
  for (const [slot, { item, rest }] of slots.entries()) {
    const { number = -1, mark = 0 } = items[item] ?? {};
    data[itemsAt + slot] = number * 4 + mark;
    data[restsAt + slot] = rest ? rests.push(rest) : 0;
    setBit(all, slot);
  }
  for (const [index, { key, values, named, refusing }] of keys.entries()) {
    const [table, at] = [tables[index], bitmaps[index]];
    if (!table || !at) continue;
    data.set([key, at.free, at.union, table.at, table.mask], index * keyFields.size);
    for (let slot = 0; slot < slots.length; slot++) if (!named.has(slot)) setBit(at.free, slot);
    let row = at.values;
    for (const value of values) {
      const refused = refusing.get(value);
      let entry = value & table.mask;
      while (data[table.at + entry * entrySize] !== 0) entry = (entry + 1) & table.mask;
      data.set([value, row, refused ? row + words : 0], table.at + entry * entrySize);
      for (let word = 0; word < words; word++) data[row + word] = data[at.free + word] ?? 0;
      for (const [slot, wanted] of named) if (wanted.has(value)) setBit(row, slot);
      for (const slot of refused ?? []) setBit(row + words, slot);
      row += 2 * words;
    }
  }
  return new IndexMatcher(
    data,
    { keys: keys.length, words, all, items: itemsAt, rests: restsAt, held },
    rests,
    vocabulary,
  );
}

/** What the slots say of one key. `named`: the values that a slot wants, for slots that do; `refusing`: the slots that refuse a value. */
type KeyOfSlots = {
  key: number;
  values: Set<number>;
  named: Map<number, Set<number>>;
  refusing: Map<number, Set<number>>;
};

function keysOf(slots: readonly Slot[], vocabulary: Vocabulary): KeyOfSlots[] {
  const keys = new Map<string, KeyOfSlots>();
  for (const [slot, { conjunction }] of slots.entries()) {
    for (const condition of conjunction) {
      const key = vocabulary.keyOf(condition.key);
      let of = keys.get(condition.key);
      if (!of) keys.set(condition.key, (of = { key, values: new Set(), named: new Map(), refusing: new Map() }));
      const given = new Set(
        ('in' in condition ? condition.in : condition.not_in).map((one) => vocabulary.valueOf(key, one)),
      );
      for (const value of given) of.values.add(value);
      if ('in' in condition) of.named.set(slot, of.named.get(slot)?.intersection(given) ?? given);
      else for (const value of given) of.refusing.set(value, (of.refusing.get(value) ?? new Set()).add(slot));
    }
  }
  return [...keys.values()];
}

type Layout = { keys: number; words: number; all: number; items: number; rests: number; held: number };

class IndexMatcher implements Matcher {
  readonly found: Int32Array;
  readonly #data: Int32Array;
  readonly #layout: Layout;
  readonly #rests: readonly TargetingGroup[];
  readonly #vocabulary: Vocabulary;
  #asked: TargetingRequest = {};
  #rows = 0;
  #denied = 0;
  #word = 0;
  #bits = 0;
  #last = -1;
  readonly #slots: Int32Array;
  #passes = false;
  #startedAt = 0;
  #heldUntil = 0;

  constructor(data: Int32Array, layout: Layout, rests: readonly TargetingGroup[], vocabulary: Vocabulary) {
    this.#data = data;
    this.#layout = layout;
    this.#rests = rests;
    this.#vocabulary = vocabulary;
    this.found = vocabulary.found;
    this.#slots = vocabulary.slots;
  }

  start(request: TargetingRequest, at?: number): void {
    this.#passes = at !== undefined;
    if (at !== undefined) this.#letGo(at);
    this.#asked = request;
    this.#word = this.#bits = 0;
    this.#last = -1;
    const { ids, starts, rows, denied } = this.#vocabulary;
    this.#vocabulary.read(request);
    const data = this.#data;
    let refusals = 0;
    const { keys } = this.#layout;
    for (let k = 0; k < keys; k++) {
      const block = k * keyFields.size;
      const key = data[block] ?? 0;
      const free = data[block + keyFields.free] ?? 0;
      const end = starts[key + 1] ?? 0;
      let row = free;
      for (let i = starts[key] ?? 0; i < end; i++) {
        const entry = this.#entryOf(block, ids[i] ?? 0);
        if (entry === 0) continue;
        const accepted = data[entry + 1] ?? 0;
        row = row === free ? accepted : this.#union(row, accepted, data[block + keyFields.union] ?? 0);
        const refused = data[entry + 2] ?? 0;
        if (refused !== 0) denied[refusals++] = refused;
      }
      rows[k] = row;
    }
    this.#rows = keys;
    this.#denied = refusals;
  }

  more(): number {
    const data = this.#data;
    const { items, rests } = this.#layout;
    const { found } = this;
    let count = 0;
    while (count === 0) {
      if (this.#bits === 0) this.#fill();
      let bits = this.#bits;
      if (bits === 0) return 0;
      const first = (this.#word - 1) * 32;
      let last = this.#last;
      while (bits !== 0) {
        const low = bits & -bits;
        const slot = first + 31 - Math.clz32(low);
        const rest = data[rests + slot] ?? 0;
        // What is dear to check is checked when it is its turn only: the search often ends before.
        if (rest !== 0 && count > 0) break;
        bits ^= low;
        const item = data[items + slot] ?? -1;
        if (item === last || (rest !== 0 && !this.#holds(rest))) continue;
        this.#slots[count] = slot;
        found[count++] = last = item;
        if (rest !== 0) break;
      }
      this.#bits = bits;
      this.#last = last;
    }
    return count;
  }

  hold(n: number, until: number): void {
    if (until < this.#heldUntil) return;
    const slot = this.#slots[n] ?? 0;
    const at = this.#layout.held + (slot >>> 5);
    this.#data[at] = (this.#data[at] ?? 0) | (1 << (slot & 31));
  }

  /** A new stretch begins, or time went back: nothing is held any more. */
  #letGo(at: number): void {
    if (at >= this.#heldUntil || at < this.#startedAt) {
      const { held, words } = this.#layout;
      this.#data.fill(0, held, held + words);
      this.#heldUntil = (Math.floor(at / stretch) + 1) * stretch;
    }
    this.#startedAt = at;
  }

  #fill(): void {
    const data = this.#data;
    const { rows, denied } = this.#vocabulary;
    const { words, all, held } = this.#layout;
    let bits = 0;
    let at = this.#word;
    while (bits === 0 && at < words) {
      bits = data[all + at] ?? 0;
      if (this.#passes) bits &= ~(data[held + at] ?? 0);
      for (let i = 0; bits !== 0 && i < this.#rows; i++) bits &= data[(rows[i] ?? 0) + at] ?? 0;
      for (let i = 0; bits !== 0 && i < this.#denied; i++) bits &= ~(data[(denied[i] ?? 0) + at] ?? 0);
      at++;
    }
    this.#bits = bits;
    this.#word = at;
  }

  #holds(rest: number): boolean {
    const group = this.#rests[rest - 1];
    return group === undefined || matches(group, this.#asked);
  }

  /** Where the entry of a value lies, 0 when there is none (blocks of keys lie there). */
  #entryOf(block: number, value: number): number {
    const data = this.#data;
    const table = data[block + keyFields.table] ?? 0;
    const mask = data[block + keyFields.mask] ?? 0;
    for (let entry = value & mask; ; entry = (entry + 1) & mask) {
      const at = table + entry * entrySize;
      const found = data[at] ?? 0;
      if (found === value) return at;
      if (found === 0) return 0;
    }
  }

  #union(one: number, other: number, into: number): number {
    const data = this.#data;
    for (let word = 0; word < this.#layout.words; word++)
      data[into + word] = (data[one + word] ?? 0) | (data[other + word] ?? 0);
    return into;
  }
}
