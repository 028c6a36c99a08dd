/**
 * Rows that come as objects, as the store's JSONEachRow would read them, gathered column by column into a Native block: the store
 * takes a block in for a tenth of what it costs to parse the same rows as text.
 */
import {
  dictionaryOfTexts,
  lengthAndText,
  nativeBlock,
  type NativeBlock,
  type NativeColumn,
  numberColumn,
  textsColumn,
} from './native-block.ts';

/**
 * What a column holds. `words`: texts of which many rows share one; `text`: texts that differ; `instant`: DateTime64(3) and
 * `wall clock`: DateTime, as `YYYY-MM-DD HH:MM:SS[.mmm]` in UTC or with a zone; `counted or null`: Nullable(UInt16).
 */
export type RowValue =
  | 'words'
  | 'text'
  | 'texts by name'
  | 'instant'
  | 'wall clock'
  | 'date'
  | 'UInt8'
  | 'UInt16'
  | 'UInt32'
  | 'UInt64'
  | 'Int64'
  | 'counted or null';

/** Gathers rows; a value that its column cannot hold is a RangeError, and the row counts as not added. */
export type RowGatherer = {
  /** Columns that are not known fall away; those a row does not name get their type's empty value. */
  add(row: Readonly<Record<string, unknown>>): void;
  rows(): number;
  /** The block with the columns that any row named; undefined without rows. */
  block(): NativeBlock | undefined;
};

type Column = {
  /** Whether the value can be kept; nothing is kept yet. */
  read(value: unknown): boolean;
  /** Keeps what was read last. */
  keep(row: number): void;
  write(name: string, rows: number): NativeColumn;
};

export function gatherRows(types: Readonly<Record<string, RowValue>>): RowGatherer {
  const columns = new Map<string, Column>();
  let rows = 0;

  function columnOf(name: string): Column | undefined {
    const known = columns.get(name);
    if (known) return known;
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (!type) return undefined;
    const made = makers[type](type);
    columns.set(name, made);
    return made;
  }

  return {
    add(row) {
      const named: Column[] = [];
      for (const name in row) {
        const column = columnOf(name);
        const value = row[name];
        if (!column || (value === null && types[name] !== 'counted or null')) continue;
        if (!column.read(value)) throw new RangeError(`${name} cannot be ${JSON.stringify(value)?.slice(0, 60)}`);
        named.push(column);
      }
      for (const column of named) column.keep(rows);
      rows++;
    },
    rows: () => rows,
    block: () =>
      rows === 0
        ? undefined
        : nativeBlock(
            [...columns].map(([name, column]) => column.write(name, rows)),
            rows,
          ),
  };
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array | Float64Array;

/** Room for a value per row, zero where nothing was kept. */
function roomy<T extends Numbers>(make: (length: number) => T) {
  let values = make(1024);
  return {
    at(row: number): T {
      if (row >= values.length) {
        const larger = make(Math.max(row + 1, values.length * 2));
        larger.set(values as never);
        values = larger;
      }
      return values;
    },
    of: (rows: number): T => (rows <= values.length ? values.subarray(0, rows) : grown(values, make(rows))) as T,
  };
}

function grown<T extends Numbers>(values: T, larger: T): T {
  larger.set(values as never);
  return larger;
}

const makers: Readonly<Record<RowValue, (type: RowValue) => Column>> = {
  words,
  text,
  'texts by name': textsByName,
  instant: () => moment("DateTime64(3, 'UTC')"),
  'wall clock': () => moment("DateTime('UTC')"),
  date,
  UInt8: () => whole('UInt8', 0xff, (length) => new Uint8Array(length)),
  UInt16: () => whole('UInt16', 0xffff, (length) => new Uint16Array(length)),
  UInt32: () => whole('UInt32', 0xffff_ffff, (length) => new Uint32Array(length)),
  UInt64: () => wide('UInt64', 0n, 2n ** 64n - 1n),
  Int64: () => wide('Int64', -(2n ** 63n), 2n ** 63n - 1n),
  'counted or null': countedOrNull,
};

function words(): Column {
  const places = roomy((length) => new Uint32Array(length));
  const known = new Map<string, number>([['', 0]]);
  let read = '';
  return {
    read: (value) => typeof value === 'string' && ((read = value), true),
    keep(row) {
      let place = known.get(read);
      if (place === undefined) known.set(read, (place = known.size));
      places.at(row)[row] = place;
    },
    write: (name, rows) => dictionaryOfTexts(name, [...known.keys()], places.of(rows)),
  };
}

function text(): Column {
  const texts: string[] = [];
  let read = '';
  return {
    read: (value) => typeof value === 'string' && ((read = value), true),
    keep(row) {
      while (texts.length < row) texts.push('');
      texts[row] = read;
    },
    write: (name, rows) => {
      while (texts.length < rows) texts.push('');
      return textsColumn(name, texts);
    },
  };
}

function textsByName(): Column {
  const maps: (readonly [string, string][] | undefined)[] = [];
  let read: [string, string][] = [];
  return {
    read(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      read = Object.entries(value);
      return read.every(([, held]) => typeof held === 'string');
    },
    keep: (row) => void (maps[row] = read),
    write(name, rows) {
      const ends = new BigUint64Array(rows);
      const [keys, values]: [Buffer[], Buffer[]] = [[], []];
      for (let row = 0; row < rows; row++) {
        for (const [key, value] of maps[row] ?? []) {
          keys.push(lengthAndText(key));
          values.push(lengthAndText(value));
        }
        ends[row] = BigInt(keys.length);
      }
      return { name, type: 'Map(String, String)', parts: [new Uint8Array(ends.buffer), ...keys, ...values] };
    },
  };
}

const decimal = /^-?\d{1,20}$/;

function wide(type: 'UInt64' | 'Int64', least: bigint, most: bigint): Column {
  const values = roomy((length) => new BigUint64Array(length));
  let read = 0n;
  return {
    read(value) {
      if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'string' || !decimal.test(value))
        return false;
      read = BigInt(value as string | number);
      return read >= least && read <= most;
    },
    keep: (row) => void (values.at(row)[row] = BigInt.asUintN(64, read)),
    write(name, rows) {
      const { buffer, byteOffset, byteLength } = values.of(rows);
      return { name, type, parts: [new Uint8Array(buffer, byteOffset, byteLength)] };
    },
  };
}

function numberIn(value: unknown, most: number): number {
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most ? number : -1;
}

function whole(type: string, most: number, make: (length: number) => Uint8Array | Uint16Array | Uint32Array): Column {
  const values = roomy(make);
  let read = 0;
  return {
    read: (value) => (read = numberIn(value, most)) >= 0,
    keep: (row) => void (values.at(row)[row] = read),
    write: (name, rows) => numberColumn(name, type, values.of(rows)),
  };
}

function countedOrNull(): Column {
  const values = roomy((length) => new Uint16Array(length));
  const there = roomy((length) => new Uint8Array(length));
  let read = -1;
  return {
    read(value) {
      read = value === null ? -1 : numberIn(value, 0xffff);
      return value === null || read >= 0;
    },
    keep(row) {
      values.at(row)[row] = Math.max(0, read);
      there.at(row)[row] = read < 0 ? 0 : 1;
    },
    write(name, rows) {
      const nulls = there.of(rows).map((is) => 1 - is);
      const [numbers] = numberColumn(name, 'UInt16', values.of(rows)).parts;
      return { name, type: 'Nullable(UInt16)', parts: [nulls, numbers ?? new Uint8Array(0)] };
    },
  };
}

const plainTime = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?Z?$/;

/** Milliseconds since 1970, NaN when the text is no time. The last minute met is remembered: rows come in the order of time. */
function timeReader(): (text: string) => number {
  let minute = '';
  let start = 0;
  return (text) => {
    // `YYYY-MM-DD HH:MM:SS.mmm`, as our own writers have it.
    if ((text.length === 23 || text.length === 19) && text.startsWith(minute) && minute !== '') {
      const rest = text.length === 23 ? Number(text.slice(17)) : Number(text.slice(17, 19));
      if (rest >= 0 && rest < 60) return start + Math.round(rest * 1000);
    }
    const found = plainTime.exec(text);
    if (!found) return Date.parse(text);
    const [, year, month, day, hours, minutes, seconds, fraction = ''] = found;
    start = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes));
    const parsed = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:00Z`);
    if (Number.isNaN(parsed) || Number(seconds) > 59) return Number.NaN;
    minute = text.slice(0, 17);
    return start + Number(seconds) * 1000 + Number(fraction.padEnd(3, '0'));
  };
}

function moment(type: "DateTime64(3, 'UTC')" | "DateTime('UTC')"): Column {
  const isFine = type.startsWith('DateTime64');
  const times = roomy((length) => new Float64Array(length));
  const readTime = timeReader();
  let read = 0;
  return {
    read: (value) => typeof value === 'string' && ((read = readTime(value)), read >= 0 && read < 2 ** 32 * 1000),
    keep: (row) => void (times.at(row)[row] = read),
    write(name, rows) {
      const of = times.of(rows);
      if (!isFine)
        return numberColumn(
          name,
          type,
          Uint32Array.from(of, (ms) => ms / 1000),
        );
      const { buffer } = BigInt64Array.from(of, (ms) => BigInt(ms));
      return { name, type, parts: [new Uint8Array(buffer)] };
    },
  };
}

function date(): Column {
  const days = roomy((length) => new Uint16Array(length));
  let [text, read] = ['', 0];
  return {
    read(value) {
      if (value === text && text !== '') return true;
      if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
      const day = Date.parse(value) / 86_400_000;
      if (!(day >= 0 && day <= 0xffff)) return false;
      [text, read] = [value, day];
      return true;
    },
    keep: (row) => void (days.at(row)[row] = read),
    write: (name, rows) => numberColumn(name, 'Date', days.of(rows)),
  };
}
