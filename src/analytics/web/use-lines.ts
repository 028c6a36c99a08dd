import { useAnswer } from './use-answer.ts';

/** The line items whose ads were seen in the last twelve months, by name: those that a question about ads can be put to. */
export const useLines = (enabled: boolean): readonly { id: string; name: string }[] => {
  const { data } = useAnswer(
    {
      metrics: ['impressions'],
      date_range: '12mo',
      dimensions: ['ad:line_item'],
      pagination: { limit: 1000, offset: 0 },
    },
    { enabled },
  );
  return (data?.results ?? [])
    .map(({ dimensions: [id = ''] }) => ({ id, name: data?.meta.labels[id] ?? id }))
    .filter(({ id }) => id !== '')
    .toSorted((a, b) => a.name.localeCompare(b.name));
};
