import { Button, CopyButton, Group, MultiSelect, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconDownload, IconLink } from '@tabler/icons-react';
import { useState } from 'react';
import { metricNames, metrics as allMetrics, notes, timeDimensions } from '#analytics/contract';
import type { MetricName, QueryReply } from '#analytics/contract';
import {
  Answer,
  download,
  EmptyState,
  ErrorState,
  Loading,
  LoadingRows,
  Page,
  Panel,
  PeriodPicker,
  useFormat,
  useLanguage,
  useWords,
} from '#platform/web';
import { AskedProgress, Awaited } from './asked-progress.tsx';
import { explorerMessages } from './explorer-messages.ts';
import { ExplorerChart } from './explorer-chart.tsx';
import { ExplorerPivot } from './explorer-pivot.tsx';
import { ExplorerTable } from './explorer-table.tsx';
import { FilterBar, useDimensionOptions } from './filter-bar.tsx';
import { KeptExplorations } from './kept-explorations.tsx';
import { WorldMap } from './world-map.tsx';
import { SegmentSelect } from './segment-select.tsx';
import { TooFew } from './too-few.tsx';
import { useAnswer } from './use-answer.ts';
import { useQuestionProblem } from './question-problems.ts';
import { displays, useExploration } from './use-exploration.ts';
import type { Display } from './use-exploration.ts';

/** The most that one answer holds. */
const mostExported = 10_000;

export type Shown = { reply: QueryReply; metrics: MetricName[]; dimensions: string[]; file: string };

/** Any figure by any dimension under any filter, as a table, chart, pivot or map; the address holds all of it. */
export const ExplorerPage = () => {
  const words = useWords(explorerMessages);
  const { view, metrics, dimensions, display, question, set, texts } = useExploration();
  const { language } = useLanguage();
  const options = useDimensionOptions(['visit', 'event', 'ad', 'bot']);
  const asked = useAnswer(question, { enabled: Boolean(view.site) && metrics.length > 0, keep: true });
  const told = useQuestionProblem();
  const [lost, setLost] = useState<string>();
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  const file = `${view.site?.domain ?? 'vigie'}-explorer`;
  const json = JSON.stringify({ ...question, pagination: { limit: mostExported } });
  return (
    <Page
      title={words.explorer}
      under={words.exact}
      actions={
        <>
          <Select
            aria-label={words.site}
            w={190}
            data={view.sites.rows.map(({ id, name }) => ({ value: id, label: name }))}
            value={view.site?.id ?? null}
            allowDeselect={false}
            searchable
            onChange={(id) => set({ site: id ?? undefined, segment: undefined }, { push: true })}
          />
          <PeriodPicker today={view.today} />
        </>
      }
    >
      <Panel>
        <Stack gap="sm">
          <Group gap="sm" align="end">
            <MultiSelect
              label={words.metrics}
              miw={240}
              style={{ flex: '1 1 300px' }}
              searchable
              data={metricNames.map((name) => ({ value: name, label: allMetrics[name].label[language] }))}
              value={metrics}
              maxValues={12}
              onChange={(m) => set({ m: m.length > 0 ? m : [''] })}
            />
            <MultiSelect
              label={words.dimensions}
              miw={240}
              style={{ flex: '1 1 300px' }}
              searchable
              data={[
                ...Object.entries(timeDimensions).map(([value, label]) => ({ value, label: label[language] })),
                ...options,
              ]}
              value={dimensions}
              maxValues={3}
              onChange={(d) => set({ d: d.length > 0 ? d : [''] })}
            />
            <SegmentSelect view={view} />
          </Group>
          <Group gap="sm" justify="space-between">
            <FilterBar texts={texts} onChange={(f) => set({ f }, { push: true })} />
            <SegmentedControl
              size="xs"
              aria-label={words.view}
              value={display}
              data={displays.map((value) => ({ value, label: words[value] }))}
              onChange={(as) => set({ as: as === 'table' ? undefined : as }, { push: true })}
            />
          </Group>
        </Stack>
      </Panel>
      {metrics.length === 0 ? (
        <EmptyState title={words.chooseMetric} />
      ) : (
        <Answer
          of={asked}
          told={told}
          waiting={
            <Awaited of={asked}>
              <LoadingRows rows={10} />
            </Awaited>
          }
        >
          {(reply) => (
            <>
              <AskedProgress of={asked} />
              <Group justify="space-between" gap="xs">
                <Understood reply={reply} />
                <Group gap="xs">
                  <CopyButton value={location.href}>
                    {({ copied, copy }) => (
                      <Button
                        size="compact-sm"
                        variant="default"
                        leftSection={<IconLink size={14} aria-hidden />}
                        onClick={copy}
                      >
                        {copied ? words.copied : words.copyLink}
                      </Button>
                    )}
                  </CopyButton>
                  <Button
                    size="compact-sm"
                    variant="default"
                    component="a"
                    href={`/api/query.xlsx?language=${language}&question=${encodeURIComponent(json)}`}
                    download
                    leftSection={<IconDownload size={14} aria-hidden />}
                  >
                    {words.xlsx}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="default"
                    leftSection={<IconDownload size={14} aria-hidden />}
                    onClick={() => download(`${file}.json`, JSON.stringify(reply, null, 2), 'application/json')}
                  >
                    {words.json}
                  </Button>
                  <KeptExplorations onProblem={setLost} />
                </Group>
              </Group>
              {lost ? <Text c="red">{lost}</Text> : null}
              <ShownAs
                display={display}
                shown={{ reply, metrics, dimensions, file }}
                site={view.site?.id}
                onDimensions={(d) => set({ d }, { push: true })}
                onFilter={(text) => set({ f: [...texts.filter((other) => other !== text), text] }, { push: true })}
              />
              <Definitions metrics={metrics} />
            </>
          )}
        </Answer>
      )}
    </Page>
  );
};

const Understood = ({ reply }: { reply: QueryReply }) => {
  const words = useWords(explorerMessages);
  const format = useFormat();
  const { language } = useLanguage();
  const { query: understood, meta, results } = reply;
  const said = Object.entries(notes).filter(([code]) => meta.note_codes.includes(code));
  return (
    <Text size="xs" c="dimmed">
      {format.days(understood.date_range[0], understood.date_range[1])} ·{' '}
      {words.rows(format.number(results.length), format.number(meta.total_rows ?? results.length))}
      {said.map(([, note]) => ` · ${note[language]}`)}
    </Text>
  );
};

type ShownAsProps = {
  display: Display;
  shown: Shown;
  site: string | undefined;
  onFilter: (text: string) => void;
  onDimensions: (names: string[]) => void;
};

const ShownAs = ({ display, shown, site, onFilter, onDimensions }: ShownAsProps) => {
  const words = useWords(explorerMessages);
  if (shown.reply.results.length === 0)
    return shown.reply.meta.note_codes.includes('small-groups') ? (
      <TooFew />
    ) : (
      <EmptyState title={words.noData} next={words.noDataNext} />
    );
  if (display === 'chart') return <ExplorerChart shown={shown} site={site} />;
  if (display === 'pivot')
    return shown.dimensions.length === 2 ? (
      <ExplorerPivot shown={shown} />
    ) : (
      <EmptyState
        title={words.pivotNeeds}
        action={
          <Button variant="default" onClick={() => onDimensions(['time:day', 'visit:channel'])}>
            {words.pivotTry}
          </Button>
        }
      />
    );
  if (display === 'map') {
    const place = shown.dimensions.findIndex((name) => name.endsWith(':country'));
    const [metric] = shown.metrics;
    if (place < 0 || !metric)
      return (
        <EmptyState
          title={words.mapNeeds}
          action={
            <Button variant="default" onClick={() => onDimensions(['visit:country'])}>
              {words.mapTry}
            </Button>
          }
        />
      );
    return (
      <Panel>
        <WorldMap
          metric={metric}
          currency={shown.reply.meta.currency}
          values={shown.reply.results.map((row) => ({
            country: row.dimensions[place] ?? '',
            value: row.metrics[0] ?? 0,
          }))}
          file={shown.file}
        />
      </Panel>
    );
  }
  return <ExplorerTable shown={shown} onFilter={onFilter} />;
};

/** Every figure with its definition, from the one list that the API documents too. */
const Definitions = ({ metrics }: { metrics: MetricName[] }) => {
  const words = useWords(explorerMessages);
  const { language } = useLanguage();
  return (
    <Panel title={words.definitions}>
      <dl style={{ margin: 0 }}>
        {metrics.map((name) => (
          <div key={name} style={{ marginBottom: 6 }}>
            <dt style={{ fontWeight: 600, fontSize: 13 }}>{allMetrics[name].label[language]}</dt>
            <dd style={{ margin: 0, fontSize: 13, color: 'var(--ink-soft)' }}>
              {allMetrics[name].definition[language]}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
};
