import { Group, SimpleGrid, TextInput } from '@mantine/core';
import { IconAddressBook } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { changeContact, createContact, listContacts } from '#people/contract';
import type { Contact } from '#people/contract';
import {
  call,
  EmptyState,
  Form,
  FormDialog,
  Link,
  ListPanel,
  Page,
  SearchBox,
  useForm,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './contact-messages.ts';
import { AddButton } from './party-page.tsx';
import { AdvertiserPicker, PublisherPicker, useAdvertisers, usePublishers } from './pickers.tsx';
import { useMay } from './use-me.ts';

/** The name of whom a contact works for. */
export const usePartyName = () => {
  const may = useMay();
  const names = new Map(
    [...(useAdvertisers().rows ?? []), ...(usePublishers(may('publishers.read')).rows ?? [])].map(({ id, name }) => [
      id,
      name,
    ]),
  );
  return ({ advertiser_id, publisher_id }: Contact): string =>
    names.get(advertiser_id ?? '') ?? names.get(publisher_id ?? '') ?? '';
};

/** The people one talks to. */
export const ContactsPage = () => {
  const words = useWords(messages);
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const partyName = usePartyName();
  const q = one('q');
  const list = useList(listContacts, { limit: 200, ...(q ? { name: q } : {}) });
  const add = may('contacts.write') ? <AddButton label={words.add} onClick={() => set({ new: '1' })} /> : null;
  const columns: Column<Contact>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/contacts/${row.id}`}>{row.name}</Link>,
    },
    { key: 'party', header: words.party, value: partyName },
    { key: 'role', header: words.role, value: (row) => row.role, from: 'sm' },
    { key: 'email', header: words.email, value: (row) => row.email, from: 'sm' },
    { key: 'phone', header: words.phone, value: (row) => row.phone, from: 'md' },
  ];
  return (
    <Page title={words.contacts} actions={add}>
      <SearchBox />
      <ListPanel
        list={list}
        label={words.contacts}
        file="contacts"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          q ? (
            <EmptyState title={words.noneMatch} />
          ) : (
            <EmptyState
              icon={<IconAddressBook size={36} aria-hidden />}
              title={words.none}
              next={words.noneNext}
              action={add}
            />
          )
        }
      />
      <FormDialog title={words.add} opened={one('new') === '1'} onClose={() => set({ new: undefined })}>
        <ContactForm onDone={(made) => void navigate({ to: `/contacts/${made.id}`, search: {} })} />
      </FormDialog>
    </Page>
  );
};

export const ContactForm = ({ contact, onDone }: { contact?: Contact; onDone: (contact: Contact) => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm<{
    name: string;
    role: string;
    email: string;
    phone: string;
    advertiser_id: string | null;
    publisher_id: string | null;
  }>(
    {
      name: contact?.name ?? '',
      role: contact?.role ?? '',
      email: contact?.email ?? '',
      phone: contact?.phone ?? '',
      advertiser_id: contact?.advertiser_id ?? null,
      publisher_id: contact?.publisher_id ?? null,
    },
    { required: ['name'] },
  );
  const submit = form.submit(async ({ name, role, email, phone, advertiser_id, publisher_id }) => {
    const fields = {
      name,
      advertiser_id,
      publisher_id,
      role: role.trim() || null,
      email: email.trim() || null,
      phone: phone.trim() || null,
    };
    const made = contact ? await call(changeContact, { id: contact.id, ...fields }) : await call(createContact, fields);
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <TextInput label={words.role} {...form.text('role')} />
      <Group grow align="flex-start">
        <TextInput label={words.email} type="email" {...form.text('email')} />
        <TextInput label={words.phone} type="tel" {...form.text('phone')} />
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <AdvertiserPicker label={words.advertiser} clearable {...form.field('advertiser_id')} />
        <PublisherPicker label={words.publisher} {...form.field('publisher_id')} />
      </SimpleGrid>
    </Form>
  );
};
