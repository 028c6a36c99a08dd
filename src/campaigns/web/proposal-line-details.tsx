import { Button, MultiSelect, NumberInput, Select, SimpleGrid, Stack, Tabs } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { LineItemType } from '#campaigns/contract';
import { GoalUnit, listPackages, RateModel } from '#inventory/contract';
import type { ExplainedPrice } from '#inventory/contract';
import { PriceExplained, usePlaces } from '#inventory/web';
import { useFormat, useLanguage, useList, useWords } from '#platform/web';
import { addDays, startOfDay } from '#platform/web';
import { defaultPriority } from '../line-item-types.ts';
import { DraftAvailability } from './line-availability.tsx';
import { messages as terms } from './messages.ts';
import { listRateOf, withPackage } from './proposal-draft.ts';
import type { DraftLine } from './proposal-draft.ts';
import { messages } from './proposal-messages.ts';
import { fieldOf, TargetingField, targetingOf } from './targeting-builder.tsx';

type Props = {
  line: DraftLine;
  currency: string;
  zone: string;
  onChange: (part: Partial<DraftLine>) => void;
};

/** Where, when and to whom a line runs; its price by the rate card, step by step; what is left of its space. */
export const ProposalLineDetails = ({ line, currency, zone, onChange }: Props) => {
  const words = useWords(messages);
  const lineWords = useWords(terms);
  const { language } = useLanguage();
  const places = usePlaces();
  const packages = useList(listPackages, { limit: 200 }, { whole: true });
  const own = [...places.placement.values()].filter(({ site_id }) => places.site.get(site_id)?.kind === 'own');
  const options = own
    .map(({ id }) => ({ value: id, label: places.nameOf(id) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  const fitting = (packages.rows ?? []).filter((one) => one.currency === currency);
  return (
    <Stack gap="sm" py="xs" maw={980}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <MultiSelect
          label={words.placements}
          required
          searchable
          clearable
          data={options}
          value={line.placements}
          onChange={(placements) => onChange({ placements, package_id: null })}
        />
        <Select
          label={words.package}
          description={words.packageHint}
          placeholder={words.noPackage}
          clearable
          searchable
          data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          value={line.package_id}
          onChange={(id) => {
            const chosen = fitting.find((one) => one.id === id);
            onChange(chosen ? withPackage(line, chosen) : { package_id: null });
          }}
        />
        <DatePickerInput
          type="range"
          label={words.dates}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={[line.first, line.last]}
          onChange={([first, last]) => onChange({ first, last })}
        />
        <Select
          label={words.type}
          allowDeselect={false}
          data={LineItemType.options.map((value) => ({ value, label: lineWords[value] }))}
          value={line.type}
          onChange={(type) => onChange({ type: LineItemType.parse(type) })}
        />
        <Select
          label={words.unit}
          allowDeselect={false}
          data={GoalUnit.options.map((value) => ({ value, label: lineWords[value] }))}
          value={line.unit}
          onChange={(unit) => onChange({ unit: GoalUnit.parse(unit) })}
        />
        <Select
          label={words.model}
          allowDeselect={false}
          data={RateModel.options.map((value) => ({ value, label: lineWords[value] }))}
          value={line.model}
          onChange={(model) => onChange({ model: RateModel.parse(model) })}
        />
      </SimpleGrid>
      <TargetingField
        value={fieldOf(line.targeting)}
        onChange={(field) => onChange({ targeting: targetingOf(field) })}
        error={undefined}
      />
      <Tabs defaultValue="price" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="price">{words.fromCard}</Tabs.Tab>
          <Tabs.Tab value="available">{words.available}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="price" pt="sm">
          <PriceExplained
            question={
              line.placements.length > 0 && line.first && line.last && (line.quantity || isByTime(line.model))
                ? {
                    ...(line.package_id ? { package_id: line.package_id } : { placements: line.placements }),
                    ...(line.package_id ? {} : { model: line.model, currency }),
                    quantity: line.quantity ?? 0,
                    start: line.first,
                    end: line.last,
                    targeting: line.targeting,
                  }
                : undefined
            }
            actions={(price) => <CardPrice price={price} line={line} onChange={onChange} />}
          />
        </Tabs.Panel>
        <Tabs.Panel value="available" pt="sm">
          <DraftAvailability
            question={
              line.placements.length > 0 && line.first && line.last
                ? {
                    placements: line.placements,
                    start: startOfDay(line.first, zone),
                    end: startOfDay(addDays(line.last, 1), zone),
                    targeting: line.targeting,
                    priority: line.kept?.priority ?? defaultPriority(line.type),
                    ...(line.quantity ? { goal: { unit: line.unit, quantity: line.quantity } } : {}),
                    ...(line.kept?.id ? { line_item_id: line.kept.id } : {}),
                  }
                : undefined
            }
          />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
};

/** Whether a price does not depend on how many are bought. */
const isByTime = (model: RateModel) => model === 'cpd' || model === 'flat';

/** The discount against the card, typed or read; and the card's own price taken over in one click. */
const CardPrice = ({
  price,
  line,
  onChange,
}: {
  price: ExplainedPrice;
  line: DraftLine;
  onChange: Props['onChange'];
}) => {
  const words = useWords(messages);
  const format = useFormat();
  const list = listRateOf(price, line);
  const { unit_rate } = price;
  const discount =
    list === null || line.amount === null || list === 0
      ? null
      : Math.max(0, Math.round(((list - line.amount) / list) * 10_000) / 100);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt="sm">
      <NumberInput
        label={words.discount}
        description={words.discountDefinition}
        rightSection="%"
        min={0}
        max={100}
        decimalScale={2}
        hideControls
        disabled={list === null}
        value={discount ?? ''}
        onChange={(value) => {
          // The field also reports what it was handed: only what a person typed changes the price.
          if (list === null || typeof value !== 'number' || value === discount) return;
          onChange({ amount: Math.round(list * (1 - value / 100)) });
        }}
      />
      {unit_rate ? (
        <Button
          variant="default"
          style={{ alignSelf: 'flex-end' }}
          onClick={() => onChange({ amount: unit_rate.amount, model: price.model })}
        >
          {words.useCard} : {format.money(unit_rate)}
        </Button>
      ) : null}
    </SimpleGrid>
  );
};
