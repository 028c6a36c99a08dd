/**
 * ClickHouse's Native format: one block of rows, column by column, as the store keeps them in memory. The store takes it in
 * without parsing a text: an insert costs a quarter of what it costs as TSV.
 *
 * A block is the number of columns and of rows (as varints), then of each column its name, its type and its values. Numbers
 * are little-endian. A LowCardinality column is a dictionary (the first word is the empty one) and a place in it per row.
 */
import { endianness } from 'node:os';

export type NativeColumn = { name: string; type: string; parts: readonly Uint8Array[] };
type Numbers = Uint8Array | Uint16Array | Uint32Array;

if (endianness() !== 'LE')
  throw new Error('Vigie writes the memory of numbers as it is, which takes a little-endian machine.');

const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers) => new Uint8Array(buffer, byteOffset, byteLength);

/** A column of numbers of up to 32 bits: UInt8, UInt16, UInt32, Date (days), DateTime (seconds). */
export const numberColumn = (name: string, type: string, values: Numbers): NativeColumn => ({
  name,
  type,
  parts: [bytesOf(values)],
});

/** A column of 64 bits (UInt64, Int64, DateTime64) of whole numbers below 2^53. */
export function wideColumn(name: string, type: string, values: Float64Array): NativeColumn {
  const halves = new Uint32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const high = Math.floor(value / 4_294_967_296);
    halves[i * 2] = value - high * 4_294_967_296;
    halves[i * 2 + 1] = high;
  }
  return { name, type, parts: [bytesOf(halves)] };
}

/** A column of texts that are written already: each its length as a varint, then its bytes. */
export const textColumn = (name: string, written: Uint8Array): NativeColumn => ({
  name,
  type: 'String',
  parts: [written],
});

/** A column of texts that differ from row to row. */
export const textsColumn = (name: string, texts: readonly string[]): NativeColumn => textColumn(name, written(texts));

/** Texts after one another, each its length as a varint, then its bytes. */
function written(texts: readonly string[]): Uint8Array {
  let bytes = Buffer.allocUnsafe(texts.reduce((size, text) => size + 5 + text.length, 0));
  let end = 0;
  for (const text of texts) {
    // At most three bytes a UTF-16 unit.
    if (end + 5 + text.length * 3 > bytes.length) {
      const larger = Buffer.allocUnsafe(bytes.length * 2 + 5 + text.length * 3);
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    let length = text.length < 43 ? bytes.write(text, end + 1) : Buffer.byteLength(text);
    if (text.length < 43) bytes[end++] = length;
    else {
      let rest = length;
      for (; rest > 127; rest >>>= 7) bytes[end++] = (rest & 127) | 128;
      bytes[end++] = rest;
      length = bytes.write(text, end);
    }
    end += length;
  }
  return bytes.subarray(0, end);
}

/** LowCardinality(String): `places[row]` is the place of its text in `texts`, of which the first is the empty one and none is there twice. */
export function dictionaryOfTexts(name: string, texts: readonly string[], places: Uint32Array): NativeColumn {
  const rows = numbersFor(texts.length, places.length);
  rows.set(places);
  return dictionary(name, texts, rows);
}

/** Which of `size` places are met in a column's rows. */
export function metOf(places: Uint32Array, size: number): Uint8Array {
  const isMet = new Uint8Array(size);
  for (let row = 0; row < places.length; row++) isMet[places[row] as number] = 1;
  return isMet;
}

/**
 * LowCardinality(String): `places[row]` is a number below `size`; the text of each that is met is asked for once. Columns that tell
 * of the same places may share what `metOf` found.
 */
export function dictionaryColumn(
  name: string,
  places: Uint32Array,
  {
    size,
    textOf,
    isMet = metOf(places, size),
  }: { size: number; textOf: (place: number) => string; isMet?: Uint8Array | undefined },
): NativeColumn {
  const keys = [''];
  const keyOfText = new Map([['', 0]]);
  const keyOfPlace = new Uint32Array(size);
  let last = '';
  let lastKey = 0;
  for (let place = 0; place < size; place++) {
    if (isMet[place] === 0) continue;
    const text = textOf(place);
    if (text === '') continue;
    if (text !== last) {
      let key = keyOfText.get(text);
      if (key === undefined) keyOfText.set(text, (key = keys.push(text) - 1));
      last = text;
      lastKey = key;
    }
    keyOfPlace[place] = lastKey;
  }
  if (keys.length === 1) return dictionary(name, keys, numbersFor(1, places.length));
  const rows = numbersFor(keys.length, places.length);
  for (let row = 0; row < places.length; row++) rows[row] = keyOfPlace[places[row] as number] as number;
  return dictionary(name, keys, rows);
}

/** Room for a key a row, in the narrowest numbers that hold so many keys. */
function numbersFor(keys: number, rows: number): Numbers {
  if (keys > 65_536) return new Uint32Array(rows);
  return keys > 256 ? new Uint16Array(rows) : new Uint8Array(rows);
}

/** LowCardinality(String) with the same text in every row. */
export const constantColumn = (name: string, text: string, rows: number): NativeColumn =>
  text === ''
    ? dictionary(name, [''], new Uint8Array(rows))
    : dictionary(name, ['', text], new Uint8Array(rows).fill(1));

/** What the store calls: shared dictionaries with additional keys; keys come with this block; and they are new. */
const version = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
const comesWithKeys = 0x600;

function dictionary(name: string, keys: readonly string[], rows: Numbers): NativeColumn {
  const wide = keys.length > 65_536 ? 2 : keys.length > 256 ? 1 : 0;
  return {
    name,
    type: 'LowCardinality(String)',
    parts: [version, eight(comesWithKeys + wide), eight(keys.length), written(keys), eight(rows.length), bytesOf(rows)],
  };
}

function eight(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
  return Buffer.from(bytes);
}

/** A text as the format has it: its length in bytes, then its bytes. */
export function lengthAndText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** A block in the format, with memory of its own, and the names of its columns in their order. */
export type NativeBlock = { bytes: Uint8Array<ArrayBuffer>; columns: readonly string[] };

/** The block of `rows` rows with these columns. */
export function nativeBlock(columns: readonly NativeColumn[], rows: number): NativeBlock {
  const parts = [
    varint(columns.length),
    varint(rows),
    ...columns.flatMap((column) => [lengthAndText(column.name), lengthAndText(column.type), ...column.parts]),
  ];
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return { bytes, columns: columns.map(({ name }) => name) };
}

/** Blocks of the same columns in one: the store takes in one after the other. Undefined of none. */
export function joinedBlocks(blocks: readonly NativeBlock[]): NativeBlock | undefined {
  const [first, ...more] = blocks;
  if (!first || more.length === 0) return first;
  const bytes = new Uint8Array(blocks.reduce((size, block) => size + block.bytes.length, 0));
  let end = 0;
  for (const block of blocks) {
    if (block.columns.join() !== first.columns.join()) throw new Error('Blocks of different columns are no one block.');
    bytes.set(block.bytes, end);
    end += block.bytes.length;
  }
  return { bytes, columns: first.columns };
}
