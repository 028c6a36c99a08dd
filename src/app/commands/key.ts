import { withOwner } from '../owner-commands.ts';
import { ownerCommands } from '../owner-command-list.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

const key: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    role: { type: 'string' },
    org: { type: 'string' },
    advertiser: { type: 'string' },
    name: { type: 'string' },
  });
  if (positionals[0] !== 'create' || positionals.length !== 1)
    throw new BadUsage('Usage: vigie key create --role ROLE [--org ID] [--advertiser ID] [--name N]');
  if (!values.role) throw new BadUsage('--role is needed: admin, traffic_manager, sales, studio, analyst or client.');
  const input = { role: values.role, org: values.org, advertiser: values.advertiser, name: values.name };
  const made = await withOwner(config, ownerCommands, (ask) => ask<{ key: string }>('key-create', input));
  print(values.json, made, made.key);
  return 0;
};

export default key;
