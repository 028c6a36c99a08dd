import { Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { changeSite, createSite, SiteKind, SiteMode } from '#inventory/contract';
import type { Site } from '#inventory/contract';
import { AddButton, PublisherPicker, useMay } from '#people/web';
import {
  call,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Link,
  Page,
  Panel,
  StateMark,
  useForm,
  useFormat,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { useSites } from './use-places.ts';

export const SitesPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const list = useSites();
  const add = may('inventory.write') ? <AddButton label={words.addSite} onClick={() => set({ new: '1' })} /> : null;
  const columns: Column<Site>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/sites/${row.id}`}>{row.name}</Link>,
    },
    { key: 'domain', header: words.domain, value: (row) => row.domain },
    {
      key: 'kind',
      header: words.kind,
      value: (row) => words[row.kind],
      cell: (row) => <StateMark tone={row.kind === 'own' ? 'petrol' : 'violet'}>{words[row.kind]}</StateMark>,
      from: 'xs',
    },
    { key: 'zone', header: words.timeZone, value: (row) => row.time_zone, from: 'md' },
    { key: 'currency', header: words.currency, value: (row) => row.currency, from: 'md' },
    { key: 'mode', header: words.mode, value: (row) => words[row.mode], from: 'lg' },
    {
      key: 'created',
      header: '+',
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'lg',
    },
  ];
  return (
    <Page title={words.sites} actions={add}>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.sites}
          file="sites"
          rows={list.rows}
          columns={columns.filter(({ key }) => key !== 'created')}
          rowKey={(row) => row.id}
          sort={{ key: 'name', desc: false }}
          empty={
            <EmptyState
              icon={<IconWorld size={36} aria-hidden />}
              title={words.noSites}
              next={words.noSitesNext}
              action={add}
            />
          }
        />
      </Panel>
      <FormDialog title={words.addSite} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <SiteForm onDone={(site) => void navigate({ to: `/sites/${site.id}`, search: {} })} />
      </FormDialog>
    </Page>
  );
};

const zones = Intl.supportedValuesOf('timeZone');

export const SiteForm = ({ site, onDone }: { site?: Site; onDone: (site: Site) => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm(
    {
      name: site?.name ?? '',
      domain: site?.domain ?? '',
      time_zone: site?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      currency: site?.currency ?? 'EUR',
      mode: site?.mode ?? SiteMode.enum.exempt,
      kind: site?.kind ?? SiteKind.enum.own,
      publisher_id: site?.publisher_id ?? null,
    },
    { required: ['name', 'domain', 'time_zone', 'currency'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async (v) => {
    const fields = { ...v, publisher_id: v.kind === 'external' ? v.publisher_id : null };
    const made = site ? await call(changeSite, { id: site.id, ...fields }) : await call(createSite, fields);
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={site ? words.save : words.addSite}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <TextInput label={words.domain} description={words.domainHint} required {...form.text('domain')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label={words.timeZone}
          searchable
          required
          allowDeselect={false}
          limit={60}
          data={zones.includes(values.time_zone) ? zones : [values.time_zone, ...zones]}
          value={values.time_zone}
          error={errors['time_zone']}
          onChange={(zone) => change({ time_zone: zone ?? values.time_zone })}
        />
        <TagsInput
          label={words.currency}
          maxTags={1}
          value={values.currency ? [values.currency] : []}
          error={errors['currency']}
          onChange={([currency]) => change({ currency: currency?.toUpperCase() ?? '' })}
        />
        <Select
          label={words.kind}
          allowDeselect={false}
          data={SiteKind.options.map((value) => ({ value, label: words[value] }))}
          value={values.kind}
          error={errors['kind']}
          onChange={(kind) => change({ kind: SiteKind.parse(kind) })}
        />
        <Select
          label={words.mode}
          allowDeselect={false}
          data={SiteMode.options.map((value) => ({ value, label: words[value] }))}
          value={values.mode}
          error={errors['mode']}
          onChange={(mode) => change({ mode: SiteMode.parse(mode) })}
        />
      </SimpleGrid>
      {values.kind === 'external' ? <PublisherPicker label={words.publisher} {...form.field('publisher_id')} /> : null}
    </Form>
  );
};
