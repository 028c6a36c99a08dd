import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Config } from '#platform';

/** A command answers its exit code; it throws a Refusal for "no" and BadUsage for words it does not understand. */
export type Command = (args: string[], config: Config) => Promise<number>;

export class BadUsage extends Error {}

/** Parses a command's words; `--data` and `--json` are known everywhere. */
export function wordsOf<const O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      strict: true,
      options: { ...options, data: { type: 'string' }, json: { type: 'boolean' } },
    });
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error));
  }
}

/** Prints an answer: one JSON object with `--json`, else the given text. */
export function print(json: boolean | undefined, answer: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${text}\n`);
}
