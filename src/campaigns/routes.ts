import { serve, type Served } from '#platform';
import { changeAssignment, createAssignment, deleteAssignment, listAssignments, readAssignment } from './assignment.ts';
import { changeLineItem, deleteLineItem } from './change-line-item.ts';
import * as contract from './contract.ts';
import { cloneLineItem, createLineItem } from './create-line-item.ts';
import { listLineItems, readLineItem } from './line-item.ts';
import { moveLineItem } from './move-line-item.ts';
import { changeOrder, createOrder, deleteOrder, listOrders, readOrder } from './order.ts';
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
];
