/** The JSON of something large, written a little at a time: a whole book at once would hold up everything else that the process does. */

/** Entries of a list or of a map that are written together. */
const together = 100;
/** The longest that other work waits, milliseconds. */
const turn = 8;

/** What JSON.stringify makes of an object. */
export async function textInTurns(of: object): Promise<string> {
  let text = '';
  let since = performance.now();
  for (const piece of piecesOf(of)) {
    text += piece;
    if (performance.now() - since < turn) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
  return text;
}

function* piecesOf(of: object): Iterable<string> {
  let before = '{';
  for (const [name, value] of Object.entries(of) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (Array.isArray(value)) yield* listOf(value);
    else if (isPlain(value)) yield* mapOf(value);
    else yield JSON.stringify(value);
  }
  yield before === '{' ? '{}' : '}';
}

function* listOf(all: readonly unknown[]): Iterable<string> {
  yield '[';
  for (let from = 0; from < all.length; from += together)
    yield (from === 0 ? '' : ',') + JSON.stringify(all.slice(from, from + together)).slice(1, -1);
  yield ']';
}

function* mapOf(all: Record<string, unknown>): Iterable<string> {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  yield '{';
  for (let from = 0; from < entries.length; from += together)
    yield (
      (from === 0 ? '' : ',') + JSON.stringify(Object.fromEntries(entries.slice(from, from + together))).slice(1, -1)
    );
  yield '}';
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
