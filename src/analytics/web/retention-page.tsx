import { Group, Select, Text } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { askRetention, retentionGrains } from '#analytics/contract';
import type { RetentionReply } from '#analytics/contract';
import {
  addDays,
  Answer,
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
import type { Column } from '#platform/web';
import { FilterBar } from './filter-bar.tsx';
import { TooFew } from './too-few.tsx';
import { SiteBar } from './site-bar.tsx';
import { useView } from './use-view.ts';
import { waysMessages } from './ways-messages.ts';

type Row = RetentionReply['cohorts'][number];

/** Who comes back: cohorts of visitors by their first visit. */
export const RetentionPage = () => {
  const words = useWords(waysMessages);
  const format = useFormat();
  const view = useView();
  const { one, set } = useSearch();
  const grain = retentionGrains.find((name) => name === one('grain')) ?? 'week';
  const days = daysOf(view.period, view.today) ?? [addDays(view.today, -730), view.today];
  const asked = useRoute(
    askRetention,
    { site_id: view.site?.id ?? '', date_range: days, grain, filters: view.queryFilters },
    { enabled: Boolean(view.site), keep: true },
  );
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  return (
    <Page title={words.retention} under={view.site?.domain} actions={<SiteBar view={view} segment />}>
      <Group gap="sm" align="end">
        <Select
          label={words.grain}
          w={130}
          allowDeselect={false}
          data={retentionGrains.map((value) => ({ value, label: words[value] }))}
          value={grain}
          onChange={(next) => set({ grain: next === 'week' ? undefined : (next ?? undefined) })}
        />
        <FilterBar texts={view.texts} families={['visit', 'event']} onChange={(f) => set({ f }, { push: true })} />
      </Group>
      <Answer of={asked} waiting={<LoadingRows rows={8} />}>
        {({ cohorts, too_few }) => {
          if (too_few) return <TooFew />;
          const longest = Math.min(26, Math.max(0, ...cohorts.map(({ returned }) => returned.length)));
          const columns: Column<Row>[] = [
            {
              key: 'start',
              header: words.cohort,
              value: (row) => row.start,
              cell: (row) => format.shortDay(row.start),
            },
            {
              key: 'size',
              header: words.size,
              value: (row) => row.size,
              cell: (row) => format.number(row.size),
              align: 'right',
            },
            ...Array.from({ length: Math.max(0, longest - 1) }, (_, i): Column<Row> => {
              const share = (row: Row) => {
                const count = row.returned[i + 1];
                return count === undefined || count === null || row.size === 0 ? null : (100 * count) / row.size;
              };
              return {
                key: `+${i + 1}`,
                header: words.later(format.number(i + 1)),
                value: share,
                cell: (row) => {
                  const part = share(row);
                  if (part === null) return '';
                  return (
                    <span
                      title={format.number(row.returned[i + 1])}
                      style={{
                        display: 'block',
                        borderRadius: 4,
                        padding: '0 4px',
                        background: `color-mix(in srgb, var(--mantine-primary-color-filled) ${Math.round(Math.min(60, part))}%, transparent)`,
                        color: 'var(--ink)',
                      }}
                    >
                      {format.percent(part, 0)}
                    </span>
                  );
                },
                align: 'right',
                ...(i < 3 ? {} : { from: i < 8 ? ('sm' as const) : ('lg' as const) }),
              };
            }),
          ];
          return (
            <>
              <Text size="xs" c="dimmed">
                {format.days(...days)} · {words.retentionNote}
              </Text>
              <Panel flush>
                <DataTable
                  label={words.retention}
                  file={`${view.site?.domain ?? 'site'}-retention`}
                  rows={cohorts}
                  columns={columns}
                  rowKey={(row) => row.start}
                  empty={
                    <EmptyState
                      icon={<IconRepeat size={36} aria-hidden />}
                      title={words.noRetention}
                      next={words.noRetentionNext}
                    />
                  }
                />
              </Panel>
            </>
          );
        }}
      </Answer>
    </Page>
  );
};
