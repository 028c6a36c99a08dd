/** Objects of a JSON file: an array of them, an object of arrays, or one a line; with the line each begins on. */
import { badPlace, type DataFile, textOfFile } from '#platform';

export type JsonObject = Record<string, unknown>;

const longest = 64 << 20;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects one a line; each line is parsed by itself, so that a file of any size passes. Throws a Refusal with the line. */
export async function* jsonLines(file: DataFile): AsyncGenerator<{ line: number; value: JsonObject }> {
  let rest = '';
  let line = 0;
  const parsed = (text: string): JsonObject => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw badPlace(file.name, line, 'the line is not JSON');
    }
    if (!isObject(value)) throw badPlace(file.name, line, 'the line is not a JSON object');
    return value;
  };
  for await (const piece of textOfFile(file)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longest) throw badPlace(file.name, line + 1, 'the line is too long');
    for (const text of lines) {
      line++;
      if (text.trim().replace(/^\uFEFF/, '') !== '') yield { line, value: parsed(text.replace(/^\uFEFF/, '')) };
    }
  }
  line++;
  if (rest.trim() !== '') yield { line, value: parsed(rest) };
}

/** The whole of a JSON document of at most 64 MB. Throws a Refusal with the line where it breaks. */
export async function jsonDocument(file: DataFile): Promise<unknown> {
  let text = '';
  for await (const piece of textOfFile(file)) {
    text += piece;
    if (text.length > longest)
      throw badPlace(file.name, 1, 'the document is larger than 64 MB; export one object a line');
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const at = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length);
    throw badPlace(file.name, text.slice(0, at).split('\n').length, 'the JSON is broken here');
  }
}

/** Objects of an array or one a line, whichever the file is. Rows of an array count as lines. */
export async function* jsonObjects(file: DataFile, start: string): AsyncGenerator<{ line: number; value: JsonObject }> {
  if (
    !start
      .trimStart()
      .replace(/^\uFEFF/, '')
      .startsWith('[')
  ) {
    yield* jsonLines(file);
    return;
  }
  const document = await jsonDocument(file);
  if (!Array.isArray(document)) throw badPlace(file.name, 1, 'must be a list');
  for (const [index, value] of document.entries()) {
    if (!isObject(value)) throw badPlace(file.name, index + 1, 'the entry is not an object');
    yield { line: index + 1, value };
  }
}

export const textIn = (value: unknown): string =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
