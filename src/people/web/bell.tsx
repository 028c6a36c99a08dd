import { ActionIcon, Button, Indicator, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { listNotifications, readNotifications } from '#people/contract';
import type { Notification, SubjectKind } from '#people/contract';
import { EmptyState, Link, useAction, useFormat, useRoute, useWords } from '#platform/web';
import { commentMessages } from './comment-messages.ts';
import { useMay } from './use-me.ts';

const places: Record<SubjectKind, string> = {
  order: '/orders',
  'line-item': '/line-items',
  creative: '/creatives',
  proposal: '/proposals',
};

/** What the person on screen was told: a bell with how much of it is unread. */
export const Bell = () => {
  const words = useWords(commentMessages);
  const format = useFormat();
  const may = useMay();
  const [opened, popover] = useDisclosure(false);
  const { data } = useRoute(listNotifications, { limit: 20 }, { enabled: may('comments.read'), every: 30_000 });
  const read = useAction(readNotifications);
  if (!may('comments.read')) return null;
  const unread = data?.unread ?? 0;
  return (
    <Indicator
      disabled={unread === 0}
      label={unread > 99 ? '99+' : format.number(unread)}
      size={16}
      offset={6}
      color="red.8"
    >
      <Popover
        position="bottom-end"
        width={340}
        opened={opened}
        onChange={(open) => (open ? popover.open() : popover.close())}
      >
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={unread > 0 ? words.bellUnread(format.number(unread)) : words.bell}
            onClick={popover.toggle}
          >
            <IconBell size={18} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={0} style={{ maxHeight: 420, overflowY: 'auto' }}>
          {data && data.items.length > 0 ? (
            <Stack gap={0}>
              {data.items.map((item) => (
                <Told
                  key={item.id}
                  item={item}
                  onPick={() => {
                    popover.close();
                    if (!item.read_at) read.mutate({ ids: [item.id] });
                  }}
                />
              ))}
              {unread > 0 ? (
                <Button variant="subtle" size="compact-sm" m="xs" onClick={() => read.mutate({})}>
                  {words.allRead}
                </Button>
              ) : null}
            </Stack>
          ) : (
            <EmptyState title={words.noneTold} next={words.noneToldNext} />
          )}
        </Popover.Dropdown>
      </Popover>
    </Indicator>
  );
};

const Told = ({ item, onPick }: { item: Notification; onPick: () => void }) => {
  const words = useWords(commentMessages);
  const format = useFormat();
  const says = item.kind === 'mention' ? words.mentioned : words.replied;
  return (
    // The click on the link inside is told on its way up.
    <div
      style={{
        padding: '8px 12px',
        borderBottom: '1px solid var(--line)',
        background: item.read_at ? undefined : 'var(--accent-wash)',
      }}
      onClick={onPick}
      role="presentation"
    >
      <Link to={`${places[item.subject_kind]}/${item.subject_id}`}>
        {says(item.comment.author_name, item.subject_name ?? '–')}
      </Link>
      <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
        {item.comment.text}
      </Text>
      <Text size="xs" c="dimmed">
        {format.moment(item.created_at)}
      </Text>
    </div>
  );
};
