import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '#platform';
import { answerAttribution } from './answer-attribution.ts';
import { askAttribution } from './attribution-contract.ts';
import { changeGoal, createGoal, listGoals, readGoal, removeGoal } from './goal.ts';
import * as goal from './goal-contract.ts';
import { live, liveSnapshot, query } from './contract.ts';
import { liveFigures, streamLive } from './live.ts';
import { runQuery } from './run-query.ts';

const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

export const routes = [
  serve(query, (input, context) => runQuery(context, input)),
  serve(liveSnapshot, (input, context) => liveFigures(context, input.site_id)),
  serve(askAttribution, (input, context) => answerAttribution(context, input)),
  serve(goal.listGoals, (input, { db, caller }) => listGoals(db, caller, input)),
  serve(goal.readGoal, ({ id }, { db, caller }) => readGoal(db, caller, id)),
  serve(goal.createGoal, (input, { db, caller }) => createGoal(db, caller, input)),
  serve(goal.changeGoal, (input, { db, caller }) => changeGoal(db, caller, input)),
  serve(goal.removeGoal, async ({ id }, { db, caller }) => {
    await removeGoal(db, caller, id);
    return {};
  }),
  serve(live, (input, context) =>
    streamLive({ read: () => liveFigures(context, input.site_id), send: context.send, signal: context.signal, wait }),
  ),
];
