import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, serve } from '#platform';
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
import { answerFlow } from './answer-flow.ts';
import { answerQuery } from './answer-query.ts';
import { answerFunnel } from './answer-funnel.ts';
import { answerRetention } from './answer-retention.ts';
import { changeFunnel, createFunnel, listFunnels, readFunnel, removeFunnel } from './funnel.ts';
import * as funnel from './funnel-contract.ts';
import * as kept from './exploration.ts';
import * as exploration from './exploration-contract.ts';
import { exportQuery } from './query-workbook.ts';
import { profileSegment } from './segment-profile.ts';
import { liveFigures, streamLive } from './live.ts';

const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

/** The language that the client reads, as it says in Accept-Language; English unless French comes first. */
const languageOf = ({ request }: Context) =>
  /^\s*fr\b/i.test(String(request.headers['accept-language'] ?? '')) ? ('fr' as const) : ('en' as const);

export const routes = [
  serve(query, (input, context) => answerQuery({ ...context, language: languageOf(context) }, input)),
  serve(queryStream, async (input, context) =>
    context.send(
      'answer',
      await answerQuery(
        { ...context, language: languageOf(context), onProgress: (progress) => context.send('progress', progress) },
        input,
      ),
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
  serve(funnel.listFunnels, (input, { db, caller }) => listFunnels(db, caller, input)),
  serve(funnel.readFunnel, ({ id }, { db, caller }) => readFunnel(db, caller, id)),
  serve(funnel.createFunnel, (input, { db, caller }) => createFunnel(db, caller, input)),
  serve(funnel.changeFunnel, (input, { db, caller }) => changeFunnel(db, caller, input)),
  serve(funnel.removeFunnel, async ({ id }, { db, caller }) => {
    await removeFunnel(db, caller, id);
    return {};
  }),
  serve(funnel.askFunnel, (input, context) => answerFunnel(context, input)),
  serve(funnel.askRetention, (input, context) => answerRetention(context, input)),
  serve(funnel.askFlow, (input, context) => answerFlow(context, input)),
  serve(exploration.listExplorations, (input, { db, caller }) => kept.listExplorations(db, caller, input)),
  serve(exploration.createExploration, (input, { db, caller }) => kept.createExploration(db, caller, input)),
  serve(exploration.removeExploration, async ({ id }, { db, caller }) => {
    await kept.removeExploration(db, caller, id);
    return {};
  }),
  serve(exploration.listAnnotations, (input, { db, caller }) => kept.listAnnotations(db, caller, input)),
  serve(exploration.createAnnotation, (input, { db, caller }) => kept.createAnnotation(db, caller, input)),
  serve(exploration.removeAnnotation, async ({ id }, { db, caller }) => {
    await kept.removeAnnotation(db, caller, id);
    return {};
  }),
  serve(exploration.exportQuery, (input, context) => exportQuery(context, input)),
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
