/**
 * The life of a creative: uploaded, checked by the machine, then decided by a person; it may be judged again until retired. A
 * person may decide before the browser is through.
 */
import type { CreativeState } from './contract.ts';

export const creativeMoves: Record<CreativeState, readonly CreativeState[]> = {
  uploaded: ['checking'],
  checking: ['waiting', 'approved', 'rejected', 'retired'],
  waiting: ['approved', 'rejected', 'retired'],
  approved: ['waiting', 'rejected', 'retired'],
  rejected: ['waiting', 'approved', 'retired'],
  retired: [],
};

export const mayMoveCreative = (from: CreativeState, to: CreativeState): boolean => creativeMoves[from].includes(to);

/** Why a creative cannot take that step, in one sentence. */
export function whyCreativeMayNotMove(from: CreativeState, to: CreativeState): string {
  if (from === 'retired') return `This creative is retired: it cannot become ${to}. Upload it again.`;
  if (from === 'uploaded') return `This creative is still being checked: it cannot become ${to} yet.`;
  return `A ${from} creative cannot become ${to}.`;
}
