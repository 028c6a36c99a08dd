import { resolve } from 'node:path';
import { costFields } from '#measurement';
import type { CostImported } from '#measurement/contract';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie import-costs FILE…`: what advertising elsewhere cost. */
const importCosts: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    site: { type: 'string' },
    platform: { type: 'string' },
    currency: { type: 'string' },
    account: { type: 'string' },
    replace: { type: 'boolean' },
    column: { type: 'string', multiple: true },
  });
  if (positionals.length === 0 || !values.site)
    throw new BadUsage(
      'Usage: vigie import-costs FILE… --site DOMAIN [--platform P] [--currency EUR] [--account NAME] [--replace] [--column cost=NAME …]',
    );
  const columns = (values.column ?? []).map((text) => {
    const [field = '', ...name] = text.split('=');
    if (!costFields.some((known) => known === field) || name.length === 0)
      throw new BadUsage(`--column must be one of ${costFields.join(', ')}, = and the column’s name; not ${text}.`);
    return [field, name.join('=')];
  });
  const done = await withOwner(config, ownerCommands, (ask) =>
    ask<{ imports: CostImported[] }>('import-costs', {
      domain: values.site,
      paths: positionals.map((path) => resolve(path)),
      ...(values.platform ? { platform: values.platform } : {}),
      ...(values.currency ? { currency: values.currency } : {}),
      ...(values.account ? { account: values.account } : {}),
      ...(values.replace ? { overlap: 'replace' } : {}),
      ...(columns.length > 0 ? { columns: Object.fromEntries(columns) } : {}),
    }),
  );
  print(
    values.json,
    done,
    done.imports
      .map(
        (one) =>
          `${one.file}: ${one.platform}, ${one.rows} rows, ${one.first_day} to ${one.last_day}, ${(one.spend_micros / 1e6).toFixed(2)} ${one.currency}${one.spread > 0 ? ` (${one.spread} rows spread over their days)` : ''}${one.skipped.map(({ line, reason }) => `\n  line ${line}: a ${reason}, left out`).join('')}`,
      )
      .join('\n'),
  );
  return 0;
};

export default importCosts;
