import type { Job } from '#platform';
import { reviewJob } from './review/review-traffic.ts';
import { jobsOf as simulationJobs } from './simulation/run-simulation.ts';

/** Delivery's scheduled and queued work. */
export const jobsOf = (desk: Parameters<typeof simulationJobs>[0] & Parameters<typeof reviewJob>[0]): Job[] => [
  ...simulationJobs(desk),
  reviewJob(desk),
];
