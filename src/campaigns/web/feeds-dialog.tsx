import { ActionIcon, Alert, Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { createCalendarFeed, listCalendarFeeds, removeCalendarFeed } from '#campaigns/contract';
import type { CalendarFilters } from '#campaigns/contract';
import { ErrorState, useAction, useFormat, useList, useWords } from '#platform/web';
import { messages } from './occupancy-messages.ts';

/** The private calendar addresses, and a new one with the filters of the view. */
export const CalendarFeeds = ({ filters }: { filters: CalendarFilters }) => {
  const words = useWords(messages);
  const format = useFormat();
  const [name, setName] = useState<string>(words.occupancy);
  const list = useList(listCalendarFeeds, { limit: 100 });
  const make = useAction(createCalendarFeed);
  const remove = useAction(removeCalendarFeed);
  const address = make.data ? `${window.location.origin}${make.data.path}` : undefined;
  return (
    <Stack>
      <Text size="sm">{words.feedsNote}</Text>
      {address ? (
        <Alert color="green" variant="light" title={words.feedOnce}>
          <Group wrap="nowrap">
            <TextInput
              aria-label={words.feeds}
              style={{ flex: 1 }}
              readOnly
              value={address}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton value={address}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>}
            </CopyButton>
          </Group>
        </Alert>
      ) : (
        <Group align="flex-end">
          <TextInput
            label={words.feedName}
            style={{ flex: 1 }}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            loading={make.isPending}
            disabled={name.trim() === ''}
            onClick={() => make.mutate({ name: name.trim(), ...filters })}
          >
            {words.feedMake}
          </Button>
        </Group>
      )}
      {make.error ? <ErrorState error={make.error} /> : null}
      {list.rows?.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.feedNone}
        </Text>
      ) : null}
      {list.rows?.map((feed) => (
        <Group key={feed.id} justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {feed.name}{' '}
            <Text span size="xs" c="dimmed">
              {format.moment(feed.created_at)}
            </Text>
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${words.feedRemove}: ${feed.name}`}
            onClick={() => remove.mutate({ id: feed.id })}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
};
