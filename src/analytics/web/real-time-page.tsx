import { SimpleGrid, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { query } from '#analytics/contract';
import type { QueryInput } from '#analytics/contract';
import {
  Chart,
  DataTable,
  EmptyState,
  ErrorState,
  Figure,
  Loading,
  LoadingRows,
  Page,
  Panel,
  timeChart,
  useFormat,
  useRoute,
  useWords,
} from '#platform/web';
import type { ChartColours } from '#platform/web';
import { SiteBar } from './site-bar.tsx';
import { useLive } from './use-live.ts';
import { useView } from './use-view.ts';
import { useDimensionLabel, useMetric, useValueName } from './words.ts';
import { waysMessages } from './ways-messages.ts';
import { WorldMap } from './world-map.tsx';

const halfHour = 30 * 60_000;
/** How often the tables and the map are asked again; the figures above them come by themselves. Milliseconds. */
const every = 10_000;

/** What happens at this moment: visitors, pages, sources, a map, and the ads of today. */
export const RealTimePage = () => {
  const words = useWords(waysMessages);
  const format = useFormat();
  const view = useView();
  const { figures, isLate } = useLive(view.site?.id);
  const range = useRecent();
  const audience = figures?.audience;
  const minutes = audience?.minutes;
  const option = useCallback(
    (colours: ChartColours) =>
      timeChart({
        labels: (minutes ?? []).map(({ minute }) => format.clock(minute)),
        series: [{ name: words.pageviews, values: (minutes ?? []).map(({ pageviews }) => pageviews), bars: true }],
        write: (value) => format.number(value),
        axis: (value) => format.number(value),
      })(colours),
    [minutes, words.pageviews, format],
  );
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  const base: QueryInput = { ...view.base, date_range: range, metrics: ['pageviews', 'visitors'] };
  const number = (value: number | undefined) => (value === undefined ? '…' : format.number(value));
  return (
    <Page title={words.realTime} under={view.site?.domain} actions={<SiteBar view={view} period={false} />}>
      {isLate ? (
        <Text size="sm" c="dimmed" role="status">
          {words.late}
        </Text>
      ) : null}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
        <Figure label={words.now} value={number(audience?.visitors)} />
        <Figure label={words.halfHour} value={number(minutes?.reduce((sum, { pageviews }) => sum + pageviews, 0))} />
        <Figure label={words.today} value={number(audience?.pageviews_today)} />
        <Figure label={words.adsToday} value={number(figures?.ads.impressions)} />
        <Figure label={words.clicksToday} value={number(figures?.ads.clicks)} />
      </SimpleGrid>
      <Panel title={words.perMinute}>
        <Chart
          label={words.perMinute}
          height={180}
          option={option}
          table={
            <DataTable
              label={words.perMinute}
              file="minutes"
              rows={minutes ?? []}
              rowKey={(row) => row.minute}
              columns={[
                { key: 'minute', header: words.minute, value: (row) => format.clock(row.minute) },
                { key: 'pageviews', header: words.pageviews, value: (row) => row.pageviews, align: 'right' },
              ]}
            />
          }
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Places base={base} site={view.site?.id} />
        <Recent base={base} site={view.site?.id} title={words.pagesNow} dimension="event:page" />
        <Recent base={base} site={view.site?.id} title={words.sourcesNow} dimension="visit:source" />
        <Panel flush title={words.linesNow}>
          <DataTable
            label={words.linesNow}
            file="lines"
            rows={figures?.line_items}
            rowKey={(row) => row.id}
            columns={[
              { key: 'name', header: words.linesNow, value: (row) => row.name },
              {
                key: 'impressions',
                header: words.adsToday,
                value: (row) => row.today.impressions,
                cell: (row) => format.number(row.today.impressions),
                align: 'right',
              },
              {
                key: 'clicks',
                header: words.clicksToday,
                value: (row) => row.today.clicks,
                cell: (row) => format.number(row.today.clicks),
                align: 'right',
              },
            ]}
            empty={<EmptyState title={words.noData} />}
          />
        </Panel>
      </SimpleGrid>
    </Page>
  );
};

/** The last half hour as a range of instants that moves on by itself. */
const useRecent = (): [string, string] => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, []);
  return [new Date(now - halfHour).toISOString(), new Date(now).toISOString()];
};

type RecentProps = { base: QueryInput; site: string | undefined };

const Places = ({ base, site }: RecentProps) => {
  const words = useWords(waysMessages);
  const asked = useRoute(query, { ...base, dimensions: ['visit:country'] }, { enabled: Boolean(site), keep: true });
  return (
    <Panel title={words.where}>
      {asked.data ? (
        <WorldMap
          metric="pageviews"
          height={260}
          file="now"
          values={asked.data.results.map((row) => ({ country: row.dimensions[0] ?? '', value: row.metrics[0] ?? 0 }))}
        />
      ) : (
        <LoadingRows />
      )}
    </Panel>
  );
};

const Recent = ({ base, site, title, dimension }: RecentProps & { title: string; dimension: string }) => {
  const words = useWords(waysMessages);
  const metric = useMetric();
  const label = useDimensionLabel();
  const nameOf = useValueName();
  const asked = useRoute(
    query,
    { ...base, dimensions: [dimension], pagination: { limit: 10 } },
    { enabled: Boolean(site), keep: true },
  );
  if (asked.error && !asked.data) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  const views = metric('pageviews');
  return (
    <Panel flush title={title}>
      <DataTable
        label={title}
        file={dimension.replace(':', '-')}
        rows={asked.data?.results}
        rowKey={(row) => row.dimensions[0] ?? ''}
        columns={[
          {
            key: 'value',
            header: label(dimension),
            value: (row) => nameOf(dimension, row.dimensions[0] ?? '', asked.data?.meta.labels),
            cell: (row) => (
              <span style={{ overflowWrap: 'anywhere' }}>
                {nameOf(dimension, row.dimensions[0] ?? '', asked.data?.meta.labels)}
              </span>
            ),
          },
          {
            key: 'pageviews',
            header: views.label,
            definition: views.definition,
            value: (row) => row.metrics[0],
            cell: (row) => views.write(row.metrics[0]),
            align: 'right',
          },
        ]}
        empty={<EmptyState title={words.nobodyNow} />}
      />
    </Panel>
  );
};
