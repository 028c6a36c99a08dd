import { Alert, Button, Code, CopyButton, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createKey, listKeys, revokeKey } from '#people/contract';
import type { Key, Role } from '#people/contract';
import {
  call,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Panel,
  platformMessages,
  StateMark,
  useAction,
  useForm,
  useFormat,
  useList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { AddButton } from './party-page.tsx';
import { AdvertiserPicker } from './pickers.tsx';
import { RolePicker } from './users-panel.tsx';

export const KeysPanel = () => {
  const words = useWords(messages);
  const format = useFormat();
  const list = useList(listKeys, { limit: 200 });
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Key>();
  const revoke = useAction(revokeKey);
  const add = <AddButton label={words.addKey} onClick={() => setAdding(true)} />;
  const columns: Column<Key>[] = [
    { key: 'name', header: words.name, value: (row) => row.name },
    { key: 'prefix', header: words.prefix, value: (row) => row.prefix, cell: (row) => <Code>{row.prefix}…</Code> },
    { key: 'role', header: words.role, value: (row) => words[row.role] },
    {
      key: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'sm',
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => (row.revoked_at ? words.revoked : words.active),
      cell: (row) =>
        row.revoked_at ? (
          <StateMark tone="gray">{words.revoked}</StateMark>
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            onClick={() => setEnding(row)}
            aria-label={`${words.revoke} ${row.name}`}
          >
            {words.revoke}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={words.keys} flush actions={add}>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <DataTable
        label={words.keys}
        file="keys"
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        empty={<EmptyState title={words.noKeys} next={words.noKeysNext} action={add} />}
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
      />
      <FormDialog title={words.addKey} opened={adding} onClose={() => setAdding(false)}>
        <KeyForm onDone={() => setAdding(false)} />
      </FormDialog>
      <ConfirmDialog
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        question={words.revokeSure(ending?.name ?? '')}
        action={words.revoke}
        run={() => (ending ? revoke.mutateAsync({ id: ending.id }) : Promise.resolve())}
      />
    </Panel>
  );
};

const KeyForm = ({ onDone }: { onDone: () => void }) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const form = useForm<{ name: string; role: Role; advertiser_id: string | null }>(
    { name: '', role: 'traffic_manager', advertiser_id: null },
    { required: ['name'] },
  );
  const submit = form.submit(async ({ name, role, advertiser_id }) => {
    const made = await call(createKey, { name, role, ...(role === 'client' ? { advertiser_id } : {}) });
    setSecret(made.key);
    await queries.invalidateQueries();
  });
  if (secret) {
    return (
      <Stack>
        <Alert color="petrol" variant="light" role="status" title={words.keyOnce}>
          <Code block>{secret}</Code>
        </Alert>
        <CopyButton value={secret}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? platform.copied : platform.copy}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {platform.close}
        </Button>
      </Stack>
    );
  }
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addKey}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <RolePicker value={form.values.role} onChange={(role) => form.change({ role })} error={form.errors.role} />
      {form.values.role === 'client' ? (
        <AdvertiserPicker
          label={words.advertiser}
          description={words.clientNeeds}
          required
          {...form.field('advertiser_id')}
        />
      ) : null}
    </Form>
  );
};
