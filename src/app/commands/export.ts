import { resolve } from 'node:path';
import { exportFormats } from '#measurement/contract';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

type Written = { files: { path: string; rows: number }[] };

/** `vigie export DIR`: everything as files, a folder per table. */
const exportCommand: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    site: { type: 'string' },
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
  });
  const [folder, ...more] = positionals;
  if (!folder || more.length > 0)
    throw new BadUsage('Usage: vigie export DIR [--site DOMAIN] [--format csv|parquet] [--from DAY] [--to DAY]');
  const format = exportFormats.find((name) => name === (values.format ?? 'csv'));
  if (!format) throw new BadUsage(`--format must be ${exportFormats.join(' or ')}.`);
  const written = await withOwner(config, ownerCommands, (ask) =>
    ask<Written>('export', {
      folder: resolve(folder),
      format,
      ...(values.site ? { domain: values.site } : {}),
      ...(values.from ? { from: values.from } : {}),
      ...(values.to ? { to: values.to } : {}),
    }),
  );
  print(values.json, written, written.files.map(({ path, rows }) => `${path}  ${rows}`).join('\n'));
  return 0;
};

export default exportCommand;
