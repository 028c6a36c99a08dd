import { Grid, Group, SimpleGrid, Stack } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { useLive } from '#analytics/web';
import type { Live } from '#analytics/web';
import { listLineItems } from '#campaigns/contract';
import type { LineItemState } from '#campaigns/contract';
import { WaitingPanel } from '#campaigns/web';
import { listCreativeRequests, listCreatives } from '#creatives/contract';
import { DueReminders, useMay } from '#people/web';
import {
  Chart,
  DataTable,
  ErrorState,
  Figure,
  timeChart,
  Page,
  Panel,
  useFormat,
  useList,
  addDays,
  useNow,
  useWords,
} from '#platform/web';
import type { ChartColours } from '#platform/web';
import { standingOf, useLineTotals } from '#reporting/web';
import { CampaignsPanel } from './campaigns-panel.tsx';
import { messages } from './messages.ts';
import { needsOf } from './needs.ts';
import { NeedsPanel } from './needs-panel.tsx';

const useLines = (state: LineItemState) =>
  useList(listLineItems, { limit: 200, state }, { whole: true, every: 10_000 });

/** The board a traffic manager lives on: what happens now, what runs, what needs a hand. */
export const TodayPage = () => {
  const words = useWords(messages);
  const may = useMay();
  const live = useLive();
  const { totals } = useLineTotals();
  const states = {
    live: useLines('live'),
    booked: useLines('booked'),
    paused: useLines('paused'),
    reserved: useLines('reserved'),
    proposed: useLines('proposed'),
  };
  const creatives = useList(listCreatives, { limit: 200, state: 'waiting' }, { every: 10_000 });
  const late = useList(listCreativeRequests, { limit: 50, late: 'true' }, { every: 30_000 });
  const now = useNow();
  const soon = addDays(now.toISOString().slice(0, 10), 14);
  const ending = useList(listCreatives, { limit: 50, state: 'approved', rights_before: soon }, { every: 60_000 });
  const lists = Object.values(states);
  const error = lists.find((list) => list.error)?.error;
  const figures = live.figures;

  const standing = (line: Parameters<typeof standingOf>[0] & { id: string }) => standingOf(line, totals, line.id, now);
  const lines = lists.every(({ rows }) => rows) ? lists.flatMap(({ rows = [] }) => rows) : undefined;
  const today = new Map(figures?.line_items.map((item) => [item.id, item.today]));
  const campaigns = [states.live, states.booked, states.paused].every(({ rows }) => rows)
    ? [...(states.live.rows ?? []), ...(states.booked.rows ?? []), ...(states.paused.rows ?? [])].map((line) => ({
        line,
        standing: standing(line),
        today: today.get(line.id),
      }))
    : undefined;
  const audience = figures?.audience;
  const needs = lines
    ? needsOf({
        lines,
        standing,
        creatives: may('creatives.approve') ? (creatives.rows ?? []) : [],
        requests: may('creatives.write') ? (late.rows ?? []) : [],
        ending: may('creatives.write') ? (ending.rows ?? []) : [],
        pageviews: audience
          ? {
              halfHour: audience.minutes.reduce((sum, { pageviews }) => sum + pageviews, 0),
              today: audience.pageviews_today,
            }
          : undefined,
        now,
      })
    : undefined;

  return (
    <Page title={words.today} under={<Freshness live={live} />}>
      <NowFigures live={live} />
      {error ? <ErrorState error={error} retry={() => lists.forEach(({ retry }) => retry())} /> : null}
      <Grid gap="md" align="flex-start">
        <Grid.Col span={{ base: 12, lg: 8 }} order={{ base: 2, lg: 1 }}>
          <CampaignsPanel campaigns={campaigns} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} order={{ base: 1, lg: 2 }}>
          <Stack gap="md">
            <DueReminders />
            <WaitingPanel />
            <NeedsPanel needs={needs} />
            {audience ? <Minutes minutes={audience.minutes} /> : null}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
};

/** Whether the figures are of this moment: the state of the stream, in words. */
const Freshness = ({ live: { heardAt, isLate } }: { live: Live }) => {
  const words = useWords(messages);
  const format = useFormat();
  const text =
    isLate && heardAt
      ? words.late(format.time(new Date(heardAt)))
      : heardAt
        ? `${words.live} · ${format.time(new Date(heardAt))}`
        : words.connecting;
  return (
    <Group gap={8} role={isLate ? 'alert' : undefined}>
      <span className="vg-live-dot" data-late={isLate || !heardAt || undefined} aria-hidden />
      <span style={isLate ? { color: 'var(--warn)', fontWeight: 600 } : {}}>{text}</span>
    </Group>
  );
};

const NowFigures = ({ live: { figures, isLate } }: { live: Live }) => {
  const words = useWords(messages);
  const format = useFormat();
  const number = (value: number | undefined) => (value === undefined ? '…' : format.number(value));
  const columns = figures && !figures.audience ? 3 : 5;
  return (
    <SimpleGrid
      cols={{ base: 2, sm: 3, lg: columns }}
      spacing="sm"
      style={isLate ? { opacity: 0.75 } : {}}
      aria-busy={!figures}
    >
      {figures && !figures.audience ? null : (
        <>
          <Figure
            label={words.visitors}
            definition={words.visitorsDefinition}
            value={number(figures?.audience?.visitors)}
            unit={words.last5}
          />
          <Figure
            label={words.pageviews}
            value={number(figures?.audience?.pageviews_today)}
            unit={words.sinceMidnight}
          />
        </>
      )}
      <Figure
        label={words.impressions}
        definition={words.impressionsDefinition}
        value={number(figures?.ads.impressions)}
        unit={words.sinceMidnight}
      />
      <Figure label={words.clicks} value={number(figures?.ads.clicks)} unit={words.sinceMidnight} />
      <Figure
        label={words.ctr}
        definition={words.ctrDefinition}
        value={figures ? format.percent(figures.ads.ctr, 2) : '…'}
        unit={words.sinceMidnight}
      />
    </SimpleGrid>
  );
};

const Minutes = ({ minutes }: { minutes: { minute: string; pageviews: number }[] }) => {
  const words = useWords(messages);
  const format = useFormat();
  // The figures come anew every few seconds: the chart is drawn again only when one of them has changed.
  const key = JSON.stringify(minutes);
  const points = useMemo(() => {
    const known: { minute: string; pageviews: number }[] = JSON.parse(key);
    return known.map(({ minute, pageviews }) => ({ minute, label: format.clock(minute), pageviews }));
  }, [key, format]);
  const option = useCallback(
    (colours: ChartColours) =>
      timeChart({
        labels: points.map(({ label }) => label),
        series: [{ name: words.pageviews, values: points.map(({ pageviews }) => pageviews), bars: true }],
        write: (value) => format.number(value),
        axis: (value) => (Number.isInteger(value) ? format.compact(value) : ''),
      })(colours),
    [points, words, format],
  );
  return (
    <Panel title={words.lastHalfHour} note={words.lastHalfHourNote}>
      <Chart
        label={words.lastHalfHour}
        option={option}
        height={140}
        table={
          <DataTable
            label={words.lastHalfHour}
            file="pageviews-per-minute"
            rows={points}
            rowKey={({ minute }) => minute}
            columns={[
              {
                key: 'minute',
                header: words.lastHalfHourNote,
                value: ({ minute }) => minute,
                cell: ({ label }) => label,
              },
              { key: 'pageviews', header: words.pageviews, value: ({ pageviews }) => pageviews, align: 'right' },
            ]}
          />
        }
      />
    </Panel>
  );
};
