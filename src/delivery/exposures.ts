/**
 * Who saw what, and when: visitors in an open-addressing table of 64-bit hashes, what each saw as a chain in one pool of typed
 * arrays. Some 30 bytes a visitor and 18 an exposure; both are bounded, and those unseen for longest make room.
 */

/** The longest that a decision may still become an impression: as long as its signed address is valid. Milliseconds. */
export const patience = 3_600_000;
/** A visit ends after more than 30 minutes without a request. */
const visitGap = 1_800_000;
/** More exposures of one visitor are added up, the later time standing for both: a cap is then kept for longer, never for less. */
export const mostPerVisitor = 400;
/** How many visitors are compared to find one that was not seen for long. */
const sample = 32;
const isPending = 0x8000;
const mostCount = 0x7fff;

/** How long exposures of a thing matter: within `horizon` milliseconds one by one, with `isForever` also added up for good. */
export type Need = { horizon: number; isForever: boolean };

/** `counts`: −1 for a decision whose impression may still come. */
export type SeenByOne = { whats: Uint32Array; times: Float64Array; counts: Int32Array };

export type Exposures = {
  /** The place of a visitor, −1 when unknown. */
  find(visitor: string): number;
  /** The same; made when new. Notes that the visitor is here. */
  arrive(visitor: string, now: number): number;
  /** Start of the visit, milliseconds. */
  visitOf(place: number): number;
  /** Copies what a visitor saw, the latest decided first, and says how many exposures there are. */
  read(place: number, into: SeenByOne): number;
  add(place: number, exposure: { what: number; at: number; pending: boolean }, need: (what: number) => Need): void;
  /** Turns the decision of this second into an impression; false when there is none. */
  confirm(place: number, what: number, decidedAt: number, at: number): boolean;
  size(): { visitors: number; exposures: number; bytes: number };
  dump(): Uint8Array[];
  load(bytes: Uint8Array): void;
};

export function openExposures(mostVisitors: number, mostExposures: number): Exposures {
  let highs = new Uint32Array(256);
  let lows = new Uint32Array(256);
  let seenAt = new Float64Array(256);
  let visitAt = new Float64Array(256);
  let heads = new Int32Array(256);
  let index = new Int32Array(512).fill(-1);
  let visitors = 0;
  let hand = 0;

  let whats = new Uint32Array(256);
  let times = new Float64Array(256);
  let counts = new Uint16Array(256);
  let nexts = new Int32Array(256);
  let used = 0;
  let free = -1;
  let held = 0;

  let lastName = '';
  let lastPlace = -1;
  const hash = { high: 0, low: 0 };

  /** The cell of the hash in the index, or −1 − the free one where it would go. */
  function cellOf(high: number, low: number): number {
    const size = index.length;
    for (let cell = Math.floor((high / 0x1_0000_0000) * size); ; cell = cell + 1 === size ? 0 : cell + 1) {
      const place = index[cell] ?? -1;
      if (place < 0) return -1 - cell;
      if (highs[place] === high && lows[place] === low) return cell;
    }
  }

  function enter(place: number): void {
    index[-1 - cellOf(highs[place] ?? 0, lows[place] ?? 0)] = place;
  }

  /** Takes a hash out of the index; what was pushed on by it moves back (Knuth, volume 3, algorithm 6.4 R). */
  function leave(place: number): void {
    const size = index.length;
    let hole = cellOf(highs[place] ?? 0, lows[place] ?? 0);
    for (let cell = (hole + 1) % size; ; cell = (cell + 1) % size) {
      const other = index[cell] ?? -1;
      if (other < 0) break;
      const home = Math.floor(((highs[other] ?? 0) / 0x1_0000_0000) * size);
      if ((cell - home + size) % size < (cell - hole + size) % size) continue;
      index[hole] = other;
      hole = cell;
    }
    index[hole] = -1;
  }

  function growVisitors(): void {
    const capacity = Math.min(mostVisitors, highs.length * 2);
    highs = copied(highs, new Uint32Array(capacity));
    lows = copied(lows, new Uint32Array(capacity));
    seenAt = copied(seenAt, new Float64Array(capacity));
    visitAt = copied(visitAt, new Float64Array(capacity));
    heads = copied(heads, new Int32Array(capacity));
    index = new Int32Array(Math.ceil(capacity * 1.4)).fill(-1);
    for (let place = 0; place < visitors; place++) enter(place);
  }

  /** One that was not seen for long; with `holding`, one with exposures. */
  function oldest(holding: boolean, but: number): number {
    let found = -1;
    for (let tried = 0, looked = 0; tried < sample && looked < visitors; looked++) {
      hand = hand + 1 >= visitors ? 0 : hand + 1;
      if (hand === but || (holding && (heads[hand] ?? -1) < 0)) continue;
      tried++;
      if (found < 0 || (seenAt[hand] ?? 0) < (seenAt[found] ?? 0)) found = hand;
    }
    return found;
  }

  function drop(place: number, entry: number, before: number): void {
    const following = nexts[entry] ?? -1;
    if (before < 0) heads[place] = following;
    else nexts[before] = following;
    nexts[entry] = free;
    free = entry;
    held--;
  }

  function forget(place: number): void {
    while ((heads[place] ?? -1) >= 0) drop(place, heads[place] ?? -1, -1);
  }

  function newPlace(): number {
    if (visitors < mostVisitors) {
      if (visitors === highs.length) growVisitors();
      return visitors++;
    }
    const place = oldest(false, -1);
    forget(place);
    leave(place);
    return place;
  }

  function newEntry(place: number): number {
    while (free < 0 && used === mostExposures) {
      const victim = oldest(true, place);
      forget(victim < 0 ? place : victim);
    }
    held++;
    if (free >= 0) {
      const entry = free;
      free = nexts[entry] ?? -1;
      return entry;
    }
    if (used === whats.length) {
      const capacity = Math.min(mostExposures, used * 2);
      whats = copied(whats, new Uint32Array(capacity));
      times = copied(times, new Float64Array(capacity));
      counts = copied(counts, new Uint16Array(capacity));
      nexts = copied(nexts, new Int32Array(capacity));
    }
    return used++;
  }

  /** Lets go of what no cap asks for any more, and adds up what only caps for good ask for. */
  function prune(place: number, now: number, need: (what: number) => Need): void {
    let before = -1;
    let length = 0;
    for (let entry = heads[place] ?? -1; entry >= 0;) {
      const following = nexts[entry] ?? -1;
      const at = times[entry] ?? 0;
      const count = counts[entry] ?? 0;
      const what = whats[entry] ?? 0;
      let gone = (count & isPending) !== 0 && now - at >= patience;
      if ((count & isPending) === 0 && at < (visitAt[place] ?? 0)) {
        const { horizon, isForever } = need(what);
        if (at <= now - horizon) gone = !isForever || into(following, what, count, at);
      }
      if (gone) drop(place, entry, before);
      else {
        before = entry;
        length++;
      }
      entry = following;
    }
    if (length >= mostPerVisitor) squeeze(place);
  }

  /** Adds a count to a later link of the chain that is of the same thing. */
  function into(from: number, what: number, count: number, at: number): boolean {
    for (let entry = from; entry >= 0; entry = nexts[entry] ?? -1) {
      const sum = (counts[entry] ?? 0) + count;
      if (whats[entry] !== what || sum > mostCount) continue;
      counts[entry] = sum;
      times[entry] = Math.max(times[entry] ?? 0, at);
      return true;
    }
    return false;
  }

  /** One exposure less: the two of a thing that come to the least together become one, of the later time. */
  function squeeze(place: number): void {
    const latest = new Map<number, number>();
    let [least, kept, gone, beforeGone, last, beforeLast] = [mostCount + 1, -1, -1, -1, -1, -1];
    for (let entry = heads[place] ?? -1; entry >= 0; entry = nexts[entry] ?? -1) {
      [beforeLast, last] = [last, entry];
      const count = counts[entry] ?? 0;
      if (count & isPending) continue;
      const what = whats[entry] ?? 0;
      const later = latest.get(what);
      latest.set(what, entry);
      const sum = later === undefined ? Number.POSITIVE_INFINITY : count + (counts[later] ?? 0);
      // Of pairs alike, the earliest.
      if (later !== undefined && sum <= least) [least, kept, gone, beforeGone] = [sum, later, entry, beforeLast];
    }
    // As many different things as that: the first that was seen goes.
    if (gone < 0) return drop(place, last, beforeLast);
    counts[kept] = least;
    times[kept] = Math.max(times[kept] ?? 0, times[gone] ?? 0);
    drop(place, gone, beforeGone);
  }

  function find(visitor: string): number {
    if (visitor === lastName && lastPlace >= 0) return lastPlace;
    hashOf(visitor, hash);
    const cell = cellOf(hash.high, hash.low);
    lastName = visitor;
    lastPlace = cell < 0 ? -1 : (index[cell] ?? -1);
    return lastPlace;
  }

  return {
    find,
    arrive(visitor, now) {
      let place = find(visitor);
      if (place < 0) {
        place = newPlace();
        hashOf(visitor, hash);
        highs[place] = hash.high;
        lows[place] = hash.low;
        heads[place] = -1;
        visitAt[place] = now;
        enter(place);
        lastPlace = place;
      } else if (now - (seenAt[place] ?? now) > visitGap) visitAt[place] = now;
      seenAt[place] = now;
      return place;
    },
    visitOf: (place) => visitAt[place] ?? 0,
    read(place, into) {
      let count = 0;
      for (let entry = heads[place] ?? -1; entry >= 0; entry = nexts[entry] ?? -1) {
        const number = counts[entry] ?? 0;
        into.whats[count] = whats[entry] ?? 0;
        into.times[count] = times[entry] ?? 0;
        into.counts[count++] = number & isPending ? -1 : number;
      }
      return count;
    },
    add(place, { what, at, pending }, need) {
      prune(place, at, need);
      const entry = newEntry(place);
      whats[entry] = what;
      times[entry] = at;
      counts[entry] = pending ? isPending | 1 : 1;
      nexts[entry] = heads[place] ?? -1;
      heads[place] = entry;
    },
    confirm(place, what, decidedAt, at) {
      const second = Math.floor(decidedAt / 1000);
      for (let entry = heads[place] ?? -1; entry >= 0; entry = nexts[entry] ?? -1) {
        if (!((counts[entry] ?? 0) & isPending) || whats[entry] !== what) continue;
        if (Math.floor((times[entry] ?? 0) / 1000) !== second) continue;
        counts[entry] = 1;
        times[entry] = at;
        return true;
      }
      return false;
    },
    size: () => ({
      visitors,
      exposures: held,
      bytes: [highs, lows, seenAt, visitAt, heads, index, whats, times, counts, nexts].reduce(
        (sum, { byteLength }) => sum + byteLength,
        0,
      ),
    }),
    dump: () => [
      bytesOf(Float64Array.of(visitors, used, free, held)),
      bytesOf(seenAt.subarray(0, visitors)),
      bytesOf(visitAt.subarray(0, visitors)),
      bytesOf(times.subarray(0, used)),
      bytesOf(highs.subarray(0, visitors)),
      bytesOf(lows.subarray(0, visitors)),
      bytesOf(heads.subarray(0, visitors)),
      bytesOf(whats.subarray(0, used)),
      bytesOf(nexts.subarray(0, used)),
      bytesOf(counts.subarray(0, used)),
    ],
    load(bytes) {
      // A copy, because a view of 64-bit numbers must begin on a multiple of eight.
      const { buffer } = new Uint8Array(bytes);
      const [people = 0, links = 0, freed = -1, holding = 0] = new Float64Array(buffer.slice(0, 32));
      if (people > mostVisitors || links > mostExposures || buffer.byteLength !== 32 + people * 28 + links * 18) return;
      let at = 32;
      const take = (size: number) => buffer.slice(at, (at += size));
      const capacity = Math.min(mostVisitors, Math.max(256, 2 ** Math.ceil(Math.log2(people + 1))));
      const pool = Math.min(mostExposures, Math.max(256, 2 ** Math.ceil(Math.log2(links + 1))));
      seenAt = copied(new Float64Array(take(people * 8)), new Float64Array(capacity));
      visitAt = copied(new Float64Array(take(people * 8)), new Float64Array(capacity));
      times = copied(new Float64Array(take(links * 8)), new Float64Array(pool));
      highs = copied(new Uint32Array(take(people * 4)), new Uint32Array(capacity));
      lows = copied(new Uint32Array(take(people * 4)), new Uint32Array(capacity));
      heads = copied(new Int32Array(take(people * 4)), new Int32Array(capacity));
      whats = copied(new Uint32Array(take(links * 4)), new Uint32Array(pool));
      nexts = copied(new Int32Array(take(links * 4)), new Int32Array(pool));
      counts = copied(new Uint16Array(take(links * 2)), new Uint16Array(pool));
      [visitors, used, free, held] = [people, links, freed, holding];
      index = new Int32Array(Math.ceil(capacity * 1.4)).fill(-1);
      for (let place = 0; place < visitors; place++) enter(place);
      lastPlace = -1;
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function copied<T extends Uint32Array | Int32Array | Uint16Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** 64 bits of a name: two lanes of multiply and mix, as MurmurHash3 finishes them. */
function hashOf(name: string, into: { high: number; low: number }): void {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
    low ^= low >>> 15;
  }
  high = Math.imul(high ^ (high >>> 16) ^ low, 0x85ebca6b);
  low = Math.imul(low ^ (low >>> 13) ^ high, 0xc2b2ae35);
  into.high = (high ^ (high >>> 15)) >>> 0;
  into.low = (low ^ (low >>> 16)) >>> 0;
}
