import { SimpleGrid, Stack, Text } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { createTrafficReview, listTrafficChanges, listTrafficReviews } from '#delivery/contract';
import type { TrafficChange, TrafficReview } from '#delivery/contract';
import { useMay } from '#people/web';
import {
  addDays,
  Answer,
  call,
  DataTable,
  dayIn,
  decimalsOf,
  EmptyState,
  ErrorState,
  Form,
  FormDialog,
  Link,
  Panel,
  StateMark,
  useForm,
  useFormat,
  useLanguage,
  useList,
  useNow,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column, Tone } from '#platform/web';
import { funnelMessages } from './funnel-messages.ts';
import { trafficMessages } from './traffic-messages.ts';

const tones: Record<TrafficReview['state'], Tone> = { running: 'blue', done: 'green', failed: 'red' };

/** Reviews of the past, newest first; the one in the address (`of`) with what it changed, by day and line item. */
export const TrafficReviews = () => {
  const words = useWords(trafficMessages);
  const format = useFormat();
  const { one, set } = useSearch();
  const may = useMay();
  const list = useList(listTrafficReviews, { limit: 50 });
  const period = one('period');
  const kept: Record<string, string> = period === undefined ? {} : { period };
  const columns: Column<TrafficReview>[] = [
    {
      key: 'days',
      header: words.days,
      value: (row) => row.from,
      cell: (row) => (
        <Link to="/traffic" search={{ ...kept, of: row.id }}>
          {format.days(row.from, row.to)}
        </Link>
      ),
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[row.state],
      cell: (row) => <StateMark tone={tones[row.state]}>{words[row.state]}</StateMark>,
    },
    {
      key: 'looked',
      header: words.looked,
      value: (row) => row.events,
      cell: (row) => (row.events === null ? '–' : format.number(row.events)),
      align: 'right',
      from: 'sm',
    },
    {
      key: 'changed',
      header: words.changed,
      value: (row) => row.changes.reduce((sum, { events }) => sum + events, 0),
      cell: (row) => format.number(row.changes.reduce((sum, { events }) => sum + events, 0)),
      align: 'right',
    },
    { key: 'by', header: words.by, value: (row) => row.created_by, from: 'md' },
    {
      key: 'made',
      header: words.made,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'sm',
    },
  ];
  const chosen = list.rows?.find(({ id }) => id === one('of'));
  return (
    <>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      <Panel flush title={words.reviews} note={words.reviewsLead}>
        <DataTable
          label={words.reviews}
          file="traffic-reviews"
          rows={list.rows}
          columns={columns}
          rowKey={(row) => row.id}
          empty={
            <EmptyState
              icon={<IconHistory size={36} aria-hidden />}
              title={words.noReviews}
              next={words.noReviewsNext}
            />
          }
          more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        />
      </Panel>
      {chosen ? <ChangesOf review={chosen} /> : null}
      {one('review') && may('delivery.write') ? (
        <ReviewForm
          from={one('from')}
          to={one('to')}
          done={(id) => set({ review: undefined, from: undefined, to: undefined, ...(id ? { of: id } : {}) })}
        />
      ) : null}
    </>
  );
};

const ChangesOf = ({ review }: { review: TrafficReview }) => {
  const words = useWords(trafficMessages);
  const { of, reason } = useWords(funnelMessages);
  const format = useFormat();
  const asked = useRoute(listTrafficChanges, { id: review.id });
  const judged = (word: string) => (word === '' ? words.counted : reason(word));
  const amount = ({ spend_micros, currency }: TrafficChange) =>
    format.money({ amount: (spend_micros / 1e6) * 10 ** decimalsOf(currency), currency });
  const columns: Column<TrafficChange>[] = [
    { key: 'day', header: words.day, value: (row) => row.date, cell: (row) => format.day(row.date) },
    {
      key: 'line',
      header: words.line,
      value: (row) => row.name,
      cell: (row) => <Link to={`/line-items/${row.line_item_id}`}>{row.name}</Link>,
    },
    { key: 'event', header: words.event, value: (row) => of(row.kind), from: 'sm' },
    { key: 'was', header: words.was, value: (row) => judged(row.was), from: 'sm' },
    { key: 'becomes', header: words.becomes, value: (row) => judged(row.becomes) },
    {
      key: 'events',
      header: words.events,
      value: (row) => row.events,
      cell: (row) => format.number(row.events),
      align: 'right',
    },
    { key: 'amount', header: words.amount, value: (row) => row.spend_micros / 1e6, cell: amount, align: 'right' },
  ];
  return (
    <Panel flush title={words.changesOf(format.days(review.from, review.to))}>
      <Answer of={asked}>
        {({ items }) => (
          <DataTable
            label={words.changesOf(format.days(review.from, review.to))}
            file={`traffic-review-${review.from}`}
            rows={items}
            columns={columns}
            rowKey={(row) => `${row.date} ${row.line_item_id} ${row.kind} ${row.was} ${row.becomes}`}
            empty={
              <EmptyState
                icon={<IconShieldCheck size={36} aria-hidden />}
                title={words.noChanges}
                next={words.noChangesNext}
              />
            }
          />
        )}
      </Answer>
    </Panel>
  );
};

const ReviewForm = (asked: { from: string | undefined; to: string | undefined; done: (id?: string) => void }) => {
  const words = useWords(trafficMessages);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const yesterday = addDays(dayIn('UTC', useNow()), -1);
  const form = useForm(
    { from: asked.from ?? addDays(yesterday, -6), to: asked.to ?? yesterday },
    { required: ['from', 'to'] },
  );
  const submit = form.submit(async (values) => {
    const made = await call(createTrafficReview, values);
    await queries.invalidateQueries();
    asked.done(made.id);
  });
  const day = (name: 'from' | 'to', label: string) => (
    <DatePickerInput
      label={label}
      required
      locale={language}
      valueFormat="DD/MM/YYYY"
      value={form.values[name] || null}
      error={form.errors[name]}
      onChange={(value) => form.change(name === 'from' ? { from: value ?? '' } : { to: value ?? '' })}
    />
  );
  return (
    <FormDialog title={words.reviewThese} opened onClose={() => asked.done()}>
      <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.review}>
        <Stack gap="sm">
          <Text size="sm">{words.sure}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {day('from', words.first)}
            {day('to', words.last)}
          </SimpleGrid>
        </Stack>
      </Form>
    </FormDialog>
  );
};
