import { Alert, Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { importLineItems } from '#campaigns/contract';
import type { ImportedRow, ImportResult } from '#campaigns/contract';
import { call, DataTable, useFormat, useProblemSentence, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { bulkMessages } from './bulk-messages.ts';

/** A file of line items: tried as soon as it is chosen, imported when nothing in it is refused. */
export const ImportLines = ({ order, onDone }: { order?: string; onDone: () => void }) => {
  const words = useWords(bulkMessages);
  const format = useFormat();
  const queries = useQueryClient();
  const sentenceOf = useProblemSentence();
  const [file, setFile] = useState<File | null>(null);
  const [tried, setTried] = useState<ImportResult>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (chosen: File, dry_run: boolean) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const result = await call(importLineItems, { dry_run, ...(order ? { order_id: order } : {}) }, { file: chosen });
      setTried(result);
      if (!result.saved) return;
      notifications.show({
        color: 'green',
        message: words.imported(format.number(result.created), format.number(result.changed)),
      });
      await queries.invalidateQueries();
      onDone();
    } catch (error) {
      setTried(undefined);
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setTried(undefined);
    setProblem(undefined);
    if (chosen) void send(chosen, true);
  };
  const same = tried?.rows.filter(({ action }) => action === 'same').length ?? 0;
  return (
    <Stack gap="sm">
      <Text size="sm">{words.importNote}</Text>
      <FileInput label={words.file} accept=".csv,text/csv" value={file} onChange={choose} clearable data-autofocus />
      {problem ? (
        <Alert color="red" variant="light" role="alert">
          {problem}
        </Alert>
      ) : null}
      {tried ? (
        <Alert color={tried.refused > 0 ? 'red' : 'blue'} variant="light" role="status">
          {tried.refused > 0
            ? words.refusedRows(format.number(tried.refused))
            : words.tried(format.number(tried.created), format.number(tried.changed), format.number(same))}
        </Alert>
      ) : null}
      {tried ? <Rows rows={tried.rows} /> : null}
      <Group justify="flex-end">
        <Button
          loading={busy}
          disabled={!file || !tried || tried.refused > 0 || tried.created + tried.changed === 0}
          onClick={() => file && void send(file, false)}
        >
          {words.importNow}
        </Button>
      </Group>
    </Stack>
  );
};

const Rows = ({ rows }: { rows: ImportedRow[] }) => {
  const words = useWords(bulkMessages);
  const shown = rows.some(({ action }) => action === 'refused')
    ? rows.filter(({ action }) => action === 'refused')
    : rows.filter(({ action }) => action !== 'same');
  const columns: Column<ImportedRow>[] = [
    { key: 'line', header: words.line, value: (row) => row.line, align: 'right' },
    { key: 'name', header: words.name, value: (row) => row.name },
    { key: 'action', header: words.action, value: (row) => words[row.action] },
    { key: 'column', header: words.column, value: (row) => row.refusal?.column ?? row.changes.join(', ') },
    { key: 'why', header: words.why, value: (row) => row.refusal?.sentence, from: 'xs' },
  ];
  if (shown.length === 0) return null;
  return (
    <DataTable
      label={words.importTitle}
      file="import"
      rows={shown}
      columns={columns}
      rowKey={(row) => String(row.line)}
    />
  );
};
