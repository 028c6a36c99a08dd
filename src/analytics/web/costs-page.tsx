import { Button, Select, Text, TextInput } from '@mantine/core';
import { IconCoins } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { query } from '#analytics/contract';
import type { MetricName } from '#analytics/contract';
import { type CostImport, listCosts, nameCampaign } from '#measurement/contract';
import { AddButton, useMay } from '#people/web';
import {
  call,
  DataTable,
  EmptyState,
  ErrorState,
  Figure,
  Form,
  FormDialog,
  Loading,
  Page,
  Panel,
  PeriodPicker,
  useForm,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { CostForm, platformNames } from './cost-form.tsx';
import { costMessages } from './cost-messages.ts';
import { useView } from './use-view.ts';
import type { View } from './use-view.ts';
import { useMetric, useValueName } from './words.ts';

const key: MetricName[] = ['cost', 'cost_clicks', 'cost_per_click', 'cost_per_conversion', 'roas'];
const shown: MetricName[] = [
  'cost',
  'cost_clicks',
  'cost_per_click',
  'visits',
  'cost_per_visit',
  'conversions',
  'cost_per_conversion',
  'revenue',
  'roas',
];

/** What advertising elsewhere cost, by channel and campaign, beside its visits, conversions and revenue. */
export const CostsPage = () => {
  const words = useWords(costMessages);
  const view = useView();
  const may = useMay();
  const { one, set } = useSearch();
  if (view.sites.error) return <ErrorState error={view.sites.error} retry={view.sites.retry} />;
  if (!view.sites.rows) return <Loading height={300} />;
  const { site } = view;
  const add = may('costs.write') && site ? <AddButton label={words.bring} onClick={() => set({ new: '1' })} /> : null;
  return (
    <Page
      title={words.title}
      under={words.under}
      actions={
        <>
          <Select
            aria-label={words.site}
            w={190}
            data={view.sites.rows.map(({ id, name }) => ({ value: id, label: name }))}
            value={site?.id ?? null}
            allowDeselect={false}
            searchable
            onChange={(id) => set({ site: id ?? undefined }, { push: true })}
          />
          <PeriodPicker today={view.today} withComparison={false} />
          {add}
        </>
      }
    >
      {site ? (
        <>
          <Figures view={view} site={site.id} />
          <Reports site={site.id} add={add} />
        </>
      ) : (
        <EmptyState icon={<IconCoins size={36} aria-hidden />} title={words.none} next={words.noneNext} />
      )}
      <FormDialog
        title={words.bring}
        opened={site !== undefined && one('new') === '1'}
        onClose={() => set({ new: undefined })}
        size="lg"
      >
        {site ? <CostForm site={site} onDone={() => set({ new: undefined })} /> : null}
      </FormDialog>
      <FormDialog title={words.renameTitle} opened={one('name') !== undefined} onClose={() => set({ name: undefined })}>
        <NameForm campaign={one('name') ?? ''} onDone={() => set({ name: undefined })} />
      </FormDialog>
    </Page>
  );
};

/** Nothing where no report was imported: the list of reports says what to do. */
const Figures = ({ view, site }: { view: View; site: string }) => {
  const words = useWords(costMessages);
  const { rows } = useList(listCosts, { limit: 1, site_id: site });
  if (!rows?.length) return null;
  return (
    <>
      <KeyFigures view={view} />
      <Costs view={view} dimension="visit:channel" title={words.byChannel} />
      <Costs view={view} dimension="visit:utm_campaign" title={words.byCampaign} />
    </>
  );
};

const KeyFigures = ({ view }: { view: View }) => {
  const metric = useMetric();
  const asked = useRoute(query, { ...view.base, metrics: key }, { keep: true });
  if (asked.error) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  const currency = asked.data?.meta.currency;
  return (
    <Panel>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(130px, 1fr))', gap: 16 }}>
        {key.map((name, i) => {
          const { label, definition, write } = metric(name, currency);
          return (
            <Figure
              key={name}
              label={label}
              definition={definition}
              value={asked.data ? write(asked.data.results[0]?.metrics[i]) : '…'}
            />
          );
        })}
      </div>
    </Panel>
  );
};

type Row = { value: string; metrics: (number | null)[] };

const Costs = ({ view, dimension, title }: { view: View; dimension: string; title: string }) => {
  const words = useWords(costMessages);
  const metric = useMetric();
  const nameOf = useValueName();
  const may = useMay();
  const { set } = useSearch();
  const asked = useRoute(
    query,
    { ...view.base, metrics: shown, dimensions: [dimension], pagination: { limit: 500 } },
    { keep: true },
  );
  const isCampaign = dimension === 'visit:utm_campaign';
  const rows: Row[] | undefined = asked.data?.results
    .map((row) => ({ value: row.dimensions[0] ?? '', metrics: row.metrics }))
    .filter(({ metrics }) => (metrics[0] ?? 0) !== 0);
  const columns: Column<Row>[] = [
    {
      key: 'value',
      header: title,
      value: (row) => nameOf(dimension, row.value),
      cell: (row) =>
        isCampaign && may('costs.write') ? (
          <span>
            {nameOf(dimension, row.value)}{' '}
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`${words.rename}: ${row.value}`}
              onClick={() => set({ name: row.value })}
            >
              {words.rename}
            </Button>
          </span>
        ) : (
          nameOf(dimension, row.value)
        ),
    },
    ...shown.map((name, i): Column<Row> => {
      const { label, definition, write, plain } = metric(name, asked.data?.meta.currency);
      return {
        key: name,
        header: label,
        definition,
        value: (row) => plain(row.metrics[i]),
        cell: (row) => write(row.metrics[i]),
        align: 'right',
        ...(i === 0 || name === 'roas' ? {} : { from: i < 4 ? 'sm' : 'md' }),
      };
    }),
  ];
  if (asked.error) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <Panel title={title} flush>
      <DataTable
        label={title}
        file={`costs-${isCampaign ? 'campaigns' : 'channels'}`}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.value}
        sort={{ key: 'cost', desc: true }}
        empty={<EmptyState title={words.noFigures} />}
      />
    </Panel>
  );
};

const Reports = ({ site, add }: { site: string; add: ReactNode }) => {
  const words = useWords(costMessages);
  const format = useFormat();
  const list = useList(listCosts, { limit: 100, site_id: site });
  const columns: Column<CostImport>[] = [
    {
      key: 'file',
      header: words.file,
      value: (row) => row.file,
      cell: (row) => (
        <div>
          <Text size="sm">{row.file}</Text>
          <Text size="xs" c="dimmed">
            {row.platform === 'other' ? words.other : platformNames[row.platform]}
            {row.spread > 0 ? ` · ${words.spread(format.number(row.spread))}` : ''}
          </Text>
        </div>
      ),
    },
    {
      key: 'days',
      header: words.days,
      value: (row) => row.first_day,
      cell: (row) => format.days(row.first_day, row.last_day),
    },
    {
      key: 'rows',
      header: words.rows,
      value: (row) => row.rows,
      cell: (row) => format.number(row.rows),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'spend',
      header: words.spend,
      value: (row) => row.spend_micros,
      cell: (row) => `${format.number(row.spend_micros / 1e6, 2)} ${row.currency}`,
      align: 'right',
      from: 'sm',
    },
    {
      key: 'when',
      header: words.when,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'md',
    },
  ];
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  return (
    <Panel title={words.reports} flush>
      <DataTable
        label={words.reports}
        file="cost-reports"
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconCoins size={36} aria-hidden />}
            title={words.none}
            next={words.noneNext}
            action={add}
          />
        }
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
      />
    </Panel>
  );
};

const NameForm = ({ campaign, onDone }: { campaign: string; onDone: () => void }) => {
  const words = useWords(costMessages);
  const queries = useQueryClient();
  const form = useForm({ campaign, utm_campaign: campaign }, { required: ['campaign', 'utm_campaign'] });
  const submit = form.submit(async (values) => {
    await call(nameCampaign, values);
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy}>
      <Text size="sm" c="dimmed">
        {words.renameHint}
      </Text>
      <TextInput label={words.campaign} required {...form.text('campaign')} />
      <TextInput label={words.utm} required data-autofocus {...form.text('utm_campaign')} />
    </Form>
  );
};
