import { withOwner } from '../owner-commands.ts';
import { ownerCommands } from '../owner-command-list.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

const org: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, { name: { type: 'string' } });
  if (positionals[0] !== 'create' || positionals.length !== 1) throw new BadUsage('Usage: vigie org create --name N');
  if (!values.name) throw new BadUsage('--name is needed.');
  const made = await withOwner(config, ownerCommands, (ask) =>
    ask<{ id: string }>('org-create', { name: values.name }),
  );
  print(values.json, made, made.id);
  return 0;
};

export default org;
