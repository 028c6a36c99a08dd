import type { Clock, Database, Events, Job } from '#platform';
import { endRetention } from './privacy/retention.ts';
import { rulesOfSites } from './visit-rules.ts';
import { createVisitBuilder } from './rebuild-visits.ts';
import { createMonthBuilder } from './visit-months.ts';

/** Measurement's scheduled work. `retentionMonths`: of sites that say nothing else. */
export function jobsOf({
  db,
  events,
  clock,
  retentionMonths,
}: {
  db: Database;
  events: Events;
  clock: Clock;
  retentionMonths?: number;
}): Job[] {
  const visits = createVisitBuilder({ events, clock, rulesOf: () => rulesOfSites(db) });
  const months = createMonthBuilder({ events, clock });
  return [
    {
      name: 'measurement.rebuild-visits',
      everySeconds: 2,
      run: async ({ signal }) => void (await visits.run(signal)),
    },
    {
      name: 'measurement.add-up-months',
      everySeconds: 60,
      run: async ({ signal }) => void (await months.run(signal)),
    },
    {
      name: 'measurement.end-retention',
      everySeconds: 6 * 3600,
      run: async ({ signal }) => void (await endRetention({ db, events, clock, months: retentionMonths }, signal)),
    },
  ];
}
