import { Accordion, MultiSelect, NumberInput, Paper, Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import {
  changeLineItem,
  createLineItem,
  GoalUnit,
  LineItemType,
  Pacing,
  RateModel,
  Roadblock,
  Rotation,
} from '#campaigns/contract';
import type { LineItem, Side } from '#campaigns/contract';
import type { Alternative } from '#forecasting/contract';
import type { AvailabilityQuestion } from '#forecasting/web';
import { usePlaces } from '#inventory/web';
import { CapsField } from '#people/web';
import { addDays, call, Form, lastDay, MoneyInput, startOfDay, useForm, useLanguage, useWords } from '#platform/web';
import { defaultPriority } from '../line-item-types.ts';
import { DraftAvailability } from './line-availability.tsx';
import { messages } from './messages.ts';
import { ServingFields } from './serving-fields.tsx';
import { fieldOf, TargetingField, targetingOf } from './targeting-builder.tsx';

/** Terms that stand once a line is booked (the server refuses their change): left out of what is sent. */
const fixedAfterBooking = ['type', 'rate', 'start', 'placements', 'sizes', 'priority'] as const;

const initialOf = (line: LineItem | undefined, zone: string) => ({
  name: line?.name ?? '',
  type: line?.type ?? LineItemType.enum.standard,
  unit: line?.goal.unit ?? GoalUnit.enum.impressions,
  quantity: line?.goal.quantity ?? null,
  model: line?.rate.model ?? RateModel.enum.cpm,
  amount: line?.rate.amount ?? null,
  currency: line?.rate.currency ?? 'EUR',
  start: line ? lastDay(new Date(Date.parse(line.start) + 1).toISOString(), zone) : null,
  end: line ? lastDay(line.end, zone) : null,
  placements: line?.placements ?? [],
  sizes: line?.sizes ?? [],
  targeting: fieldOf(line?.targeting ?? null),
  frequency_caps: line?.frequency_caps ?? [],
  daily_cap: line?.daily_cap ?? null,
  lifetime_cap: line?.lifetime_cap ?? null,
  pacing: line?.pacing ?? Pacing.enum.even,
  pacing_curve: line?.pacing_curve ?? null,
  roadblock: line?.roadblock ?? Roadblock.enum.one_or_more,
  exclusion_labels: line?.exclusion_labels ?? [],
  excluded_advertisers: line?.excluded_advertisers ?? [],
  rotation: line?.rotation ?? Rotation.enum.even,
  priority: line?.priority ?? null,
});
type Values = ReturnType<typeof initialOf>;

/** Creates a line in an order, or changes one. Days are those of the first placement's site. */
export const LineItemForm = ({
  orderId,
  side,
  line,
  onDone,
}: {
  orderId: string;
  side: Side;
  line?: LineItem;
  onDone: (line: LineItem) => void;
}) => {
  const places = usePlaces();
  if (!places.isReady) return null;
  const first = line?.placements[0];
  const zone = zoneOf(places, first);
  return (
    <Fields
      key={line?.id ?? 'new'}
      orderId={orderId}
      side={side}
      line={line}
      onDone={onDone}
      initial={initialOf(line, zone)}
    />
  );
};

const zoneOf = (places: ReturnType<typeof usePlaces>, placement: string | undefined) =>
  places.site.get(places.placement.get(placement ?? '')?.site_id ?? '')?.time_zone ??
  Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What is typed so far as a question about its space; nothing before placements and dates are known. */
const askedOf = (
  v: Values,
  { line, isFixed, zone }: { line: LineItem | undefined; isFixed: boolean; zone: string },
): AvailabilityQuestion | undefined => {
  if (v.placements.length === 0 || !v.start || !v.end || v.end < v.start) return undefined;
  return {
    placements: v.placements,
    start: isFixed && line ? line.start : startOfDay(v.start, zone),
    end: startOfDay(addDays(v.end, 1), zone),
    targeting: targetingOf(v.targeting),
    sizes: v.sizes,
    ...(v.quantity ? { goal: { unit: v.unit, quantity: v.quantity } } : {}),
    priority: v.priority ?? defaultPriority(v.type),
    frequency_caps: v.frequency_caps,
    ...(line ? { line_item_id: line.id } : {}),
  };
};

const Fields = ({
  orderId,
  side,
  line,
  onDone,
  initial,
}: {
  orderId: string;
  side: Side;
  line: LineItem | undefined;
  onDone: (line: LineItem) => void;
  initial: Values;
}) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const places = usePlaces();
  const form = useForm<Values>(initial, {
    required: ['name', 'quantity', 'amount', 'start', 'end', 'placements'],
    also: ['goal', 'rate'],
  });
  const { values, change, errors } = form;
  const isFixed = line !== undefined && !['draft', 'proposed', 'reserved'].includes(line.state);

  const submit = form.submit(async (v) => {
    const zone = zoneOf(places, v.placements[0]);
    const terms = {
      name: v.name,
      type: v.type,
      goal: { unit: v.unit, quantity: v.quantity ?? 0 },
      rate: { model: v.model, amount: v.amount ?? 0, currency: v.currency },
      start: line && v.start === initial.start ? line.start : startOfDay(v.start ?? '', zone),
      end: line && v.end === initial.end ? line.end : startOfDay(addDays(v.end ?? '', 1), zone),
      placements: v.placements,
      sizes: v.sizes,
      targeting: targetingOf(v.targeting),
      frequency_caps: v.frequency_caps,
      daily_cap: v.daily_cap,
      lifetime_cap: v.lifetime_cap,
      pacing: v.pacing,
      pacing_curve: v.pacing === Pacing.enum.custom ? v.pacing_curve : null,
      roadblock: v.roadblock,
      exclusion_labels: v.exclusion_labels,
      excluded_advertisers: v.excluded_advertisers,
      rotation: v.rotation,
      ...(v.priority === null ? {} : { priority: v.priority }),
    };
    const changeable = isFixed
      ? Object.fromEntries(Object.entries(terms).filter(([name]) => !fixedAfterBooking.some((fixed) => fixed === name)))
      : terms;
    const made = line
      ? await call(changeLineItem, { id: line.id, ...changeable })
      : await call(createLineItem, { order_id: orderId, ...terms });
    await queries.invalidateQueries();
    onDone(made);
  });

  const placements = [...places.placement.values()]
    .map(({ id }) => ({ value: id, label: places.nameOf(id) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  const sizes = [...new Set(values.placements.flatMap((id) => places.placement.get(id)?.formats ?? []))];
  const goalError = errors['goal'] ?? errors['quantity'];
  const rateError = errors['rate'] ?? errors['amount'];
  const zone = zoneOf(places, values.placements[0]);
  const take = ({ start, end, placements: wider, targeting }: Alternative) =>
    change({
      ...(start ? { start: lastDay(new Date(Date.parse(start) + 1).toISOString(), zone) } : {}),
      ...(end ? { end: lastDay(end, zone) } : {}),
      ...(wider ? { placements: wider } : {}),
      ...(targeting === undefined ? {} : { targeting: fieldOf(targeting) }),
    });
  return (
    <div className="vg-beside">
      <Paper p="lg">
        <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={line ? words.save : words.newLine}>
          <TextInput label={words.name} required {...form.text('name')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <Select
              label={words.type}
              allowDeselect={false}
              disabled={isFixed}
              data={LineItemType.options.map((value) => ({ value, label: words[value] }))}
              value={values.type}
              error={errors['type']}
              onChange={(type) => change({ type: LineItemType.parse(type) })}
            />
            <Select
              label={words.pacing}
              allowDeselect={false}
              data={Pacing.options.map((value) => ({ value, label: words[value] }))}
              value={values.pacing}
              error={errors['pacing']}
              onChange={(pacing) => change({ pacing: Pacing.parse(pacing) })}
            />
            <DatePickerInput
              label={words.start}
              required
              locale={language}
              valueFormat="D MMM YYYY"
              disabled={isFixed}
              value={values.start}
              error={errors['start']}
              onChange={(start) => change({ start })}
            />
            <DatePickerInput
              label={words.end}
              required
              locale={language}
              valueFormat="D MMM YYYY"
              {...(values.start ? { minDate: values.start } : {})}
              value={values.end}
              error={errors['end']}
              onChange={(end) => change({ end })}
            />
          </SimpleGrid>
          <MultiSelect
            label={words.placements}
            description={words.placementsHint}
            required
            searchable
            clearable
            disabled={isFixed}
            data={placements}
            value={values.placements}
            error={errors['placements']}
            onChange={(chosen) => change({ placements: chosen })}
          />
          <MultiSelect
            label={words.sizes}
            description={words.sizesHint}
            disabled={isFixed || sizes.length === 0}
            data={[...new Set([...sizes, ...values.sizes])]}
            value={values.sizes}
            error={errors['sizes']}
            onChange={(chosen) => change({ sizes: chosen })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <NumberInput
              label={values.unit === 'share' ? words.sharePercent : words.quantity}
              required
              min={0}
              max={values.unit === 'share' ? 100 : 1e12}
              allowDecimal={false}
              thousandSeparator={language === 'fr' ? '\u202f' : ','}
              value={values.quantity ?? ''}
              error={goalError}
              onChange={(quantity) => change({ quantity: typeof quantity === 'number' ? quantity : null })}
            />
            <Select
              label={words.unit}
              allowDeselect={false}
              disabled={isFixed}
              data={GoalUnit.options.map((value) => ({ value, label: words[value] }))}
              value={values.unit}
              onChange={(unit) => change({ unit: GoalUnit.parse(unit) })}
            />
            <MoneyInput
              label={words.amount}
              required
              currency={values.currency}
              amount={values.amount}
              error={rateError}
              onChange={(amount) => change({ amount })}
            />
            <Select
              label={words.model}
              allowDeselect={false}
              disabled={isFixed}
              data={RateModel.options.map((value) => ({ value, label: words[value] }))}
              value={values.model}
              onChange={(model) => change({ model: RateModel.parse(model) })}
            />
          </SimpleGrid>
          <TargetingField
            value={values.targeting}
            onChange={(targeting) => change({ targeting })}
            error={errors['targeting']}
          />
          <CapsField
            value={values.frequency_caps}
            onChange={(frequency_caps) => change({ frequency_caps })}
            error={errors['frequency_caps']}
          />
          <Accordion variant="contained">
            <Accordion.Item value="advanced">
              <Accordion.Control>{words.advanced}</Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                  <NumberInput
                    label={words.priority}
                    description={words.priorityHint}
                    min={1}
                    max={16}
                    allowDecimal={false}
                    disabled={isFixed}
                    value={values.priority ?? ''}
                    error={errors['priority']}
                    onChange={(priority) => change({ priority: typeof priority === 'number' ? priority : null })}
                  />
                  <Select
                    label={words.rotation}
                    allowDeselect={false}
                    data={Rotation.options.map((value) => ({ value, label: words[value] }))}
                    value={values.rotation}
                    error={errors['rotation']}
                    onChange={(rotation) => change({ rotation: Rotation.parse(rotation) })}
                  />
                  <ServingFields values={values} change={change} errors={errors} />
                  <TagsInput
                    label={words.currency}
                    maxTags={1}
                    disabled={isFixed}
                    value={[values.currency]}
                    onChange={([currency]) => change({ currency: currency?.toUpperCase() ?? 'EUR' })}
                  />
                </SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Form>
      </Paper>
      {side === 'sell' ? (
        <DraftAvailability question={askedOf(values, { line, isFixed, zone })} {...(isFixed ? {} : { onTake: take })} />
      ) : null}
    </div>
  );
};
