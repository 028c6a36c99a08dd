import { IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { listSimulations } from '#delivery/contract';
import type { SimulationSummary } from '#delivery/contract';
import {
  addDays,
  EmptyState,
  Link,
  LinkButton,
  ListPanel,
  Page,
  StateMark,
  useFormat,
  useList,
  useWords,
} from '#platform/web';
import type { Column, Tone } from '#platform/web';
import { simulationMessages } from './simulation-messages.ts';

const tones: Record<SimulationSummary['state'], Tone> = {
  queued: 'gray',
  running: 'blue',
  done: 'green',
  failed: 'red',
  cancelled: 'gray',
};

export const SimulationState = ({ of: { state, percent } }: { of: Pick<SimulationSummary, 'state' | 'percent'> }) => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  return (
    <StateMark tone={tones[state]}>
      {words[state]}
      {state === 'running' ? ` · ${format.percent(percent, 0)}` : ''}
    </StateMark>
  );
};

/** Every simulation, newest first. */
export const SimulationsPage = () => {
  const words = useWords(simulationMessages);
  const format = useFormat();
  const list = useList(listSimulations, { limit: 100 }, { every: 4000 });
  const add = (
    <LinkButton to="/simulations/new" icon={<IconPlus size={16} aria-hidden />}>
      {words.newSimulation}
    </LinkButton>
  );
  const columns: Column<SimulationSummary>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/simulations/${row.id}`}>{row.name}</Link>,
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[row.state],
      cell: (row) => <SimulationState of={row} />,
    },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.start,
      cell: (row) => format.days(row.start, addDays(row.start, row.days - 1)),
      from: 'sm',
    },
    { key: 'by', header: words.by, value: (row) => row.created_by, from: 'md' },
    {
      key: 'created',
      header: words.created,
      value: (row) => row.created_at,
      cell: (row) => format.moment(row.created_at),
      from: 'sm',
    },
  ];
  return (
    <Page title={words.simulations} under={words.noneNext} actions={add}>
      <ListPanel
        list={list}
        label={words.simulations}
        file="simulations"
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconPlayerPlay size={36} aria-hidden />}
            title={words.none}
            next={words.noneNext}
            action={add}
          />
        }
      />
    </Page>
  );
};
