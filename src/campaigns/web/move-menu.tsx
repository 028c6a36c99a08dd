import { Alert, Button, Group, Menu, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { moveLineItem, readLineItem } from '#campaigns/contract';
import type { LineItem, LineItemState } from '#campaigns/contract';
import { AvailabilityPanel } from '#forecasting/web';
import { useMay } from '#people/web';
import { platformMessages, useAction, useProblemSentence, useRoute, useWords } from '#platform/web';
import { questionOf } from './line-availability.tsx';
import { messages } from './messages.ts';
import { useTargetingText } from './targeting-builder.tsx';
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

/** Asks for a reason where one is wanted. What finds no room is shown why, and may be booked anyway by those who hold the right. */
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
  const platform = useWords(platformMessages);
  const name = useStateName();
  const may = useMay();
  const sentence = useProblemSentence();
  const targetingText = useTargetingText();
  const [reason, setReason] = useState('');
  const move = useAction(moveLineItem, {
    onDone: (moved) => {
      notifications.show({ color: 'green', message: `${moved.name}: ${words.moved(name(moved.state))}` });
      onClose();
    },
  });
  const noRoom = move.error?.code === 'no-capacity';
  const needsReason = noRoom || to === 'cancelled';
  const mayForce = may('campaigns.overbook');
  const red = noRoom || to === 'cancelled' || to === 'ended';
  const run = () =>
    move.mutate({
      id: line.id,
      to,
      ...(reason.trim() ? { reason: reason.trim() } : {}),
      ...(noRoom ? { force: true } : {}),
    });
  return (
    <Modal
      opened
      onClose={onClose}
      size={noRoom ? 'xl' : 'md'}
      title={noRoom ? words.noRoom : verb}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      <Stack>
        {noRoom ? (
          <>
            <AvailabilityPanel question={questionOf(line)} targetingText={targetingText} />
            <Text size="sm">{mayForce ? words.forceSure : words.forceNotYours}</Text>
          </>
        ) : (
          <Text>{words.moveSure(line.name, name(to))}</Text>
        )}
        {noRoom && !mayForce ? null : (
          <Textarea
            label={noRoom ? words.forceReason : words.moveReason}
            required={needsReason}
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {move.error && !noRoom ? (
          <Alert color="red" variant="light" role="alert">
            {sentence(move.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {platform.cancel}
          </Button>
          {noRoom && !mayForce ? null : (
            <Button
              color={red ? 'red' : 'petrol'}
              loading={move.isPending}
              disabled={needsReason && reason.trim() === ''}
              onClick={run}
            >
              {noRoom ? words.force : verb}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
};
