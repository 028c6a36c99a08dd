import { Checkbox, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { copyOrder } from '#campaigns/contract';
import type { Order } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { AdvertiserPicker } from '#people/web';
import { call, dayIn, Form, useForm, useLanguage, useWords } from '#platform/web';
import { bulkMessages } from './bulk-messages.ts';
import { messages } from './messages.ts';

/** Copies an order with its lines, from another first day on. */
export const CopyOrderForm = ({ order, onDone }: { order: Order; onDone: (made: Order) => void }) => {
  const words = useWords(bulkMessages);
  const orders = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const zone = useZone();
  const form = useForm(
    {
      name: `${order.name.slice(0, 190)} (2)`,
      advertiser_id: order.advertiser_id,
      start: order.start ? dayIn(zone, new Date(order.start)) : null,
      with_creatives: true,
    },
    { required: ['name', 'advertiser_id'] },
  );
  const { values, change, errors } = form;
  const submit = form.submit(async ({ start, ...v }) => {
    const made = await call(copyOrder, { id: order.id, ...v, ...(start ? { start } : {}) });
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.copyNow}>
      <Text size="sm">{words.copyNote}</Text>
      <TextInput label={orders.name} required data-autofocus {...form.text('name')} />
      <AdvertiserPicker
        label={orders.advertiser}
        required
        value={values.advertiser_id}
        error={errors['advertiser_id']}
        onChange={(id) => change({ advertiser_id: id ?? '' })}
      />
      {order.lines > 0 ? (
        <>
          <DatePickerInput
            label={words.firstDay}
            locale={language}
            valueFormat="DD/MM/YYYY"
            value={values.start}
            error={errors['start']}
            onChange={(start) => change({ start })}
          />
          <Checkbox
            label={words.withCreatives}
            checked={values.with_creatives}
            disabled={values.advertiser_id !== order.advertiser_id}
            onChange={(event) => change({ with_creatives: event.currentTarget.checked })}
          />
        </>
      ) : null}
    </Form>
  );
};
