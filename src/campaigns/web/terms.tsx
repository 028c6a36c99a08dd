import { Badge } from '@mantine/core';
import type { Goal, LineItemState, Rate } from '#campaigns/contract';
import { useFormat, useWords } from '#platform/web';
import { messages } from './messages.ts';

const colours: Record<LineItemState, string> = {
  draft: 'gray',
  proposed: 'violet',
  reserved: 'orange',
  booked: 'blue',
  live: 'green',
  paused: 'yellow',
  ended: 'gray',
  cancelled: 'red',
};

export const useStateName = () => {
  const words = useWords(messages);
  return (state: LineItemState) => (state === 'booked' ? words['booked-state'] : words[state]);
};

export const StateBadge = ({ state }: { state: LineItemState }) => {
  const name = useStateName();
  return (
    <Badge className="vg-state" data-colour={colours[state]} color={colours[state]}>
      {name(state)}
    </Badge>
  );
};

/** The terms of a line in words: goal, rate. */
export const useTerms = () => {
  const words = useWords(messages);
  const format = useFormat();
  return {
    goal: ({ unit, quantity }: Goal) => (unit === 'share' ? `${format.percent(quantity, 0)} · ${words.share}` : `${format.number(quantity)} ${words[unit]}`),
    rate: ({ model, amount, currency }: Rate) => `${format.money({ amount, currency })} ${words[model]}`,
  };
};
