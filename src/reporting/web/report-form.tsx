import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { listOrders } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { createReport } from '#reporting/contract';
import type { Report, ReportLanguage } from '#reporting/contract';
import { call, dayIn, Form, lastDay, useForm, useLanguage, useList, useNow, useWords } from '#platform/web';
import { messages } from './messages.ts';

type Values = {
  order_id: string | null;
  from: string | null;
  to: string | null;
  language: ReportLanguage;
  title: string;
};

/** A report on an order; its period follows the order's dates, up to today. */
export const ReportForm = ({ order, onDone }: { order: string | null; onDone: (report: Report) => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const orders = useList(listOrders, { limit: 200 }, { whole: true });
  const zone = useZone();
  const today = dayIn(zone, useNow());
  const datesOf = (id: string | null) => {
    const found = orders.rows?.find((row) => row.id === id);
    const from = found?.start ? dayIn(zone, new Date(found.start)) : null;
    const end = found?.end ? lastDay(found.end, zone) : today;
    return { from, to: end < today ? end : today };
  };
  const form = useForm<Values>(
    { order_id: order, from: null, to: null, language, title: '' },
    { required: ['order_id'], also: ['period'] },
  );
  const { values, change, errors } = form;
  const dates = { from: values.from ?? datesOf(values.order_id).from, to: values.to ?? datesOf(values.order_id).to };
  const submit = form.submit(async (v) => {
    const made = await call(createReport, {
      order_id: v.order_id ?? '',
      period: { from: dates.from ?? today, to: dates.to ?? today },
      language: v.language,
      ...(v.title.trim() ? { title: v.title.trim() } : {}),
    });
    await queries.invalidateQueries();
    onDone(made);
  });
  return (
    <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.newReport}>
      <Select
        label={words.order}
        required
        searchable
        data={(orders.rows ?? []).map(({ id, name, advertiser_name }) => ({
          value: id,
          label: `${advertiser_name} › ${name}`,
        }))}
        value={values.order_id}
        error={errors['order_id']}
        onChange={(order_id) => change({ order_id, from: null, to: null })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <DatePickerInput
          label={words.from}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={dates.from}
          error={errors['from'] ?? errors['period']}
          onChange={(from) => change({ from })}
        />
        <DatePickerInput
          label={words.to}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={dates.to}
          error={errors['to']}
          onChange={(to) => change({ to })}
        />
      </SimpleGrid>
      <Select
        label={words.language}
        allowDeselect={false}
        data={[
          { value: 'fr', label: words.french },
          { value: 'en', label: words.english },
        ]}
        value={values.language}
        onChange={(next) => change({ language: next === 'en' ? 'en' : 'fr' })}
      />
      <TextInput label={words.title} description={words.titleHint} {...form.text('title')} />
    </Form>
  );
};
