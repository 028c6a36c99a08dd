import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie search-console bind PROPERTY`: says which organisation's property it is. */
const searchConsole: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, { org: { type: 'string' } });
  const [verb, property, ...more] = positionals;
  if (verb !== 'bind' || !property || more.length > 0)
    throw new BadUsage('Usage: vigie search-console bind PROPERTY [--org ID]');
  const bound = await withOwner(config, ownerCommands, (ask) =>
    ask<{ property: string; org_id: string }>('search-console-bind', {
      property,
      ...(values.org ? { org: values.org } : {}),
    }),
  );
  print(values.json, bound, `${bound.property} belongs to ${bound.org_id}`);
  return 0;
};

export default searchConsole;
