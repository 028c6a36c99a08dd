import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { createRateCard, listRateCards, RateModel, readRateCard } from '#inventory/contract';
import type { RateCard } from '#inventory/contract';
import { AddButton, useMay } from '#people/web';
import {
  Answer,
  call,
  DataTable,
  EmptyState,
  Form,
  FormDialog,
  Link,
  ListPanel,
  MoneyInput,
  Page,
  Panel,
  useForm,
  useFormat,
  useLanguage,
  useList,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { RateRules } from './rate-rules.tsx';
import { useFormats, usePlaces } from './use-places.ts';

type Rate = RateCard['rates'][number];

export const RateCardsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const list = useList(listRateCards, { limit: 200 });
  const add = may('rate-cards.write') ? (
    <AddButton label={words.addRateCard} onClick={() => set({ new: '1' })} />
  ) : null;
  const columns: Column<RateCard>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/rate-cards/${row.id}`}>{row.name}</Link>,
    },
    { key: 'currency', header: words.currency, value: (row) => row.currency, from: 'xs' },
    {
      key: 'validity',
      header: words.validity,
      value: (row) => row.valid_from,
      cell: (row) =>
        row.valid_to ? format.days(row.valid_from, row.valid_to) : `${format.day(row.valid_from)} – ${words.openEnded}`,
    },
    { key: 'prices', header: words.prices, value: (row) => row.rates.length, align: 'right' },
  ];
  return (
    <Page title={words.rateCards} actions={add}>
      <ListPanel
        list={list}
        label={words.rateCards}
        file="rate-cards"
        columns={columns}
        rowKey={(row) => row.id}
        empty={<EmptyState title={words.noRateCards} next={words.noRateCardsNext} action={add} />}
      />
      <FormDialog
        title={words.addRateCard}
        opened={one('new') === '1'}
        onClose={() => set({ new: undefined })}
        size="xl"
      >
        <RateCardForm onDone={() => set({ new: undefined })} />
      </FormDialog>
    </Page>
  );
};

const useWhere = () => {
  const words = useWords(messages);
  const places = usePlaces();
  return (rate: Rate) =>
    rate.placement_id
      ? places.nameOf(rate.placement_id)
      : rate.site_id
        ? (places.site.get(rate.site_id)?.name ?? rate.site_id)
        : words.everywhere;
};

export const RateCardPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const where = useWhere();
  const { id = '' } = useParams({ strict: false });
  return (
    <Answer of={useRoute(readRateCard, { id })}>
      {(card) => {
        const columns: Column<Rate>[] = [
          { key: 'where', header: words.where, value: where },
          { key: 'format', header: words.formats, value: (row) => row.format ?? words.allFormats },
          { key: 'model', header: words.model, value: (row) => words[row.model] },
          {
            key: 'price',
            header: words.price,
            value: (row) => row.amount,
            cell: (row) => format.money({ amount: row.amount, currency: card.currency }),
            align: 'right',
          },
        ];
        return (
          <Page
            title={card.name}
            trail={[{ label: words.rateCards, to: '/rate-cards' }]}
            under={
              card.valid_to
                ? format.days(card.valid_from, card.valid_to)
                : `${format.day(card.valid_from)} – ${words.openEnded}`
            }
          >
            <Panel title={words.prices} note={card.currency} flush>
              <DataTable
                label={words.prices}
                file={card.name}
                rows={card.rates}
                columns={columns}
                rowKey={(row) => `${row.placement_id}|${row.site_id}|${row.format}|${row.model}|${row.amount}`}
              />
            </Panel>
            <RateRules card={card} />
          </Page>
        );
      }}
    </Answer>
  );
};

const RateCardForm = ({ onDone }: { onDone: () => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const places = usePlaces();
  const formats = useFormats();
  const form = useForm<{
    name: string;
    currency: string;
    valid_from: string | null;
    valid_to: string | null;
    rates: Rate[];
  }>(
    {
      name: '',
      currency: 'EUR',
      valid_from: useNow().toISOString().slice(0, 10),
      valid_to: null,
      rates: [{ placement_id: null, format: null, model: 'cpm', amount: 0 }],
    },
    { required: ['name', 'valid_from', 'rates'] },
  );
  const { values, change, errors } = form;
  const rate = (index: number, part: Partial<Rate>) =>
    change({ rates: values.rates.map((row, at) => (at === index ? { ...row, ...part } : row)) });
  const submit = form.submit(async (v) => {
    await call(createRateCard, { ...v, valid_from: v.valid_from ?? '' });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addRateCard}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <Group grow align="flex-start">
        <DatePickerInput
          label={words.validFrom}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={values.valid_from}
          error={errors['valid_from']}
          onChange={(valid_from) => change({ valid_from })}
        />
        <DatePickerInput
          label={words.validTo}
          clearable
          locale={language}
          valueFormat="D MMM YYYY"
          placeholder={words.openEnded}
          value={values.valid_to}
          error={errors['valid_to']}
          onChange={(valid_to) => change({ valid_to })}
        />
        <TextInput label={words.currency} required {...form.text('currency')} />
      </Group>
      <Stack gap="xs" role="group" aria-label={words.prices}>
        <Text fw={600} size="sm">
          {words.prices}
        </Text>
        {values.rates.map((row, index) => (
          <Group key={index} gap="xs" align="flex-end">
            <Select
              aria-label={words.where}
              searchable
              clearable
              placeholder={words.everywhere}
              w={230}
              data={[...places.placement.values()].map(({ id }) => ({ value: id, label: places.nameOf(id) }))}
              value={row.placement_id ?? null}
              onChange={(placement_id) => rate(index, { placement_id })}
            />
            <Select
              aria-label={words.formats}
              searchable
              clearable
              placeholder={words.allFormats}
              w={140}
              data={(formats.rows ?? []).map(({ code }) => code)}
              value={row.format ?? null}
              onChange={(next) => rate(index, { format: next })}
            />
            <Select
              aria-label={words.model}
              w={100}
              allowDeselect={false}
              data={RateModel.options.map((value) => ({ value, label: words[value] }))}
              value={row.model}
              onChange={(model) => rate(index, { model: RateModel.parse(model) })}
            />
            <div style={{ width: 130 }}>
              <MoneyInput
                label={words.price}
                currency={values.currency.length === 3 ? values.currency : 'EUR'}
                amount={row.amount}
                onChange={(amount) => rate(index, { amount: amount ?? 0 })}
              />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={words.remove}
              onClick={() => change({ rates: values.rates.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {errors['rates'] ? (
          <Text size="xs" c="var(--bad)" role="alert">
            {errors['rates']}
          </Text>
        ) : null}
        <Button
          variant="default"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() =>
            change({ rates: [...values.rates, { placement_id: null, format: null, model: 'cpm', amount: 0 }] })
          }
        >
          {words.addPrice}
        </Button>
      </Stack>
    </Form>
  );
};
