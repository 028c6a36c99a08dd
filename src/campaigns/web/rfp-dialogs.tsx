import {
  Alert,
  Button,
  Checkbox,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { chooseOffer, counterInvitation, invitePublisher, remindInvitation, sendInvitation } from '#campaigns/contract';
import type { Invitation, Rfp } from '#campaigns/contract';
import { listContacts } from '#people/contract';
import { PublisherPicker } from '#people/web';
import {
  call,
  ErrorState,
  Form,
  FormDialog,
  MoneyInput,
  platformMessages,
  useAction,
  useForm,
  useFormat,
  useLanguage,
  useList,
  useWords,
} from '#platform/web';
import { messages } from './rfp-messages.ts';

type InviteProps = { rfp: Rfp; opened: boolean; onClose: () => void };

export const InviteDialog = ({ rfp, opened, onClose }: InviteProps) => {
  const words = useWords(messages);
  return (
    <FormDialog title={words.invite} opened={opened} onClose={onClose}>
      <InviteForm rfp={rfp} onDone={onClose} />
    </FormDialog>
  );
};

const InviteForm = ({ rfp, onDone }: { rfp: Rfp; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm<{ publisher_id: string | null; contact_id: string | null; email: string }>(
    { publisher_id: null, contact_id: null, email: '' },
    { required: ['publisher_id'] },
  );
  const { values } = form;
  const contacts = useList(
    listContacts,
    { limit: 200, ...(values.publisher_id ? { publisher_id: values.publisher_id } : {}) },
    { whole: true, enabled: values.publisher_id !== null },
  );
  const submit = form.submit(async (v) => {
    await call(invitePublisher, {
      id: rfp.id,
      publisher_id: v.publisher_id ?? '',
      contact_id: v.contact_id,
      email: v.email.trim() || null,
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.invite}>
      <PublisherPicker label={words.publisher} required {...form.field('publisher_id')} />
      <Select
        label={words.contact}
        description={words.contactHint}
        clearable
        data={(contacts.rows ?? []).map(({ id, name, email }) => ({
          value: id,
          label: email ? `${name} · ${email}` : name,
        }))}
        value={values.contact_id}
        error={form.errors['contact_id']}
        onChange={(contact_id) => form.change({ contact_id })}
      />
      <TextInput label={words.email} type="email" {...form.text('email')} />
    </Form>
  );
};

/** Sends or reminds, then shows the private link once. */
export const LetterDialog = ({
  row,
  kind,
  onClose,
}: {
  row: Invitation;
  kind: 'send' | 'remind';
  onClose: () => void;
}) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const [note, setNote] = useState('');
  const send = useAction(sendInvitation);
  const remind = useAction(remindInvitation);
  const act = kind === 'send' ? send : remind;
  const link = act.data ? `${window.location.origin}${act.data.path}` : '';
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={link ? words.link : `${words[kind]} : ${row.publisher_name}`}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      {act.data ? (
        <Stack>
          <Alert color={act.data.mailed ? 'green' : 'yellow'} variant="light" role="status">
            {act.data.mailed ? words.wasMailed : words.notMailed}
          </Alert>
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
          <Text size="sm">{kind === 'send' ? words.sendSure : words.remindSure}</Text>
          <Textarea
            label={words.message}
            autosize
            minRows={3}
            maxLength={5000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {act.error ? <ErrorState error={act.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {platform.cancel}
            </Button>
            <Button loading={act.isPending} onClick={() => act.mutate({ id: row.id, note: note.trim() })}>
              {words[kind]}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
};

type Wanted = { amount: number | null; quantity: number | null; first_day: string | null; last_day: string | null };

export const CounterDialog = ({ rfp, row, onClose }: { rfp: Rfp; row: Invitation; onClose: () => void }) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const { language } = useLanguage();
  const [wanted, setWanted] = useState<Record<string, Wanted>>(() =>
    Object.fromEntries(
      row.lines.map(({ id, amount, quantity, first_day, last_day }) => [id, { amount, quantity, first_day, last_day }]),
    ),
  );
  const [note, setNote] = useState('');
  const counter = useAction(counterInvitation, { onDone: onClose });
  const lines = row.lines.flatMap((line) => {
    const own = wanted[line.id];
    if (!own) return [];
    const changed = {
      ...(own.amount !== null && own.amount !== line.amount ? { amount: own.amount } : {}),
      ...(own.quantity !== null && own.quantity !== line.quantity ? { quantity: own.quantity } : {}),
      ...(own.first_day && own.first_day !== line.first_day ? { first_day: own.first_day } : {}),
      ...(own.last_day && own.last_day !== line.last_day ? { last_day: own.last_day } : {}),
    };
    return Object.keys(changed).length > 0 ? [{ line_id: line.id, ...changed }] : [];
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`${words.counter} : ${row.publisher_name}`}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      <Stack>
        <Text size="sm">{words.counterNote}</Text>
        {row.lines.map((line) => {
          const own = wanted[line.id] ?? { amount: null, quantity: null, first_day: null, last_day: null };
          const change = (part: Partial<Wanted>) => setWanted({ ...wanted, [line.id]: { ...own, ...part } });
          return (
            <SimpleGrid key={line.id} cols={{ base: 1, sm: 3 }} spacing="xs" role="group" aria-label={line.name}>
              <MoneyInput
                label={`${line.name} · ${words.offered.toLowerCase()}`}
                currency={rfp.currency}
                amount={own.amount}
                onChange={(amount) => change({ amount })}
              />
              <NumberInput
                label={words.quantity}
                min={0}
                allowDecimal={false}
                hideControls
                thousandSeparator={language === 'fr' ? '\u202f' : ','}
                value={own.quantity ?? ''}
                onChange={(quantity) => change({ quantity: typeof quantity === 'number' ? quantity : null })}
              />
              <DatePickerInput
                type="range"
                label={words.dates}
                locale={language}
                valueFormat="D MMM YYYY"
                value={[own.first_day, own.last_day]}
                onChange={([first_day, last_day]) => change({ first_day, last_day })}
              />
            </SimpleGrid>
          );
        })}
        <Textarea
          label={words.message}
          autosize
          minRows={2}
          maxLength={5000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {counter.error ? <ErrorState error={counter.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {platform.cancel}
          </Button>
          <Button
            loading={counter.isPending}
            disabled={lines.length === 0}
            onClick={() => counter.mutate({ id: row.id, lines, note: note.trim() })}
          >
            {words.counter}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};

export const ChooseDialog = ({ rfp, row, onClose }: { rfp: Rfp; row: Invitation; onClose: () => void }) => {
  const words = useWords(messages);
  const platform = useWords(platformMessages);
  const format = useFormat();
  const [taken, setTaken] = useState<string[]>(row.lines.map(({ id }) => id));
  const [po, setPo] = useState('');
  const choose = useAction(chooseOffer, { onDone: onClose });
  const total = row.lines
    .filter(({ id }) => taken.includes(id))
    .reduce((sum, line) => sum + (line.total?.amount ?? 0), 0);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`${words.choose} : ${row.publisher_name}`}
      closeButtonProps={{ 'aria-label': platform.close }}
    >
      <Stack>
        <Text size="sm">{words.chooseNote}</Text>
        <Checkbox.Group value={taken} onChange={setTaken} label={words.lines}>
          <Stack gap={6} mt={4}>
            {row.lines.map((line) => (
              <Checkbox
                key={line.id}
                value={line.id}
                label={`${line.name} · ${line.total ? format.money(line.total) : words.afterDelivery}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Text size="sm">
          {words.total} : <strong>{format.money({ amount: total, currency: rfp.currency })}</strong>
        </Text>
        <TextInput
          label={words.poNumber}
          maxLength={100}
          value={po}
          onChange={(event) => setPo(event.currentTarget.value)}
        />
        {choose.error ? <ErrorState error={choose.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {platform.cancel}
          </Button>
          <Button
            loading={choose.isPending}
            disabled={taken.length === 0}
            onClick={() => choose.mutate({ id: row.id, lines: taken, po_number: po.trim() || null })}
          >
            {words.choose}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
