import { Button, Group, Select, Text } from '@mantine/core';
import { IconFilter, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { askFunnel, listFunnels, listGoals, removeFunnel } from '#analytics/contract';
import type { Funnel, FunnelReply } from '#analytics/contract';
import { listSections } from '#inventory/contract';
import { AddButton, useMay } from '#people/web';
import {
  addDays,
  Answer,
  ConfirmDialog,
  DataTable,
  daysOf,
  EmptyState,
  ErrorState,
  FormDialog,
  Loading,
  LoadingRows,
  Page,
  Panel,
  useAction,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { FunnelForm } from './funnel-form.tsx';
import { TooFew } from './too-few.tsx';
import { SiteBar } from './site-bar.tsx';
import { useLines } from './use-lines.ts';
import { useView } from './use-view.ts';
import type { View } from './use-view.ts';
import { waysMessages } from './ways-messages.ts';

/** The funnels of a site: how many get from step to step, and how long that takes. */
export const FunnelsPage = () => {
  const words = useWords(waysMessages);
  const view = useView();
  const may = useMay();
  const { one, set } = useSearch();
  const [leaving, setLeaving] = useState<Funnel>();
  const site = view.site;
  const ofSite = { limit: 200, ...(site ? { site_id: site.id } : {}) };
  const list = useList(listFunnels, ofSite, { enabled: Boolean(site) });
  const goals = useList(listGoals, ofSite, { enabled: Boolean(site) });
  const sections = useList(listSections, ofSite, { enabled: Boolean(site) });
  const isOpen = one('new') === '1' || one('edit') === '1';
  const lines = useLines(Boolean(site) && isOpen);
  const remove = useAction(removeFunnel);
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (!view.sites.rows || (site && !list.rows)) return <Loading height={300} />;
  const mayWrite = may('goals.write') && Boolean(site);
  const funnels = list.rows ?? [];
  const chosen = funnels.find(({ id }) => id === one('funnel')) ?? funnels[0];
  const edited = one('edit') === '1' ? chosen : undefined;
  const add = mayWrite ? <AddButton label={words.addFunnel} onClick={() => set({ new: '1' })} /> : null;
  const close = () => set({ new: undefined, edit: undefined });
  return (
    <Page
      title={words.funnels}
      under={site?.domain}
      actions={
        <>
          <SiteBar view={view} also={['funnel']} segment />
          {add}
        </>
      }
    >
      {chosen ? (
        <>
          <Group gap="sm" align="end">
            <Select
              label={words.funnel}
              data={funnels.map(({ id, name }) => ({ value: id, label: name }))}
              value={chosen.id}
              allowDeselect={false}
              onChange={(id) => set({ funnel: id ?? undefined }, { push: true })}
            />
            {mayWrite ? (
              <>
                <Button variant="default" onClick={() => set({ edit: '1' })}>
                  {words.editFunnel}
                </Button>
                <Button
                  variant="subtle"
                  color="gray"
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={() => setLeaving(chosen)}
                >
                  {words.removeFunnel}
                </Button>
              </>
            ) : null}
          </Group>
          <Steps view={view} funnel={chosen} />
        </>
      ) : (
        <EmptyState
          icon={<IconFilter size={36} aria-hidden />}
          title={words.noFunnels}
          next={words.noFunnelsNext}
          action={add}
        />
      )}
      <FormDialog
        title={edited ? words.editFunnel : words.addFunnel}
        opened={site !== undefined && (one('new') === '1' || edited !== undefined)}
        onClose={close}
        size="lg"
      >
        {site ? (
          <FunnelForm
            site={site.id}
            goals={goals.rows ?? []}
            sections={sections.rows ?? []}
            lines={lines}
            {...(edited ? { funnel: edited } : {})}
            onDone={(id) => set({ new: undefined, edit: undefined, funnel: id })}
          />
        ) : null}
      </FormDialog>
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.removeFunnel}
        question={`${leaving?.name ?? ''} – ${words.removeSure}`}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
      />
    </Page>
  );
};

type Row = FunnelReply['steps'][number];

const Steps = ({ view, funnel }: { view: View; funnel: Funnel }) => {
  const words = useWords(waysMessages);
  const format = useFormat();
  const days = daysOf(view.period, view.today) ?? [addDays(view.today, -730), view.today];
  const asked = useRoute(
    askFunnel,
    {
      site_id: funnel.site_id,
      steps: funnel.steps,
      by: funnel.by,
      within_days: funnel.within_days,
      date_range: days,
      filters: view.queryFilters,
    },
    { keep: true },
  );
  return (
    <Answer of={asked} waiting={<LoadingRows />}>
      {({ steps, query, too_few }) => {
        if (too_few) return <TooFew />;
        const first = steps[0]?.count ?? 0;
        return (
          <>
            <Text size="xs" c="dimmed">
              {format.days(...query.date_range)} · {words.by} {words[query.by]}
              {query.within_days ? ` (${words.inDays(query.within_days)})` : ''} ·{' '}
              {words.funnelCaption(format.number(first), format.number(steps.at(-1)?.count ?? 0))}
            </Text>
            <Panel label={funnel.name}>
              <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
                {steps.map((step, i) => (
                  <li key={i} style={{ marginBottom: 10 }}>
                    <Group justify="space-between" gap="xs" wrap="nowrap">
                      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                        {i + 1}. {step.name}
                      </Text>
                      <Text size="sm">
                        {format.number(step.count)}
                        {step.of_first === null ? '' : ` · ${format.percent(step.of_first, 1)}`}
                      </Text>
                    </Group>
                    <div style={{ background: 'var(--line)', borderRadius: 4, height: 14 }} aria-hidden>
                      <div
                        style={{
                          width: `${first === 0 ? 0 : (100 * step.count) / first}%`,
                          background: 'var(--mantine-primary-color-filled)',
                          borderRadius: 4,
                          height: 14,
                        }}
                      />
                    </div>
                    {i < steps.length - 1 && step.dropped > 0 ? (
                      <Text size="xs" c="dimmed">
                        {words.droppedHere(format.number(step.dropped))}
                      </Text>
                    ) : null}
                  </li>
                ))}
              </ol>
            </Panel>
            <Panel flush>
              <DataTable
                label={`${funnel.name} – ${words.stepsInTable}`}
                file={`${view.site?.domain ?? 'site'}-funnel`}
                rows={steps}
                rowKey={(row) => `${steps.indexOf(row)}`}
                columns={[
                  { key: 'name', header: words.stepKind, value: (row: Row) => row.name },
                  {
                    key: 'count',
                    header: words.reached,
                    value: (row) => row.count,
                    cell: (row) => format.number(row.count),
                    align: 'right',
                  },
                  {
                    key: 'first',
                    header: words.ofFirst,
                    definition: words.ofFirstDefinition,
                    value: (row) => row.of_first,
                    cell: (row) => format.percent(row.of_first, 1),
                    align: 'right',
                    from: 'xs',
                  },
                  {
                    key: 'previous',
                    header: words.ofPrevious,
                    definition: words.ofPreviousDefinition,
                    value: (row) => row.of_previous,
                    cell: (row) => format.percent(row.of_previous, 1),
                    align: 'right',
                  },
                  {
                    key: 'dropped',
                    header: words.dropped,
                    definition: words.droppedDefinition,
                    value: (row) => (row === steps.at(-1) ? null : row.dropped),
                    cell: (row) => format.number(row === steps.at(-1) ? null : row.dropped),
                    align: 'right',
                    from: 'sm',
                  },
                  {
                    key: 'median',
                    header: words.median,
                    definition: words.medianDefinition,
                    value: (row) => row.median_seconds,
                    cell: (row) => format.duration(row.median_seconds),
                    align: 'right',
                    from: 'xs',
                  },
                ]}
              />
            </Panel>
          </>
        );
      }}
    </Answer>
  );
};
