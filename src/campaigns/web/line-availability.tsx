import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { changeLineItem } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import type { Alternative } from '#forecasting/contract';
import { AvailabilityPanel } from '#forecasting/web';
import type { AvailabilityQuestion } from '#forecasting/web';
import { lastGuaranteed } from '#forecasting/contract';
import { useMay } from '#people/web';
import { Panel, useAction, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { useTargetingText } from './targeting-builder.tsx';

/** What a line asks of the space, leaving out what it holds already. */
export const questionOf = (
  line: Pick<
    LineItem,
    'id' | 'placements' | 'start' | 'end' | 'targeting' | 'sizes' | 'goal' | 'priority' | 'frequency_caps'
  >,
): AvailabilityQuestion => ({
  placements: line.placements,
  start: line.start,
  end: line.end,
  targeting: line.targeting,
  sizes: line.sizes,
  // A line that is promised nothing lacks nothing: it is shown what is free, not a shortfall.
  ...(line.priority <= lastGuaranteed ? { goal: { unit: line.goal.unit, quantity: line.goal.quantity } } : {}),
  priority: line.priority,
  frequency_caps: line.frequency_caps,
  line_item_id: line.id,
});

/** The terms that an alternative would change. */
export const changeOf = ({ start, end, placements, targeting }: Alternative) => ({
  ...(start ? { start } : {}),
  ...(end ? { end } : {}),
  ...(placements ? { placements } : {}),
  ...(targeting === undefined ? {} : { targeting }),
});

const open: readonly LineItem['state'][] = ['draft', 'proposed', 'reserved', 'booked', 'live', 'paused'];
const changeable: readonly LineItem['state'][] = ['draft', 'proposed', 'reserved'];

/** The space of a line on its page; before booking, an alternative is taken in one click. */
export const LineAvailability = ({ line }: { line: LineItem }) => {
  const words = useWords(messages);
  const may = useMay();
  const targetingText = useTargetingText();
  const change = useAction(changeLineItem, {
    onDone: () => notifications.show({ color: 'green', message: words.alternativeTaken }),
  });
  if (line.side !== 'sell' || !open.includes(line.state) || !may('forecast.read')) return null;
  const mayChange = may('campaigns.write') && changeable.includes(line.state);
  return (
    <Panel title={words.availability} note={words.availabilityNote}>
      <AvailabilityPanel
        question={questionOf(line)}
        targetingText={targetingText}
        onTake={mayChange ? (one) => change.mutate({ id: line.id, ...changeOf(one) }) : undefined}
      />
    </Panel>
  );
};

/** The same beside a form, for what is typed so far; asked half a second after the last change. */
export const DraftAvailability = ({
  question,
  onTake,
}: {
  question: AvailabilityQuestion | undefined;
  onTake?: (one: Alternative) => void;
}) => {
  const words = useWords(messages);
  const may = useMay();
  const targetingText = useTargetingText();
  // Compared as text: a form makes a new object with every keystroke.
  const [settled] = useDebouncedValue(question ? JSON.stringify(question) : '', 500);
  if (!may('forecast.read')) return null;
  return (
    <Panel title={words.availability} note={words.availabilityNote}>
      {settled === '' ? (
        <Text c="dimmed" size="sm">
          {words.availabilityNext}
        </Text>
      ) : (
        <AvailabilityPanel
          question={JSON.parse(settled) as AvailabilityQuestion}
          targetingText={targetingText}
          onTake={onTake}
        />
      )}
    </Panel>
  );
};
