import { ActionIcon, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPackage, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePackage, createPackage, listPackages, RateModel, removePackage } from '#inventory/contract';
import type { Package } from '#inventory/contract';
import { AddButton, useMay } from '#people/web';
import {
  call,
  ConfirmDialog,
  EmptyState,
  Form,
  FormDialog,
  ListPanel,
  MoneyInput,
  Page,
  useAction,
  useForm,
  useFormat,
  useList,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { Anchor } from '@mantine/core';
import { messages as inventory } from './messages.ts';
import { messages } from './price-messages.ts';
import { usePlaces } from './use-places.ts';

/** Placements that are sold together. */
export const PackagesPage = () => {
  const words = useWords(messages);
  const models = useWords(inventory);
  const format = useFormat();
  const may = useMay();
  const places = usePlaces();
  const { one, set } = useSearch();
  const [leaving, setLeaving] = useState<Package>();
  const list = useList(listPackages, { limit: 200 });
  const remove = useAction(removePackage);
  const mayWrite = may('rate-cards.write');
  const add = mayWrite ? <AddButton label={words.addPackage} onClick={() => set({ new: '1' })} /> : null;
  const edited = list.rows?.find(({ id }) => id === one('edit'));
  const columns: Column<Package>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) =>
        mayWrite ? (
          <Anchor component="button" type="button" size="sm" ta="left" onClick={() => set({ edit: row.id })}>
            {row.name}
          </Anchor>
        ) : (
          row.name
        ),
    },
    {
      key: 'placements',
      header: words.placements,
      value: (row) => row.items.map(({ placement_id }) => places.nameOf(placement_id)).join(', '),
      from: 'sm',
    },
    { key: 'model', header: words.model, value: (row) => models[row.model], from: 'xs' },
    {
      key: 'price',
      header: words.price,
      value: (row) => row.amount,
      cell: (row) => format.money({ amount: row.amount, currency: row.currency }),
      align: 'right',
    },
    ...(mayWrite
      ? [
          {
            key: 'remove',
            header: '',
            value: () => null,
            cell: (row: Package) => (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`${words.removePackage}: ${row.name}`}
                onClick={() => setLeaving(row)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            ),
          },
        ]
      : []),
  ];
  const close = () => set({ new: undefined, edit: undefined });
  return (
    <Page title={words.packages} actions={add}>
      <ListPanel
        list={list}
        label={words.packages}
        file="packages"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconPackage size={36} aria-hidden />}
            title={words.noPackages}
            next={words.noPackagesNext}
            action={add}
          />
        }
      />
      <FormDialog
        title={edited ? words.editPackage : words.addPackage}
        opened={one('new') === '1' || edited !== undefined}
        onClose={close}
        size="lg"
      >
        <PackageForm {...(edited ? { pack: edited } : {})} onDone={close} />
      </FormDialog>
      <ConfirmDialog
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        action={words.removePackage}
        question={`${leaving?.name ?? ''} – ${words.removeSure}`}
        run={() => remove.mutateAsync({ id: leaving?.id ?? '' })}
      />
    </Page>
  );
};

type Values = { name: string; currency: string; model: RateModel; amount: number | null; items: Package['items'] };

const PackageForm = ({ pack, onDone }: { pack?: Package; onDone: () => void }) => {
  const words = useWords(messages);
  const models = useWords(inventory);
  const queries = useQueryClient();
  const places = usePlaces();
  const form = useForm<Values>(
    {
      name: pack?.name ?? '',
      currency: pack?.currency ?? 'EUR',
      model: pack?.model ?? 'cpm',
      amount: pack?.amount ?? null,
      items: pack?.items ?? [],
    },
    { required: ['name', 'currency', 'amount', 'items'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async (v) => {
    const fields = { ...v, amount: v.amount ?? 0 };
    await (pack ? call(changePackage, { id: pack.id, ...fields }) : call(createPackage, fields));
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.save}>
      <TextInput label={words.name} required data-autofocus {...form.text('name')} />
      <MultiSelect
        label={words.placements}
        required
        searchable
        data={[...places.placement.values()].map(({ id }) => ({ value: id, label: places.nameOf(id) }))}
        value={values.items.map(({ placement_id }) => placement_id)}
        error={errors['items']}
        onChange={(ids) =>
          change({
            items: ids.map(
              (id) => values.items.find((item) => item.placement_id === id) ?? { placement_id: id, weight: 1 },
            ),
          })
        }
      />
      {values.items.length > 1 ? (
        <Stack gap={4} role="group" aria-label={words.weight}>
          <Text size="sm" c="dimmed">
            {words.weightHint}
          </Text>
          {values.items.map((item) => (
            <Group key={item.placement_id} justify="space-between" wrap="nowrap">
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {places.nameOf(item.placement_id)}
              </Text>
              <NumberInput
                aria-label={`${words.weight}: ${places.nameOf(item.placement_id)}`}
                w={90}
                min={1}
                max={10_000}
                allowDecimal={false}
                value={item.weight}
                onChange={(weight) =>
                  change({
                    items: values.items.map((one) =>
                      one.placement_id === item.placement_id
                        ? { ...one, weight: typeof weight === 'number' && weight >= 1 ? weight : 1 }
                        : one,
                    ),
                  })
                }
              />
            </Group>
          ))}
        </Stack>
      ) : null}
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        <Select
          label={words.model}
          allowDeselect={false}
          data={RateModel.options.map((value) => ({ value, label: models[value] }))}
          value={values.model}
          onChange={(model) => change({ model: RateModel.parse(model) })}
        />
        <MoneyInput
          label={words.price}
          description={words.priceHint}
          required
          currency={/^[A-Z]{3}$/.test(values.currency) ? values.currency : 'EUR'}
          amount={values.amount}
          error={errors['amount']}
          onChange={(amount) => change({ amount })}
        />
        <TextInput label={words.currency} required {...form.text('currency')} />
      </SimpleGrid>
    </Form>
  );
};
