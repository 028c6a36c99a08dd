/** The log formats that can be read, and how a file's own lines say which one it is in. */
import { jsonParser } from './log-json.ts';
import { blankLine, combinedParser, type LineParser } from './log-line.ts';

export const logFormats = ['common', 'combined', 'vhost-combined', 'nginx-json'] as const;
export type LogFormat = (typeof logFormats)[number];

export const parserOf = (format: LogFormat): LineParser =>
  format === 'nginx-json' ? jsonParser : combinedParser(format === 'vhost-combined');

const sampled = 100;

/** The format that most of the first lines are in; undefined when none of them is in any. */
export function formatOf(head: string): LogFormat | undefined {
  const counts = new Map<LogFormat, number>();
  const parsers = { plain: combinedParser(false), hosted: combinedParser(true) };
  const line = blankLine();
  for (const text of head.split('\n', sampled)) {
    const format = formatOfLine(text.trimEnd(), parsers, line);
    if (format) counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

function formatOfLine(
  text: string,
  { plain, hosted }: { plain: LineParser; hosted: LineParser },
  line: ReturnType<typeof blankLine>,
): LogFormat | undefined {
  if (text.startsWith('{')) return jsonParser(text, 0, text.length, line) ? 'nginx-json' : undefined;
  // Words before the time: address, ident, user; with a virtual host one more.
  const words = text.slice(0, text.indexOf(' [')).split(' ').length;
  if (words === 4 && hosted(text, 0, text.length, line)) return 'vhost-combined';
  if (!plain(text, 0, text.length, line)) return undefined;
  return line.userAgent === undefined ? 'common' : 'combined';
}
