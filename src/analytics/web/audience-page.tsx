import { Button, Group, Pill, Select, SimpleGrid, Text, Tooltip } from '@mantine/core';
import { notes, query } from '#analytics/contract';
import type { MetricName } from '#analytics/contract';
import { IconChartAreaLine } from '@tabler/icons-react';
import {
  Change,
  EmptyState,
  ErrorState,
  Figure,
  LinkButton,
  Loading,
  Page,
  Panel,
  PeriodPicker,
  useFormat,
  useLanguage,
  usePeriodLabel,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { inventoryMessages } from '#inventory/web';
import { BreakdownPanel } from './breakdown-panel.tsx';
import { breakdownsOf } from './breakdowns.ts';
import { writeFilter } from './filters.ts';
import { FullTable } from './full-table.tsx';
import { messages } from './messages.ts';
import { TimePanel } from './time-panel.tsx';
import { useLive } from './use-live.ts';
import { useView } from './use-view.ts';
import { SegmentSelect } from './segment-select.tsx';
import type { View } from './use-view.ts';
import { useDimensionLabel, useMetric, useValueName } from './words.ts';

const keyMetrics: MetricName[] = [
  'visitors',
  'visits',
  'pageviews',
  'visit_duration',
  'bounce_rate',
  'views_per_visit',
];

export const AudiencePage = () => {
  const words = useWords(messages);
  const inventory = useWords(inventoryMessages);
  const view = useView();
  const { one, set } = useSearch();
  const groups = breakdownsOf(words);
  const more = groups.flatMap(({ tabs }) => tabs).find(({ dimension }) => dimension === one('more'));

  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  if (!view.site) {
    return (
      <Page title={words.audience}>
        <EmptyState
          icon={<IconChartAreaLine size={40} aria-hidden />}
          title={words.noSite}
          next={words.noSiteNext}
          action={
            <LinkButton to="/sites" search={{ new: '1' }}>
              {inventory.addSite}
            </LinkButton>
          }
        />
      </Page>
    );
  }
  return (
    <Page
      title={words.audience}
      under={
        <Group gap={10}>
          <span>{view.site.domain}</span>
          <Now site={view.site.id} />
        </Group>
      }
      actions={
        <>
          <Select
            aria-label={words.site}
            w={190}
            data={view.sites.rows.map(({ id, name }) => ({ value: id, label: name }))}
            value={view.site.id}
            allowDeselect={false}
            searchable
            onChange={(id) => set({ site: id ?? undefined, f: undefined, segment: undefined }, { push: true })}
          />
          <SegmentSelect view={view} />
          <PeriodPicker today={view.today} />
        </>
      }
    >
      <Filters view={view} />
      <KeyFigures view={view} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {groups.map(({ name, title, note, tabs, explore }) => (
          <BreakdownPanel
            key={name}
            name={name}
            title={title}
            {...(note ? { note } : {})}
            view={view}
            tabs={tabs}
            explore={explore}
          />
        ))}
      </SimpleGrid>
      <FullTable view={view} breakdown={more} onClose={() => set({ more: undefined })} />
    </Page>
  );
};

const Now = ({ site }: { site: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { figures, isLate } = useLive(site);
  if (!figures?.audience && !isLate) return null;
  return (
    <Tooltip label={words.nowDefinition}>
      <span tabIndex={0}>
        <span className="vg-live-dot" data-late={isLate || undefined} aria-hidden />{' '}
        {isLate || !figures?.audience ? words.late : words.now(format.number(figures.audience.visitors))}
      </span>
    </Tooltip>
  );
};

const Filters = ({ view }: { view: View }) => {
  const words = useWords(messages);
  const dimension = useDimensionLabel();
  const nameOf = useValueName();
  const withImports = view.include.imports === true;
  if (view.filters.length === 0 && !withImports) return null;
  return (
    <Group gap={6} role="group" aria-label={words.filters}>
      {withImports ? (
        <Pill
          size="md"
          withRemoveButton
          removeButtonProps={{ 'aria-label': words.removeFilter(words.withImports), 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => view.set({ imports: undefined }, { push: true })}
        >
          {words.withImports}
        </Pill>
      ) : null}
      {view.filters.map((filter) => {
        const text = `${dimension(filter.dimension)} ${filter.operator === 'is' ? words.is : words.isNot} ${nameOf(filter.dimension, filter.value)}`;
        return (
          <Pill
            key={writeFilter(filter)}
            size="md"
            withRemoveButton
            removeButtonProps={{ 'aria-label': words.removeFilter(text), 'aria-hidden': false, tabIndex: 0 }}
            onRemove={() =>
              view.set({ f: view.texts.filter((other) => other !== writeFilter(filter)) }, { push: true })
            }
          >
            {text}
          </Pill>
        );
      })}
      <Button size="compact-xs" variant="subtle" onClick={() => view.set({ f: undefined }, { push: true })}>
        {words.clear}
      </Button>
    </Group>
  );
};

const KeyFigures = ({ view }: { view: View }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const metric = useMetric();
  const periodLabel = usePeriodLabel();
  const { one, set } = useSearch();
  const shown = keyMetrics.find((name) => name === one('metric')) ?? 'visitors';
  const asked = useRoute(
    query,
    {
      ...view.base,
      metrics: keyMetrics,
      filters: view.queryFilters,
      include: { ...view.include, ...(view.compare ? { comparisons: view.compare } : {}) },
    },
    { every: 30_000, keep: true },
  );
  if (asked.error && !asked.data) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  const row = asked.data?.results[0];
  const understood = asked.data?.query;
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        {keyMetrics.map((name, index) => {
          const { label, definition, write } = metric(name);
          return (
            <Figure
              key={name}
              label={label}
              definition={definition}
              value={row ? write(row.metrics[index]) : '…'}
              unit={periodLabel(view.period)}
              change={
                row?.comparison ? (
                  <Change
                    percent={row.comparison.change[index]}
                    down={name === 'bounce_rate'}
                    title={write(row.comparison.metrics[index])}
                  />
                ) : null
              }
              picked={name === shown}
              onPick={() => set({ metric: name === 'visitors' ? undefined : name })}
            />
          );
        })}
      </SimpleGrid>
      {understood ? (
        <Text size="xs" c="dimmed" mt={-8}>
          {format.days(understood.date_range[0], understood.date_range[1])}
          {understood.comparison_date_range
            ? ` · ${words.comparedWith(format.days(understood.comparison_date_range[0], understood.comparison_date_range[1]))}`
            : ''}
          {asked.data?.meta.note_codes.map((code) => {
            const note = Object.entries(notes).find(([known]) => known === code)?.[1];
            return note ? ` · ${note[language]}` : '';
          })}
        </Text>
      ) : null}
      <Panel>
        <TimePanel view={view} metric={shown} />
      </Panel>
    </>
  );
};
