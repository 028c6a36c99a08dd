export { type HttpRequest, type HttpResponse, QuickRequest, QuickResponse } from './exchange.ts';
export { quicken } from './quick-http.ts';
