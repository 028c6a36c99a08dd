/** The life of a change request: the one table of its moves, and refusals in words. */
import { Refusal } from '#platform';
import type { ChangeMove, ChangeRequestState } from './contract.ts';

/** State → move → next state. What is not here is refused. */
export const changeMoves: Record<ChangeRequestState, Partial<Record<ChangeMove, ChangeRequestState>>> = {
  waiting: { approve: 'applied', refuse: 'refused', withdraw: 'withdrawn' },
  applied: {},
  refused: {},
  withdrawn: {},
};

/** Where the move leads. Throws wrong-state, saying why. */
export function nextChangeState(from: ChangeRequestState, move: ChangeMove): ChangeRequestState {
  const to = changeMoves[from][move];
  if (to === undefined)
    throw new Refusal('wrong-state', `This change was ${from} already: ask for a new one.`, { state: from, move });
  return to;
}
