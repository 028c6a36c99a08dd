/** Forecasting: expected requests, and what of them can still be sold. */
export { availabilityOf } from './availability.ts';
export { forecastSeries } from './forecast-series.ts';
export { holidaysBetween } from './holidays.ts';
export { type RoomCheck, withRoom } from './room.ts';
export { routes } from './routes.ts';
