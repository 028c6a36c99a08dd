import { Button, Group, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyState, useFormat, useWords } from '#platform/web';
import { messages } from './messages.ts';
import type { Asked } from './use-answer.ts';

/** What is quicker than this needs no word. */
const worthSayingMs = 700;

/** How far a slow question is, with a way to end it. */
export const AskedProgress = ({ of: { progress, stop } }: { of: Pick<Asked, 'progress' | 'stop'> }) => {
  const words = useWords(messages);
  const format = useFormat();
  if (!progress || progress.elapsed_ms < worthSayingMs) return null;
  const { read_rows, total_rows } = progress;
  const percent = total_rows > 0 ? Math.min(100, (100 * read_rows) / total_rows) : 0;
  return (
    <Group gap={10} px="sm" py={6} wrap="nowrap" role="status">
      <Progress value={percent} animated size="sm" style={{ flex: 1 }} aria-label={words.asking} />
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {words.rowsRead(format.compact(read_rows), format.compact(total_rows))}
      </Text>
      <Button size="compact-xs" variant="default" onClick={stop}>
        {words.stopAsking}
      </Button>
    </Group>
  );
};

/** What stands in the place of an answer that is not there yet, or was stopped. */
export const Awaited = ({ of: asked, children }: { of: Asked; children: ReactNode }) => {
  const words = useWords(messages);
  if (!asked.isStopped)
    return (
      <>
        <AskedProgress of={asked} />
        {children}
      </>
    );
  return (
    <EmptyState
      title={words.stopped}
      action={
        <Button size="compact-sm" variant="default" onClick={() => void asked.refetch()}>
          {words.askAgain}
        </Button>
      }
    />
  );
};
