import {
  ActionIcon,
  Group,
  MultiSelect,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconTrash } from '@tabler/icons-react';
import { fieldOf, TargetingField, targetingOf } from '#campaigns/web';
import type { WishedLine } from '#delivery/contract';
import type { TargetingGroup } from '#inventory/contract';
import { usePlaces } from '#inventory/web';
import { addDays, lastDay, MoneyInput, startOfDay, useLanguage, useWords } from '#platform/web';
import { simulationMessages } from './simulation-messages.ts';

const types = ['standard', 'sponsorship', 'bulk', 'price_priority'] as const;
const units = ['impressions', 'viewable_impressions', 'clicks'] as const;
/** The price that pays for a goal; what it amounts to decides between lines of price priority only. */
const models = { impressions: 'cpm', viewable_impressions: 'vcpm', clicks: 'cpc', share: 'cpd' } as const;

export type Wish = {
  name: string;
  type: (typeof types)[number];
  unit: keyof typeof models;
  quantity: number;
  amount: number;
  currency: string;
  placements: string[];
  from: string | null;
  to: string | null;
  targeting: TargetingGroup | null;
};

export const freshWish = ({ start, days }: { start: string; days: number }, name: string): Wish => ({
  name,
  type: 'standard',
  unit: 'impressions',
  quantity: 10_000,
  amount: 500,
  currency: 'EUR',
  placements: [],
  from: start,
  to: addDays(start, days - 1),
  targeting: null,
});

/** As it is sent: days are those of the first placement's site. */
export const wishOf = (wish: Wish, places: ReturnType<typeof usePlaces>, otherwise: string): WishedLine => {
  const site = places.site.get(places.placement.get(wish.placements[0] ?? '')?.site_id ?? '');
  const zone = site?.time_zone ?? otherwise;
  return {
    name: wish.name,
    type: wish.type,
    goal: { unit: wish.unit, quantity: wish.quantity },
    rate: { model: models[wish.unit], amount: wish.amount, currency: wish.currency },
    start: startOfDay(wish.from ?? '', zone),
    end: startOfDay(addDays(wish.to ?? '', 1), zone),
    placements: wish.placements,
    targeting: wish.targeting,
  };
};

/** As it was sent, to be changed. */
export const writtenWish = (wish: WishedLine, zone: string): Wish => ({
  name: wish.name,
  type: types.find((type) => type === wish.type) ?? 'standard',
  unit: wish.goal.unit === 'conversions' ? 'impressions' : wish.goal.unit,
  quantity: wish.goal.quantity,
  amount: wish.rate.amount,
  currency: wish.rate.currency,
  placements: wish.placements,
  from: lastDay(new Date(Date.parse(wish.start) + 1).toISOString(), zone),
  to: lastDay(wish.end, zone),
  targeting: wish.targeting ?? null,
});

type Props = { value: Wish; error: string | undefined; onChange: (wish: Wish) => void; onRemove: () => void };

/** The terms of one wished-for line. */
export const WishFields = ({ value, onChange, onRemove }: Props) => {
  const words = useWords(simulationMessages);
  const { language } = useLanguage();
  const places = usePlaces();
  const put = (part: Partial<Wish>) => onChange({ ...value, ...part });
  const own = [...places.placement.values()].filter(({ site_id }) => places.site.get(site_id)?.kind === 'own');
  const isShare = value.type === 'sponsorship';
  return (
    <Paper p="sm" component="fieldset" style={{ minWidth: 0 }} aria-label={value.name || words.wish}>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            label={words.name}
            required
            flex={1}
            value={value.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={words.removeWish(value.name)}
            onClick={onRemove}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <Select
            label={words.type}
            allowDeselect={false}
            data={types.map((type) => ({ value: type, label: words[type] }))}
            value={value.type}
            onChange={(next) => {
              const type = types.find((one) => one === next) ?? 'standard';
              if (type === 'sponsorship') put({ type, unit: 'share', quantity: 100 });
              else put({ type, ...(isShare ? { unit: 'impressions' as const, quantity: 10_000 } : {}) });
            }}
          />
          {isShare ? null : (
            <Select
              label={words.unit}
              allowDeselect={false}
              data={units.map((unit) => ({ value: unit, label: words[unit] }))}
              value={value.unit}
              onChange={(next) => put({ unit: units.find((one) => one === next) ?? 'impressions' })}
            />
          )}
          <NumberInput
            label={isShare ? words.share : words.quantity}
            required
            min={1}
            max={isShare ? 100 : 1e12}
            thousandSeparator={language === 'fr' ? '\u202f' : ','}
            value={value.quantity}
            onChange={(quantity) => put({ quantity: Number(quantity) })}
          />
          <MoneyInput
            label={words.price}
            currency={value.currency}
            amount={value.amount}
            onChange={(amount) => put({ amount: amount ?? 0 })}
          />
        </SimpleGrid>
        <MultiSelect
          label={words.placements}
          required
          searchable
          data={own.map(({ id }) => ({ value: id, label: places.nameOf(id) }))}
          value={value.placements}
          onChange={(placements) => put({ placements })}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <DatePickerInput
            label={words.from}
            required
            locale={language}
            valueFormat="DD/MM/YYYY"
            value={value.from}
            onChange={(from) => put({ from })}
          />
          <DatePickerInput
            label={words.to}
            required
            locale={language}
            valueFormat="DD/MM/YYYY"
            value={value.to}
            onChange={(to) => put({ to })}
          />
        </SimpleGrid>
        <TargetingField
          value={fieldOf(value.targeting)}
          onChange={(field) => put({ targeting: targetingOf(field) })}
          error={undefined}
        />
      </Stack>
    </Paper>
  );
};
