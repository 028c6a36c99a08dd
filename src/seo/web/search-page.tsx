import { Alert, Button, Select, Tabs, Text } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Site } from '#inventory/contract';
import { useSites } from '#inventory/web';
import { AddButton, useMay } from '#people/web';
import {
  Answer,
  DataTable,
  EmptyState,
  ErrorState,
  FormDialog,
  Loading,
  Page,
  Panel,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { askSearch, listSearchConsole, searchKinds, type SearchFigures, type SearchRow } from '#seo/contract';
import { seoMessages } from './messages.ts';
import { ExportForm, FetchForm } from './search-forms.tsx';

type Kind = (typeof searchKinds)[number];

/** What Search Console tells of a site, one report at a time. */
export const SearchPage = () => {
  const words = useWords(seoMessages);
  const may = useMay();
  const { one, set } = useSearch();
  const sites = useSites();
  if (sites.error) return <ErrorState error={sites.error} retry={sites.retry} />;
  if (!sites.rows) return <Loading height={300} />;
  const own = sites.rows.filter(({ kind }) => kind === 'own');
  const site =
    sites.rows.find(({ id, domain }) => id === one('site') || domain === one('site')) ?? own[0] ?? sites.rows[0];
  const add =
    may('seo.write') && site ? (
      <>
        <Button variant="default" onClick={() => set({ new: 'api' })}>
          {words.fetch}
        </Button>
        <AddButton label={words.bring} onClick={() => set({ new: 'file' })} />
      </>
    ) : null;
  const close = () => set({ new: undefined });
  return (
    <Page
      title={words.title}
      under={words.under}
      actions={
        <>
          <Select
            aria-label={words.site}
            w={190}
            data={sites.rows.map(({ id, name }) => ({ value: id, label: name }))}
            value={site?.id ?? null}
            allowDeselect={false}
            searchable
            onChange={(id) => set({ site: id ?? undefined, report: undefined }, { push: true })}
          />
          {add}
        </>
      }
    >
      {site ? (
        <>
          <Reports
            site={site}
            add={may('seo.write') ? <AddButton label={words.bring} onClick={() => set({ new: 'file' })} /> : null}
          />
          <FormDialog title={words.bring} opened={one('new') === 'file'} onClose={close}>
            <ExportForm site={site} onDone={close} />
          </FormDialog>
          <FormDialog title={words.fetch} opened={one('new') === 'api'} onClose={close}>
            <FetchForm site={site} onDone={close} />
          </FormDialog>
        </>
      ) : (
        <EmptyState icon={<IconSearch size={36} aria-hidden />} title={words.none} next={words.noneNext} />
      )}
    </Page>
  );
};

const Reports = ({ site, add }: { site: Site; add: ReactNode }) => {
  const words = useWords(seoMessages);
  const format = useFormat();
  const { one, set } = useSearch();
  const list = useList(listSearchConsole, { limit: 100, site_id: site.id });
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (!list.rows) return <Loading height={200} />;
  const report = list.rows.find(({ id }) => id === one('report')) ?? list.rows[0];
  if (!report)
    return (
      <Panel>
        <EmptyState icon={<IconSearch size={36} aria-hidden />} title={words.none} next={words.noneNext} action={add} />
      </Panel>
    );
  const kind: Kind = searchKinds.find((name) => name === one('by')) ?? 'query';
  return (
    <Panel flush label={words.title}>
      <Select
        label={words.report}
        m="sm"
        maw={420}
        allowDeselect={false}
        data={list.rows.map((row) => ({
          value: row.id,
          label: `${format.days(row.first_day, row.last_day)} · ${row.search_type} · ${row.origin === 'api' ? 'API' : (row.files[0] ?? '')}`,
        }))}
        value={report.id}
        onChange={(id) => set({ report: id ?? undefined }, { push: true })}
      />
      <Cut days={report.cut_days} />
      <Tabs value={kind} onChange={(next) => set({ by: next ?? undefined })}>
        <Tabs.List px="sm" style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          {searchKinds.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {words[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {searchKinds.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {name === kind ? <Figures site={site} report={report.id} kind={kind} /> : null}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
};

const Figures = ({ site, report, kind }: { site: Site; report: string; kind: Kind }) => {
  const words = useWords(seoMessages);
  const format = useFormat();
  const asked = useRoute(askSearch, { site_id: site.id, kind, import_id: report }, { keep: true });
  const nameOf = (value: string) => (kind === 'day' ? format.day(value) : kind === 'page' ? placeOf(value) : value);
  const columns: Column<SearchRow>[] = [
    {
      key: 'value',
      header: kind === 'query' ? words.word : words[kind],
      value: (row) => row.value,
      cell: (row) => (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {nameOf(row.value)}
        </Text>
      ),
    },
    {
      key: 'clicks',
      header: words.clicks,
      value: (row) => row.clicks,
      cell: (row) => format.number(row.clicks),
      align: 'right',
    },
    {
      key: 'impressions',
      header: words.impressions,
      value: (row) => row.impressions,
      cell: (row) => format.number(row.impressions),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'ctr',
      header: words.ctr,
      value: (row) => row.ctr,
      cell: (row) => format.percent(row.ctr, 1),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'position',
      header: words.position,
      definition: words.positionDefinition,
      value: (row) => row.position,
      cell: (row) => format.number(row.position, 1),
      align: 'right',
    },
    ...(kind === 'page'
      ? ([
          {
            key: 'visits',
            header: words.visits,
            definition: words.visitsDefinition,
            value: (row) => row.visits,
            cell: (row) => format.number(row.visits),
            align: 'right',
            from: 'md',
          },
          {
            key: 'bounce',
            header: words.bounce,
            value: (row) => row.bounce_rate,
            cell: (row) => format.percent(row.bounce_rate),
            align: 'right',
            from: 'md',
          },
          {
            key: 'duration',
            header: words.duration,
            value: (row) => row.visit_duration,
            cell: (row) => format.duration(row.visit_duration),
            align: 'right',
            from: 'md',
          },
        ] satisfies Column<SearchRow>[])
      : []),
  ];
  return (
    <Answer of={asked}>
      {(figures) => (
        <>
          <Withheld figures={figures} />
          <DataTable
            label={words[kind]}
            file={`search-console-${kind}`}
            rows={figures.rows}
            columns={columns}
            rowKey={(row) => row.value}
            sort={kind === 'day' ? { key: 'value', desc: false } : { key: 'clicks', desc: true }}
            empty={<EmptyState title={words.empty} next={words.noneNext} />}
          />
        </>
      )}
    </Answer>
  );
};

/** Host and path: a domain property has pages of several hosts. */
const placeOf = (address: string) => {
  const url = URL.parse(address);
  return url ? `${url.host}${url.pathname}` : address;
};

/** Of which days Google told only the first rows. */
const Cut = ({ days }: { days: readonly string[] }) => {
  const words = useWords(seoMessages);
  const format = useFormat();
  if (days.length === 0) return null;
  const named = days.slice(0, 5).map((day) => format.day(day));
  return (
    <Alert m="sm" variant="light" color="yellow">
      {words.cut(`${named.join(', ')}${days.length > named.length ? ' …' : ''}`, days.length)}
    </Alert>
  );
};

const Withheld = ({ figures }: { figures: SearchFigures }) => {
  const words = useWords(seoMessages);
  const format = useFormat();
  const { withheld_clicks: clicks, totals } = figures;
  if (!clicks || totals.clicks === 0) return null;
  return (
    <Alert m="sm" variant="light" color="gray">
      {words.withheld(format.number(clicks), format.percent((100 * clicks) / totals.clicks, 0))}
    </Alert>
  );
};
