import { NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { createFormat, FormatKind } from '#inventory/contract';
import type { Format } from '#inventory/contract';
import { AddButton, useMay } from '#people/web';
import {
  call,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Page,
  Panel,
  useForm,
  useFormat,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { useFormats } from './use-places.ts';

export const FormatsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const list = useFormats();
  const add = may('inventory.write') ? <AddButton label={words.addFormat} onClick={() => set({ new: '1' })} /> : null;
  const kilobytes = (kb: number | null) => (kb === null ? '–' : format.bytes(kb * 1000));
  const columns: Column<Format>[] = [
    { key: 'name', header: words.name, value: (row) => row.name },
    { key: 'code', header: words.code, value: (row) => row.code, cell: (row) => <code>{row.code}</code> },
    { key: 'kind', header: words.kind, value: (row) => words[row.kind], from: 'xs' },
    {
      key: 'size',
      header: words.dimensions,
      value: (row) => (row.width && row.height ? `${row.width} × ${row.height}` : '–'),
    },
    {
      key: 'initial',
      header: words.initialKb,
      value: (row) => row.max_initial_kb,
      cell: (row) => kilobytes(row.max_initial_kb),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'subload',
      header: words.subloadKb,
      value: (row) => row.max_subload_kb,
      cell: (row) => kilobytes(row.max_subload_kb),
      align: 'right',
      from: 'sm',
    },
  ];
  return (
    <Page title={words.formats} actions={add}>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush>
        <DataTable
          label={words.formats}
          file="formats"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          sort={{ key: 'code', desc: false }}
          empty={<EmptyState title={words.noFormats} next={words.noFormatsNext} action={add} />}
        />
      </Panel>
      <FormDialog title={words.addFormat} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <FormatForm onDone={() => set({ new: undefined })} />
      </FormDialog>
    </Page>
  );
};

const FormatForm = ({ onDone }: { onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm<{
    name: string;
    code: string;
    kind: Format['kind'];
    width: number | null;
    height: number | null;
    max_initial_kb: number | null;
    max_subload_kb: number | null;
  }>(
    { name: '', code: '', kind: 'display', width: null, height: null, max_initial_kb: null, max_subload_kb: null },
    { required: ['name', 'code'] },
  );
  const number = (name: 'width' | 'height' | 'max_initial_kb' | 'max_subload_kb') => ({
    min: 1,
    allowDecimal: false,
    value: form.values[name] ?? '',
    error: form.errors[name],
    onChange: (value: string | number) => form.change({ [name]: typeof value === 'number' ? value : null }),
  });
  const submit = form.submit(async (values) => {
    await call(createFormat, values);
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addFormat}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={words.code} required {...form.text('code')} />
        <Select
          label={words.kind}
          allowDeselect={false}
          data={FormatKind.options.map((value) => ({ value, label: words[value] }))}
          value={form.values.kind}
          error={form.errors['kind']}
          onChange={(kind) => form.change({ kind: FormatKind.parse(kind) })}
        />
        <NumberInput label={words.width} {...number('width')} />
        <NumberInput label={words.height} {...number('height')} />
        <NumberInput label={words.initialKb} {...number('max_initial_kb')} />
        <NumberInput label={words.subloadKb} {...number('max_subload_kb')} />
      </SimpleGrid>
    </Form>
  );
};
