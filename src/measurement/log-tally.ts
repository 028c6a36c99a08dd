/** The totals of an import. */
import { type IgnoredReason, ignoredReasons, type ImportSummary } from './contract.ts';

export type LogTally = {
  line(answer: { status: number; size: number }, date: string, reason: IgnoredReason | null): void;
  /** A line that could not be read: counted with that reason, without status, day or bytes. */
  broken(): void;
  /** The counts of a part of the log that was read elsewhere. */
  add(part: Omit<ImportSummary, 'formats' | 'damaged'>): void;
  format(file: string, name: string): void;
  /** A packed file of which only so many lines could be read. */
  damaged(file: string, lines: number): void;
  lines(): number;
  summary(): ImportSummary;
};

export function logTally(): LogTally {
  let lines = 0;
  let pageviews = 0;
  let bytes = 0;
  const statuses = new Uint32Array(1000);
  const days = new Map<string, { count: number }>();
  const reasons = new Map<IgnoredReason, number>();
  const formats: Record<string, string> = {};
  const damages: Record<string, string> = {};
  let date = '';
  let day = { count: 0 };

  const ignore = (reason: IgnoredReason) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);

  return {
    line({ status, size }, onDate, reason) {
      lines++;
      bytes += size;
      if (status > 0) statuses[status] = (statuses[status] ?? 0) + 1;
      if (onDate !== date) {
        date = onDate;
        day = days.get(date) ?? { count: 0 };
        days.set(date, day);
      }
      day.count++;
      if (reason === null) pageviews++;
      else ignore(reason);
    },
    broken() {
      lines++;
      ignore('broken-line');
    },
    add(part) {
      lines += part.lines;
      pageviews += part.pageviews;
      bytes += part.bytes;
      for (const [status, count] of Object.entries(part.by_status))
        statuses[Number(status)] = (statuses[Number(status)] ?? 0) + count;
      for (const [onDate, count] of Object.entries(part.by_day)) {
        const known = days.get(onDate) ?? { count: 0 };
        known.count += count;
        days.set(onDate, known);
      }
      for (const reason of ignoredReasons) {
        const count = part.ignored[reason];
        if (count) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
      }
    },
    format: (file, name) => void (formats[file] = name),
    damaged(file, read) {
      damages[file] =
        read === 0
          ? 'The packed file is damaged: nothing of it can be read.'
          : `The packed file is damaged or cut off: its first ${read} lines were read. Import it again when it is whole; only the rest is added.`;
    },
    lines: () => lines,
    summary: () => ({
      lines,
      pageviews,
      by_status: Object.fromEntries(
        [...statuses].flatMap((count, status) => (count > 0 ? [[String(status), count]] : [])),
      ),
      by_day: Object.fromEntries(
        [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, { count }]) => [name, count]),
      ),
      bytes,
      ignored: Object.fromEntries([...reasons].toSorted(([, a], [, b]) => b - a)),
      formats,
      ...(Object.keys(damages).length > 0 ? { damaged: damages } : {}),
    }),
  };
}
