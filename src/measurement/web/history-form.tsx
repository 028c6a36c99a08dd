import { Group, Select, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSites } from '#inventory/web';
import { historyFamilies, startHistory } from '#measurement/contract';
import { call, FilesInput, Form, useForm, useWords } from '#platform/web';
import { historyMessages, tableNames } from './history-messages.ts';
import { useImportProblem } from './import-problems.ts';

type LiveDays = 'refuse' | 'keep' | 'add';

/** Files of another product for a site. The import goes on after the form is closed. */
export const HistoryForm = ({ site, onDone }: { site: string | undefined; onDone: () => void }) => {
  const words = useWords(historyMessages);
  const tables = useWords(tableNames);
  const sites = useSites();
  const told = useImportProblem();
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [missing, setMissing] = useState(false);
  const form = useForm(
    {
      site_id: site ?? '',
      from: '',
      to: '',
      family: null as (typeof historyFamilies)[number] | null,
      live_days: 'refuse' as LiveDays,
    },
    { required: ['site_id'] },
  );
  const submit = form.submit(async ({ site_id, from, to, family, live_days }) => {
    if (files.length === 0) return setMissing(true);
    const { already } = await call(
      startHistory,
      { site_id, live_days, ...(from ? { from } : {}), ...(to ? { to } : {}), ...(family ? { family } : {}) },
      { files },
    );
    if (already) notifications.show({ message: words.already });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={told(form.problem)} busy={form.busy} action={words.bring}>
      <Select
        label={words.site}
        required
        searchable
        data={(sites.rows ?? []).map(({ id, name, domain }) => ({ value: id, label: `${name} (${domain})` }))}
        value={form.values.site_id || null}
        error={form.errors['site_id']}
        onChange={(id) => form.change({ site_id: id ?? '' })}
      />
      <FilesInput
        label={words.files}
        hint={words.chooseHint}
        choose={words.choose}
        chosen={files.length > 0 ? words.chosen(files.map(({ name }) => name).join(', ')) : ''}
        error={missing && files.length === 0 ? words.needFile : undefined}
        onChange={setFiles}
      />
      <div role="group" aria-label={words.undated}>
        <Text size="sm" fw={500}>
          {words.undated}
        </Text>
        <Text size="xs" c="dimmed" mb={4}>
          {words.undatedHint}
        </Text>
        <Group grow>
          <TextInput type="date" label={words.from} {...form.text('from')} />
          <TextInput type="date" label={words.to} {...form.text('to')} />
        </Group>
      </div>
      <Select
        label={words.table}
        description={words.tableHint}
        clearable
        data={historyFamilies.map((name) => ({ value: name, label: tables[name] }))}
        {...form.field('family')}
      />
      <Select
        label={words.liveDays}
        description={words.liveDaysHint}
        allowDeselect={false}
        data={[
          { value: 'refuse', label: words.refuseLiveDays },
          { value: 'keep', label: words.keepLiveDays },
          { value: 'add', label: words.addLiveDays },
        ]}
        value={form.values.live_days}
        onChange={(live_days) => form.change({ live_days: live_days ?? 'refuse' })}
      />
    </Form>
  );
};
