import { serve, type Served } from '#platform';
import * as contract from './contract.ts';
import { createLink, listLinks, revokeLink } from './creative-link.ts';
import { listLimits, removeLimits, setLimits } from './keep-limits.ts';
import { remindNow } from './reminders.ts';
import { changeRequest, listRequests, readRequest } from './request.ts';
import { requestsCalendar } from './request-calendar.ts';
import { requestSheet } from './request-sheet.ts';

/** `url`: public address of this program, for letters. */
export const requestRoutes = (url: string): Served[] => [
  serve(contract.listCreativeRequests, (input, { db, caller, clock }) => listRequests(db, caller, input, clock())),
  serve(contract.readCreativeRequest, ({ id }, { db, caller, clock }) => readRequest(db, caller, id, clock())),
  serve(contract.changeCreativeRequest, (input, context) => changeRequest(context, context.caller, input)),
  serve(contract.remindCreativeRequest, (input, context) => remindNow(context, context.caller, input, url)),
  serve(contract.creativeRequestsPdf, (input, context) => requestSheet(context, context.caller, input)),
  serve(contract.creativeRequestsCalendar, (input, context) => requestsCalendar(context, context.caller, input)),

  serve(contract.listCreativeLinks, (input, { db, caller }) => listLinks(db, caller, input)),
  serve(contract.createCreativeLink, (input, context) => createLink(context, context.caller, input, url)),
  serve(contract.revokeCreativeLink, async ({ id }, context) => {
    await revokeLink(context, context.caller, id);
    return {};
  }),

  serve(contract.listCreativeLimits, (_, { db, caller }) => listLimits(db, caller)),
  serve(contract.setCreativeLimits, (input, { db, caller }) => setLimits(db, caller, input)),
  serve(contract.removeCreativeLimits, async ({ id }, { db, caller }) => {
    await removeLimits(db, caller, id);
    return {};
  }),
];
