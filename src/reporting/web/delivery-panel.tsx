import { SimpleGrid } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { query } from '#analytics/contract';
import type { Filter, MetricName } from '#analytics/contract';
import { useMetric } from '#analytics/web';
import { Answer, Chart, DataTable, EmptyState, Figure, Panel, useFormat, useRoute, useWords } from '#platform/web';
import type { ChartColours } from '#platform/web';
import { dailyChart } from '../charts/daily.ts';
import { messages } from './messages.ts';

const figures: MetricName[] = ['impressions', 'viewable_impressions', 'viewability', 'clicks', 'ctr', 'spend'];

type Day = { date: string; impressions: number; viewable: number; clicks: number; ctr: number | null };

/** What was delivered for an order, a line, a placement or a creative: figures since the start, and by day. */
export const DeliveryPanel = ({
  dimension,
  id,
  name,
  note,
}: {
  dimension: string;
  id: string;
  name: string;
  note?: string;
}) => {
  const words = useWords(messages);
  const metric = useMetric();
  const filters: Filter[] = [['is', dimension, [id]]];
  const totals = useRoute(query, { metrics: figures, date_range: 'all', filters }, { every: 5_000, keep: true });
  const days = useRoute(
    query,
    {
      metrics: ['impressions', 'viewable_impressions', 'clicks', 'ctr'],
      date_range: 'all',
      dimensions: ['time:day'],
      filters,
      order_by: [['time:day', 'asc']],
    },
    { every: 15_000, keep: true },
  );
  return (
    <>
      <Answer of={totals}>
        {({ results: [row], meta }) => (
          <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
            {figures.map((key, index) => {
              const { label, definition, write } = metric(key, meta.currency);
              return (
                <Figure
                  key={key}
                  label={label}
                  definition={definition}
                  value={write(row?.metrics[index])}
                  unit={words.allTime}
                />
              );
            })}
          </SimpleGrid>
        )}
      </Answer>
      <Panel title={words.delivery} {...(note ? { note } : {})}>
        <Answer of={days}>
          {({ results }) => (
            <Days
              name={name}
              days={results.map(({ dimensions: [date = ''], metrics: [impressions, viewable, clicks, ctr] }) => ({
                date,
                impressions: impressions ?? 0,
                viewable: viewable ?? 0,
                clicks: clicks ?? 0,
                ctr: ctr ?? null,
              }))}
            />
          )}
        </Answer>
      </Panel>
    </>
  );
};

const Days = ({ days, name }: { days: Day[]; name: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const metric = useMetric();
  const names = useMemo(() => ({ impressions: metric('impressions').label, ctr: metric('ctr').label }), [metric]);
  const option = useCallback(
    (colours: ChartColours) =>
      dailyChart(
        {
          labels: days.map(({ date }) => format.shortDay(date)),
          impressions: days.map(({ impressions }) => impressions),
          ctr: days.map(({ ctr }) => ctr),
          names,
          number: (value) => format.compact(value),
          percent: (value) => format.percent(value, 2),
        },
        {
          text: colours.ink,
          muted: colours.soft,
          rule: colours.line,
          primary: colours.series[0] ?? '',
          secondary: colours.series[1] ?? '',
          tertiary: colours.soft,
          font: 'inherit',
        },
      ),
    [days, format, names],
  );
  if (days.length === 0) return <EmptyState title={words.noDelivery} next={words.noDeliveryNext} />;
  const columns = [
    { key: 'date', header: words.day, value: (day: Day) => day.date, cell: (day: Day) => format.day(day.date) },
    {
      key: 'impressions',
      header: metric('impressions').label,
      value: (day: Day) => day.impressions,
      align: 'right' as const,
    },
    {
      key: 'viewable',
      header: metric('viewable_impressions').label,
      value: (day: Day) => day.viewable,
      align: 'right' as const,
    },
    { key: 'clicks', header: metric('clicks').label, value: (day: Day) => day.clicks, align: 'right' as const },
    {
      key: 'ctr',
      header: metric('ctr').label,
      value: (day: Day) => day.ctr,
      cell: (day: Day) => format.percent(day.ctr, 2),
      align: 'right' as const,
    },
  ];
  return (
    <Chart
      label={`${words.delivery}: ${name}`}
      option={option}
      table={
        <DataTable
          label={words.delivery}
          file={`${name}-days`}
          rows={days}
          columns={columns}
          rowKey={(day) => day.date}
        />
      }
    />
  );
};
