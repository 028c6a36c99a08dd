import { Group, Select, Text } from '@mantine/core';
import { IconArrowsSplit } from '@tabler/icons-react';
import { askAttribution, attributionDimensions, attributionModels, listGoals } from '#analytics/contract';
import type { AttributionReply, Goal } from '#analytics/contract';
import {
  addDays,
  Answer,
  DataTable,
  daysOf,
  EmptyState,
  ErrorState,
  LinkButton,
  Loading,
  LoadingRows,
  Page,
  Panel,
  PeriodPicker,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { attributionMessages } from './attribution-messages.ts';
import { useView } from './use-view.ts';
import type { View } from './use-view.ts';
import { useDimensionLabel, useValueName } from './words.ts';

const lookbacks = [1, 7, 14, 30, 60, 90];

/** What each channel earns of a goal, under every model side by side. */
export const AttributionPage = () => {
  const words = useWords(attributionMessages);
  const format = useFormat();
  const dimensionLabel = useDimensionLabel();
  const view = useView();
  const { one, set } = useSearch();
  const site = view.site;
  const list = useList(listGoals, { limit: 200, ...(site ? { site_id: site.id } : {}) }, { enabled: Boolean(site) });
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (!view.sites.rows || (site && !list.rows)) return <Loading height={300} />;
  const goals = list.rows ?? [];
  const goal = goals.find(({ id }) => id === one('goal')) ?? goals[0];
  const by = attributionDimensions.find((name) => name === one('by')) ?? 'visit:channel';
  const ads = (['clicks', 'all'] as const).find((name) => name === one('ads')) ?? 'none';
  const lookback = lookbacks.find((days) => String(days) === one('lookback')) ?? 30;
  return (
    <Page
      title={words.attribution}
      under={site?.domain}
      actions={
        <>
          <Select
            aria-label={words.site}
            w={190}
            data={view.sites.rows.map(({ id, name }) => ({ value: id, label: name }))}
            value={site?.id ?? null}
            allowDeselect={false}
            searchable
            onChange={(id) => set({ site: id ?? undefined, goal: undefined }, { push: true })}
          />
          <PeriodPicker today={view.today} withComparison={false} />
        </>
      }
    >
      {goal ? (
        <>
          <Group gap="sm" align="end">
            <Select
              label={words.goal}
              data={goals.map(({ id, name }) => ({ value: id, label: name }))}
              value={goal.id}
              allowDeselect={false}
              onChange={(id) => set({ goal: id ?? undefined }, { push: true })}
            />
            <Select
              label={words.by}
              data={attributionDimensions.map((name) => ({ value: name, label: dimensionLabel(name) }))}
              value={by}
              allowDeselect={false}
              onChange={(name) => set({ by: name === 'visit:channel' ? undefined : (name ?? undefined) })}
            />
            <Select
              label={words.lookback}
              w={130}
              data={lookbacks.map((days) => ({ value: String(days), label: words.days(format.number(days)) }))}
              value={String(lookback)}
              allowDeselect={false}
              onChange={(days) => set({ lookback: days === '30' ? undefined : (days ?? undefined) })}
            />
            <Select
              label={words.ads}
              allowDeselect={false}
              data={(['none', 'clicks', 'all'] as const).map((value) => ({ value, label: words[`${value}Ads`] }))}
              value={ads}
              onChange={(next) => set({ ads: next === 'none' ? undefined : (next ?? undefined) }, { push: true })}
            />
          </Group>
          <Credits view={view} goal={goal} by={by} lookback={lookback} ads={ads} />
        </>
      ) : (
        <EmptyState
          icon={<IconArrowsSplit size={36} aria-hidden />}
          title={words.noGoal}
          next={words.noGoalNext}
          action={
            <LinkButton to="/goals" search={{ new: '1' }}>
              {words.addGoal}
            </LinkButton>
          }
        />
      )}
    </Page>
  );
};

type Row = AttributionReply['results'][number];
type Props = {
  view: View;
  goal: Goal;
  by: (typeof attributionDimensions)[number];
  lookback: number;
  ads: 'none' | 'clicks' | 'all';
};

const Credits = ({ view, goal, by, lookback, ads }: Props) => {
  const words = useWords(attributionMessages);
  const format = useFormat();
  const nameOf = useValueName();
  // An open period is the longest that can be asked.
  const days = daysOf(view.period, view.today) ?? [addDays(view.today, -730), view.today];
  const asked = useRoute(
    askAttribution,
    { goal_id: goal.id, date_range: days, dimension: by, lookback_days: lookback, ads },
    { keep: true },
  );
  return (
    <Answer of={asked} waiting={<LoadingRows />}>
      {(reply) => {
        const columns: Column<Row>[] = [
          {
            key: 'contact',
            header: words.contact,
            value: (row) =>
              row.contact.startsWith('ad:')
                ? words.adOf(reply.labels[row.contact.slice(3)] ?? row.contact.slice(3))
                : nameOf(by, row.contact),
          },
          ...attributionModels.map((model, index): Column<Row> => ({
            key: model,
            header: words[model],
            definition: words[`${model}Definition`],
            value: (row) => row.credits[index],
            cell: (row) => format.decimal(row.credits[index]),
            align: 'right',
            ...(model === 'last' || model === 'markov' ? {} : { from: 'sm' }),
          })),
          {
            key: 'disagreement',
            header: words.disagreement,
            definition: words.disagreementDefinition,
            value: (row) => row.disagreement,
            cell: (row) => format.decimal(row.disagreement),
            align: 'right',
            from: 'sm',
          },
        ];
        return (
          <>
            <Text size="xs" c="dimmed">
              {format.days(...reply.query.date_range)} ·{' '}
              {words.caption(
                format.number(reply.attributed),
                format.number(reply.completions),
                format.number(reply.paths_without),
              )}{' '}
              {format.money({ amount: reply.value, currency: reply.currency })}
              {reply.attributed > 0 && reply.paths_without === 0 ? ` · ${words.meaningless}` : ''}
            </Text>
            <Panel flush>
              <DataTable
                label={words.attribution}
                file={`${view.site?.domain ?? 'site'}-attribution`}
                rows={reply.attributed > 0 ? reply.results : []}
                columns={columns}
                rowKey={(row) => row.contact}
                empty={<EmptyState title={words.noData} next={words.noDataNext} />}
              />
            </Panel>
            <Text size="xs" c="dimmed">
              {words.caution}
            </Text>
          </>
        );
      }}
    </Answer>
  );
};
