import { Button, Group, PasswordInput, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createUser, listUsers, removeUser, roles } from '#people/contract';
import type { Role, User } from '#people/contract';
import {
  call,
  ConfirmDialog,
  DataTable,
  ErrorState,
  Form,
  FormDialog,
  Panel,
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
import { useMay, useMe } from './use-me.ts';

export const UsersPanel = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { data: who } = useMe();
  const list = useList(listUsers, { limit: 200 });
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<User>();
  const remove = useAction(removeUser);
  const columns: Column<User>[] = [
    { key: 'name', header: words.name, value: (row) => row.name },
    { key: 'email', header: words.email, value: (row) => row.email },
    { key: 'role', header: words.role, value: (row) => words[row.role] },
    {
      key: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'sm',
    },
    ...(may('people.manage')
      ? [
          {
            key: 'remove',
            header: '',
            value: () => null,
            cell: (row: User) =>
              row.id === who?.user.id ? null : (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  onClick={() => setLeaving(row)}
                  aria-label={`${words.remove} ${row.name}`}
                >
                  {words.remove}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      title={words.users}
      flush
      actions={may('people.manage') ? <AddButton label={words.addUser} onClick={() => setAdding(true)} /> : null}
    >
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <DataTable
        label={words.users}
        file="users"
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        sort={{ key: 'name', desc: false }}
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
      />
      <FormDialog title={words.addUser} opened={adding} onClose={() => setAdding(false)}>
        <UserForm onDone={() => setAdding(false)} />
      </FormDialog>
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        question={words.removeSure(leaving?.name ?? '')}
        action={words.remove}
        run={() => (leaving ? remove.mutateAsync({ id: leaving.id }) : Promise.resolve())}
      />
    </Panel>
  );
};

const UserForm = ({ onDone }: { onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm<{ name: string; email: string; password: string; role: Role; advertiser_id: string | null }>(
    { name: '', email: '', password: '', role: 'traffic_manager', advertiser_id: null },
    { required: ['name', 'email', 'password'] },
  );
  const submit = form.submit(async ({ advertiser_id, ...values }) => {
    await call(createUser, { ...values, ...(values.role === 'client' ? { advertiser_id } : {}) });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addUser}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <TextInput label={words.email} type="email" required {...form.text('email')} />
      <PasswordInput
        label={words.password}
        description={words.passwordRule}
        autoComplete="new-password"
        required
        {...form.text('password')}
      />
      <Group grow align="flex-start">
        <RolePicker value={form.values.role} onChange={(role) => form.change({ role })} error={form.errors.role} />
      </Group>
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

export const RolePicker = ({
  value,
  onChange,
  error,
}: {
  value: Role;
  onChange: (role: Role) => void;
  error: string | undefined;
}) => {
  const words = useWords(messages);
  return (
    <Select
      label={words.role}
      allowDeselect={false}
      error={error}
      data={roles.map((role) => ({ value: role, label: words[role] }))}
      value={value}
      onChange={(next) => {
        const role = roles.find((known) => known === next);
        if (role) onChange(role);
      }}
    />
  );
};
