import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconShieldLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Site } from '#inventory/contract';
import { useSites } from '#inventory/web';
import {
  changePrivacy,
  eraseVisitor,
  exportVisitor,
  findVisitor,
  readPrivacy,
  type SitePrivacy,
  type VisitorFound,
} from '#measurement/contract';
import { useMay } from '#people/web';
import {
  Answer,
  call,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorState,
  Form,
  Link,
  Loading,
  Page,
  Panel,
  StateMark,
  useForm,
  useFormat,
  useLanguage,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { optOutSnippet } from './optout-snippet.ts';
import { privacyMessages } from './privacy-messages.ts';

/** What a site keeps of its visitors, for how long, and the rights of one visitor. */
export const PrivacyPage = () => {
  const words = useWords(privacyMessages);
  const { one, set } = useSearch();
  const sites = useSites();
  if (sites.error) return <ErrorState error={sites.error} retry={sites.retry} />;
  if (!sites.rows) return <Loading height={300} />;
  const site = sites.rows.find(({ id, domain }) => id === one('site') || domain === one('site')) ?? sites.rows[0];
  if (!site)
    return (
      <Page title={words.title}>
        <EmptyState icon={<IconShieldLock size={36} aria-hidden />} title={words.noSite} next={words.noSiteNext} />
      </Page>
    );
  return (
    <Page
      title={words.title}
      under={words.under}
      actions={
        <Select
          aria-label={words.site}
          w={200}
          searchable
          allowDeselect={false}
          data={sites.rows.map(({ id, domain }) => ({ value: id, label: domain }))}
          value={site.id}
          onChange={(id) => set({ site: id ?? undefined }, { push: true })}
        />
      }
    >
      <OfSite key={site.id} site={site} />
    </Page>
  );
};

const OfSite = ({ site }: { site: Site }) => {
  const words = useWords(privacyMessages);
  const may = useMay();
  const asked = useRoute(readPrivacy, { id: site.id });
  const isExempt = site.mode === 'exempt';
  return (
    <>
      <Alert
        variant="light"
        color="gray"
        title={isExempt ? words.exemptTitle : words.consentedTitle}
        icon={<IconShieldLock aria-hidden />}
      >
        {isExempt ? words.exemptText : words.consentedText} <Link to={`/sites/${site.id}`}>{words.sitePage}</Link>
      </Alert>
      <Answer of={asked}>
        {(privacy) => (
          <>
            <Retention privacy={privacy} />
            <Kept privacy={privacy} />
            <Stored privacy={privacy} />
          </>
        )}
      </Answer>
      {may('privacy.manage') ? <OneVisitor site={site} /> : null}
      <OptOut />
    </>
  );
};

const Retention = ({ privacy }: { privacy: SitePrivacy }) => {
  const words = useWords(privacyMessages);
  const may = useMay();
  const queries = useQueryClient();
  const form = useForm({
    audience_months: privacy.audience_months as number | string,
    ads_months: privacy.ads_months as number | string,
    imported_months: privacy.imported_months as number | string,
  });
  const submit = form.submit(async ({ audience_months, ads_months, imported_months }) => {
    await call(changePrivacy, {
      id: privacy.site_id,
      audience_months: Number(audience_months),
      ads_months: Number(ads_months),
      imported_months: Number(imported_months),
    });
    notifications.show({ message: words.saved });
    await queries.invalidateQueries();
  });
  const fields = (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NumberInput
        label={words.audience}
        min={1}
        max={privacy.mode === 'exempt' ? 25 : 120}
        disabled={!may('privacy.manage')}
        {...form.field('audience_months')}
      />
      <NumberInput
        label={words.ads}
        min={1}
        max={120}
        disabled={!may('privacy.manage')}
        {...form.field('ads_months')}
      />
      <NumberInput
        label={words.imported}
        min={1}
        max={privacy.mode === 'exempt' ? 25 : 120}
        disabled={!may('privacy.manage')}
        {...form.field('imported_months')}
      />
    </SimpleGrid>
  );
  return (
    <Panel title={words.retention}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.retentionNote}
      </Text>
      {may('privacy.manage') ? (
        <Form onSubmit={submit} problem={form.problem} busy={form.busy}>
          {fields}
        </Form>
      ) : (
        fields
      )}
    </Panel>
  );
};

const Kept = ({ privacy }: { privacy: SitePrivacy }) => {
  const words = useWords(privacyMessages);
  const { language } = useLanguage();
  return (
    <Panel title={words.kept} flush>
      <DataTable
        label={words.kept}
        file="kept"
        rows={privacy.kept}
        rowKey={(row) => row.columns[0] ?? ''}
        columns={[
          { key: 'what', header: words.keptWhat, value: (row) => row.what[language] },
          { key: 'why', header: words.keptWhy, value: (row) => row.why[language], from: 'sm' },
          {
            key: 'here',
            header: words.keptHere,
            value: (row) => (row.used ? words.yes : words.no),
            cell: (row) => <StateMark tone={row.used ? 'blue' : 'gray'}>{row.used ? words.yes : words.no}</StateMark>,
          },
          {
            key: 'columns',
            header: words.columns,
            value: (row) => row.columns.join(', '),
            cell: (row) => (
              <Text size="xs" c="dimmed" maw={260}>
                {row.columns.join(', ')}
              </Text>
            ),
            from: 'lg',
          },
        ]}
        empty={null}
      />
    </Panel>
  );
};

const Stored = ({ privacy }: { privacy: SitePrivacy }) => {
  const words = useWords(privacyMessages);
  const format = useFormat();
  return (
    <Panel title={words.stored} flush>
      <DataTable
        label={words.stored}
        file="stored"
        rows={privacy.stored}
        rowKey={(row) => row.table}
        columns={[
          { key: 'table', header: words.table, value: (row) => row.table, cell: (row) => <code>{row.table}</code> },
          {
            key: 'rows',
            header: words.rows,
            value: (row) => row.rows,
            cell: (row) => format.number(row.rows),
            align: 'right',
          },
          {
            key: 'oldest',
            header: words.oldest,
            value: (row) => row.oldest,
            cell: (row) => format.day(row.oldest),
            align: 'right',
          },
        ]}
        empty={null}
      />
    </Panel>
  );
};

const OneVisitor = ({ site }: { site: Site }) => {
  const words = useWords(privacyMessages);
  const format = useFormat();
  const [found, setFound] = useState<VisitorFound>();
  const [sure, setSure] = useState(false);
  const form = useForm({ visitor_id: '' }, { required: ['visitor_id'] });
  const asked = { site_id: site.id, visitor_id: form.values.visitor_id.trim() };
  const submit = form.submit(async () => setFound(await call(findVisitor, asked)));
  const erase = async () => {
    const gone = await call(eraseVisitor, asked);
    notifications.show({ message: words.erased(format.number(gone.rows)) });
    setFound(undefined);
  };
  const take = async () => {
    const answer = await fetch(exportVisitor.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = 'visitor.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Panel title={words.visitor}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.visitorNote}
      </Text>
      <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.find}>
        <TextInput
          label={words.visitorId}
          required
          {...form.text('visitor_id')}
          onChange={(event) => {
            form.change({ visitor_id: event.currentTarget.value });
            setFound(undefined);
          }}
        />
      </Form>
      {found ? (
        <Group mt="sm" gap="sm" aria-live="polite">
          <Text size="sm">{found.rows === 0 ? words.nothing : words.foundRows(format.number(found.rows))}</Text>
          {found.rows > 0 ? (
            <>
              <Button variant="default" onClick={() => void take()}>
                {words.take}
              </Button>
              <Button color="red" variant="light" onClick={() => setSure(true)}>
                {words.erase}
              </Button>
            </>
          ) : null}
        </Group>
      ) : null}
      <ConfirmDialog
        opened={sure}
        onClose={() => setSure(false)}
        action={words.erase}
        question={words.eraseSure}
        run={erase}
      />
    </Panel>
  );
};

const OptOut = () => {
  const words = useWords(privacyMessages);
  const { language } = useLanguage();
  const snippet = optOutSnippet(language);
  return (
    <Panel
      title={words.optout}
      actions={
        <CopyButton value={snippet}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? words.copied : words.copy}
            </Button>
          )}
        </CopyButton>
      }
    >
      <Text size="sm" c="dimmed" mb="xs">
        {words.optoutNote}
      </Text>
      <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-word' }}>
        {snippet}
      </Code>
    </Panel>
  );
};
