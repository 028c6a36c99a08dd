/** Keeps what Search Console tells and answers it, pages beside the visits that entered on them. */
import { runQuery } from '#analytics';
import { Query } from '#analytics/contract';
import { findSite } from '#inventory';
import { audit, listRows, requireRow } from '#people';
import {
  type Caller,
  type Clock,
  type Context,
  type Database,
  type Events,
  newId,
  openDataFiles,
  Refusal,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import type {
  askSearch as askRoute,
  listSearchConsole as listRoute,
  SearchFigures,
  SearchImport,
  SearchRow,
} from './contract.ts';
import type { SearchPart } from './search-console-api.ts';
import { readSearchConsole, type SearchReport } from './read-search-console.ts';

type Services = { db: Database; events: Events };
type Imported = SearchImport & { number: number };

export async function siteOf(db: Database, org_id: string, site_id: string) {
  const site = await findSite(db, org_id, site_id);
  if (!site) throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
  return { ...site, org_id };
}

type Made = {
  id: string;
  number: number;
  origin: 'file' | 'api';
  files: string[];
  first: string;
  last: string;
  search_type: string;
  rows: number;
  cut?: readonly string[];
};

/** The row of a report, with the audit trail. */
async function noteReport(tx: Sql, caller: Caller, site: { id: string; org_id: string }, made: Made) {
  await tx.query(
    `insert into search_console_imports (id, number, org_id, site_id, origin, files, first_day, last_day, search_type, rows, cut_days)
     overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      made.id,
      made.number,
      site.org_id,
      site.id,
      made.origin,
      JSON.stringify(made.files),
      made.first,
      made.last,
      made.search_type,
      made.rows,
      JSON.stringify(made.cut ?? []),
    ],
  );
  await audit(tx, caller, {
    action: 'search-console.import',
    subject: { kind: 'search_console_import', id: made.id },
    after: { files: made.files, first_day: made.first, last_day: made.last, rows: made.rows },
  });
  return requireRow<Imported>(tx, {
    select: 'select * from search_console_imports',
    filters: [['id = ?', made.id]],
    what: 'import',
  });
}

/** The next number of a report; figures of a higher one take the place of a lower one's. */
async function nextNumber(db: Pick<Database, 'one'>): Promise<number> {
  const row = await db.one<{ number: number }>(
    "select nextval(pg_get_serial_sequence('search_console_imports', 'number'))::int as number",
  );
  return row?.number ?? 0;
}

const stored = (
  site: { id: string; org_id: string },
  { kind, value, first, last, clicks, impressions, position }: SearchReport['rows'][number],
  { search_type, number }: { search_type: string; number: number },
) => ({
  org_id: site.org_id,
  site_id: site.id,
  first_date: first,
  last_date: last,
  kind,
  value: value.slice(0, 2000),
  search_type,
  clicks,
  impressions,
  position_sum: position * impressions,
  import: number,
});

/** Keeps a report of files whole or not at all. */
async function keepReport(
  { db, events }: Services,
  caller: Caller,
  site: { id: string; org_id: string },
  report: SearchReport,
  files: string[],
): Promise<SearchImport> {
  const id = newId('gsc');
  return db.transaction(async (tx) => {
    const number = await nextNumber(tx);
    const { first, last, search_type } = report;
    const made = await noteReport(tx, caller, site, {
      id,
      number,
      origin: 'file',
      files,
      first,
      last,
      search_type,
      rows: report.rows.length,
    });
    await events.insert(
      'search_console',
      report.rows.map((row) => stored(site, row, { search_type, number })),
      { token: `search-console:${id}` },
    );
    return made;
  });
}

/**
 * Keeps what the API tells as it comes. Where it breaks off, the days that were written stay, each of them as Google told it; there is
 * no report of them until they are asked for again.
 */
export async function keepAnswers(
  { db, events }: Services,
  caller: Caller,
  site: { id: string; org_id: string },
  { parts, property, from, to }: { parts: AsyncIterable<SearchPart>; property: string; from: string; to: string },
): Promise<SearchImport> {
  const id = newId('gsc');
  const number = await nextNumber(db);
  const cut = new Set<string>();
  let [rows, sent] = [0, 0];
  for await (const part of parts) {
    if (part.cut) cut.add(part.cut);
    rows += part.rows.length;
    if (part.rows.length === 0) continue;
    await events.insert(
      'search_console',
      part.rows.map((row) => stored(site, row, { search_type: 'web', number })),
      { token: `search-console:${id}:${sent++}` },
    );
  }
  return db.transaction((tx) =>
    noteReport(tx, caller, site, {
      id,
      number,
      origin: 'api',
      files: [property],
      first: from,
      last: to,
      search_type: 'web',
      rows,
      cut: [...cut],
    }),
  );
}

export async function importFiles(
  context: Context,
  { site_id, from, to }: { site_id: string; from?: string | undefined; to?: string | undefined },
): Promise<SearchImport> {
  const site = await siteOf(context.db, context.caller.org_id, site_id);
  const files = await openDataFiles(context.uploads.map(({ name, bytes }) => ({ name, bytes })));
  if (files.length === 0) throw new Refusal('bad-input', 'file: is missing.', { field: 'file' });
  const report = await readSearchConsole(files, { from, to });
  return keepReport(
    context,
    context.caller,
    site,
    report,
    files.map(({ name }) => name),
  );
}

export const listImports = (db: Database, caller: Caller, input: z.output<(typeof listRoute)['input']>) =>
  listRows<Imported>(db, {
    select: 'select * from search_console_imports',
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', input.site_id],
    ],
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });

type Summed = { told: string; clicks: number; impressions: number; position_sum: number };

export async function answerSearch(
  { db, events, clock, caller }: Services & { clock: Clock; caller: Caller },
  { site_id, kind, import_id, limit }: z.output<(typeof askRoute)['input']>,
): Promise<SearchFigures> {
  const site = await siteOf(db, caller.org_id, site_id);
  const { items } = await listRows<Imported>(db, {
    select: 'select * from search_console_imports',
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', site.id],
      ['id = ?', import_id],
    ],
    descending: true,
    limit: 1,
  });
  const report = items[0];
  if (!report) {
    if (import_id !== undefined)
      throw new Refusal('not-found', 'import_id: there is no such import.', { field: 'import_id' });
    return { first_day: null, last_day: null, rows: [], totals: { clicks: 0, impressions: 0 }, withheld_clicks: null };
  }
  const rows = await summed(events, caller.org_id, site.id, report, kind);
  const days = kind === 'day' ? rows : await summed(events, caller.org_id, site.id, report, 'day');
  const total = (list: readonly Summed[], name: 'clicks' | 'impressions') =>
    list.reduce((sum, row) => sum + Number(row[name]), 0);
  const shown = rows.slice(0, limit);
  const behaviour = kind === 'page' ? await behaviourOf({ db, events, clock, caller }, site.id, report) : undefined;
  return {
    first_day: report.first_day,
    last_day: report.last_day,
    rows: shown.map((row) => figureOf(row, behaviour)),
    totals: {
      clicks: total(days.length > 0 ? days : rows, 'clicks'),
      impressions: total(days.length > 0 ? days : rows, 'impressions'),
    },
    withheld_clicks:
      kind === 'query' && days.length > 0 ? Math.max(0, total(days, 'clicks') - total(rows, 'clicks')) : null,
  };
}

/** Rows of a report of files as they are, of one by the API added up over its days. */
function summed(
  events: Events,
  org: string,
  site: string,
  { first_day, last_day, search_type, origin }: Imported,
  kind: string,
): Promise<Summed[]> {
  const isByDay = kind === 'day' || origin === 'api';
  return events.query<Summed>(
    `select ${kind === 'day' ? 'toString(first_date)' : 'value'} as told, sum(search_console.clicks) as clicks,
       sum(search_console.impressions) as impressions, sum(search_console.position_sum) as position_sum
     from search_console final
     where org_id = {org:String} and site_id = {site:String} and kind = {kind:String} and search_type = {type:String}
       and ${isByDay ? 'first_date >= {from:Date} and last_date <= {to:Date} and first_date = last_date' : 'first_date = {from:Date} and last_date = {to:Date}'}
     group by told order by ${kind === 'day' ? 'told' : 'clicks desc, impressions desc, told'} limit 50000`,
    { org, site, kind, type: search_type, from: first_day, to: last_day },
  );
}

type Behaviour = ReadonlyMap<string, { visits: number; bounce_rate: number | null; visit_duration: number | null }>;

/** Where a page lies, as its visits know it: an address without its query. */
const placeOf = (host: string, path: string) => `${host.toLowerCase()}${path}`;

/** Visits from Google's search by the page they entered on, host and path, over the report's days. */
async function behaviourOf(
  asking: Services & { clock: Clock; caller: Caller },
  site_id: string,
  { first_day, last_day }: Imported,
): Promise<Behaviour> {
  const { results } = await runQuery(
    asking,
    Query.parse({
      site_id,
      metrics: ['visits', 'bounce_rate', 'visit_duration'],
      date_range: [first_day, last_day],
      dimensions: ['visit:entry_page_hostname', 'visit:entry_page'],
      filters: [
        ['is', 'visit:channel', ['Organic Search']],
        ['is', 'visit:source', ['Google']],
      ],
      pagination: { limit: 10_000 },
    }),
  );
  return new Map(
    results.map(({ dimensions, metrics: [visits, bounce_rate, visit_duration] }) => [
      placeOf(dimensions[0] ?? '', dimensions[1] ?? ''),
      { visits: visits ?? 0, bounce_rate: bounce_rate ?? null, visit_duration: visit_duration ?? null },
    ]),
  );
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

function figureOf({ told: value, ...row }: Summed, behaviour: Behaviour | undefined): SearchRow {
  const [clicks, impressions] = [Number(row.clicks), Number(row.impressions)];
  const address = URL.parse(value);
  const onSite = address ? behaviour?.get(placeOf(address.hostname, address.pathname)) : undefined;
  return {
    value,
    clicks,
    impressions,
    ctr: impressions === 0 ? null : rounded((100 * clicks) / impressions, 2),
    position: impressions === 0 ? null : rounded(Number(row.position_sum) / impressions, 1),
    visits: behaviour ? (onSite?.visits ?? 0) : null,
    bounce_rate: onSite?.bounce_rate ?? null,
    visit_duration: onSite?.visit_duration ?? null,
  };
}
