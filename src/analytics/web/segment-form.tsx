import { ActionIcon, Button, Group, NumberInput, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { changeSegment, createSegment } from '#analytics/contract';
import type { Goal, Segment } from '#analytics/contract';
import { call, Form, useForm, useWords } from '#platform/web';
import { useDimensionOptions } from './filter-bar.tsx';
import { segmentMessages } from './segment-messages.ts';
import {
  emptyRule,
  filtersOf,
  type Part,
  type Rule,
  ruleKinds,
  ruleOperators,
  type Rules,
  rulesOf,
} from './segment-rules.ts';
import { useNameError } from './use-name-error.ts';

type Props = { site: string; goals: readonly Goal[]; segment?: Segment; onDone: () => void };
type Values = { name: string; window_days: number; rules: Rules };

/** A segment by rules: what visits are, what visitors did or did not, one thing after another. */
export const SegmentForm = ({ site, goals, segment, onDone }: Props) => {
  const words = useWords(segmentMessages);
  const nameError = useNameError();
  const queries = useQueryClient();
  const form = useForm<Values>(
    {
      name: segment?.name ?? '',
      window_days: segment?.window_days ?? 30,
      rules: segment ? rulesOf(segment.filters) : { match: 'all', rules: [emptyRule] },
    },
    { required: ['name'] },
  );
  const { values, change } = form;
  const { match, rules } = values.rules;
  const put = (place: number, rule: Rule) =>
    change({ rules: { match, rules: rules.map((one, i) => (i === place ? rule : one)) } });
  const submit = form.submit(async ({ name, window_days, rules: given }) => {
    const fields = { name, window_days, filters: filtersOf(given) };
    await (segment
      ? call(changeSegment, { id: segment.id, ...fields })
      : call(createSegment, { site_id: site, ...fields }));
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
        label={words.match}
        allowDeselect={false}
        data={(['all', 'any'] as const).map((value) => ({ value, label: words[value] }))}
        value={match}
        onChange={(next) => change({ rules: { match: next === 'any' ? 'any' : 'all', rules } })}
      />
      <Stack gap="xs">
        {rules.map((rule, place) => (
          <RuleFields
            key={place}
            number={String(place + 1)}
            rule={rule}
            goals={goals}
            onChange={(next) => put(place, next)}
            onRemove={
              rules.length > 1
                ? () => change({ rules: { match, rules: rules.filter((_, i) => i !== place) } })
                : undefined
            }
          />
        ))}
      </Stack>
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => change({ rules: { match, rules: [...rules, emptyRule] } })}
        >
          {words.addRule}
        </Button>
      </Group>
      <NumberInput
        label={words.window}
        description={words.windowHint}
        min={1}
        max={390}
        allowDecimal={false}
        value={values.window_days}
        onChange={(days) => change({ window_days: typeof days === 'number' ? days : 30 })}
      />
    </Form>
  );
};

type RuleProps = {
  number: string;
  rule: Rule;
  goals: readonly Goal[];
  onChange: (rule: Rule) => void;
  onRemove: (() => void) | undefined;
};

const RuleFields = ({ number, rule, goals, onChange, onRemove }: RuleProps) => {
  const words = useWords(segmentMessages);
  const remove = onRemove ? (
    <ActionIcon variant="subtle" color="gray" aria-label={words.removeRule(number)} onClick={onRemove}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  ) : null;
  if (rule.kind === 'other')
    return (
      <Paper withBorder p="xs">
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{words.asItIs}</Text>
          {remove}
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {JSON.stringify(rule.filter)}
        </Text>
      </Paper>
    );
  const isTwo = rule.kind === 'did_then' || rule.kind === 'did_then_not';
  return (
    <Paper withBorder p="xs">
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap" align="end">
          <Select
            aria-label={words.rule(number)}
            style={{ flex: 1 }}
            allowDeselect={false}
            data={ruleKinds.map((value) => ({ value, label: words[value] }))}
            value={rule.kind}
            onChange={(kind) => onChange({ ...rule, kind: ruleKinds.find((one) => one === kind) ?? 'is' })}
          />
          {remove}
        </Group>
        <PartFields
          name={words.rule(number)}
          part={rule.first}
          goals={goals}
          families={rule.kind === 'is' ? ['visit', 'event'] : ['event', 'visit', 'ad']}
          onChange={(first) => onChange({ ...rule, first })}
        />
        {isTwo ? (
          <>
            <Text size="sm" fw={600}>
              {rule.kind === 'did_then' ? words.thenThis : words.notThis}
            </Text>
            <PartFields
              name={`${words.rule(number)}, 2`}
              part={rule.second}
              goals={goals}
              families={['event', 'visit', 'ad']}
              onChange={(second) => onChange({ ...rule, second })}
            />
          </>
        ) : null}
        {rule.kind === 'is' ? null : (
          <Group gap="xs">
            <NumberInput
              label={words.days}
              w={130}
              min={1}
              max={390}
              value={rule.days}
              onChange={(days) => onChange({ ...rule, days: typeof days === 'number' ? days : '' })}
            />
            {isTwo ? null : (
              <NumberInput
                label={words.least}
                w={130}
                min={1}
                max={1000}
                value={rule.least}
                onChange={(least) => onChange({ ...rule, least: typeof least === 'number' ? least : '' })}
              />
            )}
          </Group>
        )}
      </Stack>
    </Paper>
  );
};

type PartProps = {
  name: string;
  part: Part;
  goals: readonly Goal[];
  families: readonly string[];
  onChange: (part: Part) => void;
};

const PartFields = ({ name, part, goals, families, onChange }: PartProps) => {
  const words = useWords(segmentMessages);
  const options = useDimensionOptions(families);
  const operators = {
    is: words.operatorIs,
    is_not: words.operatorIsNot,
    contains: words.operatorContains,
    contains_not: words.operatorContainsNot,
  };
  const isGoal = part.dimension === 'event:goal';
  return (
    <Group gap="xs" align="end">
      <Select
        label={words.dimension}
        aria-label={`${name}: ${words.dimension}`}
        style={{ flex: '1 1 150px' }}
        searchable
        allowDeselect={false}
        data={options}
        value={part.dimension}
        onChange={(dimension) => onChange({ ...part, dimension: dimension ?? 'event:page', operator: 'is', value: '' })}
      />
      <Select
        label={words.condition}
        aria-label={`${name}: ${words.condition}`}
        w={130}
        allowDeselect={false}
        data={ruleOperators
          .filter((one) => !isGoal || one.startsWith('is'))
          .map((value) => ({ value, label: operators[value] }))}
        value={part.operator}
        onChange={(operator) => onChange({ ...part, operator: ruleOperators.find((one) => one === operator) ?? 'is' })}
      />
      {isGoal ? (
        <Select
          label={words.value}
          aria-label={`${name}: ${words.value}`}
          style={{ flex: '1 1 150px' }}
          data={goals.map((goal) => ({ value: goal.id, label: goal.name }))}
          value={part.value || null}
          onChange={(value) => onChange({ ...part, value: value ?? '' })}
        />
      ) : (
        <TextInput
          label={words.value}
          aria-label={`${name}: ${words.value}`}
          style={{ flex: '1 1 150px' }}
          value={part.value}
          onChange={(event) => onChange({ ...part, value: event.currentTarget.value })}
        />
      )}
    </Group>
  );
};
