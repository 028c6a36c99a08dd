import type { ProposalState } from '#campaigns/contract';
import { StateMark, useWords } from '#platform/web';
import type { Tone } from '#platform/web';
import { messages } from './proposal-messages.ts';

const tones: Record<ProposalState, Tone> = {
  draft: 'gray',
  awaiting_approval: 'orange',
  approved: 'petrol',
  sent: 'blue',
  countered: 'violet',
  accepted: 'green',
  declined: 'red',
  expired: 'gray',
  withdrawn: 'gray',
};

export const useProposalState = () => {
  const words = useWords(messages);
  return (state: ProposalState) => words[`state.${state}`];
};

export const ProposalBadge = ({ state }: { state: ProposalState }) => {
  const name = useProposalState();
  return <StateMark tone={tones[state]}>{name(state)}</StateMark>;
};
