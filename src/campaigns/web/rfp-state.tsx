import type { InvitationState } from '#campaigns/contract';
import { StateMark, useWords } from '#platform/web';
import type { Tone } from '#platform/web';
import { messages } from './rfp-messages.ts';

const tones: Record<InvitationState, Tone> = {
  draft: 'gray',
  sent: 'blue',
  answered: 'petrol',
  countered: 'violet',
  declined: 'red',
  expired: 'gray',
  chosen: 'green',
  passed_over: 'gray',
  withdrawn: 'gray',
};

export const InvitationBadge = ({ state }: { state: InvitationState }) => {
  const words = useWords(messages);
  return <StateMark tone={tones[state]}>{words[`state.${state}`]}</StateMark>;
};
