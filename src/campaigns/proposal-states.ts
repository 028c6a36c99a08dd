/** The life of a proposal: the one table of its moves, and refusals in words. */
import { Refusal } from '#platform';
import type { ProposalMove, ProposalState } from './contract.ts';

/** State → move → next state. What is not here is refused. */
export const proposalMoves: Record<ProposalState, Partial<Record<ProposalMove, ProposalState>>> = {
  // Submitting leads to `approved` at once when no line is discounted beyond the rule.
  draft: { submit: 'awaiting_approval', withdraw: 'withdrawn' },
  awaiting_approval: { approve: 'approved', refuse: 'draft', withdraw: 'withdrawn' },
  approved: { send: 'sent', revise: 'draft', withdraw: 'withdrawn' },
  sent: {
    counter: 'countered',
    accept: 'accepted',
    decline: 'declined',
    expire: 'expired',
    revise: 'draft',
    withdraw: 'withdrawn',
  },
  countered: {
    counter: 'countered',
    take_counter: 'draft',
    decline: 'declined',
    expire: 'expired',
    revise: 'draft',
    withdraw: 'withdrawn',
  },
  accepted: {},
  declined: { revise: 'draft', withdraw: 'withdrawn' },
  expired: { revise: 'draft', withdraw: 'withdrawn' },
  withdrawn: {},
};

const theirs: readonly ProposalMove[] = ['counter', 'accept', 'decline'];

/** The moves that one side may make from a state; the clock’s are nobody’s. */
export const movesOf = (state: ProposalState, side: 'us' | 'them'): ProposalMove[] =>
  (Object.keys(proposalMoves[state]) as ProposalMove[]).filter(
    (move) => move !== 'expire' && theirs.includes(move) === (side === 'them'),
  );

/** Where the move leads. Throws wrong-state, saying why and what can be done instead. */
export function nextState(from: ProposalState, move: ProposalMove): ProposalState {
  const to = proposalMoves[from][move];
  if (to === undefined) throw new Refusal('wrong-state', whyNot(from, move), { state: from, move });
  return to;
}

const closed: Partial<Record<ProposalState, string>> = {
  accepted: 'This proposal was accepted: change its order instead.',
  withdrawn: 'This proposal was withdrawn: write a new one.',
};

function whyNot(from: ProposalState, move: ProposalMove): string {
  const final = closed[from];
  if (final) return final;
  if (theirs.includes(move)) {
    if (from === 'expired') return 'This proposal has expired: ask for a new version.';
    if (from === 'countered') return 'A counter-offer is waiting for an answer: a new version will follow.';
    return `This proposal is ${spelled(from)}: it cannot be answered now.`;
  }
  const can = movesOf(from, 'us').map(spelled);
  return `A proposal that is ${spelled(from)} cannot take the step "${spelled(move)}"; it can take: ${can.join(', ')}.`;
}

const spelled = (word: string): string => word.replaceAll('_', ' ');

/** Whether the space of a proposal in that state is held. */
export const holdsSpace = (state: ProposalState): boolean => state === 'sent' || state === 'countered';
