import { Alert, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Form, ProblemError, useForm, useWords } from '#platform/web';
import { Entrance } from './entrance.tsx';
import { messages } from './messages.ts';
import { signIn } from './session.ts';

/** Sign-in in place: the address stays, so that the person goes on where they were. */
export const SignInPage = ({ expired }: { expired: boolean }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm({ email: '', password: '' }, { required: ['email', 'password'] });
  const enter = form.submit(async ({ email, password }) => {
    try {
      await signIn(email.trim(), password);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status === 0 || error.status >= 500) throw error;
      throw new ProblemError({
        status: error.status,
        code: error.code,
        sentence: error.status === 429 ? words.tooMany : words.wrong,
      });
    }
    await queries.resetQueries();
  });
  return (
    <Entrance title="Vigie" lead={words.signInLead}>
      <Form onSubmit={enter} problem={form.problem} busy={form.busy} action={words.signIn}>
        {expired ? (
          <Alert color="petrol" variant="light" role="status">
            {words.expired}
          </Alert>
        ) : null}
        <TextInput
          label={words.email}
          type="email"
          autoComplete="username"
          data-autofocus
          required
          {...form.text('email')}
        />
        <PasswordInput label={words.password} autoComplete="current-password" required {...form.text('password')} />
      </Form>
    </Entrance>
  );
};
