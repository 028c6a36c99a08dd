import type { TrafficReview } from '#delivery/contract';
import { ownerCommands } from '../owner-command-list.ts';
import { withOwner } from '../owner-commands.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie traffic review`: the rules of invalid traffic applied again to past ad events. */
const traffic: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {
    from: { type: 'string' },
    to: { type: 'string' },
    org: { type: 'string' },
  });
  const { from, to, org } = values;
  if (positionals[0] !== 'review' || positionals.length !== 1 || !from || !to)
    throw new BadUsage('Usage: vigie traffic review --from 2026-11-01 --to 2026-11-07 [--org ID]');
  const review = await withOwner(config, ownerCommands, (ask) =>
    ask<TrafficReview>('traffic-review', { from, to, ...(org ? { org } : {}) }),
  );
  const lines = review.changes.map(
    ({ kind, was, becomes, events }) => `  ${events} × ${kind}: ${was || 'counted'} → ${becomes || 'counted'}`,
  );
  print(values.json, review, [`${review.id}: ${review.events ?? 0} events looked at`, ...lines].join('\n'));
  return 0;
};

export default traffic;
