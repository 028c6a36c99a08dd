import { IconCalendarStats, IconPlus, IconTargetArrow } from '@tabler/icons-react';
import { listMediaPlans } from '#campaigns/contract';
import type { MediaPlan } from '#campaigns/contract';
import { useMay } from '#people/web';
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
import { messages } from './plan-messages.ts';
import { messages as pushMessages } from './push-messages.ts';

/** Every media plan. */
export const PlansPage = () => {
  const words = useWords(messages);
  const pushWords = useWords(pushMessages);
  const format = useFormat();
  const may = useMay();
  const { one } = useSearch();
  const q = one('q');
  const list = useList(listMediaPlans, { limit: 50, ...(q ? { q } : {}) });
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
      <SearchBox />
      <ListPanel
        list={list}
        label={words.plans}
        file="media-plans"
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
      />
    </Page>
  );
};
