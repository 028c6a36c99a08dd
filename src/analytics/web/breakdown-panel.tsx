import { Button, Group, ScrollArea, Tabs, Text } from '@mantine/core';
import type { Filter, MetricName } from '#analytics/contract';
import { EmptyState, ErrorState, LinkButton, LoadingRows, Panel, useSearch, useWords } from '#platform/web';
import { toggleFilter, writeFilter } from './filters.ts';
import { AskedProgress, Awaited } from './asked-progress.tsx';
import { messages } from './messages.ts';
import { useAnswer } from './use-answer.ts';
import { useExplorerSearch } from './use-explorer-search.ts';
import { naturalOrder } from './value-order.ts';
import type { View } from './use-view.ts';
import { useMetric, useValueName } from './words.ts';

export type Breakdown = {
  dimension: string;
  label: string;
  metrics: MetricName[];
  /** Which of the view's filters its figures take: all unless said otherwise. Its rows filter the view only then. */
  filters?: 'none' | 'of visits';
  without?: string;
};

/** The view's filters and the value a breakdown leaves out (visits without a campaign, page views among events). */
export const filtersOf = (view: View, { dimension, filters, without }: Breakdown): Filter[] => [
  ...view.queryFilters.filter(
    ([, on]) =>
      filters === undefined ||
      (filters === 'of visits' && typeof on === 'string' && (on.startsWith('visit:') || on === 'segment')),
  ),
  ...(without ? [['is_not', dimension, [without]] satisfies Filter] : []),
];

type Props = {
  name: string;
  title: string;
  note?: string;
  view: View;
  tabs: Breakdown[];
  explore?: { label: string; asked: Record<string, string | string[]> } | undefined;
};

/** The first rows of a breakdown, tab by tab; a click on a row filters the whole view by it. */
export const BreakdownPanel = ({ name, title, note, view, tabs, explore }: Props) => {
  const words = useWords(messages);
  const explorer = useExplorerSearch();
  const { one, set } = useSearch();
  const chosen = tabs.find(({ dimension }) => dimension === one(`tab.${name}`)) ?? tabs[0];
  if (!chosen) return null;
  return (
    <Panel
      title={title}
      note={note}
      flush
      label={title}
      actions={
        <Group gap={2}>
          {explore ? (
            <LinkButton to="/explorer" search={explorer(explore.asked)} size="compact-xs" variant="subtle">
              {explore.label}
            </LinkButton>
          ) : null}
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => set({ more: chosen.dimension }, { push: true })}
            aria-label={`${words.more}: ${title}, ${chosen.label}`}
          >
            {words.more}
          </Button>
        </Group>
      }
    >
      {tabs.length > 1 ? (
        <Tabs
          value={chosen.dimension}
          onChange={(next) => set({ [`tab.${name}`]: next === tabs[0]?.dimension ? undefined : (next ?? undefined) })}
          px="sm"
        >
          <ScrollArea type="never">
            <Tabs.List style={{ flexWrap: 'nowrap' }}>
              {tabs.map((tab) => (
                <Tabs.Tab key={tab.dimension} value={tab.dimension} px={10} py={6} fz="xs">
                  {tab.label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </ScrollArea>
          {tabs.map((tab) => (
            <Tabs.Panel key={tab.dimension} value={tab.dimension}>
              {tab === chosen ? <Rows view={view} breakdown={tab} /> : null}
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : (
        <div style={{ padding: '0 12px' }}>
          <Rows view={view} breakdown={chosen} />
        </div>
      )}
    </Panel>
  );
};

const Rows = ({ view, breakdown }: { view: View; breakdown: Breakdown }) => {
  const words = useWords(messages);
  const metric = useMetric();
  const nameOf = useValueName();
  const [first, second] = breakdown.metrics;
  const filterable = breakdown.filters === undefined;
  const asked = useAnswer(
    {
      ...view.base,
      metrics: breakdown.metrics.slice(0, 2),
      dimensions: [breakdown.dimension],
      filters: filtersOf(view, breakdown),
      pagination: { limit: 8 },
      include: view.include,
    },
    { enabled: Boolean(view.site), keep: true },
  );
  if (asked.error && !asked.data) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data || !first)
    return (
      <Awaited of={asked}>
        <LoadingRows />
      </Awaited>
    );
  // Classes of a number and days of the week follow each other; a distribution is read in their order.
  const order = breakdown.dimension === 'visit:hour' ? undefined : naturalOrder(breakdown.dimension);
  const rows = order
    ? asked.data.results.toSorted((a, b) => order(a.dimensions[0] ?? '', b.dimensions[0] ?? ''))
    : asked.data.results;
  if (rows.length === 0) return <EmptyState title={words.noData} />;
  const most = Math.max(1, ...rows.map(({ metrics }) => metrics[0] ?? 0));
  const { label, write, definition } = metric(first);
  return (
    <div style={{ padding: '6px 0 10px' }}>
      <AskedProgress of={asked} />
      <Group justify="flex-end" gap={14} px={8} pb={2}>
        <Text size="xs" c="dimmed" title={definition}>
          {label}
        </Text>
        {second ? (
          <Text size="xs" c="dimmed" title={metric(second).definition}>
            {metric(second).label}
          </Text>
        ) : null}
      </Group>
      {rows.map(({ dimensions: [value = ''], metrics: figures }) => {
        const name = nameOf(breakdown.dimension, value, asked.data.meta.labels);
        const filter = { operator: 'is' as const, dimension: breakdown.dimension, value };
        const picked = view.texts.includes(writeFilter(filter));
        const body = (
          <>
            <span className="vg-bar-fill" aria-hidden style={{ width: `${((figures[0] ?? 0) / most) * 100}%` }} />
            <span className="vg-ellipsis" title={name} style={picked ? { fontWeight: 650 } : {}}>
              {name}
            </span>
            <span>{write(figures[0])}</span>
            <span style={{ color: 'var(--ink-soft)', minWidth: 62, textAlign: 'right' }}>
              {second ? metric(second).write(figures[1]) : ''}
            </span>
          </>
        );
        return filterable ? (
          <button
            key={value}
            type="button"
            className="vg-bar-row"
            aria-pressed={picked}
            title={words.filterBy(name)}
            onClick={() => view.set({ f: toggleFilter(view.texts, filter) }, { push: true })}
          >
            {body}
          </button>
        ) : (
          <div key={value} className="vg-bar-row">
            {body}
          </div>
        );
      })}
    </div>
  );
};
