/** What a file is, found in the file itself: the first reader that knows it reads it. */
import { badPlace, type DataFile, isBlank, readTable, Refusal, textOfFile } from '#platform';
import { ga4Events } from './ga4-events.ts';
import { ga4Tables } from './ga4-tables.ts';
import type { Head, HistoryOptions, Reader, Recognised } from './history-item.ts';
import { matomoJson, matomoTables } from './matomo-reports.ts';
import { matomoVisits } from './matomo-visits.ts';
import { plausibleTable } from './plausible-tables.ts';
import { umamiEvents, umamiTables } from './umami.ts';

const readers: readonly Reader[] = [
  plausibleTable,
  umamiEvents,
  matomoVisits,
  ga4Events,
  matomoJson,
  ga4Tables,
  matomoTables,
  umamiTables,
];

const headRows = 60;

/** The tables and events in a file. Throws a Refusal that names the file, with the line where one is to blame. */
export async function recognise(file: DataFile, options: HistoryOptions): Promise<Recognised[]> {
  const head = await headOf(file, options);
  for (const reader of readers) {
    const found = await reader(head);
    if (found) return found;
  }
  const first = head.rows.find((row) => !isBlank(row));
  if (!first) throw new Refusal('bad-input', `${file.name}: is empty.`, { field: 'file' });
  throw badPlace(
    file.name,
    first.line,
    `no export of Plausible, Matomo, Google Analytics 4 or Umami begins like this (${JSON.stringify(first.cells.join(', ').slice(0, 80))})`,
  );
}

/** Whether the file begins as one that `recognise` may know, without reading more than its start: what tells it from a server's log. */
export async function looksLikeHistory(file: DataFile): Promise<boolean> {
  const text = await startOf(file);
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const firstLine = (start.split('\n')[0] ?? '').toLowerCase();
  if (/^[[{]/.test(start))
    return /"(?:event_timestamp|actionDetails|idVisit|nb_visits|nb_uniq_visitors|nb_hits|session_id|sessionId)"/.test(
      start,
    );
  if (/^# ?-{3,}/.test(firstLine) || /^#\s*\d{8}\s*-\s*\d{8}/m.test(start)) return true;
  const cells = firstLine.split(/[,;\t]/).map((cell) => cell.replace(/^"|"$|\r$/g, '').trim());
  const marks = ['date', 'idvisit', 'session_id', 'nb_visits', 'nb_uniq_visitors', 'label', 'sessions', 'x'];
  return (
    cells.length > 1 &&
    (cells.some((cell) => marks.includes(cell)) || cells.some((cell) => /active users|utilisateurs actifs/.test(cell)))
  );
}

async function startOf(file: DataFile): Promise<string> {
  let text = '';
  for await (const piece of textOfFile(file)) {
    text += piece;
    if (text.length >= 65_536) break;
  }
  return text.slice(0, 65_536);
}

async function headOf(file: DataFile, options: HistoryOptions): Promise<Head> {
  const text = await startOf(file);
  const rows: Head['rows'][number][] = [];
  if (!/^\uFEFF?\s*[[{]/.test(text)) {
    for await (const row of readTable(file)) {
      rows.push(row);
      if (rows.length === headRows) break;
    }
    while (rows[0] && isBlank(rows[0])) rows.shift();
  }
  return { file, text, rows, options };
}
