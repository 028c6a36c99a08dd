import type { Clock, Events, Job } from '#platform';
import { createVisitBuilder } from './rebuild-visits.ts';

/** Measurement's scheduled work. */
export function jobsOf({ events, clock }: { events: Events; clock: Clock }): Job[] {
  const visits = createVisitBuilder({ events, clock });
  return [
    {
      name: 'measurement.rebuild-visits',
      everySeconds: 2,
      run: async ({ signal }) => void (await visits.run(signal)),
    },
  ];
}
