import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { moveLineItem, readLineItem } from '#campaigns/contract';
import type { LineItem, LineItemState } from '#campaigns/contract';
import { ConfirmDialog, ProblemError, useAction, useRoute, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { useStateName } from './terms.tsx';

/** The states a line may move to, each with its verb. A refusal for want of room offers to book anyway. */
export const MoveMenu = ({ id, compact = false }: { id: string; compact?: boolean }) => {
  const words = useWords(messages);
  const [opened, setOpened] = useState(false);
  const [to, setTo] = useState<LineItemState>();
  const asked = useRoute(readLineItem, { id }, { enabled: !compact || opened });
  const line = asked.data;
  const verbs: Record<LineItemState, string> = {
    draft: words.toDraft,
    proposed: words.toProposed,
    reserved: words.toReserved,
    booked: words.toBooked,
    live: words.toLive,
    paused: words.toPaused,
    ended: words.toEnded,
    cancelled: words.toCancelled,
  };
  if (line && line.moves.length === 0 && !compact) return null;
  return (
    <>
      <Menu position="bottom-end" opened={opened} onChange={setOpened}>
        <Menu.Target>
          <Button
            variant="default"
            size={compact ? 'compact-xs' : 'sm'}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            {words.moveTo}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {line?.moves.length === 0 ? <Menu.Label>–</Menu.Label> : null}
          {(line?.moves ?? []).map((state) => (
            <Menu.Item key={state} onClick={() => setTo(state)} {...(state === 'cancelled' ? { color: 'red' } : {})}>
              {verbs[state]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {line && to ? <MoveDialog line={line} to={to} verb={verbs[to]} onClose={() => setTo(undefined)} /> : null}
    </>
  );
};

const MoveDialog = ({
  line,
  to,
  verb,
  onClose,
}: {
  line: LineItem;
  to: LineItemState;
  verb: string;
  onClose: () => void;
}) => {
  const words = useWords(messages);
  const name = useStateName();
  const [noRoom, setNoRoom] = useState(false);
  const move = useAction(moveLineItem, {
    onDone: (moved) =>
      notifications.show({ color: 'green', message: `${moved.name}: ${words.moved(name(moved.state))}` }),
  });
  const run = async (reason: string) => {
    try {
      await move.mutateAsync({ id: line.id, to, ...(reason ? { reason } : {}), ...(noRoom ? { force: true } : {}) });
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'no-capacity') setNoRoom(true);
      throw error;
    }
  };
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      colour={to === 'cancelled' || to === 'ended' ? 'red' : 'petrol'}
      question={noRoom ? words.forceSure : words.moveSure(line.name, name(to))}
      action={noRoom ? words.force : verb}
      reason={{ label: words.moveReason, required: false }}
      run={run}
    />
  );
};
