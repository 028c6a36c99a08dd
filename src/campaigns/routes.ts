import { Refusal, serve, type Served } from '#platform';
import { changeAssignment, createAssignment, deleteAssignment, listAssignments, readAssignment } from './assignment.ts';
import { changeLineItem, deleteLineItem } from './change-line-item.ts';
import { changePage } from './change-request-page.ts';
import { answerChange, answerChangeRequest, createChangeRequest, listChangeRequests } from './change-request.ts';
import { changeLineItems } from './change-line-items.ts';
import * as contract from './contract.ts';
import { copyOrder } from './copy-order.ts';
import { cloneLineItem, createLineItem } from './create-line-item.ts';
import { exportLineItems } from './export-line-items.ts';
import { importLineItems } from './import-line-items.ts';
import { changeLinkRules, createLink, listLinks, readLinkRules, removeLink } from './link.ts';
import { listLineItems, readLineItem } from './line-item.ts';
import {
  acceptOffline,
  cancelOrder,
  insertionRow,
  issueInsertionOrder,
  listInsertionOrders,
  pdfOf,
  rowOfToken,
  signByLink,
} from './insertion-order.ts';
import { insertionPage } from './insertion-order-page.ts';
import { invoiceBasis, invoiceCsv } from './invoice-basis.ts';
import { calendarOf, createCalendarFeed, listCalendarFeeds, removeCalendarFeed } from './calendar-feed.ts';
import { planCalendar } from './plan-calendar.ts';
import { exportMediaPlan } from './media-plan-export.ts';
import { pushResults, setPushes, setQuantities } from './media-plan-edits.ts';
import {
  changeMediaPlan,
  createMediaPlan,
  deleteMediaPlan,
  listMediaPlans,
  proposeMediaPlan,
  readMediaPlan,
} from './media-plan.ts';
import { createMakeGood, listMakeGoods, readShortfall } from './make-good.ts';
import { moveLineItem } from './move-line-item.ts';
import { readOccupancy } from './occupancy.ts';
import { exportOccupancy } from './occupancy-workbook.ts';
import { changeOrder, createOrder, deleteOrder, exportOrders, listOrders, readOrder } from './order.ts';
import { commentProposal, moveProposal } from './move-proposal.ts';
import {
  changeProposal,
  createProposal,
  deleteProposal,
  exportProposals,
  listProposals,
  proposalRow,
  readProposal,
} from './proposal.ts';
import { linkPage } from './proposal-page.ts';
import { threadOf } from './proposal-thread.ts';
import { changeSellingRules, readSellingRules } from './selling-rules.ts';
import { acceptShared, commentShared, counterShared, declineShared, readShared } from './shared-proposal.ts';
import { orderSummary } from './summary.ts';

export const routes: Served[] = [
  serve(contract.readLinkRules, (_, { db, caller }) => readLinkRules(db, caller)),
  serve(contract.changeLinkRules, (input, { db, caller }) => changeLinkRules(db, caller, input)),
  serve(contract.listLinks, (input, { db, caller }) => listLinks(db, caller, input)),
  serve(contract.createLink, (input, { db, caller }) => createLink(db, caller, input)),
  serve(contract.removeLink, async ({ id }, { db, caller }) => {
    await removeLink(db, caller, id);
    return {};
  }),
  serve(contract.listOrders, (input, { db, caller }) => listOrders(db, caller, input)),
  serve(contract.exportOrders, async (input, { db, caller }) => exportOrders(db, caller, input)),
  serve(contract.createOrder, (input, { db, caller }) => createOrder(db, caller, input)),
  serve(contract.readOrder, ({ id }, { db, caller }) => readOrder(db, caller, id)),
  serve(contract.changeOrder, (input, { db, caller }) => changeOrder(db, caller, input)),
  serve(contract.deleteOrder, async ({ id }, { db, caller }) => {
    await deleteOrder(db, caller, id);
    return {};
  }),
  serve(contract.copyOrder, (input, { db, caller }) => copyOrder(db, caller, input)),
  serve(contract.readOrderSummary, ({ id }, { db, caller }) => orderSummary(db, caller, id)),

  serve(contract.listLineItems, (input, { db, caller }) => listLineItems(db, caller, input)),
  serve(contract.exportLineItems, (input, { db, caller }) => exportLineItems(db, caller, input)),
  serve(contract.changeLineItems, (input, context) => changeLineItems(context, context.caller, input)),
  serve(contract.importLineItems, (input, context) => {
    const file = context.uploads.find(({ field }) => field === 'file');
    if (!file) throw new Refusal('bad-input', 'file: send a CSV file.', { field: 'file' });
    return importLineItems(context, context.caller, { ...input, order_id: input.order_id, bytes: file.bytes });
  }),
  serve(contract.createLineItem, (input, { db, caller }) => createLineItem(db, caller, input)),
  serve(contract.readLineItem, ({ id }, { db, caller }) => readLineItem(db, caller, id)),
  serve(contract.changeLineItem, (input, context) => changeLineItem(context, context.caller, input)),
  serve(contract.deleteLineItem, async ({ id }, { db, caller }) => {
    await deleteLineItem(db, caller, id);
    return {};
  }),
  serve(contract.cloneLineItem, (input, { db, caller }) => cloneLineItem(db, caller, input)),
  serve(contract.moveLineItem, (input, context) => moveLineItem(context, context.caller, input)),

  serve(contract.listAssignments, (input, { db, caller }) => listAssignments(db, caller, input)),
  serve(contract.createAssignment, (input, { db, caller }) => createAssignment(db, caller, input)),
  serve(contract.readAssignment, ({ id }, { db, caller }) => readAssignment(db, caller, id)),
  serve(contract.changeAssignment, (input, { db, caller }) => changeAssignment(db, caller, input)),
  serve(contract.deleteAssignment, async ({ id }, { db, caller }) => {
    await deleteAssignment(db, caller, id);
    return {};
  }),

  serve(contract.listProposals, (input, { db, caller }) => listProposals(db, caller, input)),
  serve(contract.exportProposals, async (input, { db, caller }) => exportProposals(db, caller, input)),
  serve(contract.createProposal, (input, context) => createProposal(context, context.caller, input)),
  serve(contract.readProposal, ({ id }, { db, caller }) => readProposal(db, caller, id)),
  serve(contract.changeProposal, (input, { db, caller }) => changeProposal(db, caller, input)),
  serve(contract.deleteProposal, async ({ id }, { db, caller }) => {
    await deleteProposal(db, caller, id);
    return {};
  }),
  serve(contract.readProposalThread, async ({ id }, { db, caller }) => {
    await proposalRow(db, caller, id);
    return { items: await threadOf(db, id, 'us') };
  }),
  serve(contract.moveProposal, (input, context) => moveProposal(context, context.caller, input)),
  serve(contract.commentProposal, async (input, context) => {
    await commentProposal(context, context.caller, input);
    return { items: await threadOf(context.db, input.id, 'us') };
  }),
  serve(contract.readSellingRules, (_, { db, caller }) => readSellingRules(db, caller)),
  serve(contract.changeSellingRules, (input, { db, caller }) => changeSellingRules(db, caller, input)),

  serve(contract.listInsertionOrders, async ({ id }, { db, caller }) => ({
    items: await listInsertionOrders(db, caller, id),
  })),
  serve(contract.issueInsertionOrder, (input, context) => issueInsertionOrder(context, context.caller, input)),
  serve(contract.readInsertionOrderPdf, async ({ id }, { db, caller }) => pdfOf(await insertionRow(db, caller, id))),
  serve(contract.acceptInsertionOrderOffline, (input, context) => acceptOffline(context, context.caller, input)),
  serve(contract.cancelOrder, (input, context) => cancelOrder(context, context.caller, input)),
  serve(contract.readInvoiceBasis, (input, context) => invoiceBasis(context, input)),
  serve(contract.exportInvoiceBasis, async (input, context) =>
    invoiceCsv(await invoiceBasis(context, input), input.language),
  ),
  serve(contract.openInsertionOrder, ({ token }, { db }) => insertionPage(db, token)),
  serve(contract.openInsertionOrderPdf, async ({ token }, { db }) => pdfOf(await rowOfToken(db, token))),
  serve(contract.signInsertionOrder, (input, context) => signByLink(context, input, context.request.ip)),

  serve(contract.listChangeRequests, async ({ id }, { db, caller }) => ({
    items: await listChangeRequests(db, caller, id),
  })),
  serve(contract.createChangeRequest, (input, context) => createChangeRequest(context, context.caller, input)),
  serve(contract.answerChangeRequest, (input, context) => answerChangeRequest(context, context.caller, input)),
  serve(contract.openChange, (input, { db }) => changePage(db, input)),
  serve(contract.answerChange, (input, context) => answerChange(context, input, context.request.ip)),
  serve(contract.readShortfall, ({ id }, context) => readShortfall(context, context.caller, id)),
  serve(contract.listMakeGoods, async ({ id }, { db, caller }) => ({ items: await listMakeGoods(db, caller, id) })),
  serve(contract.createMakeGood, (input, context) => createMakeGood(context, context.caller, input)),

  serve(contract.listMediaPlans, (input, { db, caller }) => listMediaPlans(db, caller, input)),
  serve(contract.createMediaPlan, (input, context) => createMediaPlan(context, input)),
  serve(contract.readMediaPlan, ({ id }, { db, caller }) => readMediaPlan(db, caller, id)),
  serve(contract.changeMediaPlan, (input, context) => changeMediaPlan(context, input)),
  serve(contract.deleteMediaPlan, async ({ id }, context) => {
    await deleteMediaPlan(context, id);
    return {};
  }),
  serve(contract.setPushes, (input, { db, caller }) => setPushes(db, caller, input)),
  serve(contract.setQuantities, (input, { db, caller }) => setQuantities(db, caller, input)),
  serve(contract.exportMediaPlan, (input, context) => exportMediaPlan(context, input)),
  serve(contract.readPushResults, async ({ id }, context) => ({ items: await pushResults(context, id) })),
  serve(contract.readPlanCalendar, async (input, { db, caller }) => ({ items: await planCalendar(db, caller, input) })),
  serve(contract.proposeMediaPlan, (input, context) => proposeMediaPlan(context, input)),

  serve(contract.readOccupancy, (input, context) => readOccupancy(context, input)),
  serve(contract.exportOccupancy, (input, context) => exportOccupancy(context, input)),
  // The PDF library is loaded by the first document.
  serve(contract.exportOccupancyPdf, async (input, context) =>
    (await import('./occupancy-pdf.ts')).exportOccupancyPdf(context, input),
  ),
  serve(contract.listCalendarFeeds, (input, { db, caller }) => listCalendarFeeds(db, caller, input)),
  serve(contract.createCalendarFeed, (input, { db, caller }) => createCalendarFeed(db, caller, input)),
  serve(contract.removeCalendarFeed, async ({ id }, { db, caller }) => {
    await removeCalendarFeed(db, caller, id);
    return {};
  }),
  serve(contract.readCalendar, ({ token }, context) => calendarOf(context, token)),

  serve(contract.openLink, (input, context) => linkPage(context, input)),
  serve(contract.readShared, ({ token }, context) => readShared(context, token)),
  serve(contract.commentShared, (input, context) => commentShared(context, input)),
  serve(contract.counterShared, (input, context) => counterShared(context, input)),
  serve(contract.acceptShared, (input, context) => acceptShared(context, input, context.request.ip)),
  serve(contract.declineShared, (input, context) => declineShared(context, input)),
];
