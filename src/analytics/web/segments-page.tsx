import { Button, Group, MultiSelect, NumberInput, Text } from '@mantine/core';
import { IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import {
  changeAudienceSettings,
  listGoals,
  listSegments,
  profileSegment,
  query,
  readAudienceSettings,
  removeSegment,
} from '#analytics/contract';
import type { MetricName, QueryInput, Segment } from '#analytics/contract';
import { AddButton, useMay } from '#people/web';
import {
  addDays,
  Answer,
  call,
  ConfirmDialog,
  DataTable,
  daysOf,
  EmptyState,
  ErrorState,
  FormDialog,
  LinkButton,
  Loading,
  LoadingRows,
  Page,
  Panel,
  useAction,
  useFormat,
  useLanguage,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { SegmentForm } from './segment-form.tsx';
import { segmentMessages } from './segment-messages.ts';
import { SiteBar } from './site-bar.tsx';
import { useView } from './use-view.ts';
import type { View } from './use-view.ts';
import { useMetric } from './words.ts';

const compared: MetricName[] = [
  'visitors',
  'visits',
  'pageviews',
  'visit_duration',
  'visit_duration_median',
  'bounce_rate',
  'views_per_visit',
  'revenue',
];

/** The segments of a site: kept, compared side by side, told in words. */
export const SegmentsPage = () => {
  const words = useWords(segmentMessages);
  const view = useView();
  const may = useMay();
  const { one, many, set } = useSearch();
  const [leaving, setLeaving] = useState<Segment>();
  const site = view.site;
  const ofSite = { limit: 200, ...(site ? { site_id: site.id } : {}) };
  const list = useList(listSegments, ofSite, { enabled: Boolean(site) });
  const goals = useList(listGoals, ofSite, { enabled: Boolean(site) });
  const remove = useAction(removeSegment);
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (!view.sites.rows || (site && !list.rows)) return <Loading height={300} />;
  const mayWrite = may('goals.write') && Boolean(site);
  const segments = list.rows ?? [];
  const edited = segments.find(({ id }) => id === one('edit'));
  const chosen = segments.filter(({ id }) => many('s').includes(id));
  const shown = chosen.length > 0 ? chosen : segments.slice(0, 3);
  const add = mayWrite ? <AddButton label={words.addSegment} onClick={() => set({ new: '1' })} /> : null;
  const close = () => set({ new: undefined, edit: undefined });
  return (
    <Page
      title={words.segments}
      under={site?.domain}
      actions={
        <>
          <SiteBar view={view} also={['s']} />
          {add}
        </>
      }
    >
      {segments.length === 0 ? (
        <EmptyState
          icon={<IconUsersGroup size={36} aria-hidden />}
          title={words.noSegments}
          next={words.noSegmentsNext}
          action={add}
        />
      ) : (
        <>
          <Group gap="sm" align="end">
            <MultiSelect
              label={words.compare}
              style={{ flex: '1 1 300px' }}
              data={segments.map(({ id, name }) => ({ value: id, label: name }))}
              value={shown.map(({ id }) => id)}
              maxValues={5}
              onChange={(s) => set({ s }, { push: true })}
            />
            <SmallestGroup />
          </Group>
          <Compared view={view} segments={shown} />
          {shown.map((segment) => (
            <Profile key={segment.id} view={view} segment={segment}>
              {mayWrite ? (
                <>
                  <Button size="compact-sm" variant="default" onClick={() => set({ edit: segment.id })}>
                    {words.editSegment}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="gray"
                    leftSection={<IconTrash size={14} aria-hidden />}
                    onClick={() => setLeaving(segment)}
                  >
                    {words.removeSegment}
                  </Button>
                </>
              ) : null}
            </Profile>
          ))}
        </>
      )}
      <FormDialog
        title={edited ? words.editSegment : words.addSegment}
        opened={site !== undefined && (one('new') === '1' || edited !== undefined)}
        onClose={close}
        size="lg"
      >
        {site ? (
          <SegmentForm
            site={site.id}
            goals={goals.rows ?? []}
            {...(edited ? { segment: edited } : {})}
            onDone={close}
          />
        ) : null}
      </FormDialog>
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.removeSegment}
        question={`${leaving?.name ?? ''} – ${words.removeSure}`}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
      />
    </Page>
  );
};

type Row = { metric: MetricName; figures: (number | null | undefined)[] };

/** The same figures for each segment and for everybody, side by side. */
const Compared = ({ view, segments }: { view: View; segments: readonly Segment[] }) => {
  const words = useWords(segmentMessages);
  const metric = useMetric();
  const questions: QueryInput[] = [undefined, ...segments].map((segment) => ({
    ...view.base,
    metrics: compared,
    filters: segment ? [['is', 'segment', [segment.id]]] : [],
  }));
  const answers = useQueries({
    queries: questions.map((question) => ({
      queryKey: ['POST /api/query', question],
      queryFn: ({ signal }: { signal: AbortSignal }) => call(query, question, { signal }),
      enabled: Boolean(view.site),
    })),
  });
  const currency = answers[0]?.data?.meta.currency;
  const rows: Row[] = compared.map((name, place) => ({
    metric: name,
    figures: answers.map((answer) => answer.data?.results[0]?.metrics[place]),
  }));
  const failed = answers.find((answer) => answer.error)?.error;
  const column = (title: string, place: number): Column<Row> => ({
    key: `${place}`,
    header: title,
    value: (row) => row.figures[place],
    cell: (row) => (answers[place]?.data ? metric(row.metric, currency).write(row.figures[place]) : '…'),
    align: 'right',
  });
  return (
    <Panel flush title={words.compare}>
      {failed ? <Text c="red">{failed.message}</Text> : null}
      <DataTable
        label={words.compare}
        file={`${view.site?.domain ?? 'site'}-segments`}
        rows={rows}
        rowKey={(row) => row.metric}
        columns={[
          {
            key: 'metric',
            header: words.figure,
            value: (row) => metric(row.metric).label,
            cell: (row) => <span title={metric(row.metric).definition}>{metric(row.metric).label}</span>,
          },
          column(words.everybody, 0),
          ...segments.map(({ name }, i) => column(name, i + 1)),
        ]}
      />
    </Panel>
  );
};

const Profile = ({ view, segment, children }: { view: View; segment: Segment; children: React.ReactNode }) => {
  const words = useWords(segmentMessages);
  const format = useFormat();
  const { language } = useLanguage();
  const [from, to] = daysOf(view.period, view.today) ?? [addDays(view.today, -90), view.today];
  const asked = useRoute(profileSegment, { id: segment.id, from, to, language }, { keep: true });
  return (
    <Panel
      title={segment.name}
      note={format.days(from, to)}
      actions={
        <Group gap="xs">
          <LinkButton
            size="compact-sm"
            variant="default"
            to="/explorer"
            search={{ segment: segment.id, ...(view.site ? { site: view.site.id } : {}) }}
          >
            {words.explore}
          </LinkButton>
          {children}
        </Group>
      }
    >
      <Answer of={asked} waiting={<LoadingRows rows={3} />}>
        {(profile) =>
          profile.visitors === null ? (
            <Text size="sm" c="dimmed">
              {words.tooSmall(format.number(profile.smallest_group))}
            </Text>
          ) : (
            <>
              <Text size="sm" fw={600}>
                {words.visitorsOf(format.number(profile.visitors))}
              </Text>
              {profile.sentences.length === 0 ? (
                <Text size="sm" c="dimmed">
                  {words.nothingTelling}
                </Text>
              ) : (
                <ul style={{ margin: '6px 0 0', paddingLeft: 18 }}>
                  {profile.sentences.map((sentence) => (
                    <li key={sentence} style={{ fontSize: 14 }}>
                      {sentence}
                    </li>
                  ))}
                </ul>
              )}
            </>
          )
        }
      </Answer>
    </Panel>
  );
};

const SmallestGroup = () => {
  const words = useWords(segmentMessages);
  const may = useMay();
  const asked = useRoute(readAudienceSettings, {});
  const change = useAction(changeAudienceSettings);
  const [value, setValue] = useState<number>();
  const now = value ?? asked.data?.smallest_group ?? 50;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ smallest_group: now });
      }}
    >
      <Group gap="xs" align="end">
        <NumberInput
          label={words.smallest}
          w={170}
          min={2}
          max={10_000}
          value={now}
          disabled={!may('goals.write')}
          onChange={(next) => setValue(typeof next === 'number' ? next : undefined)}
        />
        {may('goals.write') && value !== undefined && value !== asked.data?.smallest_group ? (
          <Button type="submit" variant="default" loading={change.isPending}>
            {words.save}
          </Button>
        ) : null}
      </Group>
    </form>
  );
};
