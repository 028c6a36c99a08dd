import { Button, Group, Stack, Text } from '@mantine/core';
import type { Alternative } from '#forecasting/contract';
import type { TargetingGroup } from '#inventory/contract';
import { usePlaces, useZone } from '#inventory/web';
import { dayIn, lastDay, useFormat, useWords } from '#platform/web';
import { messages } from './messages.ts';

/** What a targeting says, in words; the domain that edits targetings knows them. */
export type TargetingText = (targeting: TargetingGroup | null) => string;

const shownPlaces = 4;

/** An alternative in the words of the screen, from what it changes. */
export const useAlternative = (targetingText: TargetingText) => {
  const words = useWords(messages);
  const format = useFormat();
  const zone = useZone();
  const places = usePlaces();
  return (one: Alternative): string => {
    if (one.kind === 'placements') {
      const ids = one.placements ?? [];
      const named = ids.slice(0, shownPlaces).map(places.nameOf);
      const more = ids.length > shownPlaces ? [words.more(format.number(ids.length - shownPlaces))] : [];
      return words['alternative.placements'](format.number(ids.length), format.list([...named, ...more]));
    }
    if (one.kind === 'targeting')
      return one.targeting
        ? words['alternative.targeting'](targetingText(one.targeting))
        : words['alternative.everyone'];
    const days =
      one.start && one.end ? format.days(dayIn(zone, new Date(one.start)), lastDay(one.end, zone)) : one.sentence;
    return one.kind === 'dates' ? words['alternative.dates'](days) : words['alternative.longer'](days);
  };
};

type Props = {
  alternatives: readonly Alternative[];
  unit: string;
  targetingText: TargetingText;
  onTake?: ((one: Alternative) => void) | undefined;
};

export const Alternatives = ({ alternatives, unit, targetingText, onTake }: Props) => {
  const words = useWords(messages);
  const format = useFormat();
  const said = useAlternative(targetingText);
  if (alternatives.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.insteadNone}
      </Text>
    );
  return (
    <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label={words.instead}>
      {alternatives.map((one) => (
        <Group key={`${one.kind} ${said(one)}`} component="li" justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
            {said(one)}{' '}
            <Text span c={one.enough ? 'var(--good)' : 'dimmed'} size="sm">
              ({one.enough ? `${words.wholly}, ` : ''}
              {words.partly(format.number(one.available), unit)})
            </Text>
          </Text>
          {onTake ? (
            <Button
              size="compact-xs"
              variant="default"
              style={{ flex: 'none' }}
              aria-label={`${words.take}: ${said(one)}`}
              onClick={() => onTake(one)}
            >
              {words.take}
            </Button>
          ) : null}
        </Group>
      ))}
    </Stack>
  );
};
