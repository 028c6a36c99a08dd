import { MultiSelect, NumberInput, Paper, Select, SimpleGrid, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { changeMediaPlan, createMediaPlan, Objective, readMediaPlan } from '#campaigns/contract';
import type { MediaPlan } from '#campaigns/contract';
import type { TargetingGroup } from '#inventory/contract';
import { useFormatCodes, usePlaces } from '#inventory/web';
import { AdvertiserPicker } from '#people/web';
import { Answer, call, Form, Loading, MoneyInput, Page, useForm, useLanguage, useRoute, useWords } from '#platform/web';
import { messages } from './plan-messages.ts';
import { fieldOf, TargetingField, targetingOf } from './targeting-builder.tsx';

export const NewPlanPage = () => {
  const words = useWords(messages);
  const places = usePlaces();
  return (
    <Page title={words.newPlan} trail={[{ label: words.plans, to: '/plans' }]} under={words.noPlansNext}>
      {places.isReady ? <PlanForm /> : <Loading />}
    </Page>
  );
};

export const EditPlanPage = () => {
  const words = useWords(messages);
  const places = usePlaces();
  const { id = '' } = useParams({ strict: false });
  return (
    <Answer of={useRoute(readMediaPlan, { id })}>
      {(plan) => (
        <Page
          title={words.editBrief}
          trail={[
            { label: words.plans, to: '/plans' },
            { label: plan.name, to: `/plans/${id}` },
          ]}
        >
          {places.isReady ? <PlanForm plan={plan} /> : <Loading />}
        </Page>
      )}
    </Answer>
  );
};

type Values = {
  name: string;
  advertiser_id: string | null;
  objective: Objective;
  budget: number | null;
  currency: string;
  start: string | null;
  end: string | null;
  sites: string[];
  formats: string[];
  exclude: string[];
  targeting: TargetingGroup | null;
  least_impressions: number | null;
  most_placements: number | null;
};

const PlanForm = ({ plan }: { plan?: MediaPlan }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const places = usePlaces();
  const formats = useFormatCodes();
  const own = [...places.site.values()].filter(({ kind }) => kind === 'own');
  const form = useForm<Values>(
    {
      name: plan?.name ?? '',
      advertiser_id: plan?.advertiser_id ?? null,
      objective: plan?.brief.objective ?? 'awareness',
      budget: plan?.brief.budget ?? null,
      currency: plan?.brief.currency ?? own[0]?.currency ?? 'EUR',
      start: plan?.brief.start ?? null,
      end: plan?.brief.end ?? null,
      sites: plan?.brief.sites ?? [],
      formats: plan?.brief.formats ?? [],
      exclude: plan?.brief.exclude ?? [],
      targeting: plan?.brief.targeting ?? null,
      least_impressions: plan?.brief.least_impressions ?? 1000,
      most_placements: plan?.brief.most_placements ?? null,
    },
    { required: ['name', 'budget', 'start', 'end'], also: ['brief.end', 'brief.start', 'brief.budget', 'brief.sites'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async ({ name, advertiser_id, ...v }) => {
    const brief = {
      ...v,
      budget: v.budget ?? 0,
      start: v.start ?? '',
      end: v.end ?? '',
      least_impressions: v.least_impressions ?? 0,
    };
    const made = plan
      ? await call(changeMediaPlan, { id: plan.id, name, advertiser_id, brief })
      : await call(createMediaPlan, { name, advertiser_id, brief });
    await queries.invalidateQueries();
    void navigate({ to: `/plans/${made.id}`, search: {} });
  });
  const chosen = new Set(values.sites);
  const placements = [...places.placement.values()]
    .filter(({ site_id }) => own.some(({ id }) => id === site_id) && (chosen.size === 0 || chosen.has(site_id)))
    .map(({ id }) => ({ value: id, label: places.nameOf(id) }));
  return (
    <Paper p="lg" maw={980}>
      <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={plan ? words.recompute : words.compute}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={words.name} required {...form.text('name')} />
          <AdvertiserPicker label={words.advertiser} clearable {...form.field('advertiser_id')} />
          <Select
            label={words.objective}
            description={words[`most.${values.objective}`]}
            allowDeselect={false}
            data={Objective.options.map((value) => ({ value, label: words[value] }))}
            value={values.objective}
            onChange={(value) => change({ objective: Objective.parse(value) })}
          />
          <DatePickerInput
            type="range"
            label={words.dates}
            required
            locale={language}
            valueFormat="D MMM YYYY"
            value={[values.start, values.end]}
            error={errors['start'] ?? errors['end'] ?? errors['brief.end'] ?? errors['brief.start']}
            onChange={([start, end]) => change({ start, end })}
          />
          <MoneyInput
            label={words.budget}
            required
            currency={/^[A-Z]{3}$/.test(values.currency) ? values.currency : 'EUR'}
            amount={values.budget}
            error={errors['budget'] ?? errors['brief.budget']}
            onChange={(budget) => change({ budget })}
          />
          <TextInput label={words.currency} required {...form.text('currency')} />
          <MultiSelect
            label={words.sites}
            placeholder={values.sites.length ? '' : words.allSites}
            searchable
            clearable
            data={own.map(({ id, name }) => ({ value: id, label: name }))}
            value={values.sites}
            error={errors['sites'] ?? errors['brief.sites']}
            onChange={(sites) => change({ sites })}
          />
          <MultiSelect
            label={words.formats}
            placeholder={values.formats.length ? '' : words.allFormats}
            searchable
            clearable
            data={formats}
            value={values.formats}
            onChange={(next) => change({ formats: next })}
          />
          <MultiSelect
            label={words.exclude}
            description={words.excludeHint}
            searchable
            clearable
            data={placements}
            value={values.exclude}
            onChange={(exclude) => change({ exclude })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <NumberInput
              label={words.least}
              min={0}
              allowDecimal={false}
              thousandSeparator={language === 'fr' ? '\u202f' : ','}
              value={values.least_impressions ?? ''}
              onChange={(value) => change({ least_impressions: typeof value === 'number' ? value : null })}
            />
            <NumberInput
              label={words.most}
              placeholder={words.noLimit}
              min={1}
              max={200}
              allowDecimal={false}
              value={values.most_placements ?? ''}
              onChange={(value) => change({ most_placements: typeof value === 'number' ? value : null })}
            />
          </SimpleGrid>
        </SimpleGrid>
        <TargetingField
          value={fieldOf(values.targeting)}
          onChange={(field) => change({ targeting: targetingOf(field) })}
          error={errors['targeting']}
        />
      </Form>
    </Paper>
  );
};
