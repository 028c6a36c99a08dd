import { Checkbox, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { changeGoal, createGoal } from '#analytics/contract';
import type { Goal, GoalMatch } from '#analytics/contract';
import { call, Form, MoneyInput, useForm, useWords } from '#platform/web';
import { goalMessages } from './goal-messages.ts';
import { useNameError } from './use-name-error.ts';

const kinds = ['page', 'event', 'duration', 'value'] as const;
type Kind = (typeof kinds)[number];

type Values = {
  name: string;
  kind: Kind;
  path: string;
  event: string;
  property: string;
  property_value: string;
  seconds: number;
  of: 'visit' | 'engaged';
  at_least: number | null;
  value: number | null;
  once_per_visit: boolean;
};

type Props = { site: string; currency: string; goal?: Goal; onDone: () => void };

/** Adds a goal, or changes one. Properties beyond the first are kept as they are. */
export const GoalForm = ({ site, currency, goal, onDone }: Props) => {
  const words = useWords(goalMessages);
  const nameError = useNameError();
  const queries = useQueryClient();
  const form = useForm<Values>(valuesOf(goal), { required: ['name'], also: ['match'] });
  const { values, change, errors } = form;
  const money = goal?.value?.currency ?? currency;
  const least = goal?.match.kind === 'value' ? goal.match.at_least.currency : currency;
  const problemOf = (field: keyof Values) => errors[field] ?? errors['match'];
  const submit = form.submit(async (v) => {
    const fields = {
      name: v.name,
      match: matchOf(v, goal, least),
      value: v.value === null ? null : { amount: v.value, currency: money },
      once_per_visit: v.once_per_visit,
    };
    await (goal ? call(changeGoal, { id: goal.id, ...fields }) : call(createGoal, { site_id: site, ...fields }));
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy}>
      <TextInput
        label={words.name}
        required
        data-autofocus
        {...form.text('name')}
        error={nameError(form.errors['name'])}
      />
      <Select
        label={words.kind}
        allowDeselect={false}
        data={kinds.map((value) => ({ value, label: words[value] }))}
        value={values.kind}
        onChange={(kind) => change({ kind: kinds.find((one) => one === kind) ?? 'page' })}
      />
      {values.kind === 'page' ? (
        <TextInput
          label={words.path}
          description={words.pathHint}
          required
          {...form.text('path')}
          error={problemOf('path')}
        />
      ) : null}
      {values.kind === 'event' ? (
        <>
          <TextInput label={words.eventName} required {...form.text('event')} error={problemOf('event')} />
          <SimpleGrid cols={2} spacing="sm">
            <TextInput label={words.property} description={words.propertyHint} {...form.text('property')} />
            <TextInput label={words.propertyValue} description=" " {...form.text('property_value')} />
          </SimpleGrid>
        </>
      ) : null}
      {values.kind === 'duration' ? (
        <SimpleGrid cols={2} spacing="sm">
          <NumberInput
            label={words.seconds}
            required
            min={1}
            max={86_400}
            allowDecimal={false}
            value={values.seconds}
            error={problemOf('seconds')}
            onChange={(seconds) => change({ seconds: typeof seconds === 'number' ? seconds : 1 })}
          />
          <Select
            label={words.of}
            allowDeselect={false}
            data={(['visit', 'engaged'] as const).map((value) => ({ value, label: words[value] }))}
            value={values.of}
            onChange={(of) => change({ of: of === 'engaged' ? 'engaged' : 'visit' })}
          />
        </SimpleGrid>
      ) : null}
      {values.kind === 'value' ? (
        <MoneyInput
          label={words.atLeast}
          required
          currency={least}
          amount={values.at_least}
          error={problemOf('at_least')}
          onChange={(at_least) => change({ at_least })}
        />
      ) : null}
      <MoneyInput
        label={words.worth}
        description={words.worthHint}
        currency={money}
        amount={values.value}
        error={errors['value']}
        onChange={(value) => change({ value })}
      />
      <Checkbox
        label={words.once}
        checked={values.once_per_visit}
        onChange={(event) => change({ once_per_visit: event.currentTarget.checked })}
      />
    </Form>
  );
};

const valuesOf = (goal: Goal | undefined): Values => {
  const match = goal?.match;
  const [property = '', property_value = ''] =
    (match?.kind === 'event' ? Object.entries(match.props ?? {})[0] : undefined) ?? [];
  return {
    name: goal?.name ?? '',
    kind: match?.kind ?? 'page',
    path: match?.kind === 'page' ? match.path : '/',
    event: match?.kind === 'event' ? match.name : '',
    property,
    property_value,
    seconds: match?.kind === 'duration' ? match.seconds : 180,
    of: match?.kind === 'duration' ? match.of : 'visit',
    at_least: match?.kind === 'value' ? match.at_least.amount : 0,
    value: goal?.value?.amount ?? null,
    once_per_visit: goal?.once_per_visit ?? false,
  };
};

const matchOf = (v: Values, goal: Goal | undefined, currency: string): GoalMatch => {
  switch (v.kind) {
    case 'page':
      return { kind: 'page', path: v.path };
    case 'duration':
      return { kind: 'duration', seconds: v.seconds, of: v.of };
    case 'value':
      return { kind: 'value', at_least: { amount: v.at_least ?? 0, currency } };
    case 'event': {
      const others = goal?.match.kind === 'event' ? Object.entries(goal.match.props ?? {}).slice(1) : [];
      const props = Object.fromEntries([...(v.property ? [[v.property, v.property_value]] : []), ...others]);
      return { kind: 'event', name: v.event, ...(Object.keys(props).length > 0 ? { props } : {}) };
    }
  }
};
