import { ActionIcon, Group, Loader, Text } from '@mantine/core';
import { IconArrowBackUp, IconDatabaseImport } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { usePlaces } from '#inventory/web';
import { type HistoryImport, listHistory, removeHistory } from '#measurement/contract';
import { AddButton, useMay } from '#people/web';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  FormDialog,
  Link,
  Page,
  Panel,
  StateMark,
  useAction,
  useFormat,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { ExportPanel } from './export-panel.tsx';
import { HistoryForm } from './history-form.tsx';
import { historyMessages, tableNames } from './history-messages.ts';
import { useImportProblem } from './import-problems.ts';

const products: Record<HistoryImport['product'], string> = {
  plausible: 'Plausible',
  matomo: 'Matomo',
  ga4: 'Google Analytics 4',
  umami: 'Umami',
};
const tones = { running: 'blue', done: 'green', failed: 'red' } as const;

/** What was brought from other products, with its progress. */
export const HistoryPage = () => {
  const words = useWords(historyMessages);
  const may = useMay();
  const { one, set } = useSearch();
  const close = () => set({ new: undefined });
  const add = may('imports.write') ? <AddButton label={words.bring} onClick={() => set({ new: '1' })} /> : null;
  return (
    <Page title={words.title} under={words.under} actions={add}>
      <Imports add={add} />
      {may('data.export') ? <ExportPanel /> : null}
      <FormDialog title={words.bring} opened={one('new') === '1'} onClose={close}>
        <HistoryForm site={one('site')} onDone={close} />
      </FormDialog>
    </Page>
  );
};

const Imports = ({ add }: { add: ReactNode }) => {
  const words = useWords(historyMessages);
  const format = useFormat();
  const may = useMay();
  const places = usePlaces();
  const [leaving, setLeaving] = useState<HistoryImport>();
  const remove = useAction(removeHistory);
  const told = useImportProblem();
  const list = useList(listHistory, { limit: 100 }, { every: 2_000 });
  const columns: Column<HistoryImport>[] = [
    {
      key: 'product',
      header: words.product,
      value: (row) => products[row.product],
      cell: (row) => (
        <div>
          <Text size="sm">{products[row.product]}</Text>
          <Text size="xs" c="dimmed">
            {row.files.slice(0, 2).join(', ')}
            {row.files.length > 2 ? ` … (${row.files.length})` : ''}
          </Text>
        </div>
      ),
    },
    {
      key: 'site',
      header: words.site,
      value: (row) => places.site.get(row.site_id)?.domain ?? '',
      cell: (row) => {
        const site = places.site.get(row.site_id);
        if (!site) return '';
        const days = row.first_day && row.last_day ? { period: `${row.first_day}..${row.last_day}` } : {};
        return (
          <Link
            to="/audience"
            search={{ site: site.domain, imports: '1', ...days }}
            aria-label={`${words.show}: ${site.domain}`}
          >
            {site.domain}
          </Link>
        );
      },
    },
    { key: 'state', header: words.state, value: (row) => row.state, cell: (row) => <State row={row} /> },
    {
      key: 'days',
      header: words.days,
      value: (row) => row.first_day,
      cell: (row) => (row.first_day && row.last_day ? format.days(row.first_day, row.last_day) : '–'),
      from: 'sm',
    },
    { key: 'kept', header: words.kept, value: (row) => row.rows_read, cell: (row) => <Kept row={row} />, from: 'md' },
    {
      key: 'at',
      header: words.started,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'md',
    },
    {
      key: 'remove',
      header: '',
      value: () => null,
      cell: (row) =>
        may('imports.write') && row.state !== 'running' ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${words.remove}: ${products[row.product]} ${row.files[0] ?? ''}`}
            onClick={() => setLeaving(row)}
          >
            <IconArrowBackUp size={16} aria-hidden />
          </ActionIcon>
        ) : null,
    },
  ];
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  return (
    <Panel title={words.imports} flush>
      <DataTable
        label={words.imports}
        file="imports"
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconDatabaseImport size={36} aria-hidden />}
            title={words.none}
            next={words.noneNext}
            action={add}
          />
        }
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
      />
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.remove}
        question={words.removeSure}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
        told={told}
      />
    </Panel>
  );
};

const State = ({ row }: { row: HistoryImport }) => {
  const words = useWords(historyMessages);
  const told = useImportProblem();
  const format = useFormat();
  return (
    <div>
      <Group gap={6} wrap="nowrap">
        <StateMark tone={tones[row.state]}>{words[row.state]}</StateMark>
        {row.state === 'running' ? <Loader size={14} aria-hidden /> : null}
      </Group>
      {row.state === 'running' ? (
        <Text size="xs" c="dimmed" aria-live="polite">
          {words.rowsRead(format.number(row.rows_read))}
        </Text>
      ) : null}
      {row.problem ? (
        <Text size="xs" c={row.state === 'failed' ? 'var(--bad)' : 'dimmed'} maw={360}>
          {told(row.problem)}
        </Text>
      ) : null}
    </div>
  );
};

const Kept = ({ row }: { row: HistoryImport }) => {
  const tables = useWords(tableNames);
  const format = useFormat();
  const said = Object.entries(row.families).map(
    ([name, rows]) => `${format.number(rows)} ${tables[name as keyof typeof tables] ?? name}`,
  );
  return (
    <Text size="xs" maw={320}>
      {said.join(', ') || '–'}
    </Text>
  );
};
