import { ActionIcon, Anchor, Select } from '@mantine/core';
import { IconFlag, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { listGoals, query, removeGoal } from '#analytics/contract';
import type { Goal, MetricName } from '#analytics/contract';
import { AddButton, useMay } from '#people/web';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  FormDialog,
  Loading,
  Page,
  Panel,
  PeriodPicker,
  useAction,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { GoalForm } from './goal-form.tsx';
import { goalMessages } from './goal-messages.ts';
import { useView } from './use-view.ts';
import { useMetric } from './words.ts';

const figures: MetricName[] = ['goal_completions', 'converting_visits', 'conversion_rate', 'goal_value'];

/** The rule of a goal in plain words. */
const useRule = () => {
  const words = useWords(goalMessages);
  const format = useFormat();
  return ({ match, once_per_visit: once }: Goal): string => {
    const rule =
      match.kind === 'page'
        ? words.onPage(match.path)
        : match.kind === 'event'
          ? words.onEvent(
              match.name,
              Object.entries(match.props ?? {})
                .map(([key, value]) => `, ${key} = ${value}`)
                .join(''),
            )
          : match.kind === 'duration'
            ? words.onDuration(format.duration(match.seconds), words[match.of])
            : words.onValue(format.money(match.at_least));
    return once ? `${rule} (${words.onceShort})` : rule;
  };
};

/** The goals of a site with what they brought in the period. */
export const GoalsPage = () => {
  const words = useWords(goalMessages);
  const view = useView();
  const may = useMay();
  const metric = useMetric();
  const rule = useRule();
  const { one, set } = useSearch();
  const [leaving, setLeaving] = useState<Goal>();
  const site = view.site;
  const list = useList(listGoals, { limit: 200, ...(site ? { site_id: site.id } : {}) }, { enabled: Boolean(site) });
  const asked = useRoute(
    query,
    { ...view.base, metrics: figures, dimensions: ['event:goal'] },
    { enabled: Boolean(site), keep: true },
  );
  const remove = useAction(removeGoal);
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  const mayWrite = may('goals.write') && Boolean(site);
  const add = mayWrite ? <AddButton label={words.addGoal} onClick={() => set({ new: '1' })} /> : null;
  const found = new Map(asked.data?.results.map((row) => [row.dimensions[0], row.metrics]));
  const edited = list.rows?.find(({ id }) => id === one('edit'));
  const close = () => set({ new: undefined, edit: undefined });
  const columns: Column<Goal>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) =>
        mayWrite ? (
          <Anchor component="button" type="button" size="sm" ta="left" onClick={() => set({ edit: row.id })}>
            {row.name}
          </Anchor>
        ) : (
          row.name
        ),
    },
    { key: 'rule', header: words.kind, value: rule, from: 'sm' },
    ...figures.map((name, index): Column<Goal> => {
      const { label, definition, write } = metric(name, asked.data?.meta.currency);
      return {
        key: name,
        header: label,
        definition,
        value: (row) => found.get(row.id)?.[index] ?? (name === 'conversion_rate' ? null : 0),
        cell: (row) =>
          asked.data ? write(found.get(row.id)?.[index] ?? (name === 'conversion_rate' ? null : 0)) : '…',
        align: 'right',
        ...(index === 0 || index === 2 ? {} : { from: 'sm' }),
      };
    }),
    ...(mayWrite
      ? [
          {
            key: 'remove',
            header: '',
            value: () => null,
            cell: (row: Goal) => (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${words.removeGoal}: ${row.name}`}
                onClick={() => setLeaving(row)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            ),
          },
        ]
      : []),
  ];
  return (
    <Page
      title={words.goals}
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
            onChange={(id) => set({ site: id ?? undefined }, { push: true })}
          />
          <PeriodPicker today={view.today} withComparison={false} />
          {add}
        </>
      }
    >
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {asked.error ? <ErrorState error={asked.error} retry={() => void asked.refetch()} /> : null}
      <Panel flush>
        <DataTable
          label={words.goals}
          file={`${site?.domain ?? 'site'}-goals`}
          rows={site ? list.rows : []}
          columns={columns}
          rowKey={(row) => row.id}
          empty={
            <EmptyState
              icon={<IconFlag size={36} aria-hidden />}
              title={words.noGoals}
              next={words.noGoalsNext}
              action={add}
            />
          }
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        />
      </Panel>
      <FormDialog
        title={edited ? words.editGoal : words.addGoal}
        opened={site !== undefined && (one('new') === '1' || edited !== undefined)}
        onClose={close}
      >
        {site ? (
          <GoalForm site={site.id} currency={site.currency} {...(edited ? { goal: edited } : {})} onDone={close} />
        ) : null}
      </FormDialog>
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.removeGoal}
        question={`${leaving?.name ?? ''} – ${words.removeSure}`}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
      />
    </Page>
  );
};
