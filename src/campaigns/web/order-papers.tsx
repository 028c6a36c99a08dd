import { Anchor, Button, CopyButton, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileCertificate } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  acceptInsertionOrderOffline,
  cancelOrder,
  issueInsertionOrder,
  listInsertionOrders,
} from '#campaigns/contract';
import type { InsertionOrder, InsertionOrderState } from '#campaigns/contract';
import { useMay } from '#people/web';
import {
  Answer,
  call,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Panel,
  StateMark,
  useAction,
  useForm,
  useFormat,
  useLanguage,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column, Tone } from '#platform/web';
import { messages } from './paper-messages.ts';

const tones: Record<InsertionOrderState, Tone> = {
  issued: 'blue',
  accepted: 'green',
  accepted_offline: 'green',
  superseded: 'gray',
};

/** The insertion orders of an order. */
export const OrderPapers = ({ order }: { order: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const [signing, setSigning] = useState<InsertionOrder>();
  const asked = useRoute(listInsertionOrders, { id: order });
  const mayWrite = may('campaigns.write');
  const issue = mayWrite ? (
    <Button variant="default" size="compact-sm" onClick={() => set({ issue: '1' })}>
      {words.issue}
    </Button>
  ) : null;
  const columns: Column<InsertionOrder>[] = [
    {
      key: 'number',
      header: words.number,
      value: (row) => row.number,
      cell: (row) => (
        <Anchor size="sm" href={`/api/insertion-orders/${row.id}/pdf`} target="_blank" rel="noreferrer">
          {row.number} ({words.pdf})
        </Anchor>
      ),
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[`state.${row.state}`],
      cell: (row) => <StateMark tone={tones[row.state]}>{words[`state.${row.state}`]}</StateMark>,
    },
    {
      key: 'issued',
      header: words.issued,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'sm',
    },
    { key: 'by', header: words.by, value: (row) => row.issued_by, from: 'md' },
    {
      key: 'acceptance',
      header: words.acceptance,
      value: (row) => row.acceptance?.name,
      cell: (row) =>
        row.acceptance ? (
          `${row.acceptance.name}, ${format.moment(row.acceptance.at)}${row.acceptance.address ? `, ${row.acceptance.address}` : ''}`
        ) : row.state === 'issued' && mayWrite ? (
          <Button size="compact-xs" variant="subtle" onClick={() => setSigning(row)}>
            {words.onPaper}
          </Button>
        ) : (
          '–'
        ),
      from: 'xs',
    },
  ];
  return (
    <Panel title={words.papers} note={words.papersNote} actions={issue} flush>
      <Answer of={asked}>
        {({ items }) => (
          <DataTable
            label={words.papers}
            file="insertion-orders"
            rows={items}
            columns={columns}
            rowKey={(row) => row.id}
            empty={
              <EmptyState
                icon={<IconFileCertificate size={32} aria-hidden />}
                title={words.none}
                next={words.noneNext}
              />
            }
          />
        )}
      </Answer>
      <FormDialog title={words.issue} opened={one('issue') === '1'} onClose={() => set({ issue: undefined })} size="lg">
        <IssueForm order={order} />
      </FormDialog>
      <FormDialog title={words.onPaper} opened={signing !== undefined} onClose={() => setSigning(undefined)}>
        {signing ? <PaperForm paper={signing} onDone={() => setSigning(undefined)} /> : null}
      </FormDialog>
    </Panel>
  );
};

const IssueForm = ({ order }: { order: string }) => {
  const words = useWords(messages);
  const { language: own } = useLanguage();
  const [language, setLanguage] = useState<'en' | 'fr'>(own);
  const [terms, setTerms] = useState('');
  const issue = useAction(issueInsertionOrder);
  if (issue.data) {
    const link = `${window.location.origin}${issue.data.path}`;
    return (
      <Stack>
        <Text size="sm">{words.linkOnce}</Text>
        <TextInput label={words.link} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        <Group justify="flex-end">
          <CopyButton value={link}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>}
          </CopyButton>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack>
      <Select
        label={words.language}
        allowDeselect={false}
        data={[
          { value: 'fr', label: words.french },
          { value: 'en', label: words.english },
        ]}
        value={language}
        onChange={(value) => setLanguage(value === 'fr' ? 'fr' : 'en')}
      />
      <Textarea
        label={words.terms}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={50_000}
        value={terms}
        onChange={(event) => setTerms(event.currentTarget.value)}
      />
      {issue.error ? <ErrorState error={issue.error} /> : null}
      <Group justify="flex-end">
        <Button loading={issue.isPending} onClick={() => issue.mutate({ id: order, language, terms })}>
          {words.issue}
        </Button>
      </Group>
    </Stack>
  );
};

const PaperForm = ({ paper, onDone }: { paper: InsertionOrder; onDone: () => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const form = useForm({ name: '', title: '', note: '' }, { required: ['name'] });
  const submit = form.submit(async (values) => {
    await call(acceptInsertionOrderOffline, { id: paper.id, ...values });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.recordPaper}>
      <TextInput label={words.signer} required data-autofocus {...form.text('name')} />
      <TextInput label={words.signerTitle} {...form.text('title')} />
      <Textarea label={words.note} autosize minRows={2} {...form.text('note')} />
    </Form>
  );
};

/** Cancels the whole order, with a reason. */
export const CancelOrder = ({ order }: { order: string }) => {
  const words = useWords(messages);
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const cancel = useAction(cancelOrder, {
    onDone: () => notifications.show({ color: 'green', message: words.cancelled }),
  });
  if (!may('campaigns.book')) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {words.cancelOrder}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        action={words.cancelOrder}
        question={words.cancelSure}
        reason={{ label: words.reason, required: true }}
        run={(reason) => cancel.mutateAsync({ id: order, reason })}
      />
    </>
  );
};
