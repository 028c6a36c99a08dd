/**
 * Remembers what was made of a text that lies somewhere as bytes. It is found by the bytes as they lie, so that a text that was met
 * before never becomes a string again: that is what most of a log's lines are made of.
 */
export type TextTable<T> = {
  /** What was made of the bytes [start, end) and `salt`, which keeps the same bytes of different meanings apart. */
  of(view: DataView, start: number, end: number, salt?: number): T;
  /** Forgets everything. */
  clear(): void;
};

/** A text beyond so many neighbours is made anew each time: nobody's choice of texts can make a look-up slow. */
const mostProbes = 32;
const firstEntries = 256;
const firstBytes = 16_384;

/**
 * `make` is given the bytes as text, one character a byte. At most `most` texts of `mostBytes` bytes together are kept; then all
 * are forgotten, and met again.
 */
export function textTable<T>(
  make: (text: string, salt: number) => T,
  { most = 50_000, mostBytes = 8 << 20 }: { most?: number; mostBytes?: number } = {},
): TextTable<T> {
  let slots = new Int32Array(firstEntries * 4);
  let mask = slots.length - 1;
  let entries = columnsFor(firstEntries);
  let values: T[] = [];
  let kept = Buffer.allocUnsafeSlow(firstBytes);
  let keptView = viewOf(kept);
  let keptEnd = 0;

  function clear(): void {
    slots.fill(0);
    values = [];
    keptEnd = 0;
  }

  function isSame(entry: number, view: DataView, start: number, end: number): boolean {
    let at = start;
    let other = entries.starts[entry] as number;
    for (; at + 4 <= end; at += 4, other += 4)
      if (view.getInt32(at, true) !== keptView.getInt32(other, true)) return false;
    for (; at < end; at++, other++) if (view.getUint8(at) !== keptView.getUint8(other)) return false;
    return true;
  }

  function add(view: DataView, start: number, end: number, hash: number, salt: number): T {
    const length = end - start;
    const bytes = Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + start, length);
    const value = make(bytes.toString('latin1'), salt);
    if (length > mostBytes) return value;
    if (values.length >= most || keptEnd + length > mostBytes) clear();
    const entry = values.push(value) - 1;
    if (entry >= entries.hashes.length) grow();
    if (keptEnd + length > kept.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(kept.length * 2, keptEnd + length));
      kept.copy(wider, 0, 0, keptEnd);
      kept = wider;
      keptView = viewOf(kept);
    }
    bytes.copy(kept, keptEnd);
    entries.hashes[entry] = hash;
    entries.salts[entry] = salt;
    entries.starts[entry] = keptEnd;
    entries.lengths[entry] = length;
    keptEnd += length;
    place(entry, hash);
    return value;
  }

  function place(entry: number, hash: number): void {
    let slot = hash & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  function grow(): void {
    const wider = columnsFor(entries.hashes.length * 2);
    for (const name of ['hashes', 'salts', 'starts', 'lengths'] as const) wider[name].set(entries[name]);
    entries = wider;
    slots = new Int32Array(entries.hashes.length * 4);
    mask = slots.length - 1;
    // The newest is placed by who adds it.
    for (let entry = 0; entry < values.length - 1; entry++) place(entry, entries.hashes[entry] as number);
  }

  return {
    of(view, start, end, salt = 0) {
      const length = end - start;
      const hash = hashOf(view, start, end, salt);
      let slot = hash & mask;
      for (let probes = 0; probes < mostProbes; probes++) {
        const entry = (slots[slot] as number) - 1;
        if (entry < 0) return add(view, start, end, hash, salt);
        if (
          entries.hashes[entry] === hash &&
          entries.lengths[entry] === length &&
          entries.salts[entry] === salt &&
          isSame(entry, view, start, end)
        )
          return values[entry] as T;
        slot = (slot + 1) & mask;
      }
      return make(Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + start, length).toString('latin1'), salt);
    },
    clear,
  };
}

const columnsFor = (size: number) => ({
  hashes: new Int32Array(size),
  salts: new Int32Array(size),
  starts: new Uint32Array(size),
  lengths: new Uint32Array(size),
});

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** Four bytes at a time; the mixing is that of MurmurHash3. */
function hashOf(view: DataView, start: number, end: number, salt: number): number {
  let hash = Math.imul(salt, 0x27d4_eb2f) ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0xcc9e_2d51);
    hash = (hash << 15) | (hash >>> 17);
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x1b87_3593);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
