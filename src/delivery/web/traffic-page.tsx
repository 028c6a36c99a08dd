import { SimpleGrid } from '@mantine/core';
import { IconRefresh, IconShieldCheck } from '@tabler/icons-react';
import { type InvalidTraffic, readInvalidTraffic } from '#delivery/contract';
import {
  Answer,
  DataTable,
  dayIn,
  EmptyState,
  Figure,
  Link,
  LinkButton,
  Page,
  Panel,
  PeriodPicker,
  useFormat,
  useNow,
  usePeriod,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { useMay } from '#people/web';
import { funnelMessages } from './funnel-messages.ts';
import { trafficMessages } from './traffic-messages.ts';
import { TrafficReviews } from './traffic-reviews.tsx';

/** What was told of ads and does not count, over a period of at most 93 days; reviews of the past under it. */
export const TrafficPage = () => {
  const words = useWords(trafficMessages);
  const may = useMay();
  const today = dayIn('UTC', useNow());
  const { days, period } = usePeriod(today, '28d');
  const [from, to] = within(days ?? [today, today]);
  const asked = useRoute(readInvalidTraffic, { from, to });
  return (
    <Page
      title={words.title}
      under={words.lead}
      actions={
        may('delivery.write') ? (
          <LinkButton
            to="/traffic"
            search={{ ...(period === '28d' ? {} : { period }), review: '1', from, to }}
            icon={<IconRefresh size={16} aria-hidden />}
          >
            {words.reviewThese}
          </LinkButton>
        ) : undefined
      }
    >
      <PeriodPicker today={today} otherwise="28d" withComparison={false} />
      <Answer of={asked}>{(traffic) => <Told traffic={traffic} />}</Answer>
      <TrafficReviews />
    </Page>
  );
};

const within = ([from, to]: [string, string]): [string, string] => {
  const least = new Date(Date.parse(to) - 92 * 86_400_000).toISOString().slice(0, 10);
  return [from < least ? least : from, to];
};

const Told = ({ traffic }: { traffic: InvalidTraffic }) => {
  const words = useWords(trafficMessages);
  const { of, reason } = useWords(funnelMessages);
  const format = useFormat();
  const { total } = traffic;
  if (traffic.reasons.length === 0)
    return (
      <Panel>
        <EmptyState icon={<IconShieldCheck size={36} aria-hidden />} title={words.none} next={words.noneNext} />
      </Panel>
    );
  const part = (some: number, rest: number) =>
    words.part(format.percent(some + rest === 0 ? 0 : (100 * some) / (some + rest), 1));
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure label={words.impressions} value={format.number(total.impressions)} />
        <Figure
          label={words.invalidImpressions}
          value={format.number(total.invalid_impressions)}
          unit={part(total.invalid_impressions, total.impressions)}
        />
        <Figure label={words.clicks} value={format.number(total.clicks)} />
        <Figure
          label={words.invalidClicks}
          value={format.number(total.invalid_clicks)}
          unit={part(total.invalid_clicks, total.clicks)}
        />
      </SimpleGrid>
      <Panel flush title={words.byReason}>
        <DataTable
          label={words.byReason}
          file="invalid-reasons"
          rows={traffic.reasons}
          rowKey={(row) => `${row.kind} ${row.reason}`}
          sort={{ key: 'events', desc: true }}
          columns={[
            { key: 'event', header: words.event, value: (row) => of(row.kind) },
            { key: 'reason', header: words.reason, value: (row) => reason(row.reason) },
            {
              key: 'events',
              header: words.events,
              value: (row) => row.events,
              cell: (row) => format.number(row.events),
              align: 'right',
            },
          ]}
        />
      </Panel>
      <Panel flush title={words.byLine}>
        <DataTable
          label={words.byLine}
          file="invalid-lines"
          rows={traffic.lines}
          rowKey={(row) => row.line_item_id}
          columns={[
            {
              key: 'line',
              header: words.line,
              value: (row) => row.name,
              cell: (row) => <Link to={`/line-items/${row.line_item_id}`}>{row.name}</Link>,
            },
            ...useCounts<InvalidTraffic['lines'][number]>(),
            {
              key: 'reason',
              header: words.mainReason,
              value: (row) => (row.main_reason === null ? '' : reason(row.main_reason)),
              from: 'sm',
            },
          ]}
        />
      </Panel>
      <Panel flush title={words.byDay}>
        <DataTable
          label={words.byDay}
          file="invalid-days"
          rows={traffic.days}
          rowKey={(row) => row.date}
          sort={{ key: 'day', desc: true }}
          columns={[
            { key: 'day', header: words.day, value: (row) => row.date, cell: (row) => format.day(row.date) },
            ...useCounts<InvalidTraffic['days'][number]>(),
          ]}
        />
      </Panel>
    </>
  );
};

/** Columns of what counts and what does not. */
function useCounts<T extends InvalidTraffic['total']>(): Column<T>[] {
  const words = useWords(trafficMessages);
  const format = useFormat();
  const column = (key: keyof InvalidTraffic['total'], header: string, more: Partial<Column<T>> = {}): Column<T> => ({
    key,
    header,
    value: (row) => row[key],
    cell: (row) => format.number(row[key]),
    align: 'right',
    ...more,
  });
  return [
    column('impressions', words.impressions, { from: 'sm' }),
    column('invalid_impressions', words.invalidImpressions),
    column('clicks', words.clicks, { from: 'sm' }),
    column('invalid_clicks', words.invalidClicks),
  ];
}
