import { Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { listAssignments } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { Panel, useFormat, useList, useNow, useWords } from '#platform/web';
import { FunnelOfLine } from './line-funnel.tsx';
import { LastHour } from './last-hour.tsx';
import { messages } from './messages.ts';
import { servingChecks } from './serving-checks.ts';

/** Why a line serves or not: each rule with its answer. `delivered` is in the goal's unit. */
export const WhyPanel = ({ line, delivered }: { line: LineItem; delivered: number | undefined }) => {
  const words = useWords(messages);
  const format = useFormat();
  const assignments = useList(listAssignments, { limit: 200, line_item_id: line.id }, { whole: true });
  const checks = servingChecks({ line, assignments: assignments.rows ?? [], delivered, now: useNow() });
  const sentences = {
    not_live: words.lineState,
    not_started: words.started,
    ended: words.notEnded,
    no_creative: words.approved,
    wrong_size: words.size,
    goal_met: words.goal,
  };
  const stopping = checks.filter(({ passed }) => !passed).length;
  return (
    <Panel title={words.title} note={words.lead}>
      <Stack component="ul" gap={6} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {checks.map(({ reason, passed }) => (
          <li key={reason} style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
            {passed ? (
              <IconCircleCheck size={18} color="var(--good)" aria-label={words.yes} />
            ) : (
              <IconCircleX size={18} color="var(--bad)" aria-label={words.no} />
            )}
            <Text size="sm">{sentences[reason]}</Text>
            {passed ? null : (
              <Text size="xs" c="dimmed" ff="monospace">
                {reason}
              </Text>
            )}
          </li>
        ))}
      </Stack>
      <Text size="sm" mt="sm" fw={600}>
        {stopping === 0 ? words.serves : words.stopped(format.number(stopping))}
      </Text>
      <LastHour lineId={line.id} />
      <FunnelOfLine lineId={line.id} />
    </Panel>
  );
};
