export { checkingJob } from './check-creative.ts';
export { formatsOfCreative, readCreative } from './creative.ts';
export { createCreative } from './create-creative.ts';
export { moveCreative } from './change-creative.ts';
export { routesOf } from './routes.ts';
