import { Alert, Paper, Select, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { changeProposal, createProposal, readProposal } from '#campaigns/contract';
import type { Proposal } from '#campaigns/contract';
import { usePlaces } from '#inventory/web';
import { AdvertiserPicker } from '#people/web';
import { Answer, call, Form, Loading, Page, useForm, useLanguage, useRoute, useSearch, useWords } from '#platform/web';
import { draftOf, emptyLine, isWhole, offeredOf } from './proposal-draft.ts';
import type { DraftLine } from './proposal-draft.ts';
import { ProposalLines } from './proposal-lines.tsx';
import { messages } from './proposal-messages.ts';

type Values = {
  name: string;
  advertiser_id: string | null;
  language: 'en' | 'fr';
  currency: string;
  terms: string;
  expires_at: string | null;
  lines: DraftLine[];
};

const day = /^\d{4}-\d{2}-\d{2}$/;

/** A new proposal; the address may bring placements, days and an advertiser (from the calendar, for one). */
export const NewProposalPage = () => {
  const words = useWords(messages);
  const { one, many } = useSearch();
  const { language } = useLanguage();
  const places = usePlaces();
  const dayOf = (name: string) => (day.test(one(name) ?? '') ? (one(name) ?? null) : null);
  const placements = many('placement');
  const site = places.site.get(places.placement.get(placements[0] ?? '')?.site_id ?? '');
  return (
    <Page title={words.newProposal} trail={[{ label: words.proposals, to: '/proposals' }]}>
      {places.isReady ? (
        <Editor
          initial={{
            name: '',
            advertiser_id: one('advertiser') ?? null,
            language,
            currency: site?.currency ?? [...places.site.values()][0]?.currency ?? 'EUR',
            terms: '',
            expires_at: null,
            lines: [
              emptyLine({
                placements: placements.filter((id) => places.placement.has(id)),
                first: dayOf('start'),
                last: dayOf('end'),
              }),
            ],
          }}
        />
      ) : (
        <Loading />
      )}
    </Page>
  );
};

export const EditProposalPage = () => {
  const words = useWords(messages);
  const places = usePlaces();
  const zoneOf = useZoneOfPlace();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readProposal, { id });
  return (
    <Answer of={asked}>
      {(proposal) => (
        <Page
          title={words.editProposal}
          trail={[
            { label: words.proposals, to: '/proposals' },
            { label: proposal.name, to: `/proposals/${id}` },
          ]}
        >
          {places.isReady ? (
            <Editor
              key={`${proposal.id} ${proposal.version}`}
              proposal={proposal}
              initial={{
                name: proposal.name,
                advertiser_id: proposal.advertiser_id,
                language: proposal.language,
                currency: proposal.currency,
                terms: proposal.terms,
                expires_at: proposal.expires_at,
                lines: proposal.lines.map((line) => draftOf(line, zoneOf(line.placements))),
              }}
            />
          ) : (
            <Loading />
          )}
        </Page>
      )}
    </Answer>
  );
};

const useZoneOfPlace = () => {
  const places = usePlaces();
  return (placements: readonly string[]): string =>
    places.site.get(places.placement.get(placements[0] ?? '')?.site_id ?? '')?.time_zone ?? 'UTC';
};

const Editor = ({ proposal, initial }: { proposal?: Proposal; initial: Values }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const zoneOf = useZoneOfPlace();
  const form = useForm<Values>(initial, { required: ['name', 'advertiser_id', 'currency', 'lines'] });
  const { values, change, errors } = form;
  const currency = /^[A-Z]{3}$/.test(values.currency) ? values.currency : 'EUR';
  const zone = (line: DraftLine) => zoneOf(line.placements);
  const unfinished = values.lines.filter((line) => !isWhole(line)).length;
  const submit = form.submit(async (v) => {
    const fields = {
      name: v.name,
      language: v.language,
      terms: v.terms,
      expires_at: v.expires_at ? new Date(v.expires_at).toISOString() : null,
      lines: v.lines.map((line) => offeredOf(line, { currency, zone: zone(line) })),
    };
    const made = proposal
      ? await call(changeProposal, { id: proposal.id, ...fields })
      : await call(createProposal, { ...fields, advertiser_id: v.advertiser_id ?? '', currency });
    await queries.invalidateQueries();
    void navigate({ to: `/proposals/${made.id}`, search: {} });
  });
  return (
    <Paper p="lg">
      <Form
        onSubmit={unfinished > 0 ? (event) => event.preventDefault() : submit}
        problem={form.problem}
        busy={form.busy}
        action={words.save}
      >
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          <TextInput label={words.name} required {...form.text('name')} />
          <AdvertiserPicker
            label={words.advertiser}
            required
            disabled={proposal !== undefined}
            {...form.field('advertiser_id')}
          />
          <TextInput label={words.currency} required disabled={proposal !== undefined} {...form.text('currency')} />
          <Select
            label={words.language}
            allowDeselect={false}
            data={[
              { value: 'fr', label: words.french },
              { value: 'en', label: words.english },
            ]}
            value={values.language}
            onChange={(value) => change({ language: value === 'fr' ? 'fr' : 'en' })}
          />
          <DateTimePicker
            label={words.deadline}
            description={words.deadlineHint}
            locale={language}
            valueFormat="D MMM YYYY HH:mm"
            clearable
            value={values.expires_at}
            error={errors['expires_at']}
            onChange={(expires_at) => change({ expires_at })}
          />
        </SimpleGrid>
        <Text fw={600} size="sm">
          {words.lines}
        </Text>
        {errors['lines'] ? (
          <Alert color="red" variant="light" role="alert">
            {errors['lines']}
          </Alert>
        ) : null}
        <ProposalLines lines={values.lines} currency={currency} zoneOf={zone} onChange={(lines) => change({ lines })} />
        {unfinished > 0 ? (
          <Text size="sm" c="dimmed" role="status">
            {words.unfinished}
          </Text>
        ) : null}
        <Textarea
          label={words.terms}
          description={words.termsHint}
          autosize
          minRows={4}
          maxRows={16}
          maxLength={50_000}
          {...form.text('terms')}
        />
      </Form>
    </Paper>
  );
};
