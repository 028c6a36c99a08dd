/** Being found: Search Console beside on-site behaviour. */
export { routesOf } from './routes.ts';
export { bindProperty } from './search-property.ts';
