import { Button, Checkbox, NumberInput, SegmentedControl, SimpleGrid, Stack, Textarea } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createMakeGood, listMakeGoods, readShortfall } from '#campaigns/contract';
import type { LineItem, MakeGood, Shortfall } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { useMay } from '#people/web';
import {
  addDays,
  Answer,
  call,
  DataTable,
  dayIn,
  Detail,
  Form,
  FormDialog,
  Link,
  MoneyInput,
  Panel,
  useForm,
  useFormat,
  useLanguage,
  useNow,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './change-messages.ts';

/** What made good for lines of an order; nothing is shown where nothing was. */
export const MakeGoods = ({ order }: { order: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const asked = useRoute(listMakeGoods, { id: order });
  const columns: Column<MakeGood>[] = [
    {
      key: 'original',
      header: words.original,
      value: (row) => row.line_name,
      cell: (row) => <Link to={`/line-items/${row.line_item_id}`}>{row.line_name}</Link>,
    },
    {
      key: 'kind',
      header: words.kind,
      value: (row) => words[`kind.${row.kind}`],
      cell: (row) =>
        row.made_line_item_id ? (
          <Link to={`/line-items/${row.made_line_item_id}`}>{row.made_line_name}</Link>
        ) : (
          words[`kind.${row.kind}`]
        ),
    },
    {
      key: 'quantity',
      header: words.quantity,
      value: (row) => row.quantity,
      cell: (row) => (row.kind === 'line' ? format.number(row.quantity) : '–'),
      align: 'right',
    },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.amount.amount,
      cell: (row) => (row.kind === 'credit' ? format.money(row.amount) : '–'),
      align: 'right',
    },
    { key: 'day', header: words.when, value: (row) => row.day, cell: (row) => format.day(row.day), from: 'sm' },
    { key: 'by', header: words.by, value: (row) => row.made_by, from: 'md' },
    { key: 'note', header: words.note, value: (row) => row.note, from: 'md' },
  ];
  if (!asked.data?.items.length) return null;
  return (
    <Panel title={words.makeGoods} note={words.makeGoodNote} flush>
      <DataTable
        label={words.makeGoods}
        file="make-goods"
        rows={asked.data.items}
        columns={columns}
        rowKey={(row) => row.id}
      />
    </Panel>
  );
};

const canBeShort = new Set(['live', 'paused', 'ended']);

/** Offers to make good for a line that has run. */
export const MakeGoodButton = ({ line }: { line: LineItem }) => {
  const words = useWords(messages);
  const may = useMay();
  const [opened, setOpened] = useState(false);
  if (!may('campaigns.book') || !canBeShort.has(line.state) || line.goal.unit === 'share') return null;
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {words.makeGood}
      </Button>
      <FormDialog title={words.makeGood} opened={opened} onClose={() => setOpened(false)} size="lg">
        <Shortage line={line} onDone={() => setOpened(false)} />
      </FormDialog>
    </>
  );
};

const Shortage = ({ line, onDone }: { line: LineItem; onDone: () => void }) => {
  const words = useWords(messages);
  const format = useFormat();
  return (
    <Answer of={useRoute(readShortfall, { id: line.id })}>
      {(short) => (
        <Stack>
          <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
            <Detail label={words.ordered}>{format.number(short.ordered)}</Detail>
            <Detail label={words.delivered}>{format.number(short.delivered)}</Detail>
            <Detail label={words.missing}>
              <strong>{format.number(short.missing)}</strong>
              {short.worth ? ` · ${format.money(short.worth)}` : ''}
            </Detail>
            <Detail label={words.madeGood}>
              {format.number(short.made_good)}
              {short.credited.amount > 0 ? ` · ${format.money(short.credited)}` : ''}
            </Detail>
          </SimpleGrid>
          <MakeGoodForm line={line} short={short} onDone={onDone} />
        </Stack>
      )}
    </Answer>
  );
};

const MakeGoodForm = ({ line, short, onDone }: { line: LineItem; short: Shortfall; onDone: () => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const today = dayIn(useZone(), useNow());
  const form = useForm<{
    kind: 'line' | 'credit';
    quantity: number | null;
    first_day: string | null;
    last_day: string | null;
    free: boolean;
    amount: number | null;
    note: string;
  }>({
    kind: 'line',
    quantity: Math.max(0, short.missing - short.made_good),
    first_day: addDays(today, 1),
    last_day: addDays(today, 14),
    free: line.rate.model === 'flat' || line.rate.model === 'cpd',
    amount: short.worth?.amount ?? null,
    note: '',
  });
  const { values, change, errors } = form;
  const submit = form.submit(async ({ kind, quantity, first_day, last_day, free, amount, note }) => {
    await call(createMakeGood, {
      id: line.id,
      kind,
      note,
      ...(kind === 'line'
        ? {
            free,
            ...(quantity ? { quantity } : {}),
            ...(first_day ? { first_day } : {}),
            ...(last_day ? { last_day } : {}),
          }
        : amount
          ? { amount }
          : {}),
    });
    await queries.invalidateQueries();
    onDone();
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.makeGood}>
      <SegmentedControl
        aria-label={words.kind}
        value={values.kind}
        onChange={(kind) => change({ kind: kind === 'credit' ? 'credit' : 'line' })}
        data={[
          { value: 'line', label: words['kind.line'] },
          { value: 'credit', label: words['kind.credit'] },
        ]}
      />
      {values.kind === 'line' ? (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <NumberInput
              label={words.quantity}
              min={1}
              allowDecimal={false}
              hideControls
              thousandSeparator={language === 'fr' ? '\u202f' : ','}
              value={values.quantity ?? ''}
              error={errors['quantity']}
              onChange={(quantity) => change({ quantity: typeof quantity === 'number' ? quantity : null })}
            />
            <DatePickerInput
              type="range"
              label={words.firstLast}
              locale={language}
              valueFormat="D MMM YYYY"
              value={[values.first_day, values.last_day]}
              error={errors['first_day'] ?? errors['last_day']}
              onChange={([first_day, last_day]) => change({ first_day, last_day })}
            />
          </SimpleGrid>
          <Checkbox
            label={words.free}
            description={words.freeHint}
            checked={values.free}
            onChange={(event) => change({ free: event.currentTarget.checked })}
          />
        </>
      ) : (
        <MoneyInput
          label={words.amount}
          currency={line.rate.currency}
          amount={values.amount}
          error={errors['amount']}
          onChange={(amount) => change({ amount })}
        />
      )}
      <Textarea label={words.note} autosize minRows={2} {...form.text('note')} />
    </Form>
  );
};
