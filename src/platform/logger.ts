/** Structured logs: one JSON object a line on stderr. */
const levels = { debug: 10, info: 20, warn: 30, error: 40 } as const;
export type LogLevel = keyof typeof levels;
export type Log = Record<LogLevel, (message: string, fields?: Record<string, unknown>) => void>;

export function openLog(
  process_: string,
  least: LogLevel,
  write: (line: string) => void = (l) => process.stderr.write(l),
): Log {
  const at =
    (level: LogLevel): Log['info'] =>
    (message, fields = {}) => {
      if (levels[level] < levels[least]) return;
      write(`${JSON.stringify({ at: new Date().toISOString(), level, process: process_, message, ...fields })}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What of an unknown thrown value is worth a log line. */
export function errorFields(error: unknown): Record<string, unknown> {
  return error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
}
