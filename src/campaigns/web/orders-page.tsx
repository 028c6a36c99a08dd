import { Group, Select } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { exportOrders, listOrders, Side } from '#campaigns/contract';
import type { Order } from '#campaigns/contract';
import { AddButton, AdvertiserFilter, useMay } from '#people/web';
import {
  EmptyState,
  FormDialog,
  Link,
  ListPanel,
  Page,
  SearchBox,
  StateMark,
  useFormat,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { useNavigate } from '@tanstack/react-router';
import { messages } from './messages.ts';
import { OrderForm } from './order-form.tsx';
import { useSpan } from './terms.tsx';

export const OrdersPage = () => {
  const words = useWords(messages);
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
        <SearchBox />
        <Select
          aria-label={words.side}
          w={160}
          data={[{ value: '', label: words.anySide }, ...Side.options.map((value) => ({ value, label: words[value] }))]}
          value={side ?? ''}
          allowDeselect={false}
          onChange={(value) => set({ side: value || undefined })}
        />
        <AdvertiserFilter />
      </Group>
      <ListPanel
        list={list}
        label={words.orders}
        file="orders"
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
      />
      <FormDialog title={words.newOrder} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <OrderForm onDone={(order) => void navigate({ to: `/orders/${order.id}`, search: {} })} />
      </FormDialog>
    </Page>
  );
};
