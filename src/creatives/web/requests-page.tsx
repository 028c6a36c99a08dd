import { Button, Group, Select, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCalendarEvent, IconFileTypePdf, IconLink, IconMailForward } from '@tabler/icons-react';
import {
  CreativeRequestState,
  creativeRequestsCalendar,
  creativeRequestsPdf,
  listCreativeRequests,
  remindCreativeRequest,
} from '#creatives/contract';
import type { CreativeRequest } from '#creatives/contract';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  EmptyState,
  ErrorState,
  FormDialog,
  Link,
  LinkButton,
  ListPanel,
  Page,
  StateMark,
  useAction,
  useFormat,
  useLanguage,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column, Tone } from '#platform/web';
import { LinksPanel, NewLink } from './links.tsx';
import { messages } from './request-messages.ts';
import { RequestForm } from './request-form.tsx';

const tones: Record<CreativeRequest['state'], Tone> = {
  open: 'orange',
  received: 'blue',
  refused: 'red',
  done: 'green',
  cancelled: 'gray',
};

/** What booked lines need, by deadline; of one order or advertiser where the address says so. */
export const RequestsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { language } = useLanguage();
  const { one, set } = useSearch();
  const [order, advertiser, late] = [one('order'), one('advertiser'), one('late') === '1'];
  // What is done needs no hand any more: it is shown where somebody asks for it, or for everything of an order.
  const asked = one('state') ?? (order || late ? 'all' : 'open');
  const state = CreativeRequestState.safeParse(asked).data;
  const which = { ...(order ? { order_id: order } : {}), ...(advertiser ? { advertiser_id: advertiser } : {}) };
  const list = useList(listCreativeRequests, {
    limit: 100,
    ...which,
    ...(state ? { state } : {}),
    ...(late ? { late: 'true' as const } : {}),
  });
  const remind = useAction(remindCreativeRequest, {
    onDone: () => notifications.show({ color: 'green', message: words.reminded_now }),
  });
  const query = new URLSearchParams({ ...which, language });
  const mayWrite = may('creatives.write');
  const editing = list.rows?.find(({ id }) => id === one('edit'));
  const columns: Column<CreativeRequest>[] = [
    {
      key: 'format',
      header: words.format,
      value: (row) => row.format,
      cell: (row) => (
        <div>
          <Text fw={600}>{row.format}</Text>
          <Text size="xs" c="dimmed">
            {row.creatives.map((creative) => (
              <span key={creative.id}>
                <Link to={`/creatives/${creative.id}`}>{creative.name}</Link>{' '}
              </span>
            ))}
          </Text>
        </div>
      ),
    },
    {
      key: 'line',
      header: words.line,
      value: (row) => row.line_item_name,
      cell: (row) => (
        <div>
          <Link to={`/line-items/${row.line_item_id}`}>{row.line_item_name}</Link>
          <Text size="xs" c="dimmed">
            {row.advertiser_name} · {row.order_name}
          </Text>
        </div>
      ),
    },
    { key: 'where', header: words.where, value: (row) => row.placements.join(', '), from: 'lg' },
    {
      key: 'due',
      header: words.due,
      value: (row) => row.due,
      cell: (row) => (
        <Text component="span" size="sm" style={row.is_late ? { color: 'var(--bad)', fontWeight: 600 } : {}}>
          {format.moment(row.due)}
          {row.is_late ? ` · ${words.late}` : ''}
        </Text>
      ),
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[row.state],
      cell: (row) => <StateMark tone={tones[row.state]}>{words[row.state]}</StateMark>,
    },
    {
      key: 'reminded',
      header: words.reminded,
      value: (row) => row.reminded_at,
      cell: (row) => (row.reminded_at ? format.moment(row.reminded_at) : '–'),
      from: 'lg',
    },
    ...(mayWrite
      ? [
          {
            key: 'act',
            header: '',
            value: () => null,
            cell: (row: CreativeRequest) => (
              <Group gap={4} wrap="nowrap" justify="flex-end">
                {row.state === 'open' || row.state === 'refused' ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconMailForward size={14} aria-hidden />}
                    aria-label={`${words.remind} ${row.format} ${row.line_item_name}`}
                    loading={remind.isPending && remind.variables?.id === row.id}
                    onClick={() => remind.mutate({ id: row.id })}
                  >
                    {words.remind}
                  </Button>
                ) : null}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={`${words.edit} ${row.format} ${row.line_item_name}`}
                  onClick={() => set({ edit: row.id })}
                >
                  {words.edit}
                </Button>
              </Group>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title={words.requests}
      under={words.requestsUnder}
      trail={[{ label: words.library, to: '/creatives' }]}
      actions={
        <>
          <Button
            component="a"
            variant="default"
            leftSection={<IconFileTypePdf size={16} aria-hidden />}
            href={`${creativeRequestsPdf.path}?${query}`}
            target="_blank"
          >
            {words.pdf}
          </Button>
          <Button
            component="a"
            variant="default"
            leftSection={<IconCalendarEvent size={16} aria-hidden />}
            href={`${creativeRequestsCalendar.path}?${new URLSearchParams(which)}`}
          >
            {words.calendar}
          </Button>
          {may('inventory.read') ? (
            <LinkButton variant="default" to="/creative-limits">
              {words.limits}
            </LinkButton>
          ) : null}
          {mayWrite ? (
            <Button leftSection={<IconLink size={16} aria-hidden />} onClick={() => set({ link: '1' })}>
              {words.link}
            </Button>
          ) : null}
        </>
      }
    >
      <Group gap="xs">
        <Select
          aria-label={words.state}
          w={190}
          data={[
            { value: 'all', label: words.anyState },
            ...CreativeRequestState.options.map((value) => ({ value, label: words[value] })),
          ]}
          value={state ?? 'all'}
          allowDeselect={false}
          onChange={(value) => set({ state: value ?? undefined })}
        />
        <AdvertiserFilter also={{ order: undefined }} />
        <Switch
          label={words.lateOnly}
          checked={late}
          onChange={(event) => set({ late: event.currentTarget.checked ? '1' : undefined })}
        />
      </Group>
      {remind.error ? <ErrorState error={remind.error} /> : null}
      <ListPanel
        list={list}
        label={words.requests}
        file="creative-requests"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          state || advertiser || order || late ? (
            <EmptyState title={words.noMatch} />
          ) : (
            <EmptyState title={words.none} next={words.noneNext} />
          )
        }
      />
      {mayWrite ? <LinksPanel which={which} /> : null}
      <FormDialog title={words.link} opened={one('link') === '1'} onClose={() => set({ link: undefined })} size="lg">
        <NewLink order={order} advertiser={advertiser} />
      </FormDialog>
      <FormDialog title={words.edit} opened={editing !== undefined} onClose={() => set({ edit: undefined })}>
        {editing ? <RequestForm request={editing} onDone={() => set({ edit: undefined })} /> : null}
      </FormDialog>
    </Page>
  );
};
