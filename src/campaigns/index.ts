import { onMatch } from '#creatives';
import { assignMatched } from './assign-matched.ts';

export { createAssignment } from './assignment.ts';
export { checkTerms } from './check-terms.ts';
export { createLineItem, withDefaults } from './create-line-item.ts';
export { lineItemTypes } from './line-item-types.ts';
export { jobsOf, liveLineItems, startAndEndLines } from './jobs.ts';
export { scenariosOf } from './media-plan-scenarios.ts';
export { moveLineItem } from './move-line-item.ts';
export { createOrder, readOrder } from './order.ts';
export { rfpJobsOf } from './rfp-jobs.ts';
export { rfpRoutesOf } from './rfp-routes.ts';
export { routes } from './routes.ts';
export { lineItemsOfOrder, orderWithLines } from './summary.ts';

onMatch(assignMatched);
