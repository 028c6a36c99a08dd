import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeReport, readCommentary } from '#reporting/contract';
import type { Commentary, Report } from '#reporting/contract';
import { Answer, call, Panel, StateMark, useForm, useRoute, useWords } from '#platform/web';
import { editsOf } from './commentary-edits.ts';
import type { Draft } from './commentary-edits.ts';
import { messages } from './messages.ts';

/** The commentary, sentence by sentence: each can be rewritten, hidden, or given back to its rule. */
export const CommentaryEditor = ({ report, mayEdit }: { report: Report; mayEdit: boolean }) => {
  const words = useWords(messages);
  const asked = useRoute(readCommentary, { id: report.id });
  return (
    <Panel title={words.commentary} note={words.commentaryLead}>
      <Answer of={asked}>
        {({ blocks }) => <Blocks key={report.updated_at} report={report} blocks={blocks} mayEdit={mayEdit} />}
      </Answer>
    </Panel>
  );
};

const Blocks = ({ report, blocks, mayEdit }: { report: Report; blocks: Commentary['blocks']; mayEdit: boolean }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>({});
  const form = useForm({});
  const put = (key: string, text: string | null) => setDraft((before) => ({ ...before, [key]: text }));
  const save = form.submit(async () => {
    await call(changeReport, { id: report.id, commentary: editsOf(blocks, draft) });
    await queries.invalidateQueries();
    notifications.show({ color: 'green', message: words.saved });
  });
  const note = blocks.find(({ key }) => key === 'note');
  return (
    <Stack gap="md">
      <Textarea
        label={words.note}
        description={words.noteHint}
        autosize
        minRows={2}
        readOnly={!mayEdit}
        value={draft['note'] ?? note?.text ?? ''}
        onChange={(event) => put('note', event.currentTarget.value)}
      />
      {blocks
        .filter(({ key }) => key !== 'note')
        .map((block) => {
          const drafted = draft[block.key];
          const text = drafted === undefined ? block.text : drafted;
          return (
            <Stack key={block.key} gap={4}>
              <Textarea
                aria-label={block.generated ?? block.key}
                autosize
                minRows={2}
                readOnly={!mayEdit}
                disabled={text === null}
                value={text ?? block.generated ?? ''}
                onChange={(event) => put(block.key, event.currentTarget.value)}
              />
              <Group gap={6}>
                <Text size="xs" c="dimmed">
                  {block.rule}
                </Text>
                {text === null ? (
                  <StateMark tone="gray">{words.hidden}</StateMark>
                ) : text.trim() === block.generated ? null : (
                  <StateMark tone="violet">{words.edited}</StateMark>
                )}
                {block.outdated ? (
                  <Text size="xs" c="var(--warn)">
                    {words.outdated}
                  </Text>
                ) : null}
                {mayEdit ? (
                  <>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      onClick={() => put(block.key, text === null ? block.generated : null)}
                    >
                      {text === null ? words.show : words.hide}
                    </Button>
                    {text !== null && block.generated !== null && text !== block.generated ? (
                      <Button size="compact-xs" variant="subtle" onClick={() => put(block.key, block.generated)}>
                        {words.restore}
                      </Button>
                    ) : null}
                  </>
                ) : null}
              </Group>
            </Stack>
          );
        })}
      {form.problem ? (
        <Alert color="red" variant="light" role="alert">
          {form.problem}
        </Alert>
      ) : null}
      {mayEdit ? (
        <Button loading={form.busy} onClick={() => void save()} style={{ alignSelf: 'flex-end' }}>
          {words.save}
        </Button>
      ) : null}
    </Stack>
  );
};
