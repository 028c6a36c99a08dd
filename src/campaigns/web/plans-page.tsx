import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCalendarStats, IconPlus, IconSearch, IconTargetArrow } from '@tabler/icons-react';
import { listMediaPlans } from '#campaigns/contract';
import type { MediaPlan } from '#campaigns/contract';
import { useMay } from '#people/web';
import {
  DataTable,
  EmptyState,
  ErrorState,
  Link,
  LinkButton,
  Page,
  Panel,
  platformMessages,
  useFormat,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './plan-messages.ts';
import { messages as pushMessages } from './push-messages.ts';

/** Every media plan. */
export const PlansPage = () => {
  const words = useWords(messages);
  const pushWords = useWords(pushMessages);
  const platform = useWords(platformMessages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const q = one('q');
  const list = useList(listMediaPlans, { limit: 50, ...(q ? { q } : {}) });
  const search = useDebouncedCallback((text: string) => set({ q: text || undefined }), 250);
  const add = may('campaigns.write') ? (
    <LinkButton to="/plans/new" icon={<IconPlus size={16} aria-hidden />}>
      {words.newPlan}
    </LinkButton>
  ) : null;
  const columns: Column<MediaPlan>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/plans/${row.id}`}>{row.name}</Link>,
    },
    { key: 'advertiser', header: words.advertiser, value: (row) => row.advertiser_name, from: 'sm' },
    { key: 'objective', header: words.objective, value: (row) => words[row.brief.objective], from: 'xs' },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.brief.start,
      cell: (row) => format.days(row.brief.start, row.brief.end),
      from: 'sm',
    },
    {
      key: 'budget',
      header: words.budget,
      value: (row) => row.brief.budget,
      cell: (row) => format.money({ amount: row.brief.budget, currency: row.brief.currency }),
      align: 'right',
    },
  ];
  return (
    <Page
      title={words.plans}
      actions={
        <>
          <LinkButton variant="default" to="/plans/calendar" icon={<IconCalendarStats size={16} aria-hidden />}>
            {pushWords.calendar}
          </LinkButton>
          {add}
        </>
      }
    >
      <TextInput
        aria-label={platform.search}
        placeholder={platform.search}
        leftSection={<IconSearch size={15} aria-hidden />}
        defaultValue={q ?? ''}
        onChange={(event) => search(event.currentTarget.value)}
        w={220}
      />
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.plans}
          file="media-plans"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          empty={
            q ? (
              <EmptyState title={words.noPlansMatch} />
            ) : (
              <EmptyState
                icon={<IconTargetArrow size={36} aria-hidden />}
                title={words.noPlans}
                next={words.noPlansNext}
                action={add}
              />
            )
          }
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        />
      </Panel>
    </Page>
  );
};
