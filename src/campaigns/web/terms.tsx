import type { Goal, LineItemState, Rate } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { dayIn, lastDay, StateMark, useFormat, useWords } from '#platform/web';
import type { Tone } from '#platform/web';
import { messages } from './messages.ts';

const tones: Record<LineItemState, Tone> = {
  draft: 'gray',
  proposed: 'violet',
  reserved: 'orange',
  booked: 'blue',
  live: 'green',
  paused: 'orange',
  ended: 'gray',
  cancelled: 'red',
};

export const useStateName = () => {
  const words = useWords(messages);
  return (state: LineItemState) => (state === 'booked' ? words['booked-state'] : words[state]);
};

export const StateBadge = ({ state }: { state: LineItemState }) => {
  const name = useStateName();
  return <StateMark tone={tones[state]}>{name(state)}</StateMark>;
};

/** The days from a start to an exclusive end, on the calendar of the sites. */
export const useSpan = () => {
  const format = useFormat();
  const zone = useZone();
  return (start: string, end: string) => format.days(dayIn(zone, new Date(start)), lastDay(end, zone));
};

/** The terms of a line in words: goal, rate. */
export const useTerms = () => {
  const words = useWords(messages);
  const format = useFormat();
  return {
    goal: ({ unit, quantity }: Goal) =>
      unit === 'share'
        ? `${format.percent(quantity, 0)} · ${words.share}`
        : `${format.number(quantity)} ${words[unit]}`,
    rate: ({ model, amount, currency }: Rate) => `${format.money({ amount, currency })} ${words[model]}`,
  };
};
