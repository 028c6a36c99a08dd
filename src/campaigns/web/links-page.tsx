import {
  ActionIcon,
  Autocomplete,
  Button,
  Code,
  CopyButton,
  Group,
  Select,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { IconLink, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  changeLinkRules,
  createLink,
  type Link as BuiltLink,
  linkBuilt,
  type LinkRules,
  listLineItems,
  listLinks,
  nameWritten,
  readLinkRules,
  removeLink,
} from '#campaigns/contract';
import { AddButton, useMay } from '#people/web';
import {
  Answer,
  call,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Link,
  Page,
  Panel,
  useAction,
  useForm,
  useFormat,
  useList,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { linkMessages } from './link-messages.ts';

/** Links that were built, the form that builds one, and the rules they are written by. */
export const LinksPage = () => {
  const words = useWords(linkMessages);
  const may = useMay();
  const { one, set } = useSearch();
  const rules = useRoute(readLinkRules, {});
  const close = () => set({ new: undefined, rules: undefined });
  const add = may('links.write') ? <AddButton label={words.build} onClick={() => set({ new: '1' })} /> : null;
  return (
    <Page
      title={words.title}
      under={words.under}
      actions={
        may('links.write') ? (
          <>
            <Button variant="default" onClick={() => set({ rules: '1' })}>
              {words.rules}
            </Button>
            {add}
          </>
        ) : null
      }
    >
      <Links add={add} />
      <FormDialog title={words.build} opened={one('new') === '1'} onClose={close} size="lg">
        <Answer of={rules}>{(found) => <LinkForm rules={found} onDone={close} />}</Answer>
      </FormDialog>
      <FormDialog title={words.rules} opened={one('rules') === '1'} onClose={close}>
        <Answer of={rules}>{(found) => <RulesForm rules={found} onDone={close} />}</Answer>
      </FormDialog>
    </Page>
  );
};

const Links = ({ add }: { add: ReactNode }) => {
  const words = useWords(linkMessages);
  const format = useFormat();
  const may = useMay();
  const [leaving, setLeaving] = useState<BuiltLink>();
  const remove = useAction(removeLink);
  const list = useList(listLinks, { limit: 100 });
  const columns: Column<BuiltLink>[] = [
    {
      key: 'campaign',
      header: words.campaign,
      value: (row) => row.campaign,
      cell: (row) => (
        <div>
          <Link
            to="/audience"
            search={{ f: `is|visit:utm_campaign|${row.campaign}` }}
            aria-label={`${words.visits}: ${row.campaign}`}
          >
            {row.campaign}
          </Link>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {row.built}
          </Text>
        </div>
      ),
    },
    { key: 'source', header: words.source, value: (row) => row.source, from: 'sm' },
    { key: 'medium', header: words.medium, value: (row) => row.medium, from: 'sm' },
    {
      key: 'line',
      header: words.line,
      value: (row) => row.line_item_name,
      cell: (row) =>
        row.line_item_id ? <Link to={`/line-items/${row.line_item_id}`}>{row.line_item_name}</Link> : '–',
      from: 'md',
    },
    {
      key: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.day(row.created_at),
      from: 'lg',
    },
    {
      key: 'copy',
      header: '',
      value: () => null,
      cell: (row) => (
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Copy text={row.built} what={row.campaign} />
          {may('links.write') ? (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${words.remove}: ${row.campaign}`}
              onClick={() => setLeaving(row)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          ) : null}
        </Group>
      ),
    },
  ];
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  return (
    <Panel flush>
      <DataTable
        label={words.title}
        file="links"
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState icon={<IconLink size={36} aria-hidden />} title={words.none} next={words.noneNext} action={add} />
        }
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
      />
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.remove}
        question={words.removeSure}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
      />
    </Panel>
  );
};

const Copy = ({ text, what }: { text: string; what: string }) => {
  const words = useWords(linkMessages);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" onClick={copy} aria-label={`${words.copy}: ${what}`}>
          {copied ? words.copied : words.copy}
        </Button>
      )}
    </CopyButton>
  );
};

const LinkForm = ({ rules, onDone }: { rules: LinkRules; onDone: () => void }) => {
  const words = useWords(linkMessages);
  const queries = useQueryClient();
  const lines = useList(listLineItems, { limit: 200 });
  const form = useForm(
    {
      url: 'https://',
      source: '',
      medium: '',
      campaign: '',
      content: '',
      term: '',
      line_item_id: null as string | null,
    },
    { required: ['url', 'source', 'medium', 'campaign'] },
  );
  const submit = form.submit(async (values) => {
    await call(createLink, values);
    await queries.invalidateQueries();
    onDone();
  });
  const { url, line_item_id, ...tags } = form.values;
  const written = Object.fromEntries(
    Object.entries(tags).map(([name, text]) => [name, nameWritten(text, rules)]),
  ) as typeof tags;
  const built = URL.canParse(url) && url !== 'https://' ? linkBuilt(url, written, line_item_id) : '';
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.build}>
      <TextInput label={words.url} type="url" required data-autofocus {...form.text('url')} />
      <Group grow align="flex-start">
        <Autocomplete label={words.source} required data={rules.sources} {...form.field('source')} />
        <Autocomplete label={words.medium} required data={rules.media} {...form.field('medium')} />
      </Group>
      <TextInput
        label={words.campaign}
        required
        {...(rules.parts.length > 0 ? { description: rules.parts.map((part) => `{${part}}`).join('_') } : {})}
        {...form.text('campaign')}
      />
      <Group grow align="flex-start">
        <TextInput label={words.content} {...form.text('content')} />
        <TextInput label={words.term} {...form.text('term')} />
      </Group>
      <Select
        label={words.line}
        description={words.lineHint}
        searchable
        clearable
        data={(lines.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.field('line_item_id')}
      />
      {built ? (
        <div>
          <Text size="sm" fw={500}>
            {words.result}
          </Text>
          <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} aria-live="polite">
            {built}
          </Code>
        </div>
      ) : null}
    </Form>
  );
};

const RulesForm = ({ rules, onDone }: { rules: LinkRules; onDone: () => void }) => {
  const words = useWords(linkMessages);
  const queries = useQueryClient();
  const form = useForm({ ...rules });
  const submit = form.submit(async (values) => {
    await call(changeLinkRules, values);
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy}>
      <Switch
        label={words.lower}
        checked={form.values.lower_case}
        onChange={(event) => form.change({ lower_case: event.currentTarget.checked })}
      />
      <Select
        label={words.separator}
        allowDeselect={false}
        data={['-', '_', '.', '+']}
        value={form.values.separator}
        onChange={(value) => form.change({ separator: (value ?? '-') as LinkRules['separator'] })}
      />
      <TagsInput label={words.sources} {...form.field('sources')} />
      <TagsInput label={words.media} {...form.field('media')} />
      <TagsInput label={words.parts} description={words.partsHint} {...form.field('parts')} />
    </Form>
  );
};
