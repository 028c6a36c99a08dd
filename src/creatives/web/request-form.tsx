import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { changeCreativeRequest } from '#creatives/contract';
import type { CreativeRequest } from '#creatives/contract';
import { call, Form, useForm, useWords } from '#platform/web';
import { messages } from './request-messages.ts';

/** As `datetime-local` wants it, in the reader's own zone. */
const localOf = (time: string): string => {
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

export const RequestForm = ({ request, onDone }: { request: CreativeRequest; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm(
    { due: localOf(request.due), note: request.note, languages: request.languages.join(', ') },
    { required: ['due'] },
  );
  const submit = form.submit(async ({ due, note, languages }) => {
    await call(changeCreativeRequest, {
      id: request.id,
      note,
      languages: languages
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
      ...(due === localOf(request.due) ? {} : { due: new Date(due).toISOString() }),
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <TextInput label={words.deadline} type="datetime-local" required {...form.text('due')} />
      <TextInput label={words.languages} {...form.text('languages')} />
      <Textarea label={words.note} maxLength={2000} autosize minRows={2} {...form.text('note')} />
    </Form>
  );
};
