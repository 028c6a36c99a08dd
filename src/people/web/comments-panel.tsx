import { Button, Group, MultiSelect, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createComment, deleteComment, listComments, listUsers } from '#people/contract';
import type { Comment, SubjectKind } from '#people/contract';
import {
  call,
  ConfirmDialog,
  ErrorState,
  Form,
  LoadingRows,
  Panel,
  useForm,
  useFormat,
  useList,
  useWords,
} from '#platform/web';
import { commentMessages } from './comment-messages.ts';
import { useMay, useMe } from './use-me.ts';

/** What colleagues say to each other about a thing; nothing for those who may not read it. */
export const CommentsPanel = ({ kind, id }: { kind: SubjectKind; id: string }) => {
  const words = useWords(commentMessages);
  const may = useMay();
  const list = useList(
    listComments,
    { limit: 20, subject_kind: kind, subject_id: id },
    { enabled: may('comments.read'), every: 30_000 },
  );
  if (!may('comments.read')) return null;
  return (
    <Panel title={words.comments} note={words.note}>
      <Stack gap="md">
        {may('comments.write') ? <Say kind={kind} id={id} /> : null}
        {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
        {list.isPending ? <LoadingRows rows={2} /> : null}
        {list.rows?.length === 0 ? (
          <Text c="dimmed" size="sm">
            {words.none}
          </Text>
        ) : null}
        {list.rows?.map((comment) => (
          <Said key={comment.id} comment={comment} />
        ))}
        {list.hasMore ? (
          <Group>
            <Button size="compact-sm" variant="default" loading={list.isLoadingMore} onClick={list.more}>
              {words.older}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Panel>
  );
};

const Say = ({ kind, id }: { kind: SubjectKind; id: string }) => {
  const words = useWords(commentMessages);
  const queries = useQueryClient();
  const { data: who } = useMe();
  const users = useList(listUsers, { limit: 200 }, { whole: true });
  const form = useForm({ text: '', mentions: [] as string[] }, { required: ['text'] });
  const submit = form.submit(async ({ text, mentions }) => {
    await call(createComment, { subject_kind: kind, subject_id: id, text, mentions });
    form.change({ text: '', mentions: [] });
    await queries.invalidateQueries();
  });
  const colleagues = (users.rows ?? []).filter((user) => user.role !== 'client' && user.id !== who?.user.id);
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.send}>
      <Textarea label={words.say} autosize minRows={2} maxRows={10} maxLength={4000} {...form.text('text')} />
      {colleagues.length > 0 ? (
        <MultiSelect
          label={words.mention}
          description={words.mentionHint}
          searchable
          data={colleagues.map((user) => ({ value: user.id, label: user.name }))}
          value={form.values.mentions}
          error={form.errors['mentions']}
          onChange={(mentions) => form.change({ mentions })}
        />
      ) : null}
    </Form>
  );
};

const Said = ({ comment }: { comment: Comment }) => {
  const words = useWords(commentMessages);
  const format = useFormat();
  const queries = useQueryClient();
  const { data: who } = useMe();
  const [removing, setRemoving] = useState(false);
  const isMine = comment.author.id === who?.user.id;
  return (
    <article style={{ borderLeft: '3px solid var(--line)', paddingLeft: 12 }}>
      <Group gap={8} justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm">
          <strong>{comment.author.name}</strong>{' '}
          <Text span size="xs" c="dimmed">
            {format.moment(comment.created_at)}
            {comment.changed_at ? ` · ${words.changed}` : ''}
            {comment.mentions.length > 0
              ? ` · ${words.told(format.list(comment.mentions.map(({ name }) => name)))}`
              : ''}
          </Text>
        </Text>
        {isMine || who?.role === 'admin' ? (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        ) : null}
      </Group>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {comment.text}
      </Text>
      <ConfirmDialog
        opened={removing}
        onClose={() => setRemoving(false)}
        question={words.removeSure}
        action={words.remove}
        run={async () => {
          await call(deleteComment, { id: comment.id });
          await queries.invalidateQueries();
        }}
      />
    </article>
  );
};
