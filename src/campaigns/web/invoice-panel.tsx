import { Button, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { readInvoiceBasis } from '#campaigns/contract';
import type { InvoiceLine } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import {
  Answer,
  DataTable,
  dayIn,
  LoadingRows,
  Panel,
  useFormat,
  useLanguage,
  useNow,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages as lineMessages } from './messages.ts';
import { messages } from './paper-messages.ts';

/** What is to be invoiced of an order over a period: this month unless another is chosen. */
export const InvoicePanel = ({ order }: { order: string }) => {
  const words = useWords(messages);
  const lines = useWords(lineMessages);
  const format = useFormat();
  const { language } = useLanguage();
  const today = dayIn(useZone(), useNow());
  const [[from, to], setPeriod] = useState<[string | null, string | null]>([`${today.slice(0, 8)}01`, today]);
  const isWhole = from !== null && to !== null;
  const asked = useRoute(
    readInvoiceBasis,
    { id: order, from: from ?? today, to: to ?? today },
    { enabled: isWhole, keep: true },
  );
  const unitName = ({ unit }: InvoiceLine) =>
    unit === 'days' ? words.days : unit === 'line' ? words.lump : lines[unit];
  const columns: Column<InvoiceLine>[] = [
    {
      key: 'line',
      header: words.line,
      value: (row) => row.name,
      cell: (row) => (
        <div>
          {row.name}
          {row.make_good_of ? (
            <Text size="xs" c="dimmed">
              {words.makeGoodOf(row.make_good_of)}
            </Text>
          ) : null}
        </div>
      ),
    },
    { key: 'unit', header: words.unit, value: unitName, from: 'sm' },
    {
      key: 'rate',
      header: words.rate,
      value: (row) => row.rate.amount,
      cell: (row) => format.money(row.rate),
      align: 'right',
      from: 'md',
    },
    { key: 'ordered', header: words.ordered, value: (row) => row.ordered, align: 'right', from: 'md' },
    { key: 'delivered', header: words.delivered, value: (row) => row.delivered, align: 'right', from: 'xs' },
    { key: 'toDate', header: words.toDate, value: (row) => row.delivered_to_date, align: 'right', from: 'lg' },
    { key: 'billable', header: words.billable, value: (row) => row.billable, align: 'right', from: 'sm' },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.amount.amount,
      cell: (row) => format.money(row.amount),
      align: 'right',
    },
  ];
  const query = new URLSearchParams({ from: from ?? today, to: to ?? today, language }).toString();
  return (
    <Panel
      title={words.invoice}
      note={words.invoiceNote}
      flush
      actions={
        <>
          <DatePickerInput
            type="range"
            label={words.period}
            className="vg-quiet-label"
            locale={language}
            valueFormat="D MMM YYYY"
            size="xs"
            w={230}
            value={[from, to]}
            onChange={setPeriod}
          />
          <Button
            component="a"
            variant="default"
            size="xs"
            href={`/api/orders/${order}/invoice-basis.csv?${query}`}
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {words.csv}
          </Button>
        </>
      }
    >
      <Answer of={asked} waiting={<LoadingRows rows={2} />}>
        {(basis) =>
          basis.lines.length === 0 ? (
            <Text c="dimmed" size="sm" px="md" pb="md">
              {words.noLines}
            </Text>
          ) : (
            <>
              <DataTable
                label={words.invoice}
                file="invoice-basis"
                rows={basis.lines}
                columns={columns}
                rowKey={(row) => row.line_item_id}
              />
              {basis.credits.map((credit) => (
                <Text key={`${credit.line_item_id} ${credit.day} ${credit.amount.amount}`} px="md" size="sm">
                  {words.credit(credit.name, format.day(credit.day))} : {format.money(credit.amount)}
                  {credit.note ? ` · ${credit.note}` : ''}
                </Text>
              ))}
              <Text px="md" pb="sm" size="sm">
                <strong>{words.total}</strong> : {basis.totals.map((sum) => format.money(sum)).join(' + ') || '–'}
              </Text>
            </>
          )
        }
      </Answer>
    </Panel>
  );
};
