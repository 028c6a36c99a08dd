import { Anchor, Button, Select, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { noteContact, readContact, readContactHistory, removeContact } from '#people/contract';
import type { Contact, ContactEntry } from '#people/contract';
import {
  Answer,
  ConfirmDialog,
  Detail,
  EmptyState,
  ErrorState,
  FormDialog,
  Link,
  Page,
  Panel,
  useAction,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { messages } from './contact-messages.ts';
import { ContactForm, usePartyName } from './contacts-page.tsx';
import { ContactReminders } from './reminders.tsx';
import { useMay } from './use-me.ts';

/** One contact: how to reach them, what is due, what was said. */
export const ContactPage = () => {
  const words = useWords(messages);
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const { id = '' } = useParams({ strict: false });
  const [leaving, setLeaving] = useState(false);
  const remove = useAction(removeContact, { onDone: () => void navigate({ to: '/contacts', search: {} }) });
  const mayWrite = may('contacts.write');
  return (
    <Answer of={useRoute(readContact, { id })}>
      {(contact) => (
        <Page
          title={contact.name}
          trail={[{ label: words.contacts, to: '/contacts' }]}
          actions={
            mayWrite ? (
              <>
                <Button variant="default" onClick={() => setLeaving(true)}>
                  {words.remove}
                </Button>
                <Button
                  variant="default"
                  leftSection={<IconPencil size={16} aria-hidden />}
                  onClick={() => set({ edit: '1' })}
                >
                  {words.edit}
                </Button>
              </>
            ) : null
          }
        >
          <Details contact={contact} />
          <ContactReminders contact={id} />
          <Panel title={words.history}>
            <Stack gap="md">
              {mayWrite ? <NoteForm id={id} /> : null}
              <Answer of={useHistory(id)}>{({ items }) => <Entries items={items} />}</Answer>
            </Stack>
          </Panel>
          <FormDialog title={words.edit} opened={one('edit') === '1'} onClose={() => set({ edit: undefined })}>
            <ContactForm contact={contact} onDone={() => set({ edit: undefined })} />
          </FormDialog>
          <ConfirmDialog
            opened={leaving}
            onClose={() => setLeaving(false)}
            action={words.remove}
            question={words.removeSure(contact.name)}
            run={() => remove.mutateAsync({ id })}
          />
        </Page>
      )}
    </Answer>
  );
};

const useHistory = (id: string) => useRoute(readContactHistory, { id }, { every: 30_000 });

const Details = ({ contact }: { contact: Contact }) => {
  const words = useWords(messages);
  const partyName = usePartyName();
  return (
    <Panel>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
        <Detail label={words.party}>{partyName(contact) || '–'}</Detail>
        <Detail label={words.role}>{contact.role ?? '–'}</Detail>
        <Detail label={words.email}>
          {contact.email ? <Anchor href={`mailto:${contact.email}`}>{contact.email}</Anchor> : '–'}
        </Detail>
        <Detail label={words.phone}>
          {contact.phone ? <Anchor href={`tel:${contact.phone.replace(/[^+\d]/g, '')}`}>{contact.phone}</Anchor> : '–'}
        </Detail>
      </SimpleGrid>
    </Panel>
  );
};

const saidKinds = ['call', 'meeting', 'email', 'note'] as const;

const NoteForm = ({ id }: { id: string }) => {
  const words = useWords(messages);
  const [kind, setKind] = useState<(typeof saidKinds)[number]>('call');
  const [text, setText] = useState('');
  const note = useAction(noteContact, { onDone: () => setText('') });
  return (
    <Stack gap="xs">
      <Select
        label={words.kind}
        w={200}
        allowDeselect={false}
        data={saidKinds.map((value) => ({ value, label: words[`did.${value}`] }))}
        value={kind}
        onChange={(value) => setKind(saidKinds.find((one) => one === value) ?? 'note')}
      />
      <Textarea
        label={words.note}
        autosize
        minRows={2}
        maxLength={5000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {note.error ? <ErrorState error={note.error} /> : null}
      <Button
        style={{ alignSelf: 'flex-end' }}
        variant="default"
        loading={note.isPending}
        disabled={text.trim() === ''}
        onClick={() => note.mutate({ id, kind, note: text.trim() })}
      >
        {words.noteIt}
      </Button>
    </Stack>
  );
};

/** Where the things that a contact was told of are looked at. */
const places: Record<string, string> = { proposal: '/proposals', rfp: '/rfps', order: '/orders' };

const Entries = ({ items }: { items: readonly ContactEntry[] }) => {
  const words = useWords(messages);
  const format = useFormat();
  const phrases: Record<string, unknown> = words;
  if (items.length === 0) return <EmptyState title={words.historyNone} next={words.historyNext} />;
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {items.map((entry) => (
        <li key={entry.id} style={{ borderLeft: '3px solid var(--line)', paddingLeft: 12 }}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <strong>{entry.author}</strong> · {String(phrases[`did.${entry.kind}`] ?? entry.kind)}
            {entry.subject ? (
              <>
                {' · '}
                {places[entry.subject.kind] ? (
                  <Link className="vg-link vg-in-text" to={`${places[entry.subject.kind]}/${entry.subject.id}`}>
                    {entry.subject.name}
                  </Link>
                ) : (
                  entry.subject.name
                )}
              </>
            ) : null}{' '}
            <Text span c="dimmed" size="xs">
              · <time dateTime={entry.at}>{format.moment(entry.at)}</time>
            </Text>
          </Text>
          {entry.note ? (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {entry.note}
            </Text>
          ) : null}
        </li>
      ))}
    </Stack>
  );
};
