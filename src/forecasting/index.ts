export { profileIfThere } from './audience-profile.ts';
/** Forecasting: expected requests, and what of them can still be sold. */
export { availabilityOf } from './availability.ts';
export { forecastSeries } from './forecast-series.ts';
export { holidaysBetween } from './holidays.ts';
export { openSolver } from './linear-program.ts';
export { conditionsOf, relaxed } from './measured-targeting.ts';
export { type RoomCheck, withRoom } from './room.ts';
export { type Place, placesOf } from './places.ts';
export { routes } from './routes.ts';
export { type PlanSpace, planSpace } from './plan-space.ts';
export { type TakenSpace, takenSpace } from './taken-space.ts';
export { comfort, type PlanLine, type ServingPlan, servingPlan } from './serving-plan.ts';
