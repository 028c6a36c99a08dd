import { serve, type Served } from '#platform';
import * as contract from './contract.ts';
import type { RecentReasons } from './reason-tally.ts';
import { lineFunnel } from './funnel/line-funnel.ts';
import { listTrafficChanges, readInvalidTraffic } from './review/invalid-traffic.ts';
import { listTrafficReviews, readTrafficReview, reviewTraffic } from './review/review-traffic.ts';
import {
  cancelSimulation,
  createSimulation,
  deleteSimulation,
  listSimulations,
  readSimulation,
} from './simulation/simulation.ts';
import { whyLine } from './why-line.ts';
import { keepTrials, type Trials } from './why/keep-trials.ts';

export const routesOf = ({ recent, trials = keepTrials() }: { recent: RecentReasons; trials?: Trials }): Served[] => [
  serve(contract.readLineWhy, ({ id }, context) => whyLine({ ...context, recent, trials }, id)),

  serve(contract.readLineFunnel, ({ id }, context) => lineFunnel(context, id)),

  serve(contract.listTrafficReviews, (input, { db, caller }) => listTrafficReviews(db, caller, input)),
  serve(contract.createTrafficReview, (input, context) => reviewTraffic(context, context.caller, input)),
  serve(contract.readTrafficReview, ({ id }, { db, caller }) => readTrafficReview(db, caller, id)),
  serve(contract.listTrafficChanges, ({ id }, context) => listTrafficChanges(context, id)),
  serve(contract.readInvalidTraffic, (input, context) => readInvalidTraffic(context, input)),

  serve(contract.listSimulations, (input, { db, caller }) => listSimulations(db, caller, input)),
  serve(contract.createSimulation, (input, context) => createSimulation(context, context.caller, input)),
  serve(contract.readSimulation, ({ id }, { db, caller }) => readSimulation(db, caller, id)),
  serve(contract.cancelSimulation, ({ id }, context) => cancelSimulation(context, context.caller, id)),
  serve(contract.deleteSimulation, async ({ id }, { db, caller }) => {
    await deleteSimulation(db, caller, id);
    return {};
  }),
];
