/** The life of one publisher's invitation to offer: the one table of its moves, and refusals in words. */
import { Refusal } from '#platform';
import type { InvitationMove, InvitationState } from './contract.ts';

/** State → move → next state. What is not here is refused. */
export const invitationMoves: Record<InvitationState, Partial<Record<InvitationMove, InvitationState>>> = {
  draft: { send: 'sent', withdraw: 'withdrawn' },
  sent: { answer: 'answered', decline: 'declined', expire: 'expired', withdraw: 'withdrawn' },
  answered: {
    answer: 'answered',
    counter: 'countered',
    choose: 'chosen',
    decline: 'declined',
    pass_over: 'passed_over',
    withdraw: 'withdrawn',
  },
  countered: {
    answer: 'answered',
    agree: 'answered',
    decline: 'declined',
    expire: 'expired',
    pass_over: 'passed_over',
    withdraw: 'withdrawn',
  },
  declined: { reopen: 'sent', withdraw: 'withdrawn' },
  expired: { reopen: 'sent', withdraw: 'withdrawn' },
  passed_over: { reopen: 'sent' },
  chosen: {},
  withdrawn: {},
};

/** The publisher's moves; the clock's are nobody's, all others are ours. */
const theirs: readonly InvitationMove[] = ['answer', 'agree', 'decline'];

/** The moves that one side may make from a state. */
export const invitationMovesOf = (state: InvitationState, side: 'us' | 'them'): InvitationMove[] =>
  (Object.keys(invitationMoves[state]) as InvitationMove[]).filter(
    (move) => move !== 'expire' && theirs.includes(move) === (side === 'them'),
  );

/** Where the move leads. Throws wrong-state, saying why and what can be done instead. */
export function nextInvitationState(from: InvitationState, move: InvitationMove): InvitationState {
  const to = invitationMoves[from][move];
  if (to === undefined) throw new Refusal('wrong-state', whyNot(from, move), { state: from, move });
  return to;
}

const spelled = (word: string): string => word.replaceAll('_', ' ');

function whyNot(from: InvitationState, move: InvitationMove): string {
  if (from === 'chosen') return 'This offer was chosen: change its order instead.';
  if (from === 'withdrawn') return 'This request was withdrawn: write a new one.';
  if (theirs.includes(move)) {
    if (from === 'expired') return 'The time to answer is over: ask for it to be opened again.';
    if (from === 'passed_over') return 'Another offer was preferred: ask for the request to be opened again.';
    if (move === 'agree') return 'There is no counter-offer to agree to.';
    return `This request is ${spelled(from)}: it cannot be answered now.`;
  }
  if (move === 'choose' && from === 'countered')
    return 'A counter-offer waits for the publisher: nothing is agreed yet.';
  if (move === 'choose') return `This request is ${spelled(from)}: there is no offer to choose.`;
  const can = invitationMovesOf(from, 'us').map(spelled);
  return `A request that is ${spelled(from)} cannot take the step "${spelled(move)}"; it can take: ${can.join(', ') || 'none'}.`;
}
