import { Group, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Site } from '#inventory/contract';
import { useImportProblem } from '#measurement/web';
import { call, FilesInput, Form, useForm, useWords } from '#platform/web';
import { fetchSearchConsole, importSearchConsole } from '#seo/contract';
import { seoMessages } from './messages.ts';

/** The zip of Search Console, or some of its tables. */
export const ExportForm = ({ site, onDone }: { site: Site; onDone: () => void }) => {
  const words = useWords(seoMessages);
  const told = useImportProblem();
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [missing, setMissing] = useState(false);
  const form = useForm({ from: '', to: '' });
  const submit = form.submit(async ({ from, to }) => {
    if (files.length === 0) return setMissing(true);
    await call(importSearchConsole, { site_id: site.id, ...(from ? { from } : {}), ...(to ? { to } : {}) }, { files });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={told(form.problem)} busy={form.busy} action={words.bring}>
      <FilesInput
        label={words.files}
        hint={words.hint}
        choose={words.choose}
        chosen={files.length > 0 ? words.chosen(files.map(({ name }) => name).join(', ')) : ''}
        error={missing && files.length === 0 ? words.needFile : undefined}
        accept=".zip,.csv"
        onChange={setFiles}
      />
      <Text size="xs" c="dimmed">
        {words.undated}
      </Text>
      <Group grow>
        <TextInput type="date" label={words.from} {...form.text('from')} />
        <TextInput type="date" label={words.to} {...form.text('to')} />
      </Group>
    </Form>
  );
};

/** The API, by the installation's service account. */
export const FetchForm = ({ site, onDone }: { site: Site; onDone: () => void }) => {
  const words = useWords(seoMessages);
  const told = useImportProblem();
  const queries = useQueryClient();
  const form = useForm(
    { property: `sc-domain:${site.domain}`, from: '', to: '' },
    { required: ['property', 'from', 'to'] },
  );
  const submit = form.submit(async (values) => {
    await call(fetchSearchConsole, { site_id: site.id, ...values });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={told(form.problem)} busy={form.busy} action={words.fetch}>
      <TextInput label={words.property} description={words.propertyHint} required {...form.text('property')} />
      <Group grow>
        <TextInput type="date" label={words.from} required {...form.text('from')} />
        <TextInput type="date" label={words.to} required {...form.text('to')} />
      </Group>
    </Form>
  );
};
