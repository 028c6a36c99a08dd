import { Checkbox, Group, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Site } from '#inventory/contract';
import { type CostImport, importCosts, previewCosts } from '#measurement/contract';
import { useImportProblem } from '#measurement/web';
import { call, FilesInput, Form, useForm, useFormat, useProblemSentence, useWords } from '#platform/web';
import { costMessages } from './cost-messages.ts';

export const platformNames: Record<CostImport['platform'], string> = {
  google: 'Google Ads',
  meta: 'Meta',
  linkedin: 'LinkedIn',
  microsoft: 'Microsoft Advertising',
  other: '–',
};

const fields = [
  'day',
  'campaign',
  'cost',
  'source',
  'medium',
  'impressions',
  'clicks',
  'conversions',
  'value',
] as const;
type Chosen = Partial<Record<(typeof fields)[number], string>>;
type Preview = { platform: CostImport['platform'] | null; header: string[] };

const chosenOf = (columns: Chosen): Chosen =>
  Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== ''));

/** Reports of a platform, or any CSV whose columns are named once. */
export const CostForm = ({ site, onDone }: { site: Site; onDone: () => void }) => {
  const words = useWords(costMessages);
  const format = useFormat();
  const sentence = useProblemSentence();
  const told = useImportProblem();
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [preview, setPreview] = useState<Preview>();
  const [columns, setColumns] = useState<Chosen>({});
  const [problem, setProblem] = useState<string>();
  const form = useForm({ currency: site.currency, account: '', overlap: '' }, { required: ['currency'] });
  const look = async (chosen: File[]) => {
    setFiles(chosen);
    setPreview(undefined);
    setProblem(undefined);
    if (chosen.length === 0) return;
    try {
      const seen = await call(previewCosts, {}, { files: chosen.slice(0, 1) });
      setPreview(seen);
      setColumns(seen.columns ?? {});
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  const isNamed = preview !== undefined && preview.platform === null;
  const submit = form.submit(async ({ currency, account, overlap }) => {
    if (files.length === 0) return setProblem(words.needFile);
    const named = isNamed
      ? { columns: { ...chosenOf(columns), campaign: columns.campaign ?? '', cost: columns.cost ?? '' } }
      : {};
    const { imports } = await call(
      importCosts,
      {
        site_id: site.id,
        currency,
        ...(account.trim() ? { account } : {}),
        ...(overlap ? { overlap: 'replace' as const } : {}),
        ...named,
      },
      { files },
    );
    notifications.show({
      message: words.imported(
        format.number(imports.reduce((sum, { rows }) => sum + rows, 0)),
        imports.flatMap(({ skipped }) => skipped.map(({ line }) => line)).join(', '),
      ),
    });
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
        error={told(problem)}
        accept=".csv,.tsv,.txt,.zip,.gz"
        onChange={(chosen) => void look(chosen)}
      />
      {preview?.platform ? (
        <Text size="sm" role="status">
          {words.recognised(platformNames[preview.platform])}
        </Text>
      ) : null}
      {isNamed ? (
        <div role="group" aria-label={words.name}>
          <Text size="sm" mb={6}>
            {words.name}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {fields.map((field) => (
              <Select
                key={field}
                label={words[field]}
                required={field === 'campaign' || field === 'cost'}
                clearable
                searchable
                data={[...new Set(preview.header.filter(Boolean))]}
                value={columns[field] || null}
                onChange={(name) => setColumns((before) => ({ ...before, [field]: name ?? '' }))}
              />
            ))}
          </SimpleGrid>
        </div>
      ) : null}
      <Group grow>
        <TextInput label={words.currency} required maxLength={3} {...form.text('currency')} />
        <TextInput label={words.account} maxLength={200} {...form.text('account')} />
      </Group>
      <Checkbox
        label={words.replaces}
        checked={form.values.overlap !== ''}
        onChange={(event) => form.change({ overlap: event.currentTarget.checked ? 'replace' : '' })}
      />
    </Form>
  );
};
