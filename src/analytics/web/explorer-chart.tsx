import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconNote, IconTrash } from '@tabler/icons-react';
import type { EChartsCoreOption } from 'echarts/core';
import { useCallback, useMemo, useState } from 'react';
import { createAnnotation, listAnnotations, removeAnnotation } from '#analytics/contract';
import type { Annotation } from '#analytics/contract';
import { useMay } from '#people/web';
import { Chart, momentIn, timeChart, Panel, useAction, useFormat, useList, useNow, useWords } from '#platform/web';
import type { ChartColours } from '#platform/web';
import { barsOf, isTime, linesOf } from './explorer-series.ts';
import { explorerMessages } from './explorer-messages.ts';
import type { Shown } from './explorer-page.tsx';
import { ExplorerTable, useCellName } from './explorer-table.tsx';
import { useMetric } from './words.ts';

/** Over time: a line per value of the other dimensions, else per figure of the first one's unit. Otherwise bars of the first figure. */
export const ExplorerChart = ({ shown, site }: { shown: Shown; site: string | undefined }) => {
  const words = useWords(explorerMessages);
  const metric = useMetric();
  const format = useFormat();
  const cellName = useCellName(shown);
  const list = useList(listAnnotations, { limit: 200, ...(site ? { site_id: site } : {}) }, { enabled: Boolean(site) });
  const { reply, metrics, dimensions } = shown;
  const [name] = metrics;
  const until = momentIn(reply.meta.time_zone, useNow());
  const isOverTime = dimensions.some(isTime);
  const notes = useMemo(() => list.rows ?? [], [list.rows]);
  const built = useMemo(
    () =>
      isOverTime
        ? linesOf(shown, { cellName, label: (one) => metric(one).label, until })
        : barsOf(shown, { cellName, label: (one) => metric(one).label, total: words.total }),
    [shown, isOverTime, cellName, metric, until, words.total],
  );
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
  const title = built.metrics.map((one) => metric(one).label).join(', ');
  const left = metrics.filter((one) => !built.metrics.includes(one));
  const cut = isOverTime ? words.seriesCut : words.barsCut;
  const note = [
    ...(built.drawn < built.all ? [cut(format.number(built.drawn), format.number(built.all))] : []),
    ...(left.length > 0 ? [words.inTableOnly(left.map((one) => metric(one).label).join(', '))] : []),
  ].join(' · ');
  return (
    <Panel
      title={title}
      note={note || undefined}
      actions={site && isOverTime ? <Notes site={site} notes={notes} /> : null}
    >
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
