/** What goals, segments and funnels have in common: each has a name of its own within its site, and a site has only so many. */
import { listRows, requireRow } from '#people';
import { type Caller, Refusal, type Sql } from '#platform';

/** `one`: what the user calls a thing of the table. `select`: a thing as it is told. */
export type KeptOnSite = { table: 'goals' | 'segments' | 'funnels'; one: string; most: number; select: string };

/** Throws not-found, also for what belongs to somebody else. With `lock`, nobody changes it until the transaction ends. */
export const readKept = <T extends object>(
  sql: Sql,
  caller: Caller,
  { select, one }: KeptOnSite,
  id: string,
  lock = false,
) =>
  requireRow<T>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: one,
    lock,
  });

export const listKept = <T extends { id: string }>(
  sql: Sql,
  caller: Caller,
  { select }: KeptOnSite,
  { site_id, limit, cursor }: { site_id?: string | undefined; limit: number; cursor?: string | undefined },
) =>
  listRows<T>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', site_id],
    ],
    limit,
    cursor,
  });

/** Refuses what has no room on its site: no such site, a name that is taken, or as many as there may be. Holds the site's row, so that two at once cannot both be the last. */
export async function checkRoom(
  tx: Sql,
  { org_id }: Caller,
  kept: KeptOnSite,
  { site_id, name }: { site_id: string; name: string },
): Promise<void> {
  const site = await tx.one<{ id: string }>('select id from sites where id = $1 and org_id = $2 for update', [
    site_id,
    org_id,
  ]);
  if (!site) throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
  await checkName(tx, kept, site_id, name);
  const count = await tx.one<{ count: number }>(`select count(*)::int as count from ${kept.table} where site_id = $1`, [
    site_id,
  ]);
  if ((count?.count ?? 0) >= kept.most)
    throw new Refusal('conflict', `site_id: a site has at most ${kept.most} ${kept.table}.`, { field: 'site_id' });
}

/** Refuses a name that another thing of the site has. */
export async function checkName(sql: Sql, { table, one }: KeptOnSite, site_id: string, name: string): Promise<void> {
  const taken = await sql.one(`select id from ${table} where site_id = $1 and name = $2`, [site_id, name]);
  if (taken) throw new Refusal('conflict', `name: this site has a ${one} of that name already.`, { field: 'name' });
}
