import { Group } from '@mantine/core';
import { IconMailQuestion, IconPlus } from '@tabler/icons-react';
import { listRfps } from '#campaigns/contract';
import type { Rfp } from '#campaigns/contract';
import { AdvertiserFilter, useMay } from '#people/web';
import {
  EmptyState,
  Link,
  LinkButton,
  ListPanel,
  Page,
  SearchBox,
  useFormat,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './rfp-messages.ts';

const hasOffer = new Set(['answered', 'countered', 'chosen', 'passed_over']);

/** Requests to outside publishers: who was asked, who answered, until when. */
export const RfpsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one } = useSearch();
  const advertiser = one('advertiser');
  const q = one('q');
  const list = useList(listRfps, {
    limit: 100,
    ...(advertiser ? { advertiser_id: advertiser } : {}),
    ...(q ? { q } : {}),
  });
  const add = may('campaigns.write') ? (
    <LinkButton to="/rfps/new" icon={<IconPlus size={16} aria-hidden />}>
      {words.newRfp}
    </LinkButton>
  ) : null;
  const answered = ({ invitations }: Rfp) =>
    invitations.filter(({ state, version }) => version > 0 && hasOffer.has(state));
  const lowest = (row: Rfp) => {
    const totals = answered(row).map(({ total }) => total);
    return totals.length > 0 ? Math.min(...totals) : null;
  };
  const columns: Column<Rfp>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/rfps/${row.id}`}>{row.name}</Link>,
    },
    { key: 'advertiser', header: words.advertiser, value: (row) => row.advertiser_name, from: 'sm' },
    { key: 'invited', header: words.invited, value: (row) => row.invitations.length, align: 'right' },
    { key: 'answered', header: words.answered, value: (row) => answered(row).length, align: 'right' },
    {
      key: 'chosen',
      header: words.chosen,
      value: (row) => row.invitations.filter(({ state }) => state === 'chosen').length,
      align: 'right',
      from: 'sm',
    },
    {
      key: 'best',
      header: words.best,
      value: lowest,
      cell: (row) => {
        const amount = lowest(row);
        return amount === null ? '–' : format.money({ amount, currency: row.currency });
      },
      align: 'right',
      from: 'md',
    },
    {
      key: 'due',
      header: words.due,
      definition: words.dueDefinition,
      value: (row) => row.due_at,
      cell: (row) => format.moment(row.due_at),
      from: 'xs',
    },
  ];
  return (
    <Page title={words.rfps} actions={add}>
      <Group gap="xs">
        <SearchBox />
        <AdvertiserFilter />
      </Group>
      <ListPanel
        list={list}
        label={words.rfps}
        file="requests-for-proposals"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          (advertiser ?? q) ? (
            <EmptyState title={words.noneMatch} />
          ) : (
            <EmptyState
              icon={<IconMailQuestion size={36} aria-hidden />}
              title={words.none}
              next={words.noneNext}
              action={add}
            />
          )
        }
      />
    </Page>
  );
};
