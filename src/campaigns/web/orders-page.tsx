import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconReceipt, IconSearch } from '@tabler/icons-react';
import { exportOrders, listOrders, Side } from '#campaigns/contract';
import type { Order } from '#campaigns/contract';
import { AddButton, AdvertiserPicker, useMay } from '#people/web';
import {
  DataTable,
  EmptyState,
  ErrorState,
  FormDialog,
  Link,
  Page,
  Panel,
  platformMessages,
  StateMark,
  useFormat,
  useSortedList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { useNavigate } from '@tanstack/react-router';
import { messages } from './messages.ts';
import { OrderForm } from './order-form.tsx';
import { useSpan } from './terms.tsx';

export const OrdersPage = () => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const format = useFormat();
  const span = useSpan();
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const side = Side.safeParse(one('side')).data;
  const advertiser = one('advertiser');
  const q = one('q');
  const list = useSortedList<Order, typeof listOrders, typeof exportOrders>(listOrders, exportOrders, {
    ...(side ? { side } : {}),
    ...(advertiser ? { advertiser_id: advertiser } : {}),
    ...(q ? { q } : {}),
  });
  const search = useDebouncedCallback((text: string) => set({ q: text || undefined }), 250);
  const add = may('campaigns.write') ? <AddButton label={words.newOrder} onClick={() => set({ new: '1' })} /> : null;
  const filtered = Boolean(side ?? advertiser ?? q);
  const columns: Column<Order>[] = [
    {
      key: 'name',
      sort: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/orders/${row.id}`}>{row.name}</Link>,
    },
    { key: 'advertiser', sort: 'advertiser', header: words.advertiser, value: (row) => row.advertiser_name },
    {
      key: 'side',
      sort: 'side',
      header: words.side,
      value: (row) => words[row.side],
      cell: (row) => <StateMark tone={row.side === 'sell' ? 'petrol' : 'violet'}>{words[row.side]}</StateMark>,
      from: 'sm',
    },
    { key: 'publisher', sort: 'publisher', header: words.publisher, value: (row) => row.publisher_name, from: 'lg' },
    { key: 'lines', sort: 'lines', header: words.count, value: (row) => row.lines, align: 'right' },
    {
      key: 'dates',
      sort: 'start',
      header: words.dates,
      value: (row) => row.start,
      cell: (row) => (row.start && row.end ? span(row.start, row.end) : '–'),
      from: 'sm',
    },
    {
      key: 'created',
      sort: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'lg',
    },
  ];
  return (
    <Page title={words.orders} actions={add}>
      <Group gap="xs">
        <TextInput
          aria-label={platform.search}
          placeholder={platform.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          defaultValue={q ?? ''}
          onChange={(event) => search(event.currentTarget.value)}
          w={220}
        />
        <Select
          aria-label={words.side}
          w={160}
          data={[{ value: '', label: words.anySide }, ...Side.options.map((value) => ({ value, label: words[value] }))]}
          value={side ?? ''}
          allowDeselect={false}
          onChange={(value) => set({ side: value || undefined })}
        />
        <AdvertiserPicker
          label={undefined}
          placeholder={words.anyAdvertiser}
          aria-label={words.advertiser}
          clearable
          value={advertiser ?? null}
          onChange={(value) => set({ advertiser: value ?? undefined })}
        />
      </Group>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.orders}
          file="orders"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          empty={
            filtered ? (
              <EmptyState title={words.noOrdersMatch} />
            ) : (
              <EmptyState
                icon={<IconReceipt size={36} aria-hidden />}
                title={words.noOrders}
                next={words.noOrdersNext}
                action={add}
              />
            )
          }
          server={list.server}
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        />
      </Panel>
      <FormDialog title={words.newOrder} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <OrderForm onDone={(order) => void navigate({ to: `/orders/${order.id}`, search: {} })} />
      </FormDialog>
    </Page>
  );
};
