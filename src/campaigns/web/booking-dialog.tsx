import { Alert, Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { changeLineItem, readLineItem } from '#campaigns/contract';
import type { LineItem, Occupant } from '#campaigns/contract';
import { availability } from '#forecasting/contract';
import { AvailabilityPanel } from '#forecasting/web';
import { usePlaces } from '#inventory/web';
import { useMay } from '#people/web';
import {
  addDays,
  Answer,
  Detail,
  LinkButton,
  platformMessages,
  startOfDay,
  useAction,
  useFormat,
  useLanguage,
  useProblemSentence,
  useRoute,
  useWords,
} from '#platform/web';
import { questionOf } from './line-availability.tsx';
import { messages } from './occupancy-messages.ts';
import { useTargetingText } from './targeting-builder.tsx';
import type { Days } from './timeline.tsx';

const useZoneOf = () => {
  const places = usePlaces();
  return (placement: string | undefined) =>
    places.site.get(places.placement.get(placement ?? '')?.site_id ?? '')?.time_zone ?? 'UTC';
};

/** A booking of the calendar: who, until when; its days typed or as they were dragged, with the room there is for them. */
export const BookingDialog = ({ occupant, days, onClose }: { occupant: Occupant; days: Days; onClose: () => void }) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const format = useFormat();
  const isLine = occupant.kind === 'line-item';
  const asked = useRoute(readLineItem, { id: occupant.id }, { enabled: isLine });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`${occupant.advertiser_name} – ${occupant.name}`}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Detail label={words.state}>
            {occupant.space === 'held' ? words.held : occupant.space === 'sold' ? words.sold : words.over}
          </Detail>
          <Detail label={words.dates}>{format.days(occupant.first_day, occupant.last_day)}</Detail>
          <Detail label={words.until}>{format.moment(occupant.expires_at)}</Detail>
          <Detail label={words.share}>{format.percent(occupant.share_of_voice)}</Detail>
        </SimpleGrid>
        {isLine ? (
          <Answer of={asked}>
            {(line) => <LineDays line={line} occupant={occupant} days={days} onClose={onClose} />}
          </Answer>
        ) : (
          <>
            <Text size="sm">{words.ofProposal}</Text>
            <Group justify="flex-end">
              <LinkButton to={`/proposals/${occupant.proposal_id ?? ''}`}>{words.openProposal}</LinkButton>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
};

type LineProps = { line: LineItem; occupant: Occupant; days: Days; onClose: () => void };

const LineDays = ({ line, occupant, days, onClose }: LineProps) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const may = useMay();
  const zone = useZoneOf()(line.placements[0]);
  const targetingText = useTargetingText();
  const sentence = useProblemSentence();
  const [first, setFirst] = useState(days.first_day);
  const [last, setLast] = useState(days.last_day);
  const change = useAction(changeLineItem, {
    onDone: () => {
      notifications.show({ color: 'green', message: words.saved });
      onClose();
    },
  });
  const isSold = occupant.space === 'sold';
  const start = first === occupant.first_day ? line.start : startOfDay(first, zone);
  const end = last === occupant.last_day ? line.end : startOfDay(addDays(last, 1), zone);
  const isChanged = first !== occupant.first_day || last !== occupant.last_day;
  const [question] = useDebouncedValue(JSON.stringify({ ...questionOf(line), start, end }), 300);
  const mayChange = may('campaigns.write') && occupant.space !== 'past';
  return (
    <>
      {mayChange ? (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <DatePickerInput
            label={words.firstDay}
            description={isSold ? words.fixedStart : undefined}
            disabled={isSold}
            locale={language}
            valueFormat="D MMM YYYY"
            value={first}
            onChange={(day) => day && setFirst(day)}
          />
          <DatePickerInput
            label={words.lastDay}
            locale={language}
            valueFormat="D MMM YYYY"
            minDate={first}
            value={last}
            onChange={(day) => day && setLast(day)}
          />
        </SimpleGrid>
      ) : null}
      {line.side === 'sell' && occupant.space !== 'past' && may('forecast.read') ? (
        <AvailabilityPanel
          question={JSON.parse(question) as ReturnType<typeof questionOf>}
          targetingText={targetingText}
          whole={false}
        />
      ) : null}
      {change.error ? (
        <Alert color="red" variant="light" role="alert">
          {sentence(change.error)}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <LinkButton variant="default" to={`/line-items/${line.id}`}>
          {words.openLine}
        </LinkButton>
        {mayChange ? (
          <Button
            disabled={!isChanged || last < first}
            loading={change.isPending}
            onClick={() => change.mutate({ id: line.id, ...(isSold ? {} : { start }), end })}
          >
            {words.save}
          </Button>
        ) : null}
      </Group>
    </>
  );
};

/** What room there is for a booking while it is dragged. */
export const DragHint = ({ occupant, first_day, last_day }: { occupant: Occupant } & Days) => {
  const words = useWords(messages);
  const format = useFormat();
  const zone = useZoneOf()(occupant.placements[0]);
  const [settled] = useDebouncedValue(`${first_day} ${last_day}`, 200);
  const isSettled = settled === `${first_day} ${last_day}`;
  const line = useRoute(readLineItem, { id: occupant.id });
  const asked = useRoute(
    availability,
    {
      ...(line.data ? questionOf(line.data) : { placements: occupant.placements }),
      start: startOfDay(first_day, zone),
      end: startOfDay(addDays(last_day, 1), zone),
      alternatives: false,
    },
    { enabled: isSettled && line.data !== undefined },
  );
  const said =
    !isSettled || !asked.data
      ? words.checking
      : asked.data.enough
        ? words.fits
        : words.lacks(format.number(asked.data.shortfall));
  return (
    <Text
      role="status"
      size="sm"
      fw={600}
      c={isSettled && asked.data && !asked.data.enough ? 'var(--bad)' : 'var(--ink)'}
    >
      {format.days(first_day, last_day)} · {said}
    </Text>
  );
};
