import {
  Alert,
  Button,
  Checkbox,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy, IconPencil, IconSend } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteProposal, moveProposal, sendProposal } from '#campaigns/contract';
import type { Proposal, ProposalLine, ProposalMove } from '#campaigns/contract';
import { AvailabilityPanel } from '#forecasting/web';
import { listContacts } from '#people/contract';
import { useMay } from '#people/web';
import {
  ConfirmDialog,
  platformMessages,
  LinkButton,
  useAction,
  useLanguage,
  useList,
  useNow,
  useProblemSentence,
  useWords,
} from '#platform/web';
import { defaultPriority } from '../line-item-types.ts';
import { questionOf } from './line-availability.tsx';
import { messages } from './proposal-messages.ts';
import { useTargetingText } from './targeting-builder.tsx';

type Ours = 'submit' | 'approve' | 'refuse' | 'revise' | 'take_counter' | 'withdraw';
const direct: readonly ProposalMove[] = ['take_counter', 'submit', 'approve', 'revise'];

/** What can be done with a proposal now, by the table of its states. */
export const ProposalActions = ({ proposal }: { proposal: Proposal }) => {
  const words = useWords(messages);
  const may = useMay();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'refuse' | 'withdraw' | 'delete' | 'send'>();
  const done = () => notifications.show({ color: 'green', message: words.done });
  const move = useAction(moveProposal, { onDone: done });
  const remove = useAction(deleteProposal, { onDone: () => void navigate({ to: '/proposals', search: {} }) });
  const sentence = useProblemSentence();
  if (!may('campaigns.write')) return null;
  const { id, moves, state, version } = proposal;
  const names: Record<Ours, string> = {
    submit: words.submit,
    approve: words.approve,
    refuse: words.refuse,
    revise: words.revise,
    take_counter: words.takeCounter,
    withdraw: words.withdraw,
  };
  const can = (one: ProposalMove) => moves.includes(one);
  const go = (one: Ours, note?: string) => move.mutateAsync({ id, move: one, ...(note ? { note } : {}) });
  return (
    <>
      {can('withdraw') ? (
        <Button variant="default" onClick={() => setAsking('withdraw')}>
          {words.withdraw}
        </Button>
      ) : null}
      {state === 'draft' && version === 1 ? (
        <Button variant="default" onClick={() => setAsking('delete')}>
          {words.remove}
        </Button>
      ) : null}
      {state === 'draft' ? (
        <LinkButton variant="default" to={`/proposals/${id}/edit`} icon={<IconPencil size={16} aria-hidden />}>
          {words.edit}
        </LinkButton>
      ) : null}
      {can('refuse') ? (
        <Button variant="default" onClick={() => setAsking('refuse')}>
          {words.refuse}
        </Button>
      ) : null}
      {direct.filter(can).map((one) => (
        <Button
          key={one}
          variant={one === 'revise' ? 'default' : 'filled'}
          loading={move.isPending}
          onClick={() =>
            void go(one as Ours).catch((error: unknown) =>
              notifications.show({ color: 'red', message: sentence(error) }),
            )
          }
        >
          {names[one as Ours]}
        </Button>
      ))}
      {can('send') ? (
        <Button leftSection={<IconSend size={16} aria-hidden />} onClick={() => setAsking('send')}>
          {words.send}
        </Button>
      ) : null}
      {asking === 'send' ? <SendDialog proposal={proposal} onClose={() => setAsking(undefined)} /> : null}
      <ConfirmDialog
        opened={asking === 'refuse' || asking === 'withdraw' || asking === 'delete'}
        onClose={() => setAsking(undefined)}
        action={asking === 'refuse' ? words.refuse : asking === 'delete' ? words.remove : words.withdraw}
        question={asking === 'refuse' ? proposal.name : asking === 'delete' ? words.removeSure : words.withdrawSure}
        {...(asking === 'refuse' ? { reason: { label: words.refuseWhy, required: true } } : {})}
        run={(note) =>
          asking === 'delete' ? remove.mutateAsync({ id }) : go(asking === 'refuse' ? 'refuse' : 'withdraw', note)
        }
      />
    </>
  );
};

const SendDialog = ({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const { language } = useLanguage();
  const sentence = useProblemSentence();
  const now = useNow();
  const later = proposal.expires_at && Date.parse(proposal.expires_at) > now.getTime() ? proposal.expires_at : null;
  const [until, setUntil] = useState<string | null>(later);
  const [hold, setHold] = useState(true);
  const [note, setNote] = useState('');
  const [contact, setContact] = useState<string | null>(proposal.contact_id);
  const contacts = useList(listContacts, { limit: 200, advertiser_id: proposal.advertiser_id }, { whole: true });
  const send = useAction(sendProposal);
  const targetingText = useTargetingText();
  // The line whose space is gone, by the field that the refusal names.
  const short =
    send.error?.code === 'no-capacity'
      ? proposal.lines[Number(/^lines\.(\d+)\./.exec(send.error.field ?? '')?.[1] ?? -1)]
      : undefined;
  const link = send.data ? `${window.location.origin}${send.data.path}` : '';
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={link ? words.link : words.send}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      {link ? (
        <Stack>
          {send.data?.mailed ? <Text size="sm">{words.wasMailed}</Text> : null}
          <Text size="sm">{words.linkOnce}</Text>
          <TextInput label={words.link} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
          <Group justify="flex-end">
            <Button variant="default" component="a" href={link} target="_blank" rel="noreferrer">
              {words.openLink}
            </Button>
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button
                  leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                  onClick={copy}
                >
                  {copied ? words.copied : words.copy}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <DateTimePicker
            label={words.sendUntil}
            description={words.deadlineHint}
            locale={language}
            valueFormat="D MMM YYYY HH:mm"
            clearable
            minDate={now}
            value={until}
            onChange={setUntil}
          />
          <Checkbox label={words.sendHold} checked={hold} onChange={(event) => setHold(event.currentTarget.checked)} />
          <Select
            label={words.sendTo}
            description={words.sendToHint}
            clearable
            searchable
            data={(contacts.rows ?? []).map(({ id, name, email }) => ({
              value: id,
              label: email ? `${name} · ${email}` : name,
            }))}
            value={contact}
            onChange={setContact}
          />
          <Textarea
            label={words.sendNote}
            autosize
            minRows={3}
            maxLength={5000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {send.error ? (
            <Alert
              color="red"
              variant="light"
              role="alert"
              title={send.error.code === 'no-capacity' ? words.noRoom : undefined}
            >
              {short ? short.name : sentence(send.error)}
            </Alert>
          ) : null}
          {short ? (
            <AvailabilityPanel question={questionOf(withDefaults(short))} targetingText={targetingText} />
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {platform.cancel}
            </Button>
            <Button
              loading={send.isPending}
              onClick={() =>
                send.mutate({
                  id: proposal.id,
                  hold,
                  ...(until ? { expires_at: new Date(until).toISOString() } : {}),
                  ...(note.trim() ? { note: note.trim() } : {}),
                  ...(contact ? { contact_id: contact } : {}),
                })
              }
            >
              {words.send}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
};

const withDefaults = (line: ProposalLine) => ({
  ...line,
  sizes: line.sizes ?? [],
  targeting: line.targeting ?? null,
  frequency_caps: line.frequency_caps ?? [],
  priority: line.priority ?? defaultPriority(line.type),
});
