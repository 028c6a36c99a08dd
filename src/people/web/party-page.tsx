import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import {
  changeAdvertiser,
  createAdvertiser,
  createPublisher,
  exportAdvertisers,
  exportPublishers,
  listAdvertisers,
  listPublishers,
} from '#people/contract';
import type { Advertiser, Publisher } from '#people/contract';
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
  SearchBox,
  useForm,
  useFormat,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { useQueryClient } from '@tanstack/react-query';
import { CapsField } from './caps-field.tsx';
import { messages } from './messages.ts';
import { useMay } from './use-me.ts';

export const AdvertisersPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const q = one('q');
  const list = useSortedList<Advertiser, typeof listAdvertisers, typeof exportAdvertisers>(
    listAdvertisers,
    exportAdvertisers,
    q ? { name: q } : {},
    { otherwise: 'name' },
  );
  const add = may('advertisers.write') ? (
    <AddButton label={words.addAdvertiser} onClick={() => set({ new: '1' })} />
  ) : null;
  const columns: Column<Advertiser>[] = [
    {
      key: 'name',
      sort: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => (
        <Link to="/orders" search={{ advertiser: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { key: 'category', sort: 'category', header: words.category, value: (row) => row.category },
    {
      key: 'created',
      sort: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'xs',
    },
    ...(may('advertisers.write')
      ? [
          {
            key: 'edit',
            header: words.limits,
            value: (row: Advertiser) => row.frequency_caps.length,
            cell: (row: Advertiser) => (
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={`${words.edit} ${row.name}`}
                onClick={() => set({ edit: row.id })}
              >
                {row.frequency_caps.length > 0 ? `${words.edit} (${row.frequency_caps.length})` : words.edit}
              </Button>
            ),
          },
        ]
      : []),
  ];
  const edited = list.rows?.find(({ id }) => id === one('edit'));
  return (
    <Page title={words.advertisers} actions={add}>
      <SearchBox />
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.advertisers}
          file="advertisers"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          server={list.server}
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
          empty={
            q ? (
              <EmptyState title={words.noMatch} />
            ) : (
              <EmptyState title={words.noAdvertisers} next={words.noAdvertisersNext} action={add} />
            )
          }
        />
      </Panel>
      <FormDialog title={words.addAdvertiser} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <AdvertiserForm onDone={() => set({ new: undefined })} />
      </FormDialog>
      <FormDialog
        title={edited?.name ?? words.advertiser}
        opened={edited !== undefined}
        onClose={() => set({ edit: undefined })}
      >
        {edited ? <AdvertiserForm key={edited.id} advertiser={edited} onDone={() => set({ edit: undefined })} /> : null}
      </FormDialog>
    </Page>
  );
};

/** Adds or changes an advertiser; also used inside the order form, so that nobody leaves it half filled. */
export const AdvertiserForm = ({
  advertiser,
  onDone,
}: {
  advertiser?: Advertiser;
  onDone: (advertiser: Advertiser) => void;
}) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm(
    {
      name: advertiser?.name ?? '',
      category: advertiser?.category ?? '',
      frequency_caps: advertiser?.frequency_caps ?? [],
    },
    { required: ['name'] },
  );
  const submit = form.submit(async ({ name, category, frequency_caps }) => {
    const fields = { name, ...(category ? { category } : {}), frequency_caps };
    const made = advertiser
      ? await call(changeAdvertiser, { id: advertiser.id, ...fields })
      : await call(createAdvertiser, fields);
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form
      onSubmit={submit}
      problem={form.problem}
      busy={form.busy}
      action={advertiser ? words.saveChanges : words.addAdvertiser}
    >
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <TextInput label={words.category} {...form.text('category')} />
      <CapsField
        label={words.advertiserCaps}
        value={form.values.frequency_caps}
        onChange={(frequency_caps) => form.change({ frequency_caps })}
        error={form.errors['frequency_caps']}
      />
    </Form>
  );
};

export const PublishersPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const q = one('q');
  const list = useSortedList<Publisher, typeof listPublishers, typeof exportPublishers>(
    listPublishers,
    exportPublishers,
    q ? { name: q } : {},
    { otherwise: 'name' },
  );
  const queries = useQueryClient();
  const form = useForm({ name: '' }, { required: ['name'] });
  const submit = form.submit(async ({ name }) => {
    await call(createPublisher, { name });
    await queries.invalidateQueries();
    set({ new: undefined });
  });
  const add = may('publishers.write') ? (
    <AddButton label={words.addPublisher} onClick={() => set({ new: '1' })} />
  ) : null;
  const columns: Column<Publisher>[] = [
    { key: 'name', sort: 'name', header: words.name, value: (row) => row.name },
    {
      key: 'created',
      sort: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
    },
  ];
  return (
    <Page title={words.publishers} actions={add}>
      <SearchBox />
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.publishers}
          file="publishers"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          server={list.server}
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
          empty={
            q ? (
              <EmptyState title={words.noMatch} />
            ) : (
              <EmptyState title={words.noPublishers} next={words.noPublishersNext} action={add} />
            )
          }
        />
      </Panel>
      <FormDialog title={words.addPublisher} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addPublisher}>
          <TextInput label={words.name} required data-autofocus {...form.text('name')} />
        </Form>
      </FormDialog>
    </Page>
  );
};

export const AddButton = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={onClick}>
    {label}
  </Button>
);
