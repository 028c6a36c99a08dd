import { writeFile } from 'node:fs/promises';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

const formats = ['pdf', 'xlsx', 'html'] as const;

/** `vigie report render ID --format pdf|xlsx|html --out F`. */
const report: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, { format: { type: 'string' }, out: { type: 'string' } });
  const [verb, id] = positionals;
  if (verb !== 'render' || !id || positionals.length !== 2)
    throw new BadUsage('Usage: vigie report render ID --format pdf|xlsx|html --out F');
  const format = formats.find((known) => known === (values.format ?? 'pdf'));
  if (!format) throw new BadUsage(`--format knows ${formats.join(', ')}.`);
  if (!values.out) throw new BadUsage('--out is needed.');
  const made = await withOwner(config, ownerCommands, (ask) =>
    ask<{ base64: string }>('report-render', { id, format }),
  );
  const bytes = Buffer.from(made.base64, 'base64');
  await writeFile(values.out, bytes);
  print(values.json, { file: values.out, bytes: bytes.length }, `${values.out}: ${bytes.length} bytes`);
  return 0;
};

export default report;
