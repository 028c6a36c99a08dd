/** Sites: own ones, which carry our tag, and external ones, where space is bought. */
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow, audit } from '#people';
import { newId, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { checkPublisher } from './check-publisher.ts';
import type * as contract from './contract.ts';
import type { Site } from './contract.ts';
import { normaliseDomain } from './words.ts';

const select =
  'select id, number, org_id, domain, name, time_zone, currency, mode, kind, publisher_id, created_at from sites';
const subject = (id: string) => ({ kind: 'site', id });

export const readSite = (
  sql: Sql,
  caller: Caller,
  id: string,
  { field, lock = false }: { field?: string; lock?: boolean } = {},
): Promise<Site> =>
  requireRow<Site>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'site',
    lock,
    ...(field === undefined ? {} : { field }),
  });

/** The organisation's site of an id or a domain, however the domain is typed; undefined when it has none. */
export const findSite = (sql: Sql, org_id: string, idOrDomain: string): Promise<Site | undefined> =>
  sql.one<Site>(`${select} where org_id = $1 and (id = $2 or domain = $3)`, [
    org_id,
    idOrDomain,
    normaliseDomain(idOrDomain) ?? idOrDomain,
  ]);

/** The site of a domain in the whole installation, with its organisation: for the public side, which knows no caller. */
export const siteByDomain = (sql: Sql, domain: string): Promise<(Site & { org_id: string }) | undefined> =>
  sql.one<Site & { org_id: string }>(`${select} where domain = $1`, [normaliseDomain(domain) ?? domain]);

export const listSites = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listSites)['input']>) =>
  listRows<Site>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['kind = ?', input.kind],
      ['domain = ?', input.domain],
      ['publisher_id = ?', input.publisher_id],
      nameHas(input.name),
    ],
    limit: input.limit,
    cursor: input.cursor,
  });

/** Adds a site. A domain already taken is a conflict, in the same words whichever organisation has it. */
export const createSite = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createSite)['input']>,
): Promise<Site> => db.transaction((tx) => createSiteWithin(tx, caller, input));

/** The same inside the caller's transaction. */
export async function createSiteWithin(
  tx: Sql,
  caller: Caller,
  input: z.output<(typeof contract.createSite)['input']>,
): Promise<Site> {
  const publisher_id = await checkPublisher(tx, caller, input);
  const id = newId('site');
  await insertRow(tx, 'sites', { id, org_id: caller.org_id, ...input, publisher_id });
  const after = await readSite(tx, caller, id);
  await audit(tx, caller, { action: 'site.create', subject: subject(id), after });
  return after;
}

export const changeSite = (
  db: Database,
  caller: Caller,
  { id, ...values }: z.output<(typeof contract.changeSite)['input']>,
): Promise<Site> =>
  db.transaction(async (tx) => {
    const before = await readSite(tx, caller, id, { lock: true });
    if (values.publisher_id !== undefined || values.kind !== undefined) {
      const { kind, publisher_id } = { ...before, ...given(values) };
      await checkPublisher(tx, caller, { kind, publisher_id });
    }
    await updateRow(tx, { table: 'sites', id, org_id: caller.org_id, values });
    const after = await readSite(tx, caller, id);
    await audit(tx, caller, { action: 'site.change', subject: subject(id), before, after });
    return after;
  });

export const removeSite = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readSite(tx, caller, id, { lock: true });
    await deleteRow(tx, { table: 'sites', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'site.remove', subject: subject(id), before });
  });

function given(values: {
  kind?: Site['kind'] | undefined;
  publisher_id?: string | null | undefined;
}): Partial<Pick<Site, 'kind' | 'publisher_id'>> {
  return {
    ...(values.kind === undefined ? {} : { kind: values.kind }),
    ...(values.publisher_id === undefined ? {} : { publisher_id: values.publisher_id }),
  };
}
