import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '#platform';
import { live, liveSnapshot, query } from './contract.ts';
import { liveFigures, streamLive } from './live.ts';
import { runQuery } from './run-query.ts';

const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

export const routes = [
  serve(query, (input, context) => runQuery(context, input)),
  serve(liveSnapshot, (input, context) => liveFigures(context, input.site_id)),
  serve(live, (input, context) =>
    streamLive({ read: () => liveFigures(context, input.site_id), send: context.send, signal: context.signal, wait }),
  ),
];
