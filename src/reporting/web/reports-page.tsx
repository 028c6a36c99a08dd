import { Anchor, Group } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { listReports } from '#reporting/contract';
import type { Report } from '#reporting/contract';
import { AddButton, useMay } from '#people/web';
import { EmptyState, FormDialog, Link, ListPanel, Page, useFormat, useList, useSearch, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { ReportForm } from './report-form.tsx';

export const fileOf = (id: string, format: 'pdf' | 'xlsx' | 'html') =>
  `/api/reports/${encodeURIComponent(id)}/render?format=${format}`;

export const ReportsPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const list = useList(listReports, { limit: 100 });
  const add = may('reports.write') ? <AddButton label={words.newReport} onClick={() => set({ new: '1' })} /> : null;
  const columns: Column<Report>[] = [
    {
      key: 'title',
      header: words.title,
      value: (row) => row.title,
      cell: (row) => <Link to={`/reports/${row.id}`}>{row.title}</Link>,
    },
    {
      key: 'order',
      header: words.order,
      value: (row) => row.order_name,
      cell: (row) => (
        <Link to={`/orders/${row.order_id}`} quiet>
          {row.order_name}
        </Link>
      ),
      from: 'sm',
    },
    { key: 'advertiser', header: words.advertiser, value: (row) => row.advertiser_name, from: 'md' },
    {
      key: 'period',
      header: words.period,
      value: (row) => row.period.from,
      cell: (row) => format.days(row.period.from, row.period.to),
      from: 'xs',
    },
    {
      key: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'lg',
    },
    {
      key: 'files',
      header: '',
      value: () => null,
      cell: (row) => (
        <Group gap={10} wrap="nowrap">
          <Anchor href={fileOf(row.id, 'pdf')} download aria-label={`${words.pdf}: ${row.title}`}>
            {words.pdf}
          </Anchor>
          <Anchor href={fileOf(row.id, 'xlsx')} download aria-label={`XLSX: ${row.title}`}>
            XLSX
          </Anchor>
        </Group>
      ),
    },
  ];
  return (
    <Page title={words.reports} actions={add}>
      <ListPanel
        list={list}
        label={words.reports}
        file="reports"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconFileText size={36} aria-hidden />}
            title={words.noReports}
            next={words.noReportsNext}
            action={add}
          />
        }
      />
      <FormDialog
        title={words.newReport}
        opened={one('new') === '1'}
        onClose={() => set({ new: undefined, order: undefined })}
      >
        <ReportForm
          order={one('order') ?? null}
          onDone={(report) => void navigate({ to: `/reports/${report.id}`, search: {} })}
        />
      </FormDialog>
    </Page>
  );
};
