import { ActionIcon, Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeFunnel, createFunnel } from '#analytics/contract';
import type { Funnel, Goal } from '#analytics/contract';
import { call, Form, useForm, useWords } from '#platform/web';
import { stepFilters, type StepKind, stepKinds, stepRow, type StepRow } from './funnel-steps.ts';
import { waysMessages } from './ways-messages.ts';
import { useNameError } from './use-name-error.ts';

type Named = { id: string; name: string };
type Props = {
  site: string;
  goals: readonly Goal[];
  sections: readonly Named[];
  lines: readonly Named[];
  funnel?: Funnel;
  /** Told the funnel that was kept. */
  onDone: (id: string) => void;
};
type Values = { name: string; steps: StepRow[]; by: 'visit' | 'visitor'; within: number | '' };

export const FunnelForm = ({ site, goals, sections, lines, funnel, onDone }: Props) => {
  const words = useWords(waysMessages);
  const nameError = useNameError();
  const queries = useQueryClient();
  const known = funnel?.steps.map(stepRow);
  const form = useForm<Values>(
    {
      name: funnel?.name ?? '',
      steps: known?.flatMap((one) => one ?? []) ?? [
        { kind: 'page', value: '/' },
        { kind: 'page', value: '' },
      ],
      by: funnel?.by ?? 'visit',
      within: funnel?.within_days ?? '',
    },
    { required: ['name'] },
  );
  const { values, change, errors } = form;
  // A step that names nothing would count everything, or nothing.
  const [isTried, setTried] = useState(false);
  const emptyOf = ({ value }: StepRow) => (isTried && value === '' ? words.stepEmpty : undefined);
  const things: Partial<Record<StepKind, readonly Named[]>> = { goal: goals, section: sections, line: lines };
  const put = (place: number, part: Partial<StepRow>) =>
    change({ steps: values.steps.map((one, i) => (i === place ? { ...one, ...part } : one)) });
  const nameOf = ({ kind, value }: StepRow) => things[kind]?.find(({ id }) => id === value)?.name ?? value;
  const submit = form.submit(async (v) => {
    setTried(true);
    if (v.steps.some(({ value }) => value === '')) return;
    const fields = {
      name: v.name,
      by: v.by,
      within_days: v.by === 'visitor' && v.within !== '' ? v.within : null,
      steps: v.steps.map((one) => ({ name: nameOf(one) || '–', filters: stepFilters(one) })),
    };
    const kept = await (funnel
      ? call(changeFunnel, { id: funnel.id, ...fields })
      : call(createFunnel, { site_id: site, ...fields }));
    await queries.invalidateQueries();
    onDone(kept.id);
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
      <Stack gap={6}>
        {values.steps.map((one, place) => {
          const number = String(place + 1);
          const list = things[one.kind];
          return (
            <Group key={place} gap="xs" wrap="nowrap" align={emptyOf(one) ? 'center' : 'end'}>
              <Select
                label={words.step(number)}
                w={{ base: 124, xs: 150 }}
                allowDeselect={false}
                data={stepKinds.map((kind) => ({
                  value: kind,
                  label: {
                    page: words.stepPage,
                    event: words.stepEvent,
                    goal: words.stepGoal,
                    section: words.stepSection,
                    line: words.stepLine,
                  }[kind],
                }))}
                value={one.kind}
                onChange={(kind) => {
                  put(place, { kind: stepKinds.find((known) => known === kind) ?? 'page', value: '' });
                  // Who saw an ad is known of visitors, not of their visits.
                  if (kind === 'line') change({ by: 'visitor' });
                }}
              />
              {list ? (
                <Select
                  aria-label={`${words.step(number)}: ${words.stepValue}`}
                  style={{ flex: 1 }}
                  searchable
                  required
                  error={emptyOf(one)}
                  nothingFoundMessage={one.kind === 'line' ? words.noLines : words.nothingToPick}
                  data={list.map(({ id, name }) => ({ value: id, label: name }))}
                  value={one.value || null}
                  onChange={(value) => put(place, { value: value ?? '' })}
                />
              ) : (
                <TextInput
                  aria-label={`${words.step(number)}: ${words.stepValue}`}
                  style={{ flex: 1 }}
                  required
                  error={emptyOf(one)}
                  placeholder={one.kind === 'page' ? '/article/*' : undefined}
                  value={one.value}
                  onChange={(event) => put(place, { value: event.currentTarget.value })}
                />
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                disabled={values.steps.length <= 2}
                aria-label={words.removeStep(number)}
                onClick={() => change({ steps: values.steps.filter((_, i) => i !== place) })}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Group>
          );
        })}
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            disabled={values.steps.length >= 8}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => change({ steps: [...values.steps, { kind: 'page', value: '' }] })}
          >
            {words.addStep}
          </Button>
        </Group>
      </Stack>
      <Group grow align="start">
        <Select
          label={words.by}
          allowDeselect={false}
          data={(['visit', 'visitor'] as const).map((value) => ({ value, label: words[value] }))}
          value={values.by}
          onChange={(by) => change({ by: by === 'visitor' ? 'visitor' : 'visit' })}
        />
        {values.by === 'visitor' ? (
          <NumberInput
            label={words.within}
            min={1}
            max={390}
            value={values.within}
            error={errors['within_days']}
            onChange={(within) => change({ within: typeof within === 'number' ? within : '' })}
          />
        ) : null}
      </Group>
    </Form>
  );
};
