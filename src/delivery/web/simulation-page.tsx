import { Alert, Button, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlayerStop, IconRepeat, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { cancelSimulation, deleteSimulation, readSimulation } from '#delivery/contract';
import type { SimulatedLine, Simulation, SimulationResult } from '#delivery/contract';
import {
  addDays,
  Answer,
  Chart,
  ConfirmDialog,
  DataTable,
  Figure,
  Link,
  LinkButton,
  Page,
  Panel,
  timeChart,
  useAction,
  useFormat,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { simulationMessages } from './simulation-messages.ts';
import { SimulationState } from './simulations-page.tsx';

const isOver = ({ state }: Simulation) => state !== 'queued' && state !== 'running';
/** Lines with a curve and a column of their own; the others are one. */
const mostCurves = 6;

/** One simulation: how far it is, then what each line would get. */
export const SimulationPage = () => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false });
  const [isOverSeen, setOver] = useState(false);
  const asked = useRoute(readSimulation, { id }, isOverSeen ? {} : { every: 1000 });
  const over = asked.data ? isOver(asked.data) : false;
  if (over !== isOverSeen) setOver(over);
  const [removing, setRemoving] = useState(false);
  const cancel = useAction(cancelSimulation);
  const remove = useAction(deleteSimulation);
  return (
    <Answer of={asked}>
      {(simulation) => {
        const { name, asked: terms, state, result, problem } = simulation;
        return (
          <Page
            title={name}
            trail={[{ label: words.simulations, to: '/simulations' }]}
            under={
              <span>
                <SimulationState of={simulation} /> {format.days(terms.start, addDays(terms.start, terms.days - 1))} ·{' '}
                {words.traffic.toLowerCase()} {format.percent(terms.traffic_percent, 0)} · {simulation.created_by}
              </span>
            }
            actions={
              <>
                {isOver(simulation) ? (
                  <Button
                    variant="default"
                    leftSection={<IconTrash size={16} aria-hidden />}
                    onClick={() => setRemoving(true)}
                  >
                    {words.remove}
                  </Button>
                ) : (
                  <Button
                    color="red"
                    variant="light"
                    leftSection={<IconPlayerStop size={16} aria-hidden />}
                    loading={cancel.isPending}
                    onClick={() => cancel.mutate({ id })}
                  >
                    {words.stop}
                  </Button>
                )}
                <LinkButton to="/simulations/new" search={{ from: id }} icon={<IconRepeat size={16} aria-hidden />}>
                  {words.again}
                </LinkButton>
              </>
            }
          >
            {isOver(simulation) ? null : <Running of={simulation} />}
            {state === 'failed' ? (
              <Alert color="red" variant="light" role="alert">
                {problem}
              </Alert>
            ) : null}
            {state === 'cancelled' ? (
              <Alert color="gray" variant="light" role="status">
                {words.stopped}
              </Alert>
            ) : null}
            {result ? <Result of={result} file={name} /> : null}
            <ConfirmDialog
              opened={removing}
              onClose={() => setRemoving(false)}
              question={words.removeSure(name)}
              action={words.remove}
              run={async () => {
                await remove.mutateAsync({ id });
                await navigate({ to: '/simulations', search: {} });
              }}
            />
          </Page>
        );
      }}
    </Answer>
  );
};

const Running = ({ of: { state, percent, reached } }: { of: Simulation }) => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const says = state === 'queued' || !reached ? words.waitingTurn : words.reached(format.moment(reached));
  return (
    <Panel>
      <Stack gap={6} role="status">
        <Progress value={percent} animated aria-label={says} />
        <Text size="sm">
          {format.percent(percent, 0)} · {says}
        </Text>
      </Stack>
    </Panel>
  );
};

const Result = ({ of: result, file }: { of: SimulationResult; file: string }) => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const own = useMemo(() => result.lines.filter(({ role }) => role !== 'rival'), [result]);
  const reaches = result.lines.map(reachOf).filter((reach) => reach !== null);
  const met = reaches.filter((reach) => reach >= 99);
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <Figure label={words.met} value={words.metOf(format.number(met.length), format.number(reaches.length))} />
        <Figure label={words.requests} value={format.compact(result.requests)} />
        <Figure
          label={words.filled}
          value={format.percent((100 * result.filled) / Math.max(1, result.requests))}
          unit={format.compact(result.filled)}
        />
        <Figure label={words.speed} value={format.compact(result.decisions_per_s)} />
      </SimpleGrid>
      <Warnings of={result} />
      <Panel title={words.lines} flush>
        <Lines lines={result.lines} file={file} />
      </Panel>
      <Days result={result} own={own} file={file} />
    </>
  );
};

const Warnings = ({ of: { warnings } }: { of: SimulationResult }) => {
  const words = useWords(simulationMessages);
  if (warnings.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" role="status">
      {warnings.map(({ code, subject }) => (
        <div key={code + subject}>
          {code === 'no-traffic'
            ? words.noTraffic(subject)
            : code === 'not-measured'
              ? words.notMeasured(subject)
              : words.thinned(subject)}
        </div>
      ))}
    </Alert>
  );
};

/** Percent of what is due by the last day of the run; null of a share, of conversions, which no traffic tells, and of a line that begins after it. */
const reachOf = ({ unit, ordered, due = ordered, delivered }: SimulatedLine) =>
  unit === 'share' || unit === 'conversions' || due === 0 ? null : (100 * delivered) / due;

const Lines = ({ lines, file }: { lines: SimulatedLine[]; file: string }) => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const role = ({ role: name }: SimulatedLine) => words[name === 'wished' ? 'wishedFor' : name];
  const columns: Column<SimulatedLine>[] = [
    {
      key: 'name',
      header: words.line,
      value: (row) => row.name,
      cell: (row) =>
        row.line_item_id ? <Link to={`/line-items/${row.line_item_id}`}>{row.name}</Link> : <strong>{row.name}</strong>,
    },
    { key: 'role', header: words.role, value: role, from: 'sm' },
    {
      key: 'ordered',
      header: words.ordered,
      definition: words.orderedDefinition,
      value: (row) => row.ordered,
      cell: (row) =>
        row.unit === 'share' ? format.percent(row.ordered, 0) : `${format.number(row.ordered)} ${words[row.unit]}`,
      align: 'right',
      from: 'sm',
    },
    { key: 'delivered', header: words.delivered, value: (row) => row.delivered, align: 'right' },
    {
      key: 'reach',
      header: words.reach,
      definition: words.reachDefinition,
      value: reachOf,
      cell: (row) => {
        const reach = reachOf(row);
        return (
          <span style={reach !== null && reach < 99 ? { color: 'var(--warn)', fontWeight: 600 } : {}}>
            {format.percent(reach)}
          </span>
        );
      },
      align: 'right',
    },
    {
      key: 'capped',
      header: words.capped,
      definition: words.cappedDefinition,
      value: (row) => row.capped,
      align: 'right',
      from: 'md',
    },
  ];
  return (
    <DataTable
      label={words.lines}
      file={`${file}-lines`}
      rows={lines}
      columns={columns}
      rowKey={(row) => `${row.line_item_id ?? ''} ${row.name}`}
    />
  );
};

const short = (name: string) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);

type Day = { date: string; requests: number; values: number[]; others: number };

const Days = ({ result, own, file }: { result: SimulationResult; own: SimulatedLine[]; file: string }) => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const shown = own.slice(0, mostCurves);
  const hasOthers = result.lines.length > shown.length;
  const days = useMemo(() => daysOf(result, own.slice(0, mostCurves)), [result, own]);
  const option = useMemo(
    () =>
      timeChart({
        labels: days.map(({ date }) => format.shortDay(date)),
        series: [
          ...own
            .slice(0, mostCurves)
            .map(({ name }, index) => ({ name: short(name), values: days.map(({ values }) => values[index] ?? 0) })),
          ...(hasOthers ? [{ name: words.others, values: days.map(({ others }) => others), dashed: true }] : []),
        ],
        write: (value) => format.number(value),
        axis: (value) => format.compact(value),
      }),
    [own, days, hasOthers, format, words],
  );
  const columns: Column<Day>[] = [
    {
      key: 'date',
      header: words.day,
      value: (row) => row.date,
      cell: (row) => <span style={{ whiteSpace: 'nowrap' }}>{format.day(row.date)}</span>,
    },
    { key: 'requests', header: words.requests, value: (row) => row.requests, align: 'right', from: 'sm' },
    ...shown.map(({ name }, index): Column<Day> => ({
      key: `line-${index}`,
      header: short(name),
      definition: name,
      value: (row) => row.values[index],
      align: 'right',
    })),
    ...(hasOthers
      ? [{ key: 'others', header: words.others, value: (row: Day) => row.others, align: 'right' as const }]
      : []),
  ];
  const table = (
    <DataTable label={words.byDay} file={`${file}-days`} rows={days} columns={columns} rowKey={(row) => row.date} />
  );
  return (
    <>
      <Panel title={words.byDay} note={words.byDayNote}>
        <Chart label={words.byDay} option={option} height={240} table={table} />
      </Panel>
      <Panel flush label={words.byDayFigures}>
        {table}
      </Panel>
    </>
  );
};

const daysOf = (result: SimulationResult, shown: SimulatedLine[]): Day[] => {
  const rest = result.lines.filter((line) => !shown.includes(line));
  return result.days.map(({ date, requests }) => ({
    date,
    requests,
    values: shown.map(({ by_day }) => by_day[date] ?? 0),
    others: rest.reduce((sum, { by_day }) => sum + (by_day[date] ?? 0), 0),
  }));
};
