import { Alert, MultiSelect, Paper, Select, SimpleGrid, Text, Textarea, TextInput } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { changeRfp, createRfp, readRfp } from '#campaigns/contract';
import type { Rfp } from '#campaigns/contract';
import { AdvertiserPicker, usePublishers } from '#people/web';
import {
  addDays,
  Answer,
  call,
  Form,
  Page,
  useForm,
  useLanguage,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import { askedOf, emptyAsked, isWholeLine } from './rfp-draft.ts';
import type { AskedDraft } from './rfp-draft.ts';
import { RfpLines } from './rfp-lines-editor.tsx';
import { messages } from './rfp-messages.ts';

type Values = {
  name: string;
  advertiser_id: string | null;
  language: 'en' | 'fr';
  currency: string;
  brief: string;
  terms: string;
  due_at: string | null;
  publishers: string[];
  lines: AskedDraft[];
};

/** A new request; the address may bring an advertiser, days and a name. */
export const NewRfpPage = () => {
  const words = useWords(messages);
  const { one } = useSearch();
  const { language } = useLanguage();
  const today = useNow().toISOString().slice(0, 10);
  return (
    <Page title={words.newRfp} trail={[{ label: words.rfps, to: '/rfps' }]}>
      <Editor
        initial={{
          name: one('name') ?? '',
          advertiser_id: one('advertiser') ?? null,
          language,
          currency: 'EUR',
          brief: '',
          terms: '',
          due_at: `${addDays(today, 7)} 18:00:00`,
          publishers: [],
          lines: [emptyAsked({ first_day: one('start') ?? null, last_day: one('end') ?? null })],
        }}
      />
    </Page>
  );
};

export const EditRfpPage = () => {
  const words = useWords(messages);
  const { id = '' } = useParams({ strict: false });
  return (
    <Answer of={useRoute(readRfp, { id })}>
      {(rfp) => (
        <Page
          title={words.editRfp}
          trail={[
            { label: words.rfps, to: '/rfps' },
            { label: rfp.name, to: `/rfps/${id}` },
          ]}
        >
          <Editor
            key={rfp.id}
            rfp={rfp}
            initial={{
              name: rfp.name,
              advertiser_id: rfp.advertiser_id,
              language: rfp.language,
              currency: rfp.currency,
              brief: rfp.brief,
              terms: rfp.terms,
              due_at: rfp.due_at,
              publishers: [],
              lines: rfp.lines.map((line) => emptyAsked(line)),
            }}
          />
        </Page>
      )}
    </Answer>
  );
};

const Editor = ({ rfp, initial }: { rfp?: Rfp; initial: Values }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const publishers = usePublishers();
  const form = useForm<Values>(initial, {
    required: ['name', 'advertiser_id', 'currency', 'due_at', 'lines'],
    also: ['invited'],
  });
  const { values, change, errors } = form;
  const currency = /^[A-Z]{3}$/.test(values.currency) ? values.currency : 'EUR';
  const isFixed = rfp?.invitations.some(({ state }) => state !== 'draft') ?? false;
  const unfinished = values.lines.some((line) => !isWholeLine(line));
  const submit = form.submit(async (v) => {
    const common = { name: v.name, terms: v.terms };
    const open = {
      ...common,
      language: v.language,
      brief: v.brief,
      due_at: new Date(v.due_at ?? '').toISOString(),
      lines: v.lines.map(askedOf),
    };
    const made = rfp
      ? await call(changeRfp, { id: rfp.id, ...(isFixed ? common : open) })
      : await call(createRfp, {
          ...open,
          advertiser_id: v.advertiser_id ?? '',
          currency,
          invited: v.publishers.map((publisher_id) => ({ publisher_id })),
        });
    await queries.invalidateQueries();
    void navigate({ to: `/rfps/${made.id}`, search: {} });
  });
  return (
    <Paper p="lg">
      <Form
        onSubmit={unfinished ? (event) => event.preventDefault() : submit}
        problem={form.problem}
        busy={form.busy}
        action={words.save}
      >
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          <TextInput label={words.name} required {...form.text('name')} />
          <AdvertiserPicker
            label={words.advertiser}
            required
            disabled={rfp !== undefined}
            {...form.field('advertiser_id')}
          />
          <TextInput label={words.currency} required disabled={rfp !== undefined} {...form.text('currency')} />
          <Select
            label={words.language}
            allowDeselect={false}
            disabled={isFixed}
            data={[
              { value: 'fr', label: words.french },
              { value: 'en', label: words.english },
            ]}
            value={values.language}
            onChange={(value) => change({ language: value === 'fr' ? 'fr' : 'en' })}
          />
          <DateTimePicker
            label={words.due}
            required
            disabled={isFixed}
            locale={language}
            valueFormat="D MMM YYYY HH:mm"
            value={values.due_at}
            error={errors['due_at']}
            onChange={(due_at) => change({ due_at })}
          />
          {rfp ? null : (
            <MultiSelect
              label={words.publishers}
              searchable
              clearable
              data={(publishers.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={values.publishers}
              error={errors['publishers']}
              onChange={(chosen) => change({ publishers: chosen })}
            />
          )}
        </SimpleGrid>
        <Textarea
          label={words.brief}
          description={words.briefHint}
          disabled={isFixed}
          autosize
          minRows={3}
          maxRows={14}
          maxLength={20_000}
          {...form.text('brief')}
        />
        <Text fw={600} size="sm">
          {words.lines}
        </Text>
        {errors['lines'] ? (
          <Alert color="red" variant="light" role="alert">
            {errors['lines']}
          </Alert>
        ) : null}
        <RfpLines lines={values.lines} currency={currency} disabled={isFixed} onChange={(lines) => change({ lines })} />
        {unfinished ? (
          <Text size="sm" c="dimmed" role="status">
            {words.unfinished}
          </Text>
        ) : null}
        <Textarea
          label={words.terms}
          description={words.termsHint}
          autosize
          minRows={3}
          maxRows={14}
          maxLength={50_000}
          {...form.text('terms')}
        />
      </Form>
    </Paper>
  );
};
