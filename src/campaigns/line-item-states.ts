/** The life of a line item: the one table of its moves, what each state holds in the reservation ledger, and refusals in words. */
import type { LineItemState } from './contract.ts';

export const lineItemMoves: Record<LineItemState, readonly LineItemState[]> = {
  draft: ['proposed', 'reserved', 'booked', 'cancelled'],
  proposed: ['draft', 'reserved', 'booked', 'cancelled'],
  reserved: ['draft', 'booked', 'cancelled'],
  booked: ['live', 'paused', 'cancelled'],
  live: ['paused', 'ended', 'cancelled'],
  paused: ['live', 'ended', 'cancelled'],
  ended: [],
  cancelled: [],
};

/** What a line item in that state holds of the inventory; null: nothing. */
export const ledgerStates: Record<LineItemState, 'held' | 'booked' | null> = {
  draft: null,
  proposed: null,
  reserved: 'held',
  booked: 'booked',
  live: 'booked',
  paused: 'booked',
  ended: null,
  cancelled: null,
};

export const mayMove = (from: LineItemState, to: LineItemState): boolean => lineItemMoves[from].includes(to);

/** Still on its way: it may be changed, and creatives may be put on it. */
export const isOpen = (state: LineItemState): boolean => lineItemMoves[state].length > 0;

/** Sold: its terms bind both sides, so that few of them may still change. */
export const isSold = (state: LineItemState): boolean => ledgerStates[state] === 'booked';

/** Why a line item cannot take that step, in one sentence that says what can be done instead. */
export function whyNotMove(from: LineItemState, to: LineItemState): string {
  if (from === 'ended') return `This line item has ended: it cannot become ${to}. Clone it to run it again.`;
  if (from === 'cancelled') return `This line item was cancelled: it cannot become ${to}. Clone it to use it again.`;
  if (to === 'live' || to === 'paused') return `A ${from} line item cannot become ${to}: book it first.`;
  if (to === 'ended')
    return from === 'booked'
      ? 'A booked line item has not run: cancel it instead of ending it.'
      : `A ${from} line item has not run: cancel it instead.`;
  if (isSold(from)) return `A ${from} line item is sold: it cannot go back to ${to}. Cancel it and clone it.`;
  return `A ${from} line item cannot become ${to}; it can become ${listed(lineItemMoves[from])}.`;
}

const listed = (states: readonly string[]): string =>
  states.length < 2 ? states.join('') : `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`;
