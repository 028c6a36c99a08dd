import { Anchor, Paper, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeOrder, createOrder } from '#campaigns/contract';
import type { FrequencyCap, Order, Side } from '#campaigns/contract';
import { AdvertiserForm, AdvertiserPicker, CapsField, PublisherPicker } from '#people/web';
import { call, Form, useForm, useWords } from '#platform/web';
import { messages } from './messages.ts';

type Values = {
  advertiser_id: string | null;
  name: string;
  side: Side;
  publisher_id: string | null;
  po_number: string;
  frequency_caps: FrequencyCap[];
};

export const OrderForm = ({ order, onDone }: { order?: Order; onDone: (order: Order) => void }) => {
  const words = useWords(messages);
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const form = useForm<Values>(
    {
      advertiser_id: order?.advertiser_id ?? null,
      name: order?.name ?? '',
      side: order?.side ?? 'sell',
      publisher_id: order?.publisher_id ?? null,
      po_number: order?.po_number ?? '',
      frequency_caps: order?.frequency_caps ?? [],
    },
    { required: ['advertiser_id', 'name'] },
  );
  const submit = form.submit(async (values) => {
    const fields = {
      name: values.name,
      side: values.side,
      publisher_id: values.side === 'buy' ? values.publisher_id : null,
      po_number: values.po_number.trim() || null,
      frequency_caps: values.frequency_caps,
    };
    const made = order
      ? await call(changeOrder, { id: order.id, ...fields })
      : await call(createOrder, { advertiser_id: values.advertiser_id ?? '', ...fields });
    await queries.invalidateQueries();
    onDone(made);
  });
  if (adding) {
    return (
      <AdvertiserForm
        onDone={(advertiser) => {
          form.change({ advertiser_id: advertiser.id });
          setAdding(false);
        }}
      />
    );
  }
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={order ? words.save : words.newOrder}>
      <Stack gap={4}>
        <AdvertiserPicker
          label={words.advertiser}
          required
          disabled={Boolean(order)}
          {...form.field('advertiser_id')}
        />
        {order ? null : (
          <Anchor
            component="button"
            type="button"
            size="xs"
            onClick={() => setAdding(true)}
            style={{ alignSelf: 'flex-start' }}
          >
            {words.newAdvertiser}
          </Anchor>
        )}
      </Stack>
      <TextInput label={words.name} required {...form.text('name')} />
      <SegmentedControl
        aria-label={words.side}
        value={form.values.side}
        disabled={Boolean(order && order.lines > 0)}
        onChange={(value) => form.change({ side: value === 'buy' ? 'buy' : 'sell' })}
        data={[
          { value: 'sell', label: words.sell },
          { value: 'buy', label: words.buy },
        ]}
      />
      {form.values.side === 'buy' ? (
        <Paper p="sm">
          <PublisherPicker label={words.publisher} {...form.field('publisher_id')} />
        </Paper>
      ) : null}
      <TextInput label={words.poNumber} {...form.text('po_number')} />
      {form.values.side === 'sell' ? (
        <CapsField
          label={words.orderCaps}
          value={form.values.frequency_caps}
          onChange={(frequency_caps) => form.change({ frequency_caps })}
          error={form.errors['frequency_caps']}
        />
      ) : null}
    </Form>
  );
};
