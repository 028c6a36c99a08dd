import { Button, Group, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { EChartsCoreOption } from 'echarts/core';
import { useCallback, useState } from 'react';
import { askFlow, flowDimensions } from '#analytics/contract';
import type { FlowReply } from '#analytics/contract';
import {
  addDays,
  Answer,
  Chart,
  DataTable,
  daysOf,
  EmptyState,
  ErrorState,
  Loading,
  LoadingRows,
  Page,
  Panel,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { ChartColours } from '#platform/web';
import { FilterBar } from './filter-bar.tsx';
import { TooFew } from './too-few.tsx';
import { SiteBar } from './site-bar.tsx';
import { useDimensionLabel } from './words.ts';
import { useView } from './use-view.ts';
import { waysMessages } from './ways-messages.ts';

/** The ways that visits take from page to page: from their entry, or from a page. */
export const FlowPage = () => {
  const words = useWords(waysMessages);
  const view = useView();
  const label = useDimensionLabel();
  const { one, set } = useSearch();
  const dimension = flowDimensions.find((name) => name === one('by')) ?? 'event:page';
  const page = one('page');
  const [typed, setTyped] = useState(page ?? '');
  const days = daysOf(view.period, view.today) ?? [addDays(view.today, -730), view.today];
  const asked = useRoute(
    askFlow,
    {
      site_id: view.site?.id ?? '',
      date_range: days,
      dimension,
      steps: 4,
      filters: view.queryFilters,
      ...(page ? { page } : {}),
    },
    { enabled: Boolean(view.site), keep: true },
  );
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  const choose = (next: string) => {
    setTyped(next);
    set({ page: next || undefined }, { push: true });
  };
  return (
    <Page title={words.flow} under={view.site?.domain} actions={<SiteBar view={view} also={['page']} segment />}>
      <Group gap="sm" align="end">
        <Select
          label={words.flowBy}
          w={150}
          allowDeselect={false}
          data={flowDimensions.map((name) => ({ value: name, label: label(name) }))}
          value={dimension}
          onChange={(next) => set({ by: next === 'event:page' ? undefined : (next ?? undefined), page: undefined })}
        />
        {dimension === 'event:page' ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              choose(typed.trim());
            }}
          >
            <Group gap="xs" align="end">
              <TextInput
                label={words.flowFrom}
                placeholder={words.flowAnyPage}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
              <Button type="submit" variant="default">
                OK
              </Button>
            </Group>
          </form>
        ) : null}
        <FilterBar texts={view.texts} families={['visit', 'event']} onChange={(f) => set({ f }, { push: true })} />
      </Group>
      <Answer of={asked} waiting={<LoadingRows rows={8} />}>
        {(reply) =>
          reply.too_few ? (
            <TooFew />
          ) : reply.visits === 0 ? (
            <EmptyState title={words.noData} next={words.noDataNext} />
          ) : (
            <Ways reply={reply} page={page} file={view.site?.domain ?? 'site'} onPage={choose} days={days} />
          )
        }
      </Answer>
    </Page>
  );
};

type WaysProps = {
  reply: FlowReply;
  page: string | undefined;
  file: string;
  days: [string, string];
  onPage: (page: string) => void;
};

const Ways = ({ reply, page, file, days, onPage }: WaysProps) => {
  const words = useWords(waysMessages);
  const format = useFormat();
  const nameOf = useCallback(
    (value: string) => (value === '' ? words.end : value === '…' ? words.others : (reply.labels[value] ?? value)),
    [reply.labels, words],
  );
  const option = useCallback(
    (colours: ChartColours): EChartsCoreOption => {
      const key = (step: number, name: string) => `${step} ${name}`;
      const nodes = new Map<string, { name: string; depth: number; title: string }>();
      for (const link of reply.links) {
        nodes.set(key(link.step, link.from), {
          name: key(link.step, link.from),
          depth: link.step - 1,
          title: nameOf(link.from),
        });
        nodes.set(key(link.step + 1, link.to), {
          name: key(link.step + 1, link.to),
          depth: link.step,
          title: nameOf(link.to),
        });
      }
      return {
        tooltip: {
          trigger: 'item',
          backgroundColor: colours.surface,
          borderColor: colours.line,
          textStyle: { color: colours.ink, fontSize: 12 },
          formatter: ({
            data,
            value,
            dataType,
          }: {
            data: { source?: string; target?: string; title?: string };
            value: number;
            dataType: string;
          }) =>
            dataType === 'edge'
              ? `${nodes.get(data.source ?? '')?.title} → ${nodes.get(data.target ?? '')?.title}: ${format.number(value)}`
              : `${data.title}: ${format.number(value)}`,
        },
        series: [
          {
            type: 'sankey',
            left: 4,
            right: 120,
            top: 8,
            bottom: 8,
            nodeGap: 8,
            nodeWidth: 12,
            draggable: false,
            labelLayout: { hideOverlap: true },
            layoutIterations: 16,
            emphasis: { focus: 'adjacency' },
            data: [...nodes.values()].map((node) => ({
              ...node,
              itemStyle: { color: node.title === words.end ? colours.soft : colours.series[0] },
            })),
            links: reply.links.map((link) => ({
              source: key(link.step, link.from),
              target: key(link.step + 1, link.to),
              value: link.visits,
            })),
            lineStyle: { color: colours.series[0], opacity: 0.25 },
            label: {
              color: colours.ink,
              fontSize: 11,
              width: 110,
              overflow: 'truncate',
              formatter: ({ data }: { data: { title: string } }) => data.title,
            },
          },
        ],
      };
    },
    [reply, nameOf, format, words],
  );
  const neighbours = (rows: FlowReply['before'], title: string, key: string) => (
    <Panel flush title={title}>
      <DataTable
        label={title}
        file={`${file}-${key}`}
        rows={rows}
        rowKey={(row) => row.value}
        columns={[
          {
            key: 'value',
            header: title,
            value: (row) => (row.value === '' ? words.nothing : nameOf(row.value)),
            cell: (row) =>
              row.value === '' ? (
                words.nothing
              ) : (
                <Button variant="subtle" size="compact-sm" onClick={() => onPage(row.value)}>
                  {nameOf(row.value)}
                </Button>
              ),
          },
          {
            key: 'count',
            header: words.visits,
            value: (row) => row.count,
            cell: (row) => format.number(row.count),
            align: 'right',
          },
        ]}
      />
    </Panel>
  );
  return (
    <>
      <Panel note={format.days(...days)} title={words.flowChart(format.number(reply.visits))}>
        {/* Five columns of pages need this much room to be read: on a phone they are moved through sideways. */}
        <section aria-label={words.flow} tabIndex={0} style={{ overflowX: 'auto' }}>
          <div style={{ minWidth: 760 }}>
            <Chart
              label={words.flowChart(format.number(reply.visits))}
              height={520}
              option={option}
              table={
                <DataTable
                  label={words.flow}
                  file={`${file}-flow`}
                  rows={reply.links}
                  rowKey={(row) => `${row.step} ${row.from} ${row.to}`}
                  columns={[
                    { key: 'step', header: words.stepColumn, value: (row) => row.step, align: 'right' },
                    { key: 'from', header: words.from, value: (row) => nameOf(row.from) },
                    { key: 'to', header: words.to, value: (row) => nameOf(row.to) },
                    {
                      key: 'visits',
                      header: words.visits,
                      value: (row) => row.visits,
                      cell: (row) => format.number(row.visits),
                      align: 'right',
                    },
                  ]}
                />
              }
            />
          </div>
        </section>
      </Panel>
      {page ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {neighbours(reply.before, words.before, 'before')}
          {neighbours(reply.after, words.after, 'after')}
        </SimpleGrid>
      ) : null}
      <Panel flush title={words.ways}>
        <DataTable
          label={words.ways}
          file={`${file}-ways`}
          rows={reply.paths}
          rowKey={(row) => row.pages.join(' → ')}
          columns={[
            {
              key: 'pages',
              header: words.ways,
              value: (row) => row.pages.map(nameOf).join(' → '),
              cell: (row) => <span style={{ overflowWrap: 'anywhere' }}>{row.pages.map(nameOf).join(' → ')}</span>,
            },
            {
              key: 'visits',
              header: words.visits,
              value: (row) => row.visits,
              cell: (row) => format.number(row.visits),
              align: 'right',
            },
          ]}
        />
      </Panel>
    </>
  );
};
