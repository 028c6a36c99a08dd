import { Accordion, Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { availability } from '#forecasting/contract';
import type { Alternative, Availability } from '#forecasting/contract';
import { useZone } from '#inventory/web';
import type { InputOf } from '#platform/web';
import {
  Answer,
  Chart,
  DataTable,
  dayIn,
  Figure,
  lastDay,
  Link,
  LoadingRows,
  useFormat,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { Alternatives } from './alternatives.tsx';
import type { TargetingText } from './alternatives.tsx';
import { dayChart } from './day-chart.ts';
import { messages } from './messages.ts';
import { useRemark } from './remark-words.ts';

export type AvailabilityQuestion = InputOf<typeof availability>;

type Props = {
  question: AvailabilityQuestion;
  targetingText: TargetingText;
  /** Offered beside each alternative when given. */
  onTake?: ((one: Alternative) => void) | undefined;
  /** Whether who uses the space and what the figures rest on is shown as well. */
  whole?: boolean;
};

/** What can still be sold of what is asked for: by day, with its range, what lacks, what else would do, and who is in the way. */
export const AvailabilityPanel = ({ question, targetingText, onTake, whole = true }: Props) => {
  const asked = useRoute(availability, question, { keep: true });
  return (
    <Answer of={asked} waiting={<LoadingRows rows={4} />}>
      {(found) => (
        <Found
          found={found}
          unit={question.goal?.unit ?? 'requests'}
          judged={question.goal !== undefined}
          targetingText={targetingText}
          onTake={onTake}
          whole={whole}
        />
      )}
    </Answer>
  );
};

type FoundProps = Omit<Props, 'question' | 'whole'> & {
  found: Availability;
  unit: NonNullable<AvailabilityQuestion['goal']>['unit'] | 'requests';
  judged: boolean;
  whole: boolean;
};

const Found = ({ found, unit, judged, targetingText, onTake, whole }: FoundProps) => {
  const words = useWords(messages);
  const format = useFormat();
  const said = useRemark();
  const { total, shortfall, warnings } = found;
  const isUnknown = warnings.some(({ code }) => code === 'no-forecast' || code === 'no-rate');
  return (
    <Stack gap="sm">
      {shortfall > 0 ? (
        <Alert
          color="red"
          variant="light"
          role="status"
          title={words.short(format.number(shortfall), words[unit], format.number(total.available_units))}
        />
      ) : judged && found.days.length > 0 ? (
        <Alert color={isUnknown ? 'yellow' : 'green'} variant="light" role="status">
          {isUnknown ? words.notJudged : words.enough(format.number(total.available_units), words[unit])}
        </Alert>
      ) : null}
      {warnings.map((warning) => (
        <Alert key={warning.code} color="yellow" variant="light">
          {said(warning)}
        </Alert>
      ))}
      {shortfall > 0 ? (
        <div>
          <Text fw={600} size="sm" mb={4}>
            {words.instead}
          </Text>
          <Alternatives
            alternatives={found.alternatives}
            unit={words[unit]}
            targetingText={targetingText}
            onTake={onTake}
          />
        </div>
      ) : null}
      {found.days.length === 0 ? <Text c="dimmed">{words.noDays}</Text> : <Days found={found} />}
      {whole ? <Contending found={found} /> : null}
      {whole && found.basis.length > 0 ? (
        <Accordion variant="contained">
          <Accordion.Item value="basis">
            <Accordion.Control>{words.basis}</Accordion.Control>
            <Accordion.Panel>
              {found.basis.map((one) => (
                <Text key={one.code} size="sm">
                  {said(one)}
                </Text>
              ))}
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      ) : null}
    </Stack>
  );
};

const Days = ({ found: { days, total } }: { found: Availability }) => {
  const words = useWords(messages);
  const format = useFormat();
  const option = useMemo(
    () => dayChart(days, words, { day: format.shortDay, count: (value) => format.compact(value) }),
    [days, words, format],
  );
  const columns: Column<Availability['days'][number]>[] = [
    { key: 'date', header: words.day, value: (row) => row.date, cell: (row) => format.day(row.date) },
    ...(['forecast', 'low', 'high', 'booked', 'held', 'available'] as const).map((key) => ({
      key,
      header: words[key],
      value: (row: Availability['days'][number]) => row[key],
      align: 'right' as const,
    })),
  ];
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        <Figure
          label={words.forecast}
          definition={words.forecastDefinition}
          value={format.compact(total.forecast)}
          unit={words.range(format.compact(total.low), format.compact(total.high))}
        />
        <Figure
          label={words.booked}
          definition={words.bookedDefinition}
          value={format.compact(total.booked)}
          unit={words.requests}
        />
        <Figure
          label={words.held}
          definition={words.heldDefinition}
          value={format.compact(total.held)}
          unit={words.requests}
        />
        <Figure
          label={words.available}
          definition={words.availableDefinition}
          value={format.compact(total.available)}
          unit={words.requests}
        />
      </SimpleGrid>
      <Chart
        label={words.requestsPerDay}
        option={option}
        height={240}
        table={
          <DataTable
            label={words.requestsPerDay}
            file="availability"
            rows={days}
            columns={columns}
            rowKey={(row) => row.date}
          />
        }
      />
    </>
  );
};

const Contending = ({ found: { contending } }: { found: Availability }) => {
  const words = useWords(messages);
  const format = useFormat();
  const zone = useZone();
  type Row = Availability['contending'][number];
  const columns: Column<Row>[] = [
    {
      key: 'line',
      header: words.line,
      value: (row) => row.name ?? words.proposalLine,
      cell: (row) => (row.name ? <Link to={`/line-items/${row.id}`}>{row.name}</Link> : words.proposalLine),
    },
    { key: 'state', header: words.state, value: (row) => words[row.state] },
    { key: 'uses', header: words.uses, value: (row) => row.quantity, align: 'right' },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.start,
      cell: (row) => format.days(dayIn(zone, new Date(row.start)), lastDay(row.end, zone)),
      from: 'sm',
    },
    {
      key: 'until',
      header: words.until,
      value: (row) => row.expires_at,
      cell: (row) => format.moment(row.expires_at),
      from: 'md',
    },
    { key: 'priority', header: words.priority, value: (row) => row.priority, align: 'right', from: 'md' },
  ];
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {words.contending}
      </Text>
      {contending.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.contendingNone}
        </Text>
      ) : (
        <DataTable
          label={words.contending}
          file="contending"
          rows={contending}
          columns={columns}
          rowKey={(row) => row.id}
        />
      )}
    </div>
  );
};
