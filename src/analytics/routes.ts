import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '#platform';
import { answerAttribution } from './answer-attribution.ts';
import { askAttribution } from './attribution-contract.ts';
import { changeGoal, createGoal, listGoals, readGoal, removeGoal } from './goal.ts';
import * as goal from './goal-contract.ts';
import { live, liveSnapshot, query, queryStream } from './contract.ts';
import {
  changeAudienceSettings,
  changeSegment,
  createSegment,
  listSegments,
  readAudienceSettings,
  readSegment,
  removeSegment,
} from './segment.ts';
import * as segment from './segment-contract.ts';
import { profileSegment } from './segment-profile.ts';
import { liveFigures, streamLive } from './live.ts';
import { runQuery } from './run-query.ts';

const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

export const routes = [
  serve(query, (input, context) => runQuery(context, input)),
  serve(queryStream, async (input, context) =>
    context.send(
      'answer',
      await runQuery({ ...context, onProgress: (progress) => context.send('progress', progress) }, input),
    ),
  ),
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
  serve(segment.listSegments, (input, { db, caller }) => listSegments(db, caller, input)),
  serve(segment.readSegment, ({ id }, { db, caller }) => readSegment(db, caller, id)),
  serve(segment.createSegment, (input, { db, caller }) => createSegment(db, caller, input)),
  serve(segment.changeSegment, (input, { db, caller }) => changeSegment(db, caller, input)),
  serve(segment.removeSegment, async ({ id }, { db, caller }) => {
    await removeSegment(db, caller, id);
    return {};
  }),
  serve(segment.profileSegment, (input, context) => profileSegment(context, input)),
  serve(segment.readAudienceSettings, (_, { db, caller }) => readAudienceSettings(db, caller)),
  serve(segment.changeAudienceSettings, (input, { db, caller }) => changeAudienceSettings(db, caller, input)),
  serve(live, (input, context) =>
    streamLive({ read: () => liveFigures(context, input.site_id), send: context.send, signal: context.signal, wait }),
  ),
];
