/** The columns of the fact tables that a journal line may name, as the store has them: its migrations alone say what they are. */
import type { Events, RowValue } from '#platform';

export const factTables = ['hits', 'ignored_hits', 'ad_events', 'ad_requests', 'ad_decisions'] as const;
export type FactTable = (typeof factTables)[number];
export type FactColumns = Record<FactTable, Readonly<Record<string, RowValue>>>;

const valueOfType: Readonly<Record<string, RowValue>> = {
  'LowCardinality(String)': 'words',
  'Map(LowCardinality(String), String)': 'texts by name',
  "DateTime64(3, 'UTC')": 'instant',
  "DateTime('UTC')": 'wall clock',
  Date: 'date',
  UInt8: 'UInt8',
  UInt16: 'UInt16',
  UInt32: 'UInt32',
  UInt64: 'UInt64',
  Int64: 'Int64',
  'Nullable(UInt16)': 'counted or null',
};

const known = new WeakMap<object, Promise<FactColumns>>();

/** Asked once: columns change with migrations, at a start. */
export function factColumnsOf(events: Pick<Events, 'query'>): Promise<FactColumns> {
  let asked = known.get(events);
  if (!asked) {
    known.set(events, (asked = read(events)));
    // A store that was away is asked again.
    asked.catch(() => known.delete(events));
  }
  return asked;
}

async function read(events: Pick<Events, 'query'>): Promise<FactColumns> {
  const rows = await events.query<{ table: FactTable; name: string; type: string }>(
    `select table, name, type from system.columns
     where database = currentDatabase() and table in {tables:Array(String)} and name != 'ingested_at'`,
    { tables: factTables },
  );
  const columns: Record<FactTable, Record<string, RowValue>> = {
    hits: {},
    ignored_hits: {},
    ad_events: {},
    ad_requests: {},
    ad_decisions: {},
  };
  for (const { table, name, type } of rows) {
    // An id differs from row to row; of other texts many rows share one.
    const value = type === 'String' ? (name.endsWith('_id') ? 'text' : 'words') : valueOfType[type];
    if (!value) throw new Error(`Facts cannot be written to ${table}.${name}: nothing writes ${type}.`);
    columns[table][name] = value;
  }
  return columns;
}
