/** Asking: metrics and dimensions of audience and ads, and the figures of this moment. */
export { liveFigures } from './live.ts';
export { routes } from './routes.ts';
export { answerQuery as runQuery } from './answer-query.ts';
export type { Asking } from './run-query.ts';
export { readFilters } from './filter.ts';
export { conversionsAfterAds } from './ad-conversions.ts';
export { segmentMembers } from './segment-members.ts';
export { dimensions } from './dimensions.ts';
export { metrics } from './metrics.ts';
