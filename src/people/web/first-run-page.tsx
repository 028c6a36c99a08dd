import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { firstRun } from '#people/contract';
import { call, Form, useForm, useWords } from '#platform/web';
import { Entrance } from './entrance.tsx';
import { messages } from './messages.ts';
import { signIn } from './session.ts';

/** Makes the first organisation and its administrator, then signs them in. */
export const FirstRunPage = () => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm(
    { organisation: '', name: '', email: '', password: '' },
    { required: ['organisation', 'name', 'email', 'password'] },
  );
  const begin = form.submit(async (values) => {
    await call(firstRun, values);
    await signIn(values.email.trim().toLowerCase(), values.password);
    await queries.resetQueries();
  });
  return (
    <Entrance title={words.welcome} lead={words.firstRunLead}>
      <Form onSubmit={begin} problem={form.problem} busy={form.busy} action={words.begin}>
        <TextInput label={words.organisation} autoComplete="organization" required {...form.text('organisation')} />
        <TextInput label={words.yourName} autoComplete="name" required {...form.text('name')} />
        <TextInput label={words.email} type="email" autoComplete="username" required {...form.text('email')} />
        <PasswordInput
          label={words.password}
          description={words.passwordRule}
          autoComplete="new-password"
          required
          {...form.text('password')}
        />
      </Form>
    </Entrance>
  );
};
