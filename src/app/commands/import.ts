import { basename } from 'node:path';
import { fileLedger, importLog, type ImportRows, openGeo } from '#measurement';
import type { SiteOfBook } from '#measurement/contract';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie import FILE… --site DOMAIN`: web-server logs through the same steps as live hits. */
const importCommand: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    site: { type: 'string' },
    format: { type: 'string' },
    'dry-run': { type: 'boolean' },
    follow: { type: 'boolean' },
  });
  if (positionals.length === 0)
    throw new BadUsage('Usage: vigie import FILE… --site DOMAIN (- reads the standard input)');
  if (!values.site) throw new BadUsage('--site is needed.');
  const domain = values.site;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const dryRun = values['dry-run'] === true;
  const geo = await openGeo(config.geoDb);
  const showProgress = process.stderr.isTTY && !values.json;

  const summary = await withOwner(config, ownerCommands, async (ask) => {
    const site = await ask<SiteOfBook>('import-site', { domain, make: !dryRun });
    return importLog({
      sources: positionals,
      site,
      format: values.format ?? 'auto',
      follow: values.follow === true,
      ledger: fileLedger(config.at('imports')),
      countryOf: geo.countryOf,
      saltsOf: (dates) => ask<Record<string, string>>('import-salts', { dates }),
      ...(dryRun
        ? {}
        : {
            record: (token: string, { hits, ignored_hits }: ImportRows) =>
              ask('import-facts', { token, hits: hits.toString(), ignored_hits: ignored_hits.toString() }),
          }),
      onProgress: ({ file, bytes, total, lines }) => {
        if (showProgress)
          process.stderr.write(`\r${basename(file)}  ${bar(bytes, total)}  ${lines.toLocaleString('en')} lines `);
      },
      signal: stop.signal,
    });
  });
  if (showProgress) process.stderr.write('\n');
  print(
    values.json,
    summary,
    [
      `${summary.lines} lines read, ${summary.pageviews} page views${dryRun ? ' (nothing kept)' : ''}`,
      ...Object.entries(summary.formats).map(([file, name]) => `  ${basename(file)}: ${name}`),
      'not counted:',
      ...Object.entries(summary.ignored).map(([reason, n]) => `  ${reason.padEnd(16)} ${n}`),
    ].join('\n'),
  );
  return 0;
};

function bar(done: number, total: number | undefined): string {
  if (!total) return `${(done / 1e6).toFixed(1)} MB`;
  const filled = Math.min(30, Math.round((30 * done) / total));
  return `[${'█'.repeat(filled)}${' '.repeat(30 - filled)}] ${Math.min(100, Math.round((100 * done) / total))} %`;
}

export default importCommand;
