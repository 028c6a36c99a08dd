import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconClockHour4,
  IconMoodCheck,
  IconPhotoCheck,
  IconPhotoX,
  IconPlugConnectedX,
  IconReceipt,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { changeLineItem } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { approveCreative } from '#creatives/contract';
import { useMay } from '#people/web';
import {
  ConfirmDialog,
  EmptyState,
  Link,
  LinkButton,
  LoadingRows,
  Panel,
  StateMark,
  useAction,
  useFormat,
  useNow,
  useWords,
} from '#platform/web';
import { messages } from './messages.ts';
import type { Need } from './needs.ts';
import { useWhen } from './use-when.ts';

const firstShown = 8;

/** Each row opens its thing and offers the one action that settles it. */
export const NeedsPanel = ({ needs }: { needs: Need[] | undefined }) => {
  const words = useWords(messages);
  const format = useFormat();
  const [all, setAll] = useState(false);
  const [raising, setRaising] = useState<LineItem>();
  const raise = useAction(changeLineItem, {
    onDone: () => notifications.show({ color: 'green', message: words.raised }),
  });
  if (!needs) {
    return (
      <Panel title={words.needs} flush>
        <LoadingRows rows={4} />
      </Panel>
    );
  }
  const shown = all ? needs : needs.slice(0, firstShown);
  return (
    <Panel
      title={words.needs}
      flush
      actions={needs.length ? <StateMark tone="orange">{format.number(needs.length)}</StateMark> : null}
    >
      {needs.length === 0 ? (
        <EmptyState icon={<IconMoodCheck size={34} aria-hidden />} title={words.needsNone} next={words.needsNoneNext} />
      ) : null}
      <Stack component="ul" gap={0} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {shown.map((need) => (
          <Row key={keyOf(need)} need={need} onRaise={setRaising} />
        ))}
      </Stack>
      {shown.length < needs.length ? (
        <Button fullWidth variant="subtle" size="compact-sm" my={6} onClick={() => setAll(true)}>
          {words.showMore(format.number(needs.length - shown.length))}
        </Button>
      ) : null}
      <ConfirmDialog
        opened={raising !== undefined}
        onClose={() => setRaising(undefined)}
        colour="petrol"
        question={words.raiseSure(raising?.name ?? '')}
        action={words.raise}
        run={() => (raising ? raise.mutateAsync({ id: raising.id, pacing: 'asap' }) : Promise.resolve())}
      />
    </Panel>
  );
};

const keyOf = (need: Need) =>
  need.kind === 'late-request'
    ? need.request.id
    : need.kind === 'rights'
      ? `rights-${need.creative.id}`
      : need.kind === 'creative'
        ? need.creative.id
        : need.kind === 'quiet'
          ? need.kind
          : `${need.kind}-${need.line.id}`;

const Row = ({ need, onRaise }: { need: Need; onRaise: (line: LineItem) => void }) => {
  const words = useWords(messages);
  const format = useFormat();
  const when = useWhen();
  const may = useMay();
  const approve = useAction(approveCreative);
  if (need.kind === 'quiet')
    return (
      <Line
        icon={<IconPlugConnectedX size={18} color="var(--bad)" aria-hidden />}
        to="/sites"
        name={words.sites}
        what={words.quiet}
        action={
          <LinkButton to="/sites" size="compact-xs" variant="default">
            {words.seeTag}
          </LinkButton>
        }
      />
    );
  if (need.kind === 'creative') {
    const { creative } = need;
    return (
      <Line
        icon={<IconPhotoCheck size={18} color="var(--accent)" aria-hidden />}
        to={`/creatives/${creative.id}`}
        name={creative.name}
        what={words.waiting(creative.advertiser_name)}
        action={
          may('creatives.approve') ? (
            <Button
              size="compact-xs"
              variant="default"
              loading={approve.isPending}
              aria-label={`${words.approve} ${creative.name}`}
              onClick={() => approve.mutate({ id: creative.id })}
            >
              {words.approve}
            </Button>
          ) : null
        }
      />
    );
  }
  if (need.kind === 'late-request') {
    const { request } = need;
    return (
      <Line
        icon={<IconPhotoX size={18} color="var(--bad)" aria-hidden />}
        to={`/line-items/${request.line_item_id}`}
        name={`${request.format} – ${request.line_item_name}`}
        what={words.lateRequest(request.advertiser_name, when(request.due))}
        action={
          <LinkButton
            to="/creative-requests"
            search={{ late: '1', order: request.order_id }}
            size="compact-xs"
            variant="default"
          >
            {words.chase}
          </LinkButton>
        }
      />
    );
  }
  if (need.kind === 'rights') {
    const { creative } = need;
    return (
      <Line
        icon={<IconClockHour4 size={18} color="var(--warn)" aria-hidden />}
        to={`/creatives/${creative.id}`}
        name={creative.name}
        what={words.rightsEnd(creative.advertiser_name, creative.rights_until ?? '')}
        action={
          <LinkButton to={`/creatives/${creative.id}`} size="compact-xs" variant="default">
            {words.book}
          </LinkButton>
        }
      />
    );
  }
  const now = useNow();
  const { line } = need;
  const to = `/line-items/${line.id}`;
  const started = Date.parse(line.start) <= now.getTime();
  const open = (
    <LinkButton to={to} size="compact-xs" variant="default">
      {words.book}
    </LinkButton>
  );
  switch (need.kind) {
    case 'no-creative':
      return (
        <Line
          icon={<IconPhotoX size={18} color="var(--bad)" aria-hidden />}
          to={to}
          name={line.name}
          what={started ? words.noCreativeLive : words.noCreative(when(line.start))}
          action={
            may('campaigns.write') ? (
              <LinkButton to={to} search={{ assign: '1' }} size="compact-xs" variant="default">
                {words.assign}
              </LinkButton>
            ) : (
              open
            )
          }
        />
      );
    case 'behind':
      return (
        <Line
          icon={<IconAlertTriangle size={18} color="var(--warn)" aria-hidden />}
          to={to}
          name={line.name}
          what={words.behind(format.percent(need.percent, 0))}
          action={
            may('campaigns.write') && line.pacing !== 'asap' ? (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${words.raise} ${line.name}`}
                onClick={() => onRaise(line)}
              >
                {words.raise}
              </Button>
            ) : (
              open
            )
          }
        />
      );
    case 'silent':
      return (
        <Line
          icon={<IconAlertTriangle size={18} color="var(--bad)" aria-hidden />}
          to={to}
          name={line.name}
          what={words.silent}
          action={open}
        />
      );
    case 'unbooked':
      return (
        <Line
          icon={<IconReceipt size={18} color="var(--warn)" aria-hidden />}
          to={to}
          name={line.name}
          what={words.unbooked(when(line.start))}
          action={open}
        />
      );
    case 'ending':
      return (
        <Line
          icon={<IconClockHour4 size={18} color="var(--accent)" aria-hidden />}
          to={to}
          name={line.name}
          what={words.ending(when(line.end))}
          action={
            may('reports.write') ? (
              <LinkButton to="/reports" search={{ new: '1', order: line.order_id }} size="compact-xs" variant="default">
                {words.report}
              </LinkButton>
            ) : (
              open
            )
          }
        />
      );
  }
};

const Line = ({
  icon,
  to,
  name,
  what,
  action,
}: {
  icon: ReactNode;
  to: string;
  name: string;
  what: string;
  action: ReactNode;
}) => (
  <li style={{ borderTop: '1px solid var(--line)', padding: '8px 16px' }}>
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Group gap={10} wrap="nowrap" style={{ minWidth: 0 }}>
        <span style={{ flexShrink: 0, display: 'flex' }}>{icon}</span>
        <div style={{ minWidth: 0 }}>
          <Link to={to}>{name}</Link>
          <Text size="xs" c="dimmed">
            {what}
          </Text>
        </div>
      </Group>
      <div style={{ flexShrink: 0 }}>{action}</div>
    </Group>
  </li>
);
