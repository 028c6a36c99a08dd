import { serve, type Served } from '#platform';
import { changeAssignment, createAssignment, deleteAssignment, listAssignments, readAssignment } from './assignment.ts';
import { changeLineItem, deleteLineItem } from './change-line-item.ts';
import * as contract from './contract.ts';
import { cloneLineItem, createLineItem } from './create-line-item.ts';
import { listLineItems, readLineItem } from './line-item.ts';
import { moveLineItem } from './move-line-item.ts';
import { changeOrder, createOrder, deleteOrder, listOrders, readOrder } from './order.ts';
import { commentProposal, moveProposal, sendProposal } from './move-proposal.ts';
import {
  changeProposal,
  createProposal,
  deleteProposal,
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
  serve(contract.listOrders, (input, { db, caller }) => listOrders(db, caller, input)),
  serve(contract.createOrder, (input, { db, caller }) => createOrder(db, caller, input)),
  serve(contract.readOrder, ({ id }, { db, caller }) => readOrder(db, caller, id)),
  serve(contract.changeOrder, (input, { db, caller }) => changeOrder(db, caller, input)),
  serve(contract.deleteOrder, async ({ id }, { db, caller }) => {
    await deleteOrder(db, caller, id);
    return {};
  }),
  serve(contract.readOrderSummary, ({ id }, { db, caller }) => orderSummary(db, caller, id)),

  serve(contract.listLineItems, (input, { db, caller }) => listLineItems(db, caller, input)),
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
  serve(contract.sendProposal, (input, context) => sendProposal(context, context.caller, input)),
  serve(contract.commentProposal, async (input, context) => {
    await commentProposal(context, context.caller, input);
    return { items: await threadOf(context.db, input.id, 'us') };
  }),
  serve(contract.readSellingRules, (_, { db, caller }) => readSellingRules(db, caller)),
  serve(contract.changeSellingRules, (input, { db, caller }) => changeSellingRules(db, caller, input)),

  serve(contract.openLink, (input, context) => linkPage(context, input)),
  serve(contract.readShared, ({ token }, context) => readShared(context, token)),
  serve(contract.commentShared, (input, context) => commentShared(context, input)),
  serve(contract.counterShared, (input, context) => counterShared(context, input)),
  serve(contract.acceptShared, (input, context) => acceptShared(context, input, context.request.ip)),
  serve(contract.declineShared, (input, context) => declineShared(context, input)),
];
