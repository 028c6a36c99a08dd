import { setTimeout as pause } from 'node:timers/promises';
import { resolve } from 'node:path';
import type { HistoryImport } from '#measurement/contract';
import { Refusal } from '#platform';
import type { Ask } from '../owner-commands.ts';

export type HistoryWords = {
  domain: string;
  paths: readonly string[];
  from?: string | undefined;
  to?: string | undefined;
  table?: string | undefined;
  liveDays?: string | undefined;
};

/**
 * Brings exports of another product into a site: the owner of the data folder reads the files where they lie, this waits and shows how far
 * it is. Rejects with a Refusal when the import failed.
 */
export async function importHistory(
  ask: Ask,
  { domain, paths, from, to, table, liveDays }: HistoryWords,
  onProgress: (rows: number) => void,
): Promise<HistoryImport & { already: boolean }> {
  const { id, already } = await ask<{ id: string; already: boolean }>('history-start', {
    domain,
    paths: paths.map((path) => resolve(path)),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(table ? { family: table } : {}),
    ...(liveDays ? { live_days: liveDays } : {}),
  });
  for (;;) {
    const row = await ask<HistoryImport>('history-read', { id });
    onProgress(row.rows_read);
    if (row.state === 'done') return { ...row, already };
    if (row.state === 'failed') throw new Refusal('bad-input', row.problem ?? 'The import failed.');
    await pause(150);
  }
}

/** What was brought, in words. */
export function historyWords({
  product,
  families,
  first_day,
  last_day,
  problem,
  already,
}: HistoryImport & { already: boolean }): string {
  const kept = Object.entries(families).map(([name, rows]) => `  ${name.padEnd(16)} ${rows}`);
  return [
    already
      ? `${product}: these files were imported before; nothing was added`
      : `${product}: ${first_day ?? '–'} to ${last_day ?? '–'}`,
    'rows by table:',
    ...kept,
    ...(problem ? [problem] : []),
  ].join('\n');
}
