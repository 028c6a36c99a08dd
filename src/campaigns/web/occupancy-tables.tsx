import { Text } from '@mantine/core';
import type { Conflict, Occupancy, OccupiedPlacement } from '#campaigns/contract';
import { DataTable, Link, Panel, useFormat, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './occupancy-messages.ts';

/** What is wrong in the calendar. */
export const ConflictsTable = ({ occupancy: { conflicts, occupants, placements } }: { occupancy: Occupancy }) => {
  const words = useWords(messages);
  const format = useFormat();
  const byId = new Map(occupants.map((one) => [one.id, one]));
  const places = new Map(placements.map((one) => [one.id, one]));
  const placeName = (id: string) => {
    const place = places.get(id);
    return place ? `${place.site_name} › ${place.name}` : id;
  };
  const reason = ({ why, code, occupants: ids }: Conflict) =>
    why ?? (code === 'overbooked' ? words.short(format.number(byId.get(ids[0] ?? '')?.missing ?? 0)) : '');
  const columns: Column<Conflict>[] = [
    { key: 'code', header: words.conflict, value: (row) => words[row.code] },
    { key: 'placement', header: words.placement, value: (row) => placeName(row.placement_id), from: 'sm' },
    {
      key: 'lines',
      header: words.lines,
      value: (row) => row.occupants.map((id) => byId.get(id)?.name ?? id).join(', '),
      cell: (row) =>
        row.occupants.map((id, index) => {
          const one = byId.get(id);
          const to = one?.proposal_id ? `/proposals/${one.proposal_id}` : `/line-items/${id}`;
          return (
            <span key={id}>
              {index ? ' · ' : ''}
              <Link to={to}>{one ? `${one.advertiser_name} – ${one.name}` : id}</Link>
            </span>
          );
        }),
    },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.first_day,
      cell: (row) => format.days(row.first_day, row.last_day),
      from: 'md',
    },
    { key: 'why', header: words.why, value: reason, from: 'sm' },
  ];
  return (
    <Panel title={words.conflicts} flush={conflicts.length > 0}>
      {conflicts.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.noConflicts}
        </Text>
      ) : (
        <DataTable
          label={words.conflicts}
          file="conflicts"
          rows={conflicts}
          columns={columns}
          rowKey={(row) => `${row.code} ${row.placement_id} ${row.occupants.join(' ')}`}
        />
      )}
    </Panel>
  );
};

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** The whole period by placement: the calendar for those who would rather read, sort or export it. */
export const PlacementsTable = ({ occupancy: { placements, from, to } }: { occupancy: Occupancy }) => {
  const words = useWords(messages);
  const format = useFormat();
  type Row = OccupiedPlacement;
  const figure = (name: 'forecast' | 'sold' | 'held' | 'free', hidden?: 'sm' | 'md'): Column<Row> => ({
    key: name,
    header: words[name],
    value: (row) => (row.measured ? sum(row[name]) : null),
    align: 'right',
    ...(hidden ? { from: hidden } : {}),
  });
  const part = (row: Row) => {
    const all = sum(row.forecast);
    return all > 0 ? ((sum(row.sold) + sum(row.held)) / all) * 100 : null;
  };
  const columns: Column<Row>[] = [
    {
      key: 'placement',
      header: words.placement,
      value: (row) => `${row.site_name} › ${row.name}`,
      cell: (row) => (
        <Link to={`/placements/${row.id}`}>
          {row.site_name} › {row.name}
        </Link>
      ),
    },
    { key: 'section', header: words.section, value: (row) => row.section_name, from: 'md' },
    figure('forecast', 'sm'),
    figure('sold', 'sm'),
    figure('held', 'md'),
    figure('free', 'sm'),
    {
      key: 'occupied',
      header: words.occupied,
      definition: words.occupiedDefinition,
      value: part,
      cell: (row) => (row.measured ? format.percent(part(row)) : words.unmeasured),
      align: 'right',
    },
  ];
  return (
    <Panel title={words.asTable} note={format.days(from, to)} flush>
      <DataTable
        label={words.asTable}
        file={`occupancy ${from} ${to}`}
        rows={placements}
        columns={columns}
        rowKey={(row) => row.id}
        sort={{ key: 'occupied', desc: true }}
      />
    </Panel>
  );
};
