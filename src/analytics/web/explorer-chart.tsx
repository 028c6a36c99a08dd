import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconNote, IconTrash } from '@tabler/icons-react';
import type { EChartsCoreOption } from 'echarts/core';
import { useCallback, useMemo, useState } from 'react';
import { createAnnotation, listAnnotations, removeAnnotation, timeDimensions } from '#analytics/contract';
import type { Annotation } from '#analytics/contract';
import { useMay } from '#people/web';
import { Chart, timeChart, Panel, useAction, useFormat, useList, useNow, useWords } from '#platform/web';
import type { ChartColours } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import type { Shown } from './explorer-page.tsx';
import { ExplorerTable, useCellName } from './explorer-table.tsx';
import { useMetric } from './words.ts';

const mostSeries = 6;
const mostBars = 20;
const isTime = (name: string) => Object.hasOwn(timeDimensions, name);

/** Over time: a line per value of the other dimension, else per figure. Otherwise bars of the first figure. */
export const ExplorerChart = ({ shown, site }: { shown: Shown; site: string | undefined }) => {
  const words = useWords(explorerMessages);
  const metric = useMetric();
  const cellName = useCellName(shown);
  const list = useList(listAnnotations, { limit: 200, ...(site ? { site_id: site } : {}) }, { enabled: Boolean(site) });
  const { reply, metrics, dimensions } = shown;
  const [name] = metrics;
  const time = dimensions.findIndex(isTime);
  const other = dimensions.findIndex((one) => !isTime(one));
  const notes = useMemo(() => list.rows ?? [], [list.rows]);
  const built = useMemo(() => {
    const labels = [...new Set(reply.results.map((row) => row.dimensions[Math.max(0, time)] ?? ''))];
    if (time < 0) {
      const rows = reply.results.slice(0, mostBars);
      return {
        labels: rows.map((row) => row.dimensions.map((value, i) => cellName(i, value)).join(' · ') || words.total),
        keys: [],
        series: metrics.slice(0, 1).map((one) => ({
          name: metric(one).label,
          values: rows.map((row) => row.metrics[0] ?? null),
          bars: true,
        })),
      };
    }
    labels.sort();
    const place = new Map(labels.map((label, i) => [label, i]));
    const series = new Map<string, { name: string; values: (number | null)[]; sum: number }>();
    const add = (key: string, title: string, at: string, value: number | null) => {
      const one = series.get(key) ?? { name: title, values: labels.map(() => 0 as number | null), sum: 0 };
      one.values[place.get(at) ?? 0] = value;
      one.sum += value ?? 0;
      series.set(key, one);
    };
    for (const row of reply.results) {
      const at = row.dimensions[time] ?? '';
      if (other >= 0) {
        const value = row.dimensions[other] ?? '';
        add(value, cellName(other, value) || '–', at, row.metrics[0] ?? null);
      } else metrics.forEach((one, i) => add(one, metric(one).label, at, row.metrics[i] ?? null));
    }
    return {
      labels: labels.map((label) => cellName(time, label)),
      keys: labels,
      series: [...series.values()].toSorted((a, b) => b.sum - a.sum).slice(0, mostSeries),
    };
  }, [reply, metrics, time, other, cellName, metric, words.total]);
  const first = name ? metric(name, reply.meta.currency) : undefined;
  const option = useCallback(
    (colours: ChartColours): EChartsCoreOption => {
      const made = timeChart({
        labels: built.labels,
        series: built.series,
        write: (value) => first?.write(value) ?? String(value),
        axis: (value) => first?.short(value) ?? String(value),
      })(colours);
      return withNotes(made, built, notes, colours);
    },
    [built, first, notes],
  );
  // Amounts of several currencies have no common axis.
  if (name === 'currency_revenue') return <ExplorerTable shown={shown} onFilter={() => undefined} />;
  if (!first) return null;
  const title = metrics.map((one) => metric(one).label).join(', ');
  return (
    <Panel title={title} actions={site && time >= 0 ? <Notes site={site} notes={notes} /> : null}>
      <Chart
        label={title}
        height={340}
        option={option}
        table={<ExplorerTable shown={shown} onFilter={() => undefined} />}
      />
    </Panel>
  );
};

/** Lines at the days that somebody noted something on. */
function withNotes(
  option: EChartsCoreOption,
  { labels, keys }: { labels: string[]; keys: string[] },
  notes: readonly Annotation[],
  colours: ChartColours,
): EChartsCoreOption {
  const marks = notes.flatMap(({ day, text }) => {
    const place = keys.findLastIndex((key) => key.slice(0, 10) <= day);
    const inside = place >= 0 && (place < keys.length - 1 || keys[place]?.slice(0, 10) === day);
    return inside ? [{ xAxis: labels[place], label: { formatter: text.slice(0, 40) } }] : [];
  });
  const series = option['series'];
  if (marks.length === 0 || !Array.isArray(series) || series.length === 0) return option;
  const markLine = {
    symbol: 'none',
    lineStyle: { color: colours.soft, type: 'dotted' },
    label: { color: colours.ink, fontSize: 11, position: 'insideEndTop' },
    data: marks,
  };
  return { ...option, series: series.map((one: object, i) => (i === 0 ? { ...one, markLine } : one)) };
}

const Notes = ({ site, notes }: { site: string; notes: readonly Annotation[] }) => {
  const words = useWords(explorerMessages);
  const format = useFormat();
  const may = useMay();
  const [day, setDay] = useState(useNow().toISOString().slice(0, 10));
  const [text, setText] = useState('');
  const create = useAction(createAnnotation, { onDone: () => setText('') });
  const remove = useAction(removeAnnotation);
  return (
    <Popover width={320} trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" leftSection={<IconNote size={14} aria-hidden />}>
          {words.notes} ({format.number(notes.length)})
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {notes.map((note) => (
            <Group key={note.id} justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm">
                {format.shortDay(note.day)} · {note.text}
              </Text>
              {may('goals.write') ? (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={words.remove(note.text)}
                  onClick={() => remove.mutate({ id: note.id })}
                >
                  <IconTrash size={14} aria-hidden />
                </ActionIcon>
              ) : null}
            </Group>
          ))}
          {may('goals.write') ? (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (text.trim() !== '') create.mutate({ site_id: site, day, text });
              }}
            >
              <Stack gap="xs">
                <TextInput
                  type="date"
                  label={words.noteDay}
                  value={day}
                  onChange={(e) => setDay(e.currentTarget.value)}
                />
                <TextInput label={words.noteText} value={text} onChange={(e) => setText(e.currentTarget.value)} />
                {create.error ? (
                  <Text c="red" size="xs">
                    {create.error.message}
                  </Text>
                ) : null}
                <Button size="xs" type="submit" loading={create.isPending}>
                  {words.note}
                </Button>
              </Stack>
            </form>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
};
