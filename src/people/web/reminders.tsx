import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useState } from 'react';
import { createReminder, listReminders, settleReminder } from '#people/contract';
import type { Reminder } from '#people/contract';
import { addDays, ErrorState, Link, Panel, useAction, useFormat, useLanguage, useList, useWords } from '#platform/web';
import { messages } from './contact-messages.ts';
import { useMay } from './use-me.ts';

const today = () => new Date().toISOString().slice(0, 10);

/** What is due on *Today*; nothing where nothing is. */
export const DueReminders = () => {
  const words = useWords(messages);
  const may = useMay();
  const list = useList(
    listReminders,
    { limit: 50, open: 'true', due_by: today() },
    { every: 60_000, enabled: may('contacts.read') },
  );
  if (!list.rows?.length) return null;
  return (
    <Panel title={words.dueToday}>
      <Rows rows={list.rows} withContact />
    </Panel>
  );
};

export const ContactReminders = ({ contact }: { contact: string }) => {
  const words = useWords(messages);
  const may = useMay();
  const { language } = useLanguage();
  const [due, setDue] = useState<string | null>(addDays(today(), 7));
  const [text, setText] = useState('');
  const list = useList(listReminders, { limit: 50, contact_id: contact, open: 'true' });
  const add = useAction(createReminder, { onDone: () => setText('') });
  return (
    <Panel title={words.reminders} note={words.remindersNote}>
      <Stack gap="sm">
        {list.rows?.length ? <Rows rows={list.rows} /> : <Text c="dimmed">{words.remindersNone}</Text>}
        {may('contacts.write') ? (
          <Group align="flex-end" gap="xs">
            <TextInput
              label={words.what}
              flex="1 1 220px"
              maxLength={500}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <DatePickerInput
              label={words.due}
              w={170}
              locale={language}
              valueFormat="D MMM YYYY"
              value={due}
              onChange={setDue}
            />
            <Button
              variant="default"
              loading={add.isPending}
              disabled={text.trim() === '' || due === null}
              onClick={() => add.mutate({ contact_id: contact, due_on: due ?? today(), note: text.trim() })}
            >
              {words.remind}
            </Button>
          </Group>
        ) : null}
        {add.error ? <ErrorState error={add.error} /> : null}
      </Stack>
    </Panel>
  );
};

const Rows = ({ rows, withContact = false }: { rows: readonly Reminder[]; withContact?: boolean }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const settle = useAction(settleReminder);
  return (
    <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {rows.map((row) => (
        <Group key={row.id} component="li" justify="space-between" wrap="nowrap" gap="sm">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {withContact ? (
              <>
                <Link className="vg-link vg-in-text" to={`/contacts/${row.contact_id}`}>
                  {row.contact_name}
                </Link>
                {row.party_name ? ` (${row.party_name})` : ''} ·{' '}
              </>
            ) : null}
            {row.note}{' '}
            <Text span size="xs" c={row.due_on < today() ? 'var(--bad)' : 'dimmed'}>
              · {format.day(row.due_on)} · {row.owner_name}
            </Text>
          </Text>
          {may('contacts.write') ? (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`${words.done}: ${row.note}`}
              loading={settle.isPending}
              onClick={() => settle.mutate({ id: row.id })}
            >
              {words.done}
            </Button>
          ) : null}
        </Group>
      ))}
    </Stack>
  );
};
