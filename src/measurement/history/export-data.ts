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

/** What is exported, and which of its rows count. */
const tables: readonly { name: string; order: string; where?: string }[] = [
  { name: 'hits', order: 'site_id, at, hit_id' },
  { name: 'visits', order: 'site_id, started_at, visit_id', where: currentVisits },
  { name: 'ad_events', order: 'site_id, at, decision_id' },
  { name: 'ad_requests', order: 'site_id, at, placement_id' },
  {
    name: 'imported_figures',
    order: 'site_id, family, local_date',
    where:
      '(site_id, family, local_date, last_date, import) in (select site_id, family, local_date, last_date, max(import) from imported_days where site_id in {sites:Array(String)} group by site_id, family, local_date, last_date)',
  },
];

/** The files of an export, in order; each is asked of the store when it is opened. */
export async function exportedFiles(
  { db, events }: { db: Database; events: Events },
  asked: ExportAsked,
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  for (const table of tables) {
    const where = `${ofSites} and local_date between {from:Date} and {to:Date}${table.where ? ` and ${table.where}` : ''}`;
    const params = {
      org: asked.org_id,
      sites: asked.sites,
      from: asked.from ?? '1970-01-01',
      to: asked.to ?? '2149-06-06',
    };
    const days = await events.query<{ day: string; rows: number }>(
      `select toString(local_date) as day, count() as rows from ${table.name} where ${where} group by local_date order by local_date`,
      params,
      { heavy: true },
    );
    for (const { name, from, to, rows } of slicesOf(days))
      files.push({
        path: `${table.name}/${name}.${asked.format}`,
        rows,
        open: () =>
          events.file(
            `select * from ${table.name} where ${where} order by ${table.order}`,
            { ...params, from, to },
            asked.format === 'csv' ? 'CSVWithNames' : 'Parquet',
          ),
      });
  }
  const settings = await settingsOf(db, asked.org_id);
  const text = JSON.stringify(settings, undefined, 2);
  files.push({
    path: 'settings.json',
    rows: Object.values(settings).flat().length,
    open: async () => Readable.from([text]),
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

/** Every table of the organisation's settings: rows without secrets. */
async function settingsOf(db: Database, org_id: string): Promise<Record<string, object[]>> {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns
     where table_schema = current_schema() and table_name in (select table_name from information_schema.columns where column_name = 'org_id' and table_schema = current_schema())
     order by table_name, ordinal_position`,
  );
  const settings: Record<string, object[]> = {};
  for (const table of new Set(columns.map(({ table_name }) => table_name))) {
    if (kept.test(table)) continue;
    const shown = columns
      .filter(({ table_name, column_name }) => table_name === table && !secretColumn.test(column_name))
      .map(({ column_name }) => `"${column_name}"`);
    settings[table] = await db.query(`select ${shown.join(', ')} from "${table}" where org_id = $1 limit 100000`, [
      org_id,
    ]);
  }
  return settings;
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
