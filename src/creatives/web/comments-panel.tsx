import { ActionIcon, Button, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { addCreativeComment, listCreativeComments, resolveCreativeComment } from '#creatives/contract';
import type { Creative, CreativeComment } from '#creatives/contract';
import { useMay } from '#people/web';
import { ErrorState, Panel, useAction, useFormat, useRoute, useWords } from '#platform/web';
import { CreativePreview } from './creative-preview.tsx';
import { messages } from './review-messages.ts';
import { messages as creativeMessages } from './messages.ts';

/** The creative at its real size with what was said about its points; a click on it begins a comment there. */
export const ReviewPanel = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const own = useWords(creativeMessages);
  const format = useFormat();
  const may = useMay();
  const asked = useRoute(listCreativeComments, { id: creative.id }, { every: 10_000 });
  const add = useAction(addCreativeComment);
  const resolve = useAction(resolveCreativeComment);
  const [point, setPoint] = useState<{ x: number; y: number }>();
  const [body, setBody] = useState('');
  const [second, setSecond] = useState<number | string>('');
  const items = asked.data?.items ?? [];
  const percent = (part: number) => format.percent(100 * part, 0);
  const send = () =>
    add.mutate(
      {
        id: creative.id,
        body: body.trim(),
        ...point,
        ...(typeof second === 'number' ? { at_s: second } : {}),
      },
      {
        onSuccess: () => {
          setBody('');
          setSecond('');
          setPoint(undefined);
        },
      },
    );
  const numberOf = (comment: CreativeComment) => items.indexOf(comment) + 1;
  return (
    <Panel
      title={own.preview}
      note={`${creative.width && creative.height ? `${creative.width} × ${creative.height} px · ` : ''}${words.commentsNote}`}
    >
      <CreativePreview
        creative={creative}
        pins={items.flatMap((comment) =>
          comment.creative_id === creative.id && comment.x !== null && comment.y !== null && !comment.resolved_at
            ? [{ id: comment.id, n: numberOf(comment), x: comment.x, y: comment.y }]
            : [],
        )}
        point={point}
        onPoint={setPoint}
      />
      <Text fw={600} mt="md" component="h3" size="sm">
        {words.comments}
      </Text>
      {items.length === 0 ? <Text size="sm">{words.noComments}</Text> : null}
      <Stack component="ol" gap={6} style={{ paddingLeft: 20, margin: '6px 0' }}>
        {items.map((comment) => (
          <li key={comment.id}>
            <Group justify="space-between" gap="sm" align="flex-start">
              <div style={{ minWidth: 0, flex: 1 }}>
                <Text
                  size="sm"
                  td={comment.resolved_at ? 'line-through' : undefined}
                  style={{ overflowWrap: 'anywhere' }}
                >
                  <strong>{comment.author}</strong>
                  {comment.at_s === null ? '' : ` (${format.number(comment.at_s)} s)`}: {comment.body}
                </Text>
                <Text size="xs" c="dimmed">
                  {format.moment(comment.created_at)}
                  {comment.side === 'them' ? ` · ${words.them}` : ''} ·{' '}
                  {words.versionOf(format.number(comment.version))}
                  {comment.x !== null && comment.y !== null ? ` · ${percent(comment.x)}, ${percent(comment.y)}` : ''}
                </Text>
              </div>
              {may('creatives.write') ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => resolve.mutate({ id: comment.id, resolved: !comment.resolved_at })}
                >
                  {comment.resolved_at ? words.reopen : words.resolve}
                </Button>
              ) : null}
            </Group>
          </li>
        ))}
      </Stack>
      <Group align="flex-end" gap="xs">
        <Textarea
          label={words.comment}
          autosize
          minRows={1}
          maxLength={2000}
          style={{ flex: '1 1 240px' }}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        <NumberInput label={words.second} w={100} min={0} max={3600} value={second} onChange={setSecond} />
        <Button disabled={body.trim() === ''} loading={add.isPending} onClick={send}>
          {words.send}
        </Button>
      </Group>
      {point ? (
        <Group gap={4} mt={4}>
          <Text size="xs">{words.pointing(percent(point.x), percent(point.y))}</Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="xs"
            aria-label={words.forget}
            onClick={() => setPoint(undefined)}
          >
            <IconX size={12} aria-hidden />
          </ActionIcon>
        </Group>
      ) : null}
      {add.error ? <ErrorState error={add.error} /> : null}
    </Panel>
  );
};
