import { useCallback, useMemo } from 'react';
import type { MetricName, QueryReply } from '#analytics/contract';
import {
  Chart,
  DataTable,
  EmptyState,
  ErrorState,
  Loading,
  momentIn,
  timeChart,
  useNow,
  useWords,
} from '#platform/web';
import type { ChartColours } from '#platform/web';
import { Awaited } from './asked-progress.tsx';
import { messages } from './messages.ts';
import { useAnswer } from './use-answer.ts';
import type { View } from './use-view.ts';
import { useMetric, useTimeLabel } from './words.ts';

type Point = { at: string; label: string; now: number | null; before: number | null };

/**
 * The points of a chart over time: every period of the range, also those without a row (0 for counts, a gap for rates). What is
 * yet to come is a gap; `until`: now, as labels write it.
 */
export const pointsOf = (
  reply: QueryReply,
  isCount: boolean,
  { write, until }: { write: (label: string) => string; until: string },
): Point[] => {
  const byTime = new Map(reply.results.map((row) => [row.dimensions[0] ?? '', row]));
  const times = reply.meta.time_labels ?? reply.results.map(({ dimensions }) => dimensions[0] ?? '');
  return times.map((at) => {
    const row = byTime.get(at);
    return {
      at,
      label: write(at),
      now: at > until ? null : (row?.metrics[0] ?? (isCount ? 0 : null)),
      before: row?.comparison?.metrics[0] ?? null,
    };
  });
};

export const TimePanel = ({ view, metric: name }: { view: View; metric: MetricName }) => {
  const words = useWords(messages);
  const metric = useMetric();
  const timeLabel = useTimeLabel();
  const { label, write, short } = metric(name);
  const asked = useAnswer(
    {
      ...view.base,
      metrics: [name],
      dimensions: [view.step],
      filters: view.queryFilters,
      include: { ...view.include, time_labels: true, ...(view.compare ? { comparisons: view.compare } : {}) },
    },
    { keep: true, every: 30_000 },
  );
  const reply = asked.data;
  const until = momentIn(view.site?.time_zone ?? 'UTC', useNow());
  const isCount = name === 'visitors' || name === 'visits' || name === 'pageviews';
  const points = useMemo(
    () => (reply ? pointsOf(reply, isCount, { write: (at) => timeLabel(at, view.step), until }) : []),
    [reply, isCount, timeLabel, view.step, until],
  );
  const option = useCallback(
    (colours: ChartColours) =>
      timeChart({
        labels: points.map((point) => point.label),
        series: [
          { name: label, values: points.map(({ now }) => now), area: true },
          ...(view.compare
            ? [{ name: `${label} (${words.previous})`, values: points.map(({ before }) => before), dashed: true }]
            : []),
        ],
        write,
        axis: short,
      })(colours),
    [points, label, view.compare, words.previous, write, short],
  );
  if (asked.error && !reply) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  if (!reply)
    return (
      <Awaited of={asked}>
        <Loading height={260} />
      </Awaited>
    );
  if (points.length === 0) return <EmptyState title={words.noData} next={words.noDataNext} />;
  const steps = {
    'time:hour': words.perHour,
    'time:day': words.perDay,
    'time:week': words.perWeek,
    'time:month': words.perMonth,
  };
  return (
    <Chart
      label={`${label}, ${steps[view.step]}`}
      option={option}
      table={
        <DataTable
          label={label}
          file={`${view.site?.domain ?? 'audience'}-${name}`}
          rows={points}
          rowKey={(point) => point.at}
          columns={[
            { key: 'at', header: words.evolution, value: (point) => point.at, cell: (point) => point.label },
            {
              key: 'now',
              header: label,
              value: (point) => point.now,
              cell: (point) => write(point.now),
              align: 'right',
            },
            ...(view.compare
              ? [
                  {
                    key: 'before',
                    header: words.previous,
                    value: (point: Point) => point.before,
                    cell: (point: Point) => write(point.before),
                    align: 'right' as const,
                  },
                ]
              : []),
          ]}
        />
      }
    />
  );
};
