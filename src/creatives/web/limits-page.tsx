import { Button, Checkbox, Group, NumberInput, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { listCreativeLimits, removeCreativeLimits, setCreativeLimits } from '#creatives/contract';
import type { CreativeLimits, LimitsRow } from '#creatives/contract';
import { listPlacements } from '#inventory/contract';
import { PublisherPicker, useMay } from '#people/web';
import {
  Answer,
  call,
  DataTable,
  EmptyState,
  Form,
  FormDialog,
  Page,
  Panel,
  useAction,
  useForm,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { messages } from './request-messages.ts';

const figures = [
  'initial_kb',
  'subload_kb',
  'network_kb',
  'files',
  'requests',
  'cpu_s',
  'cpu_percent',
  'animation_s',
  'loops',
  'picture_fps',
  'update_fps',
  'video_s',
  'video_kbps',
  'z_index',
  'landing_ms',
  'landing_redirects',
  'lead_days',
] as const;

/** Limits of creatives: the defaults, and what the house, its publishers and its placements set instead. */
export const LimitsPage = () => {
  const words = useWords(messages);
  const may = useMay();
  const { one, set } = useSearch();
  const asked = useRoute(listCreativeLimits, {});
  const remove = useAction(removeCreativeLimits);
  const shown = useShown();
  const mayWrite = may('inventory.write');
  const add = mayWrite ? <Button onClick={() => set({ new: '1' })}>{words.set}</Button> : null;
  return (
    <Page
      title={words.limits}
      under={words.limitsUnder}
      trail={[{ label: words.requests, to: '/creative-requests' }]}
      actions={add}
    >
      <Answer of={asked}>
        {({ items, defaults }) => (
          <>
            <Panel title={words.defaultsRow}>
              <Text size="sm">{shown(defaults)}</Text>
            </Panel>
            <Panel flush>
              <DataTable
                label={words.limits}
                file="creative-limits"
                rows={items}
                rowKey={(row) => row.id}
                empty={<EmptyState title={words.noLimits} next={words.noLimitsNext} action={add} />}
                columns={[
                  { key: 'scope', header: words.scope, value: (row) => `${words[row.scope]} ${row.scope_name}`.trim() },
                  { key: 'format', header: words.format, value: (row) => row.format || words.everyFormat },
                  { key: 'limits', header: words.limits, value: (row) => shown(row.limits) },
                  ...(mayWrite
                    ? [
                        {
                          key: 'act',
                          header: '',
                          value: () => null,
                          cell: (row: LimitsRow) => (
                            <Button
                              size="compact-xs"
                              variant="default"
                              aria-label={`${words.remove} ${words[row.scope]} ${row.scope_name} ${row.format}`}
                              onClick={() => remove.mutate({ id: row.id })}
                            >
                              {words.remove}
                            </Button>
                          ),
                        },
                      ]
                    : []),
                ]}
              />
            </Panel>
          </>
        )}
      </Answer>
      <FormDialog title={words.set} opened={one('new') === '1'} onClose={() => set({ new: undefined })} size="lg">
        <LimitsForm onDone={() => set({ new: undefined })} />
      </FormDialog>
    </Page>
  );
};

const useShown = () => {
  const words = useWords(messages);
  const format = useFormat();
  return (limits: CreativeLimits): string =>
    [
      ...figures.flatMap((key) => {
        const value = limits[key];
        return value === undefined ? [] : [`${words[`limit_${key}`]} ${format.number(value)}`];
      }),
      ...(limits.allowed_hosts?.length ? [limits.allowed_hosts.join(', ')] : []),
      ...(limits.needs_backup ? [words.needsBackup] : []),
      ...(limits.needs_payer ? [words.needsPayer] : []),
      ...(limits.page_colour ? [`${words.pageColour} ${limits.page_colour}`] : []),
    ].join(' · ');
};

const LimitsForm = ({ onDone }: { onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const [scope, setScope] = useState<LimitsRow['scope']>('house');
  const [whose, setWhose] = useState<string | null>(null);
  const [format, setFormat] = useState('');
  const [values, setValues] = useState<Partial<Record<(typeof figures)[number], number | string>>>({});
  const [hosts, setHosts] = useState('');
  const [backup, setBackup] = useState(false);
  const [payer, setPayer] = useState(false);
  const [colour, setColour] = useState('');
  const placements = useList(listPlacements, { limit: 200 }, { whole: true, enabled: scope === 'placement' });
  const form = useForm({}, {});
  const submit = form.submit(async () => {
    const limits: CreativeLimits = {
      ...Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value]] : [])),
      ),
      ...(hosts.trim()
        ? {
            allowed_hosts: hosts
              .split(',')
              .map((host) => host.trim())
              .filter(Boolean),
          }
        : {}),
      ...(backup ? { needs_backup: true } : {}),
      ...(payer ? { needs_payer: true } : {}),
      ...(colour ? { page_colour: colour } : {}),
    };
    await call(setCreativeLimits, {
      scope,
      scope_id: scope === 'house' ? '' : (whose ?? ''),
      format: format.trim(),
      limits,
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <Group grow align="flex-end">
        <Select
          label={words.scope}
          data={(['house', 'publisher', 'placement'] as const).map((value) => ({ value, label: words[value] }))}
          value={scope}
          allowDeselect={false}
          onChange={(value) => {
            setScope(value === 'publisher' || value === 'placement' ? value : 'house');
            setWhose(null);
          }}
        />
        {scope === 'publisher' ? (
          <PublisherPicker label={words.publisher} value={whose} onChange={setWhose} required />
        ) : scope === 'placement' ? (
          <Select
            label={words.placement}
            searchable
            required
            data={(placements.rows ?? []).map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` }))}
            value={whose}
            onChange={setWhose}
          />
        ) : null}
        <TextInput
          label={words.format}
          placeholder={words.everyFormat}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value)}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {words.setNote}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
        {figures.map((key) => (
          <NumberInput
            key={key}
            label={words[`limit_${key}`]}
            min={0}
            value={values[key] ?? ''}
            onChange={(value) => setValues((before) => ({ ...before, [key]: value }))}
          />
        ))}
      </SimpleGrid>
      <TextInput label={words.allowedHosts} value={hosts} onChange={(event) => setHosts(event.currentTarget.value)} />
      <TextInput
        label={words.pageColour}
        placeholder="#ffffff"
        value={colour}
        onChange={(event) => setColour(event.currentTarget.value)}
      />
      <Checkbox
        label={words.needsBackup}
        checked={backup}
        onChange={(event) => setBackup(event.currentTarget.checked)}
      />
      <Checkbox label={words.needsPayer} checked={payer} onChange={(event) => setPayer(event.currentTarget.checked)} />
    </Form>
  );
};
