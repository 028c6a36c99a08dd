/** Every command of the command line that needs the stores. */
import * as z from 'zod';
import { explainAd, reviewTraffic, whyLine } from '#delivery';
import { TrafficReviewInput } from '#delivery/contract';
import { siteByDomain } from '#inventory';
import { createSite } from '#inventory/contract';
import {
  costFields,
  exportedFiles,
  exportTo,
  keepCosts,
  readHistoryImport,
  recognise,
  startHistoryImport,
} from '#measurement';
import { costPlatforms, exportFormats, historyFamilies } from '#measurement/contract';
import { audit, createKey, createOrganisation, systemOf } from '#people';
import {
  type Database,
  deriveKey,
  type Events,
  newId,
  openDataFiles,
  Refusal,
  refusalOfZod,
  type Salts,
} from '#platform';
import { renderReport } from '#reporting';
import { bindProperty } from '#seo';
import type { House } from './house.ts';
import { type OwnerCommand, ownerCommand } from './owner-commands.ts';

const roles = ['admin', 'traffic_manager', 'sales', 'studio', 'analyst', 'client'] as const;

/** The organisation of an id, or the oldest one; a first use of the data folder makes the default one. */
async function organisationOf(db: Database, id: string | undefined): Promise<string> {
  const row = id
    ? await db.one<{ id: string }>('select id from organisations where id = $1', [id])
    : await db.one<{ id: string }>('select id from organisations order by created_at, id limit 1');
  if (row) return row.id;
  if (id) throw new Refusal('not-found', `org: there is no organisation ${id}.`, { field: 'org' });
  return (await db.transaction((tx) => createOrganisation(tx, { name: 'Vigie' }))).id;
}

/** The site of a domain; an import may make it, in UTC and the default organisation, since a log names neither. */
async function siteToImport(
  db: Database,
  domain: string,
  make: boolean,
): Promise<{ id: string; org_id: string; time_zone: string; number: number; currency: string }> {
  const known = await siteByDomain(db, domain);
  if (known) return known;
  if (!make) return { id: 'dry-run', org_id: 'dry-run', time_zone: 'UTC', number: 0, currency: 'EUR' };
  const input = createSite.input.safeParse({ domain, name: domain, time_zone: 'UTC', currency: 'EUR' });
  if (!input.success) throw new Refusal('bad-input', `site: ${domain} is not a domain.`, { field: 'site' });
  const org = await organisationOf(db, undefined);
  await db.transaction(async (tx) => {
    const id = newId('site');
    const { name, time_zone, currency, mode, kind } = input.data;
    await tx.query(
      'insert into sites (id, org_id, domain, name, time_zone, currency, mode, kind) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [id, org, input.data.domain, name, time_zone, currency, mode, kind],
    );
    await audit(tx, systemOf(org), {
      action: 'site.create',
      subject: { kind: 'site', id },
      after: { id, domain: input.data.domain },
    });
  });
  const made = await siteByDomain(db, domain);
  if (!made) throw new Error('the site was made and is not there');
  return made;
}

/**
 * Of the days those of which the site has hits of servers' logs whose key is forgotten: under a new one their visitors are other numbers
 * and count twice. Hits of other products carry the product's name; their visitors have names of their own.
 */
export async function daysOfLogs(
  { salts, events }: { salts: Pick<Salts, 'missing'>; events: Pick<Events, 'query'> },
  site: string,
  dates: readonly string[],
): Promise<string[]> {
  const days = await salts.missing(dates);
  if (days.length === 0) return [];
  const rows = await events.query<{ day: string }>(
    `select distinct toString(local_date) as day from hits where site_id = {site:String} and local_date in {days:Array(Date)}
       and origin = 'import' and not match(hit_id, '^(ga4|matomo|plausible|umami)-') order by day`,
    { site, days },
  );
  return rows.map(({ day }) => day);
}

export const ownerCommands: readonly OwnerCommand[] = [
  ownerCommand({
    name: 'org-create',
    input: z.strictObject({ name: z.string().trim().min(1).max(200) }),
    run: ({ name }, { db }) => db.transaction((tx) => createOrganisation(tx, { name })),
  }),
  ownerCommand({
    name: 'key-create',
    input: z.strictObject({
      role: z.enum(roles),
      org: z.string().optional(),
      advertiser: z.string().optional(),
      name: z.string().trim().min(1).max(200).optional(),
    }),
    async run({ role, org, advertiser, name }, { db }) {
      const org_id = await organisationOf(db, org);
      const made = await db.transaction((tx) =>
        createKey(tx, systemOf(org_id), { name: name ?? `${role} key`, role, advertiser_id: advertiser ?? null }),
      );
      return { key: made.key };
    },
  }),
  ownerCommand({
    name: 'import-site',
    input: z.strictObject({ domain: z.string().min(1).max(253), make: z.boolean() }),
    async run({ domain, make }, { db }) {
      const site = await siteToImport(db, domain, make);
      const sections = await db.query<{ id: string; path: string }>(
        'select id, path from sections where site_id = $1',
        [site.id],
      );
      return { ...site, domain, mode: 'exempt', sections };
    },
  }),
  ownerCommand({
    name: 'traffic-review',
    input: z.strictObject({ org: z.string().optional(), from: z.iso.date(), to: z.iso.date() }),
    async run({ org, from, to }, house) {
      const input = TrafficReviewInput.safeParse({ from, to });
      if (!input.success) throw refusalOfZod(input.error);
      return reviewTraffic(house, systemOf(await organisationOf(house.db, org)), input.data);
    },
  }),
  ownerCommand({
    name: 'import-salts',
    input: z.strictObject({ site: z.string().max(64), dates: z.array(z.iso.date()).max(4000) }),
    async run({ site, dates }, { salts, events }) {
      const torn = await daysOfLogs({ salts, events }, site, dates);
      return { salts: await salts.forDates(dates), torn };
    },
  }),
  ownerCommand({
    name: 'search-console-bind',
    input: z.strictObject({
      property: z
        .string()
        .regex(/^(?:sc-domain:[\w.-]+|https?:\/\/\S+)$/, 'must be sc-domain:example.com or an address')
        .max(300),
      org: z.string().optional(),
    }),
    run: async ({ property, org }, { db }) => bindProperty(db, systemOf(await organisationOf(db, org)), property),
  }),
  ownerCommand({
    name: 'event-store',
    input: z.strictObject({}),
    // Who may speak to the owner's socket may open the folder: millions of rows need no second way through this process.
    run: async (_, { eventsUrl }) => ({ url: eventsUrl }),
  }),
  ownerCommand({
    name: 'history-start',
    input: z.strictObject({
      domain: z.string().min(1).max(253),
      paths: z.array(z.string().min(1)).min(1).max(500),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      family: z.enum(historyFamilies).optional(),
      live_days: z.enum(['refuse', 'keep', 'add']).optional(),
    }),
    async run({ domain, paths, ...told }, { db, events, clock, secret, log }) {
      const files = await openDataFiles(paths.map((path) => ({ path })));
      // A file that is refused makes no site.
      for (const file of files) await recognise(file, { ...told, currency: 'EUR', time_zone: 'UTC' });
      const site = await siteToImport(db, domain, true);
      const sections = await db.query<{ id: string; path: string }>(
        'select id, path from sections where site_id = $1',
        [site.id],
      );
      const { id, already, ended } = await startHistoryImport(
        { db, events, clock, visitorKey: deriveKey(secret, 'ingested visitors') },
        {
          caller: systemOf(site.org_id),
          site: { ...site, domain, mode: 'exempt', sections },
          files,
          options: { ...told, currency: site.currency, time_zone: site.time_zone },
        },
      );
      ended.catch((error: unknown) => log.error('an import broke off', { import: id, error: String(error) }));
      return { id, already };
    },
  }),
  ownerCommand({
    name: 'export',
    input: z.strictObject({
      folder: z.string().min(1),
      format: z.enum(exportFormats),
      domain: z.string().optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
    }),
    async run({ folder, domain, ...asked }, { db, events }) {
      const site = domain === undefined ? undefined : await siteByDomain(db, domain);
      if (domain !== undefined && !site)
        throw new Refusal('not-found', `site: there is no site ${domain}.`, { field: 'site' });
      const org_id = site?.org_id ?? (await organisationOf(db, undefined));
      const sites = site
        ? [site.id]
        : (await db.query<{ id: string }>('select id from sites where org_id = $1', [org_id])).map(({ id }) => id);
      return { files: await exportTo(folder, await exportedFiles({ db, events }, { ...asked, org_id, sites })) };
    },
  }),
  ownerCommand({
    name: 'import-costs',
    input: z.strictObject({
      domain: z.string().min(1).max(253),
      paths: z.array(z.string().min(1)).min(1).max(100),
      platform: z.enum(costPlatforms).optional(),
      currency: z.string().length(3).optional(),
      account: z.string().min(1).max(200).optional(),
      overlap: z.enum(['refuse', 'replace']).optional(),
      columns: z.partialRecord(z.enum(costFields), z.string()).optional(),
    }),
    async run({ domain, paths, ...options }, { db, events }) {
      const site = await siteByDomain(db, domain);
      if (!site) throw new Refusal('not-found', `site: there is no site ${domain}.`, { field: 'site' });
      const files = await openDataFiles(paths.map((path) => ({ path })));
      return { imports: await keepCosts({ db, events }, systemOf(site.org_id), site, files, options) };
    },
  }),
  ownerCommand({
    name: 'history-read',
    input: z.strictObject({ id: z.string().min(1).max(64) }),
    async run({ id }, { db }) {
      const row = await db.one<{ org_id: string }>('select org_id from history_imports where id = $1', [id]);
      return readHistoryImport(db, row?.org_id ?? '', id);
    },
  }),
  ownerCommand({
    name: 'report-render',
    input: z.strictObject({ id: z.string(), format: z.enum(['pdf', 'xlsx', 'html']) }),
    async run({ id, format }, house: House) {
      const row = await house.db.one<{ org_id: string }>('select org_id from reports where id = $1', [id]);
      if (!row) throw new Refusal('not-found', `There is no report ${id}.`);
      const file = await renderReport({ ...house, caller: systemOf(row.org_id) }, { id, format });
      return { base64: Buffer.from(file.bytes as Uint8Array).toString('base64') };
    },
  }),
  ownerCommand({
    name: 'explain-ad',
    input: z.strictObject({
      site: z.string(),
      placement: z.string(),
      url: z.string().optional(),
      user_agent: z.string().optional(),
      ip: z.string().optional(),
      country: z.string().optional(),
      device: z.string().optional(),
      at: z.iso.datetime({ offset: true }).optional(),
      kv: z.record(z.string(), z.array(z.string())).optional(),
    }),
    run: (input, house: House) => explainAd(house, input),
  }),
  ownerCommand({
    name: 'explain-line',
    input: z.strictObject({ id: z.string().min(1).max(64) }),
    async run({ id }, house: House) {
      const row = await house.db.one<{ org_id: string }>('select org_id from line_items where id = $1', [id]);
      if (!row) throw new Refusal('not-found', `There is no line item ${id}.`);
      return whyLine({ ...house, caller: systemOf(row.org_id) }, id);
    },
  }),
];
