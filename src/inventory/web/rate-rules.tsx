import { ActionIcon, Button, Group, MultiSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { changeRateCard, Weekday } from '#inventory/contract';
import type { PriceRules, RateCard } from '#inventory/contract';
import { useMay } from '#people/web';
import {
  call,
  Detail,
  Form,
  FormDialog,
  MoneyInput,
  Panel,
  useForm,
  useFormat,
  useLanguage,
  useNow,
  useSearch,
  useWords,
} from '#platform/web';
import type { ReactNode } from 'react';
import { messages } from './price-messages.ts';

/** The rules of a rate card, in words; edited in a dialog by those who may. */
export const RateRules = ({ card }: { card: RateCard }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const money = (amount: number) => format.money({ amount, currency: card.currency });
  const signed = (percent: number) => `${percent > 0 ? '+' : ''}${format.percent(percent)}`;
  const groups: [string, string[]][] = [
    [words.seasons, card.seasons.map((s) => `${s.name}, ${format.days(s.from, s.to)} : ${signed(s.percent)}`)],
    [words.weekdays, card.weekdays.map((w) => `${w.days.map((day) => words[day]).join(', ')} : ${signed(w.percent)}`)],
    [words.surcharges, card.surcharges.map((s) => `${s.key} : ${signed(s.percent)}`)],
    [words.volume, card.volume_discounts.map((v) => `≥ ${money(v.from)} : ${format.percent(v.percent)}`)],
    [words.frequency, card.frequency_discounts.map((f) => `≥ ${format.number(f.from)} : ${format.percent(f.percent)}`)],
    [words.commission, card.agency_commission ? [format.percent(card.agency_commission)] : []],
    [words.minimum, card.minimum_spend ? [money(card.minimum_spend)] : []],
  ];
  const said = groups.filter(([, list]) => list.length > 0);
  return (
    <Panel
      title={words.rules}
      note={words.rulesNote}
      actions={
        may('rate-cards.write') ? (
          <Button variant="default" size="compact-sm" onClick={() => set({ rules: '1' })}>
            {words.editRules}
          </Button>
        ) : null
      }
    >
      {said.length === 0 ? (
        <Text c="dimmed" size="sm">
          {words.noRules}
        </Text>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {said.map(([name, list]) => (
            <Detail key={name} label={name}>
              {list.map((text) => (
                <div key={text}>{text}</div>
              ))}
            </Detail>
          ))}
        </SimpleGrid>
      )}
      <FormDialog
        title={words.editRules}
        opened={one('rules') === '1'}
        onClose={() => set({ rules: undefined })}
        size="xl"
      >
        <RulesForm card={card} onDone={() => set({ rules: undefined })} />
      </FormDialog>
    </Panel>
  );
};

const RulesForm = ({ card, onDone }: { card: RateCard; onDone: () => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const form = useForm<PriceRules>({
    seasons: card.seasons,
    weekdays: card.weekdays,
    surcharges: card.surcharges,
    volume_discounts: card.volume_discounts,
    frequency_discounts: card.frequency_discounts,
    agency_commission: card.agency_commission,
    minimum_spend: card.minimum_spend,
  });
  const { values, change, errors } = form;
  const submit = form.submit(async (v) => {
    await call(changeRateCard, { id: card.id, ...v });
    await queries.invalidateQueries();
    onDone();
  });
  const percent = (label: string, value: number, set: (value: number) => void) => (
    <NumberInput
      aria-label={label}
      w={110}
      decimalScale={2}
      rightSection="%"
      hideControls
      value={value}
      onChange={(next) => set(typeof next === 'number' ? next : 0)}
    />
  );
  const today = useNow().toISOString().slice(0, 10);
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <Rows
        title={words.seasons}
        rows={values.seasons}
        error={errors['seasons']}
        empty={{ name: words.seasons, from: today, to: today, percent: 20 }}
        onChange={(seasons) => change({ seasons })}
      >
        {(row, set) => (
          <>
            <TextInput
              aria-label={words.name}
              value={row.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <DatePickerInput
              type="range"
              label={words.dates}
              locale={language}
              valueFormat="D MMM YYYY"
              w={240}
              value={[row.from, row.to]}
              onChange={([from, to]) => from && set({ from, to: to ?? from })}
            />
            {percent(words.percent, row.percent, (value) => set({ percent: value }))}
          </>
        )}
      </Rows>
      <Rows
        title={words.weekdays}
        rows={values.weekdays}
        error={errors['weekdays']}
        empty={{ days: ['sat' as const, 'sun' as const], percent: -20 }}
        onChange={(weekdays) => change({ weekdays })}
      >
        {(row, set) => (
          <>
            <MultiSelect
              aria-label={words.days}
              w={320}
              data={Weekday.options.map((value) => ({ value, label: words[value] }))}
              value={row.days}
              onChange={(days) => set({ days: days.map((day) => Weekday.parse(day)) })}
            />
            {percent(words.percent, row.percent, (value) => set({ percent: value }))}
          </>
        )}
      </Rows>
      <Rows
        title={words.surcharges}
        rows={values.surcharges}
        error={errors['surcharges']}
        empty={{ key: 'geo', percent: 10 }}
        onChange={(surcharges) => change({ surcharges })}
      >
        {(row, set) => (
          <>
            <TextInput
              aria-label={words.key}
              placeholder={words.keyHint}
              value={row.key}
              onChange={(event) => set({ key: event.currentTarget.value })}
            />
            {percent(words.percent, row.percent, (value) => set({ percent: value }))}
          </>
        )}
      </Rows>
      <Rows
        title={words.volume}
        rows={values.volume_discounts}
        error={errors['volume_discounts']}
        empty={{ from: 1_000_000, percent: 5 }}
        onChange={(volume_discounts) => change({ volume_discounts })}
      >
        {(row, set) => (
          <>
            <MoneyInput
              label={words.grossFrom}
              currency={card.currency}
              amount={row.from}
              onChange={(from) => set({ from: from ?? 1 })}
            />
            {percent(words.percent, row.percent, (value) => set({ percent: value }))}
          </>
        )}
      </Rows>
      <Rows
        title={words.frequency}
        rows={values.frequency_discounts}
        error={errors['frequency_discounts']}
        empty={{ from: 3, percent: 5 }}
        onChange={(frequency_discounts) => change({ frequency_discounts })}
      >
        {(row, set) => (
          <>
            <NumberInput
              label={words.insertionsFrom}
              min={1}
              allowDecimal={false}
              value={row.from}
              onChange={(from) => set({ from: typeof from === 'number' && from >= 1 ? from : 1 })}
            />
            {percent(words.percent, row.percent, (value) => set({ percent: value }))}
          </>
        )}
      </Rows>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <NumberInput
          label={words.commission}
          min={0}
          max={100}
          decimalScale={2}
          value={values.agency_commission}
          error={errors['agency_commission']}
          onChange={(value) => change({ agency_commission: typeof value === 'number' ? value : 0 })}
        />
        <MoneyInput
          label={words.minimum}
          currency={card.currency}
          amount={values.minimum_spend}
          error={errors['minimum_spend']}
          onChange={(amount) => change({ minimum_spend: amount ?? 0 })}
        />
      </SimpleGrid>
    </Form>
  );
};

type RowsProps<T> = {
  title: string;
  rows: T[];
  error: string | undefined;
  empty: T;
  onChange: (rows: T[]) => void;
  children: (row: T, set: (part: Partial<T>) => void) => ReactNode;
};

const Rows = <T,>({ title, rows, error, empty, onChange, children }: RowsProps<T>) => {
  const words = useWords(messages);
  return (
    <Stack gap={6} role="group" aria-label={title}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {rows.map((row, index) => (
        <Group key={index} gap="xs" align="flex-end">
          {children(row, (part) => onChange(rows.map((one, at) => (at === index ? { ...one, ...part } : one))))}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`${words.remove}: ${title} ${index + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {error ? (
        <Text size="xs" c="var(--bad)" role="alert">
          {error}
        </Text>
      ) : null}
      <Button
        variant="default"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        aria-label={`${words.add}: ${title}`}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...rows, empty])}
      >
        {words.add}
      </Button>
    </Stack>
  );
};
