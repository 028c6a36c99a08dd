import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileLedger, importLog, type ImportRows, looksLikeHistory, recordRows } from '#measurement';
import type { SiteOfBook } from '#measurement/contract';
import { type Events, openDataFiles, openEvents, Refusal } from '#platform';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { historyWords, importHistory } from './import-history.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie import FILE… --site DOMAIN`: web-server logs through the same steps as live hits, or the exports of another product. */
const importCommand: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    site: { type: 'string' },
    format: { type: 'string' },
    'dry-run': { type: 'boolean' },
    follow: { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    table: { type: 'string' },
    'live-days': { type: 'string' },
  });
  if (positionals.length === 0)
    throw new BadUsage('Usage: vigie import FILE… --site DOMAIN (- reads the standard input)');
  if (!values.site) throw new BadUsage('--site is needed.');
  const domain = values.site;
  if (values.format === undefined && (await areHistory(positionals))) {
    if (values['dry-run'] || values.follow)
      throw new BadUsage(
        '--dry-run and --follow are for logs of web servers, and these are exports of another product.',
      );
    const shown = process.stderr.isTTY && !values.json;
    const done = await withOwner(config, ownerCommands, (ask) =>
      importHistory(
        ask,
        {
          domain,
          paths: positionals,
          from: values.from,
          to: values.to,
          table: values.table,
          liveDays: values['live-days'],
        },
        (rows) => {
          if (shown) process.stderr.write(`\r${rows.toLocaleString('en')} rows `);
        },
      ),
    );
    if (shown) process.stderr.write('\n');
    print(values.json, done, historyWords(done));
    return 0;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const dryRun = values['dry-run'] === true;
  const showProgress = process.stderr.isTTY && !values.json;
  const began = performance.now();

  const torn = new Set<string>();
  const summary = await withOwner(config, ownerCommands, async (ask) => {
    const site = await ask<SiteOfBook>('import-site', { domain, make: !dryRun });
    const { url } = await ask<{ url: string }>('event-store', {});
    const events = openEvents(url);
    try {
      return await importLog({
        sources: positionals,
        site,
        format: values.format ?? 'auto',
        follow: values.follow === true,
        ledger: fileLedger(config.at('imports')),
        geoDb: config.geoDb,
        async saltsOf(dates) {
          const told = await ask<{ salts: Record<string, string>; torn: string[] }>('import-salts', {
            site: site.id,
            dates,
          });
          for (const day of told.torn) torn.add(day);
          return told.salts;
        },
        ...(dryRun
          ? {}
          : { record: (token: string, rows: ImportRows) => recorded(events, { token, rows }, stop.signal) }),
        onProgress: ({ file, bytes, total, lines }) => {
          if (!showProgress) return;
          const left = leftOf(bytes, total, performance.now() - began);
          process.stderr.write(
            `\r${basename(file)}  ${bar(bytes, total)}  ${lines.toLocaleString('en')} lines${left} `,
          );
        },
        signal: stop.signal,
      });
    } finally {
      await events.close();
    }
  });
  if (showProgress) process.stderr.write('\n');
  print(
    values.json,
    { ...summary, torn_days: [...torn] },
    [
      `${summary.lines} lines read, ${summary.pageviews} page views${dryRun ? ' (nothing kept)' : ''}`,
      ...Object.entries(summary.formats).map(([file, name]) => `  ${basename(file)}: ${name}`),
      'not counted:',
      ...Object.entries(summary.ignored).map(([reason, n]) => `  ${reason.padEnd(16)} ${n}`),
      ...Object.entries(summary.damaged ?? {}).map(([file, says]) => `${basename(file)}: ${says}`),
      ...tornWords([...torn].toSorted()),
    ].join('\n'),
  );
  return summary.damaged ? 1 : 0;
};

/** Says of which days the visitors are counted apart from those of an earlier import. */
const tornWords = (days: readonly string[]): string[] =>
  days.length === 0
    ? []
    : [
        `${days.length} days (${days[0]} to ${days.at(-1)}) had logs imported before, and the key of their visitors is forgotten:`,
        '  a visitor of both imports counts twice there. Import the logs of all servers of a day together, or within VIGIE_IMPORT_SALT_DAYS.',
      ];

/** Whether the files are exports of another product; logs and exports are not mixed in one command. */
async function areHistory(paths: readonly string[]): Promise<boolean> {
  if (paths.includes('-')) return false;
  const answers: boolean[] = [];
  for (const path of paths) {
    // What is no readable file, or is packed in ways that only logs are, is left to the log import's own words.
    const files = await openDataFiles([{ path }]).catch(() => []);
    const found = await Promise.all(files.map((file) => looksLikeHistory(file).catch(() => false)));
    answers.push(found.some(Boolean));
  }
  if (answers.every(Boolean)) return true;
  if (answers.some(Boolean))
    throw new Refusal(
      'bad-input',
      `${paths[answers.indexOf(false)]}: is no export of another product; import logs and exports apart.`,
    );
  return false;
}

/** Pauses before a batch is sent again, milliseconds: an event store that died is back within a second or two. */
const pauses = [500, 1000, 2000, 4000, 8000, 15_000];

/** The same token counts once, so a batch in doubt may be sent again. */
async function recorded(
  events: Events,
  batch: { token: string; rows: ImportRows },
  signal: AbortSignal,
): Promise<void> {
  for (const ms of pauses) {
    try {
      return await recordRows(events, batch);
    } catch {
      await pause(ms, undefined, { signal });
    }
  }
  await recordRows(events, batch);
}

/** How long it takes to read the rest of a file, at the pace until now. */
function leftOf(done: number, total: number, elapsedMs: number): string {
  if (total === 0 || done === 0 || elapsedMs < 2000) return '';
  const seconds = Math.ceil(((total - done) / done) * (elapsedMs / 1000));
  return seconds < 60 ? `, ${seconds} s left   ` : `, ${Math.ceil(seconds / 60)} min left `;
}

function bar(done: number, total: number | undefined): string {
  if (!total) return `${(done / 1e6).toFixed(1)} MB`;
  const filled = Math.min(30, Math.round((30 * done) / total));
  return `[${'█'.repeat(filled)}${' '.repeat(30 - filled)}] ${Math.min(100, Math.round((100 * done) / total))} %`;
}

export default importCommand;
