import { serve, type Served } from '#platform';
import * as contract from './contract.ts';
import type { RecentReasons } from './reason-tally.ts';
import { whyLine } from './why-line.ts';

export const routesOf = ({ recent }: { recent: RecentReasons }): Served[] => [
  serve(contract.readLineWhy, ({ id }, context) => whyLine({ ...context, recent }, id)),
];
