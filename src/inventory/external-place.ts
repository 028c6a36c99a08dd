/** A bought space of an outside publisher: its site and placement, found or made, so that nobody types them a second time. */
import { Refusal, type Caller, type Sql } from '#platform';
import { createPlacementWithin } from './placement.ts';
import { createSiteWithin } from './site.ts';
import { normaliseDomain } from './words.ts';

export type ExternalPlace = {
  /** Domain of the site, as it is typed. */
  site: string;
  publisher: { id: string; name: string };
  name: string;
  /** Sizes and formats that are bought. */
  formats: readonly string[];
  currency: string;
};

/** Letters and digits of a name, in the form of a placement's code; at most 48 of them. */
export const codeOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48) || 'space';

/**
 * The placement of that name on the site, with its sizes; site and placement are added where they are missing. Throws bad-input for
 * a domain that is none, conflict for one that is an own site, another publisher's or another organisation's.
 */
export async function externalPlace(
  tx: Sql,
  caller: Caller,
  place: ExternalPlace,
): Promise<{ id: string; time_zone: string }> {
  const domain = normaliseDomain(place.site);
  if (domain === undefined) throw new Refusal('bad-input', `site: ${place.site} is no host name.`, { field: 'site' });
  const site = await siteOf(tx, caller, { ...place, domain });
  const code = codeOf(place.name);
  const near = await tx.query<{ id: string; code: string; formats: string[] }>(
    `select id, code, formats from placements where org_id = $1 and site_id = $2 and (code = $3 or code like $3 || '-%')`,
    [caller.org_id, site.id, code],
  );
  const same = near.find(({ formats }) => place.formats.every((format) => formats.includes(format)));
  if (same) return { id: same.id, time_zone: site.time_zone };
  const taken = new Set(near.map((one) => one.code));
  let free = code;
  for (let n = 2; taken.has(free); n += 1) free = `${code}-${n}`;
  const made = await createPlacementWithin(tx, caller, {
    site_id: site.id,
    code: free,
    name: place.name,
    formats: [...place.formats],
  });
  return { id: made.id, time_zone: site.time_zone };
}

async function siteOf(
  tx: Sql,
  caller: Caller,
  { domain, publisher, currency }: ExternalPlace & { domain: string },
): Promise<{ id: string; time_zone: string }> {
  const found = await tx.one<{ id: string; time_zone: string; kind: string; publisher_id: string | null }>(
    'select id, time_zone, kind, publisher_id from sites where org_id = $1 and domain = $2',
    [caller.org_id, domain],
  );
  if (found?.kind === 'own')
    throw new Refusal('conflict', `site: ${domain} is a site of your own, which is not bought.`, { field: 'site' });
  if (found && found.publisher_id !== null && found.publisher_id !== publisher.id)
    throw new Refusal('conflict', `site: ${domain} belongs to another publisher than ${publisher.name}.`, {
      field: 'site',
    });
  if (found) return found;
  // Where nothing else is known, an outside site counts its days as the house does.
  const own = await tx.one<{ time_zone: string }>(
    "select time_zone from sites where org_id = $1 order by (kind = 'own') desc, id limit 1",
    [caller.org_id],
  );
  return createSiteWithin(tx, caller, {
    domain,
    name: domain,
    time_zone: own?.time_zone ?? 'UTC',
    currency,
    mode: 'exempt',
    kind: 'external',
    publisher_id: publisher.id,
  });
}
