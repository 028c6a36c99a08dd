import { serve, type Served } from '#platform';
import {
  changeAdvertiser,
  createAdvertiser,
  exportAdvertisers,
  listAdvertisers,
  readAdvertiser,
  removeAdvertiser,
} from './advertiser.ts';
import { listAudit } from './audit.ts';
import { changeContact, createContact, listContacts, readContact, removeContact } from './contact.ts';
import { contactHistory, noteContact } from './contact-history.ts';
import { createReminder, listReminders, removeReminder, settleReminder } from './reminder.ts';
import { changeComment, createComment, deleteComment, listComments, readComment } from './comment.ts';
import * as contract from './contract.ts';
import { listNotifications, readNotifications } from './notification.ts';
import { createKey, listKeys, readKey, revokeKey } from './key.ts';
import { describeCaller } from './me.ts';
import { firstRun, isFirstRun } from './organisation.ts';
import {
  changePublisher,
  createPublisher,
  exportPublishers,
  listPublishers,
  readPublisher,
  removePublisher,
} from './publisher.ts';
import { addUser, changeUser, listUsers, readUser, removeUser } from './user.ts';

const emptied = async (work: Promise<void>): Promise<Record<string, never>> => {
  await work;
  return {};
};

export const routes: Served[] = [
  serve(contract.firstRunState, async (_, { db }) => ({ needed: await isFirstRun(db) })),
  serve(contract.firstRun, (input, { db }) => firstRun(db, input)),
  serve(contract.me, (_, { db, caller }) => describeCaller(db, caller)),

  serve(contract.listUsers, (input, { db, caller }) => listUsers(db, caller, input)),
  serve(contract.readUser, ({ id }, { db, caller }) => readUser(db, caller, id)),
  serve(contract.createUser, (input, { db, caller }) => db.transaction((tx) => addUser(tx, caller, input))),
  serve(contract.changeUser, (input, { db, caller }) => changeUser(db, caller, input)),
  serve(contract.removeUser, ({ id }, { db, caller }) => emptied(removeUser(db, caller, id))),

  serve(contract.listKeys, (input, { db, caller }) => listKeys(db, caller, input)),
  serve(contract.readKey, ({ id }, { db, caller }) => readKey(db, caller, id)),
  serve(contract.createKey, (input, { db, caller }) => db.transaction((tx) => createKey(tx, caller, input))),
  serve(contract.revokeKey, ({ id }, { db, caller }) => emptied(revokeKey(db, caller, id))),

  serve(contract.listAdvertisers, (input, { db, caller }) => listAdvertisers(db, caller, input)),
  serve(contract.exportAdvertisers, async (input, { db, caller }) => exportAdvertisers(db, caller, input)),
  serve(contract.readAdvertiser, ({ id }, { db, caller }) => readAdvertiser(db, caller, id)),
  serve(contract.createAdvertiser, (input, { db, caller }) => createAdvertiser(db, caller, input)),
  serve(contract.changeAdvertiser, (input, { db, caller }) => changeAdvertiser(db, caller, input)),
  serve(contract.removeAdvertiser, ({ id }, { db, caller }) => emptied(removeAdvertiser(db, caller, id))),

  serve(contract.listPublishers, (input, { db, caller }) => listPublishers(db, caller, input)),
  serve(contract.exportPublishers, async (input, { db, caller }) => exportPublishers(db, caller, input)),
  serve(contract.readPublisher, ({ id }, { db, caller }) => readPublisher(db, caller, id)),
  serve(contract.createPublisher, (input, { db, caller }) => createPublisher(db, caller, input)),
  serve(contract.changePublisher, (input, { db, caller }) => changePublisher(db, caller, input)),
  serve(contract.removePublisher, ({ id }, { db, caller }) => emptied(removePublisher(db, caller, id))),

  serve(contract.listContacts, (input, { db, caller }) => listContacts(db, caller, input)),
  serve(contract.readContact, ({ id }, { db, caller }) => readContact(db, caller, id)),
  serve(contract.createContact, (input, { db, caller }) => createContact(db, caller, input)),
  serve(contract.changeContact, (input, { db, caller }) => changeContact(db, caller, input)),
  serve(contract.removeContact, ({ id }, { db, caller }) => emptied(removeContact(db, caller, id))),

  serve(contract.readContactHistory, async ({ id }, { db, caller }) => ({
    items: await contactHistory(db, caller, id),
  })),
  serve(contract.noteContact, async (input, context) => ({ items: await noteContact(context, context.caller, input) })),
  serve(contract.listReminders, (input, { db, caller }) => listReminders(db, caller, input)),
  serve(contract.createReminder, (input, { db, caller }) => createReminder(db, caller, input)),
  serve(contract.settleReminder, ({ id }, context) => settleReminder(context, context.caller, id)),
  serve(contract.removeReminder, ({ id }, { db, caller }) => emptied(removeReminder(db, caller, id))),
  serve(contract.listComments, (input, { db, caller }) => listComments(db, caller, input)),
  serve(contract.readComment, ({ id }, { db, caller }) => readComment(db, caller, id)),
  serve(contract.createComment, (input, { db, caller }) => createComment(db, caller, input)),
  serve(contract.changeComment, (input, context) => changeComment(context, context.caller, input)),
  serve(contract.deleteComment, ({ id }, { db, caller }) => emptied(deleteComment(db, caller, id))),
  serve(contract.listNotifications, (input, { db, caller }) => listNotifications(db, caller, input)),
  serve(contract.readNotifications, ({ ids }, context) => readNotifications(context, context.caller, ids)),

  serve(contract.listAudit, (input, { db, caller }) => listAudit(db, caller, input)),
];
