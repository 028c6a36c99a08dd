export { createAssignment } from './assignment.ts';
export { checkTerms } from './check-terms.ts';
export { createLineItem, withDefaults } from './create-line-item.ts';
export { jobsOf, liveLineItems, startAndEndLines } from './jobs.ts';
export { scenariosOf } from './media-plan-scenarios.ts';
export { moveLineItem } from './move-line-item.ts';
export { createOrder, readOrder } from './order.ts';
export { routes } from './routes.ts';
export { lineItemsOfOrder, orderWithLines } from './summary.ts';
