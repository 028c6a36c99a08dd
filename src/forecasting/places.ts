/** The placements a question is about, with what their sites say of them. */
import { findSite } from '#inventory';
import { Refusal, type Sql } from '#platform';

export type Place = {
  id: string;
  code: string;
  name: string;
  site_id: string;
  domain: string;
  section_id: string | null;
  formats: string[];
  time_zone: string;
  kind: 'own' | 'external';
};

const select = `select p.id, p.code, p.name, p.site_id, s.domain, p.section_id, p.formats, s.time_zone, s.kind
  from placements p join sites s on s.id = p.site_id`;
/** Placements one question may be about. */
const most = 2000;

export type Where = { placements?: readonly string[] | undefined; sites?: readonly string[] | undefined };

/**
 * Placements by id, or all of some sites. Throws bad-input when neither or both are named, not-found for what the organisation has not.
 */
export async function placesOf(sql: Sql, org_id: string, { placements, sites }: Where): Promise<Place[]> {
  if ((placements === undefined) === (sites === undefined)) {
    throw new Refusal('bad-input', 'placements: give either placements or sites.', { field: 'placements' });
  }
  if (placements) {
    const rows = await sql.query<Place>(`${select} where p.org_id = $1 and p.id = any($2) order by p.id`, [
      org_id,
      placements,
    ]);
    const known = new Set(rows.map(({ id }) => id));
    const unknown = placements.find((id) => !known.has(id));
    if (unknown !== undefined)
      throw new Refusal('not-found', `placements: there is no placement ${unknown}.`, { field: 'placements' });
    return rows;
  }
  const ids: string[] = [];
  for (const name of sites ?? []) {
    const site = await findSite(sql, org_id, name);
    if (!site) throw new Refusal('not-found', `sites: there is no site ${name}.`, { field: 'sites' });
    ids.push(site.id);
  }
  const rows = await placesOfSites(sql, org_id, ids);
  if (rows.length === 0) throw new Refusal('bad-input', 'sites: these sites have no placement.', { field: 'sites' });
  if (rows.length > most)
    throw new Refusal('bad-input', `sites: these sites have more than ${most} placements; name some.`, {
      field: 'sites',
    });
  return rows;
}

/** All placements of sites, up to one more than a question may be about. */
export const placesOfSites = (sql: Sql, org_id: string, ids: readonly string[]): Promise<Place[]> =>
  sql.query<Place>(`${select} where p.org_id = $1 and p.site_id = any($2) order by p.id limit ${most + 1}`, [
    org_id,
    ids,
  ]);
