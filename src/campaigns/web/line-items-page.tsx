import { Button, Group, Select } from '@mantine/core';
import { IconAd2, IconFileImport, IconTableOptions } from '@tabler/icons-react';
import { exportLineItems, LineItemState, listLineItems, Side } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  EmptyState,
  FormDialog,
  Link,
  LinkButton,
  ListPanel,
  Page,
  SearchBox,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { bulkMessages } from './bulk-messages.ts';
import { ImportLines } from './import-lines.tsx';
import type { LineProgress } from './line-progress.ts';
import { messages } from './messages.ts';
import { StateBadge, useStateName, useSpan, useTerms } from './terms.tsx';

/** Every line item, whatever its order. */
export const LineItemsPage = ({ Progress }: { Progress: LineProgress }) => {
  const words = useWords(messages);
  const bulk = useWords(bulkMessages);
  const may = useMay();
  const span = useSpan();
  const terms = useTerms();
  const stateName = useStateName();
  const { one, set } = useSearch();
  const state = LineItemState.safeParse(one('state')).data;
  const side = Side.safeParse(one('side')).data;
  const advertiser = one('advertiser');
  const q = one('q');
  const list = useSortedList<LineItem, typeof listLineItems, typeof exportLineItems>(listLineItems, exportLineItems, {
    ...(state ? { state } : {}),
    ...(side ? { side } : {}),
    ...(advertiser ? { advertiser_id: advertiser } : {}),
    ...(q ? { q } : {}),
  });
  const filters = {
    ...(state ? { state } : {}),
    ...(side ? { side } : {}),
    ...(advertiser ? { advertiser } : {}),
    ...(q ? { q } : {}),
  };
  const columns: Column<LineItem>[] = [
    {
      key: 'name',
      sort: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/line-items/${row.id}`}>{row.name}</Link>,
    },
    {
      key: 'order',
      sort: 'order',
      header: words.order,
      value: (row) => row.order_name,
      cell: (row) => (
        <Link to={`/orders/${row.order_id}`} quiet>
          {row.order_name}
        </Link>
      ),
      from: 'sm',
    },
    {
      key: 'advertiser',
      sort: 'advertiser',
      header: words.advertiser,
      value: (row) => row.advertiser_name,
      from: 'lg',
    },
    {
      key: 'state',
      sort: 'state',
      header: words.state,
      value: (row) => stateName(row.state),
      cell: (row) => <StateBadge state={row.state} />,
    },
    {
      key: 'progress',
      header: words.progress,
      value: (row) => row.goal.quantity,
      cell: (row) => <Progress line={row} />,
      from: 'sm',
    },
    {
      key: 'dates',
      sort: 'start',
      header: words.dates,
      value: (row) => row.start,
      cell: (row) => <span style={{ whiteSpace: 'nowrap' }}>{span(row.start, row.end)}</span>,
      from: 'md',
    },
    {
      key: 'rate',
      sort: 'rate',
      header: words.rate,
      value: (row) => row.rate.amount,
      cell: (row) => terms.rate(row.rate),
      align: 'right',
      from: 'lg',
    },
  ];
  return (
    <Page
      title={words.lines}
      actions={
        may('campaigns.write') ? (
          <>
            <Button
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              onClick={() => set({ import: '1' })}
            >
              {bulk.import}
            </Button>
            <LinkButton
              variant="default"
              to="/line-items/grid"
              search={filters}
              icon={<IconTableOptions size={16} aria-hidden />}
            >
              {bulk.grid}
            </LinkButton>
          </>
        ) : null
      }
    >
      <Group gap="xs">
        <SearchBox />
        <Select
          aria-label={words.state}
          w={160}
          data={[
            { value: '', label: words.anyState },
            ...LineItemState.options.map((value) => ({ value, label: stateName(value) })),
          ]}
          value={state ?? ''}
          allowDeselect={false}
          onChange={(value) => set({ state: value || undefined })}
        />
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
        label={words.lines}
        file="line-items"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          (state ?? side ?? advertiser ?? q) ? (
            <EmptyState title={words.noLinesMatch} />
          ) : (
            <EmptyState icon={<IconAd2 size={36} aria-hidden />} title={words.noLines} next={words.noLinesNext} />
          )
        }
        rowHeight={68}
      />
      <FormDialog
        title={bulk.importTitle}
        opened={one('import') === '1'}
        onClose={() => set({ import: undefined })}
        size="xl"
      >
        <ImportLines onDone={() => set({ import: undefined })} />
      </FormDialog>
    </Page>
  );
};
