/** What the clock does with requests for proposals. */
import type { Job } from '#platform';
import { expireInvitations, remindInvitations, type RfpDesk } from './rfp-moves.ts';

export const rfpJobsOf = (house: Omit<RfpDesk, 'clock'>): Job[] => [
  {
    name: 'requests-for-proposals',
    everySeconds: 30,
    run: async ({ clock, signal }) => {
      await remindInvitations({ ...house, clock }, signal);
      await expireInvitations({ ...house, clock }, signal);
    },
  },
];
