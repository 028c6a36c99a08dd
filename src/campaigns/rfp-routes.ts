/** Routes that write letters or hand over tags: they need to know where pages are read from, and what tags look like. The house says. */
import { serve, type Served } from '#platform';
import { chooseOffer } from './choose-offer.ts';
import * as contract from './contract.ts';
import { sendProposal } from './move-proposal.ts';
import {
  agreeToCounter,
  answerRequest,
  commentRequest,
  declineRequest,
  noteOpened,
  readRequest,
} from './rfp-answers.ts';
import { commentInvitation, counterInvitation, moveInvitation, remindInvitation, sendInvitation } from './rfp-moves.ts';
import { requestPage } from './rfp-page.ts';
import { tagsPage, type TagsOf } from './rfp-tags-page.ts';
import {
  changeRfp,
  createRfp,
  deleteRfp,
  invitationRow,
  invitePublisher,
  listRfps,
  readRfp,
  rfpRow,
  threadOfInvitation,
} from './rfp.ts';

export function rfpRoutesOf({ origin, tagsOf }: { origin: string; tagsOf: TagsOf }): Served[] {
  return [
    serve(contract.sendProposal, (input, context) => sendProposal({ ...context, origin }, context.caller, input)),
    serve(contract.listRfps, (input, { db, caller }) => listRfps(db, caller, input)),
    serve(contract.createRfp, (input, context) => createRfp(context, context.caller, input)),
    serve(contract.readRfp, ({ id }, { db, caller }) => readRfp(db, caller, id)),
    serve(contract.changeRfp, (input, context) => changeRfp(context, context.caller, input)),
    serve(contract.deleteRfp, async ({ id }, { db, caller }) => {
      await deleteRfp(db, caller, id);
      return {};
    }),
    serve(contract.invitePublisher, (input, { db, caller }) => invitePublisher(db, caller, input)),
    serve(contract.sendInvitation, (input, context) => sendInvitation({ ...context, origin }, context.caller, input)),
    serve(contract.remindInvitation, (input, context) =>
      remindInvitation({ ...context, origin }, context.caller, input),
    ),
    serve(contract.moveInvitation, (input, context) => moveInvitation(context, context.caller, input)),
    serve(contract.counterInvitation, (input, context) => counterInvitation(context, context.caller, input)),
    serve(contract.commentInvitation, async (input, context) => {
      await commentInvitation(context, context.caller, input);
      return { items: await threadOf(context, input.id) };
    }),
    serve(contract.readInvitationThread, async ({ id }, context) => ({ items: await threadOf(context, id) })),
    serve(contract.chooseOffer, (input, context) => chooseOffer(context, context.caller, input)),

    serve(contract.openRequest, async (input, context) => {
      await noteOpened(context, input.token);
      return requestPage(context, input);
    }),
    serve(contract.openTags, (input, context) => tagsPage(context.db, input, tagsOf)),
    serve(contract.readRequest, ({ token }, context) => readRequest(context, token)),
    serve(contract.answerRequest, (input, context) => answerRequest(context, input)),
    serve(contract.agreeToCounter, (input, context) => agreeToCounter(context, input)),
    serve(contract.declineRequest, (input, context) => declineRequest(context, input)),
    serve(contract.commentRequest, (input, context) => commentRequest(context, input)),
  ];
}

async function threadOf(
  { db, caller }: { db: Parameters<typeof readRfp>[0]; caller: Parameters<typeof readRfp>[1] },
  id: string,
) {
  const row = await invitationRow(db, caller, id);
  return threadOfInvitation(db, row, await rfpRow(db, caller, row.rfp_id));
}
