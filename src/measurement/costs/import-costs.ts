/** Keeps the costs of a report: a campaign's day counts from the last report that held it, so that the same file adds nothing. */
import { createHash } from 'node:crypto';
import { audit, listRows } from '#people';
import {
  type Caller,
  type Context,
  type Database,
  type DataFile,
  type Events,
  newId,
  openDataFiles,
  Refusal,
} from '#platform';
import type * as z from 'zod';
import { siteToIngest } from '../ingest.ts';
import type { CostImport, CostImported, importCosts as importRoute, listCosts as listRoute } from './cost-contract.ts';
import { type CostFile, costHeader, type CostOptions, readCosts } from './read-costs.ts';

type Services = { db: Database; events: Events };
type Given = { [K in keyof CostOptions]?: CostOptions[K] | undefined } & { overlap?: 'refuse' | 'replace' | undefined };
export type CostSite = { id: string; org_id: string; currency: string };

const headerHash = (cells: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(cells)).digest('hex').slice(0, 32);

/** Reads every file before it keeps one. Throws a Refusal that names file, line and column. */
export async function keepCosts(
  { db, events }: Services,
  caller: Caller,
  site: CostSite,
  files: readonly DataFile[],
  options: Given,
): Promise<CostImported[]> {
  if (files.length === 0) throw new Refusal('bad-input', 'file: there is nothing to import.', { field: 'file' });
  const read = [];
  for (const file of files) {
    const header = await costHeader(file);
    const columns =
      options.columns ?? (header.platform ? undefined : await columnsKnown(db, site.org_id, header.cells));
    read.push({
      file,
      header,
      columns,
      found: await readCosts(file, { ...options, columns, currency: options.currency ?? site.currency }),
    });
  }
  const names = await namesOf(db, site.org_id);
  if (options.overlap !== 'replace') await refuseOverlap({ db, events }, site, read);
  const imports: CostImported[] = [];
  for (const { file, header, columns, found } of read) {
    const id = newId('costs');
    const days = found.costs.map(({ day }) => day).toSorted();
    const [first, last] = [days[0] ?? '', days.at(-1) ?? ''];
    const currencies = [...new Set(found.costs.map(({ currency }) => currency))];
    const spend = found.costs.reduce((sum, { spend_micros }) => sum + spend_micros, 0);
    const row = await db.transaction(async (tx) => {
      await tx.query(
        `insert into cost_imports (id, org_id, site_id, platform, file, rows, first_day, last_day, currency, spend_micros, spread) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          id,
          site.org_id,
          site.id,
          found.platform,
          file.name,
          found.rows,
          first,
          last,
          currencies.join(' '),
          spend,
          found.spread,
        ],
      );
      if (columns && options.columns)
        await tx.query(
          'insert into cost_columns (org_id, header, columns) values ($1, $2, $3) on conflict (org_id, header) do update set columns = $3',
          [site.org_id, headerHash(header.cells), JSON.stringify(columns)],
        );
      const made = await tx.one<CostImport & { number: number }>('select * from cost_imports where id = $1', [id]);
      await audit(tx, caller, {
        action: 'costs.import',
        subject: { kind: 'cost_import', id },
        after: { file: file.name, platform: found.platform, rows: found.rows, first_day: first, last_day: last },
      });
      // Inside the transaction: a store that does not answer leaves no trace of the import.
      await events.insert(
        'cost_days',
        found.costs.map(({ day, ...cost }) => ({
          ...cost,
          local_date: day,
          org_id: site.org_id,
          site_id: site.id,
          platform: found.platform,
          utm_campaign: names.get(cost.campaign) ?? cost.campaign,
          import: made?.number ?? 0,
        })),
        { token: `costs:${id}` },
      );
      return made;
    });
    if (row) imports.push({ ...row, skipped: found.skipped });
  }
  return imports;
}

type Read = { file: DataFile; found: CostFile };
type Held = {
  platform: string;
  campaign_key: string;
  day: string;
  source: string;
  currency: string;
  spend_micros: number;
  import: number;
};

/** What a campaign's day is known by; rows that name neither an account nor the campaign's id can be another account's. */
const keyOf = (platform: string, { campaign_key, day, source, currency }: Omit<Held, 'platform' | 'import'>) =>
  JSON.stringify([platform, campaign_key, day, source, currency]);

/**
 * A report of the same name corrects what it brought before. One of another name that holds other figures for the same campaign and day,
 * without account or id, may be another account's: its sender says which. Throws a Refusal before anything is kept.
 */
async function refuseOverlap({ db, events }: Services, site: CostSite, read: readonly Read[]): Promise<void> {
  const days = read.flatMap(({ found }) => found.costs.map(({ day }) => day)).toSorted();
  const rows = await events.query<Held>(
    `select platform, campaign_key, toString(local_date) as day, source, currency, toInt64(spend_micros) as spend_micros, toUInt64(import) as import
     from cost_days final where org_id = {org:String} and site_id = {site:String} and local_date between {from:Date} and {to:Date} and account = '' and campaign_key = campaign`,
    { org: site.org_id, site: site.id, from: days[0] ?? '1970-01-01', to: days.at(-1) ?? '1970-01-01' },
  );
  const numbers = [...new Set(rows.map((row) => Number(row.import)))];
  const imports = await db.query<{ number: number; file: string }>(
    'select number, file from cost_imports where number = any($1)',
    [numbers],
  );
  const files = new Map(imports.map(({ number, file }) => [Number(number), file]));
  const held = new Map(
    rows.map((row) => [
      keyOf(row.platform, row),
      { file: files.get(Number(row.import)) ?? '', spend: Number(row.spend_micros) },
    ]),
  );
  for (const { file, found } of read)
    for (const cost of found.costs.filter((one) => one.account === '' && one.campaign_key === one.campaign)) {
      const key = keyOf(found.platform, cost);
      const before = held.get(key);
      if (before && before.spend !== cost.spend_micros && plainName(before.file) !== plainName(file.name))
        throw new Refusal(
          'conflict',
          `account: ${file.name} and ${before.file || 'an earlier report'} hold different costs of ${JSON.stringify(cost.campaign)} on ${cost.day} and name no account; name the account of this file, or say that it replaces the other (overlap: replace).`,
          { field: 'account', file: file.name },
        );
      held.set(key, { file: file.name, spend: cost.spend_micros });
    }
}

/** A file's name without the number that browsers add to a second download. */
const plainName = (name: string) => name.replace(/ ?\(\d+\)(?=\.[^.]*$|$)/, '').toLowerCase();

async function columnsKnown(db: Database, org_id: string, header: readonly string[]): Promise<CostOptions['columns']> {
  const row = await db.one<{ columns: Record<string, string> }>(
    'select columns from cost_columns where org_id = $1 and header = $2',
    [org_id, headerHash(header)],
  );
  return row?.columns;
}

async function namesOf(db: Database, org_id: string): Promise<Map<string, string>> {
  const rows = await db.query<{ campaign: string; utm_campaign: string }>(
    'select campaign, utm_campaign from cost_campaigns where org_id = $1',
    [org_id],
  );
  return new Map(rows.map(({ campaign, utm_campaign }) => [campaign, utm_campaign]));
}

export async function answerImportCosts(
  context: Context,
  { site_id, ...options }: z.output<(typeof importRoute)['input']>,
) {
  const site = await siteToIngest(context.db, context.caller.org_id, site_id);
  const files = await openDataFiles(context.uploads.map(({ name, bytes }) => ({ name, bytes })));
  return { imports: await keepCosts(context, context.caller, site, files, options) };
}

export async function answerPreview({ db, caller, uploads }: Context) {
  const [file] = await openDataFiles(uploads.slice(0, 1).map(({ name, bytes }) => ({ name, bytes })));
  if (!file) throw new Refusal('bad-input', 'file: is missing.', { field: 'file' });
  const header = await costHeader(file);
  const columns = header.platform ? undefined : await columnsKnown(db, caller.org_id, header.cells);
  return {
    platform: header.platform ?? null,
    header: header.cells,
    columns: (columns as Record<string, string> | undefined) ?? null,
  };
}

export const listCostImports = (db: Database, caller: Caller, input: z.output<(typeof listRoute)['input']>) =>
  listRows<CostImport>(db, {
    select: 'select * from cost_imports',
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', input.site_id],
    ],
    descending: true,
    limit: input.limit,
    cursor: input.cursor,
  });

/** Names a campaign as its links do; costs that are there already follow. */
export async function nameCampaign(
  { db, events }: Services,
  caller: Caller,
  given: { campaign: string; utm_campaign: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await tx.one('select utm_campaign from cost_campaigns where org_id = $1 and campaign = $2', [
      caller.org_id,
      given.campaign,
    ]);
    await tx.query(
      'insert into cost_campaigns (org_id, campaign, utm_campaign) values ($1, $2, $3) on conflict (org_id, campaign) do update set utm_campaign = $3',
      [caller.org_id, given.campaign, given.utm_campaign],
    );
    await audit(tx, caller, {
      action: 'costs.name',
      subject: { kind: 'cost_campaign', id: given.campaign },
      before,
      after: given,
    });
    // The same key with a higher number replaces what was there.
    await events.command(
      `insert into cost_days (org_id, site_id, local_date, platform, account, campaign_key, campaign, channel, source, utm_campaign, currency, spend_micros, impressions, clicks, conversions, value_micros, import)
       select org_id, site_id, local_date, platform, account, campaign_key, campaign, channel, source, {name:String}, currency, spend_micros, impressions, clicks, conversions, value_micros, import
       from cost_days final where org_id = {org:String} and campaign = {campaign:String}`,
      { org: caller.org_id, campaign: given.campaign, name: given.utm_campaign },
    );
  });
}
