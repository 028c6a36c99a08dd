/**
 * Everything that is kept, to be taken elsewhere: facts as CSV or Parquet, a file per table and month (per day where a month is large, so
 * that no answer of the store grows with the data), and the organisation's settings as JSON. Files come one after the other: the
 * memory needed is that of one file.
 */
import type { Database, Events } from '#platform';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { ExportFormat } from './export-contract.ts';

export type ExportAsked = {
  org_id: string;
  sites: readonly string[];
  format: ExportFormat;
  from?: string | undefined;
  to?: string | undefined;
};

export type ExportedFile = { path: string; rows: number; open(): Promise<Readable> };

/** Rows of one file; a month with more is cut into days. */
const mostRows = 2_000_000;

const ofSites = 'org_id = {org:String} and site_id in {sites:Array(String)}';
const currentVisits =
  '(site_id, local_date, build) in (select site_id, local_date, max(build) from visit_days where site_id in {sites:Array(String)} group by site_id, local_date)';

type ExportedTable = {
  name: string;
  order: string;
  /** Which of its rows count. */
  where?: string;
  /** The day that a row lies on, where it has another name. */
  day?: string;
  /** A later import takes the place of an earlier one: only what holds is written. */
  final?: true;
};

/** Every table of the store that cannot be made anew from others. */
const tables: readonly ExportedTable[] = [
  { name: 'hits', order: 'site_id, at, hit_id' },
  { name: 'ignored_hits', order: 'site_id, at, reason, path' },
  { name: 'visits', order: 'site_id, started_at, visit_id', where: currentVisits },
  { name: 'ad_events', order: 'site_id, at, decision_id' },
  { name: 'ad_event_corrections', order: 'site_id, review_id, decision_id, kind' },
  { name: 'ad_requests', order: 'site_id, at, placement_id' },
  { name: 'ad_decisions', order: 'site_id, at, placement_id, line_item_id' },
  {
    name: 'cost_days',
    order: 'site_id, platform, account, local_date, campaign_key, source, currency',
    final: true,
  },
  { name: 'search_console', order: 'site_id, kind, first_date, last_date, value', day: 'first_date', final: true },
  {
    name: 'imported_figures',
    order: 'site_id, family, local_date',
    where:
      '(site_id, family, local_date, last_date, import) in (select site_id, family, local_date, last_date, max(import) from imported_days where site_id in {sites:Array(String)} group by site_id, family, local_date, last_date)',
  },
  { name: 'imported_days', order: 'site_id, family, local_date, import' },
];
export const exportedTables: readonly string[] = tables.map(({ name }) => name);

/** Tables that the store adds up from the exported ones, or keeps for its own work. */
export const derivedTables: readonly string[] =
  `hits_hours hits_days pages_days pages_months visit_figures visit_figure_months
  visit_months ad_hours ad_line_days ad_placement_days ad_request_days ad_request_hours dirty_days visit_days hit_ids`.split(
    /\s+/,
  );

/**
 * What a file has of a table. In CSV a text that a spreadsheet would run as a formula gets an apostrophe before it, as `csvCell` writes
 * it; Parquet has the value as it is.
 */
async function columnsOf(events: Events, table: string, format: ExportFormat): Promise<string> {
  if (format === 'parquet') return '*';
  const columns = await events.query<{ name: string; type: string }>(
    `select name, type from system.columns where database = currentDatabase() and table = {table:String}
       and default_kind not in ('MATERIALIZED', 'ALIAS') order by position`,
    { table },
  );
  return columns
    .map(({ name, type }) =>
      /^(?:LowCardinality\()?String/.test(type)
        ? `if(match(${table}.${name}, '^\\'*[=+@\\t\\r\\n-]'), concat('\\'', ${table}.${name}), ${table}.${name}) as ${name}`
        : `${table}.${name} as ${name}`,
    )
    .join(', ');
}

/** The files of an export, in order; each is asked of the store when it is opened. */
export async function exportedFiles(
  { db, events }: { db: Database; events: Events },
  asked: ExportAsked,
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  for (const table of tables) {
    const day = table.day ?? 'local_date';
    const from = `${table.name}${table.final ? ' final' : ''}`;
    // Conditions stand apart from the columns written, whose names they would otherwise take for theirs.
    const rows = `(select * from ${from} where ${ofSites} and ${day} between {from:Date} and {to:Date}${table.where ? ` and ${table.where}` : ''}) as ${table.name}`;
    const columns = await columnsOf(events, table.name, asked.format);
    const params = {
      org: asked.org_id,
      sites: asked.sites,
      from: asked.from ?? '1970-01-01',
      to: asked.to ?? '2149-06-06',
    };
    const days = await events.query<{ day: string; rows: number }>(
      `select toString(${day}) as day, count() as rows from ${rows} group by ${day} order by ${day}`,
      params,
      { heavy: true },
    );
    for (const { name, from, to, rows: count } of slicesOf(days))
      files.push({
        path: `${table.name}/${name}.${asked.format}`,
        rows: count,
        open: () =>
          events.file(
            `select ${columns} from ${rows} order by ${table.order
              .split(', ')
              .map((column) => `${table.name}.${column}`)
              .join(', ')}`,
            { ...params, from, to },
            asked.format === 'csv' ? 'CSVWithNames' : 'Parquet',
          ),
      });
  }
  const settings = await settingTables(db, asked.org_id);
  files.push({
    path: 'settings.json',
    rows: settings.reduce((sum, { rows }) => sum + rows, 0),
    open: async () => Readable.from(settingsText(db, asked.org_id, settings)),
  });
  return files;
}

type Slice = { name: string; from: string; to: string; rows: number };

/** Months of days; a large month is its days. Pure. */
export function slicesOf(days: readonly { day: string; rows: number }[]): Slice[] {
  const months = new Map<string, Slice[]>();
  for (const { day, rows } of days) {
    const month = day.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), { name: day, from: day, to: day, rows: Number(rows) }]);
  }
  return [...months].flatMap(([month, list]) => {
    const rows = list.reduce((sum, one) => sum + one.rows, 0);
    const [first, last] = [list[0], list.at(-1)];
    return rows > mostRows || !first || !last ? list : [{ name: month, from: first.from, to: last.to, rows }];
  });
}

/** Tables that hold what opens doors, or only the machine's own bookkeeping. */
const kept =
  /^(?:api_keys|keys|sessions?|accounts?|verifications?|users?|memberships|idempotent_replies|jobs|audit_entries|.*_tokens?|calendar_feeds|cost_files)$/;
const secretColumn = /(?:hash|secret|token|password|salt)/i;

type SettingTable = { name: string; columns: string; mine: string; order: string; rows: number };

/** Every table of the organisation's settings: its own rows, and the parts of what is its own. */
async function settingTables(db: Database, org_id: string): Promise<SettingTable[]> {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns where table_schema = current_schema()
     order by table_name, ordinal_position`,
  );
  const keys = await db.query<{ table_name: string; column_name: string }>(
    `select one.table_name, one.column_name from information_schema.key_column_usage as one
       join information_schema.table_constraints as its using (table_schema, table_name, constraint_name)
     where its.constraint_type = 'PRIMARY KEY' and one.table_schema = current_schema() order by one.table_name, one.ordinal_position`,
  );
  // Tables of parts (versions, entries) name their organisation by the thing that they are part of.
  const parents = await db.query<{ table_name: string; column_name: string; parent: string; parent_column: string }>(
    `select one.table_name, one.column_name, whole.table_name as parent, whole.column_name as parent_column
     from information_schema.table_constraints as its
       join information_schema.key_column_usage as one using (table_schema, table_name, constraint_name)
       join information_schema.constraint_column_usage as whole
         on whole.constraint_schema = its.constraint_schema and whole.constraint_name = its.constraint_name
     where its.constraint_type = 'FOREIGN KEY' and its.table_schema = current_schema()`,
  );
  const ofOrganisation = (name: string) =>
    columns.some(({ table_name, column_name }) => table_name === name && column_name === 'org_id');
  const mineOf = (name: string): string | undefined => {
    if (ofOrganisation(name)) return 'org_id = $1';
    const part = parents.find(({ table_name, parent }) => table_name === name && ofOrganisation(parent));
    return part && `"${part.column_name}" in (select "${part.parent_column}" from "${part.parent}" where org_id = $1)`;
  };
  const found: SettingTable[] = [];
  for (const [name, list] of Map.groupBy(columns, ({ table_name }) => table_name)) {
    const mine = kept.test(name) ? undefined : mineOf(name);
    if (mine === undefined) continue;
    const key = keys.filter(({ table_name }) => table_name === name).map(({ column_name }) => `"${column_name}"`);
    const [count] = await db.query<{ rows: number }>(`select count(*)::int as rows from "${name}" where ${mine}`, [
      org_id,
    ]);
    found.push({
      name,
      columns: list
        .filter(({ column_name }) => !secretColumn.test(column_name))
        .map(({ column_name }) => `"${column_name}"`)
        .join(', '),
      mine,
      order: key.length > 0 ? key.join(', ') : 'ctid',
      rows: count?.rows ?? 0,
    });
  }
  return found;
}

/** Rows of the settings that are in memory at once. */
const settingsAtOnce = 5000;

/** `{table: [row, …], …}` as text, a part after the other; no table is cut. */
async function* settingsText(db: Database, org_id: string, tables: readonly SettingTable[]): AsyncGenerator<string> {
  for (const [n, { name, columns, mine, order }] of tables.entries()) {
    yield `${n === 0 ? '{' : ','}\n  ${JSON.stringify(name)}: [`;
    for (let at = 0; ; at += settingsAtOnce) {
      const rows = await db.query(
        `select ${columns} from "${name}" where ${mine} order by ${order} limit ${settingsAtOnce} offset ${at}`,
        [org_id],
      );
      for (const [i, row] of rows.entries()) yield `${at + i === 0 ? '' : ','}\n    ${JSON.stringify(row)}`;
      if (rows.length < settingsAtOnce) break;
    }
    yield '\n  ]';
  }
  yield tables.length === 0 ? '{}\n' : '\n}\n';
}

/** The files as one zip that is made while it is read. */
export function zipOf(files: readonly ExportedFile[], onError: (error: unknown) => void): Readable {
  const zip = new ZipFile();
  const out = new Readable().wrap(zip.outputStream);
  const fill = async () => {
    for (const file of files) {
      const stream = await file.open();
      // The next file is asked of the store when this one is through.
      const ended = once(stream, 'end');
      zip.addReadStream(stream, file.path, { compress: !file.path.endsWith('.parquet') });
      await ended;
    }
    zip.end();
  };
  fill().catch((error: unknown) => {
    onError(error);
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return out;
}

/** Writes the files under a folder; each appears under its name when it is whole. Answers what was written. */
export async function exportTo(
  folder: string,
  files: readonly ExportedFile[],
): Promise<{ path: string; rows: number }[]> {
  const written: { path: string; rows: number }[] = [];
  for (const { path, rows, open } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await open(), createWriteStream(`${target}.part`));
    await rename(`${target}.part`, target);
    written.push({ path, rows });
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify({ files: written }, undefined, 2));
  return written;
}
