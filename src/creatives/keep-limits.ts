/** Limits of creatives as they are kept, and what they come to for a line or a creative. */
import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import { type CreativeLimits, defaultLimits, type FullLimits, type LimitRow, limitsOf, type Place } from './limits.ts';
import type { LimitsRow, setCreativeLimits as setRoute } from './request-contract.ts';

const select = `select l.id, l.scope, l.scope_id, l.format, l.limits, l.created_at, coalesce(p.name, s.domain || ' › ' || pl.name, '') as scope_name
  from creative_limits l
  left join publishers p on l.scope = 'publisher' and p.id = l.scope_id
  left join placements pl on l.scope = 'placement' and pl.id = l.scope_id
  left join sites s on s.id = pl.site_id`;

/** At most 1,000 rows: one a publisher or placement and format. */
export async function listLimits(sql: Sql, caller: Caller): Promise<{ items: LimitsRow[]; defaults: CreativeLimits }> {
  const items = await sql.query<LimitsRow>(
    `${select} where l.org_id = $1 order by l.scope, scope_name, l.format limit 1000`,
    [caller.org_id],
  );
  return { items, defaults: defaultLimits };
}

export const setLimits = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof setRoute)['input']>,
): Promise<LimitsRow> =>
  db.transaction(async (tx) => {
    await checkScope(tx, caller, input);
    const key = [caller.org_id, input.scope, input.scope_id, input.format];
    const before = await tx.one<LimitsRow>(
      `${select} where l.org_id = $1 and l.scope = $2 and l.scope_id = $3 and l.format = $4`,
      key,
    );
    await tx.query(
      `insert into creative_limits (id, org_id, scope, scope_id, format, limits) values ($5, $1, $2, $3, $4, $6)
       on conflict (org_id, scope, scope_id, format) do update set limits = excluded.limits`,
      [...key, newId('clim'), JSON.stringify(input.limits)],
    );
    const after = await tx.one<LimitsRow>(
      `${select} where l.org_id = $1 and l.scope = $2 and l.scope_id = $3 and l.format = $4`,
      key,
    );
    if (!after) throw new Error('limits just written are not there');
    await audit(tx, caller, {
      action: 'creative-limits.set',
      subject: { kind: 'creative-limits', id: after.id },
      before,
      after,
    });
    return after;
  });

async function checkScope(
  tx: Sql,
  caller: Caller,
  { scope, scope_id }: { scope: string; scope_id: string },
): Promise<void> {
  if (scope === 'house') {
    if (scope_id === '') return;
    throw new Refusal('bad-input', 'scope_id: the house has none.', { field: 'scope_id' });
  }
  const table = scope === 'publisher' ? 'publishers' : 'placements';
  const found = await tx.one(`select 1 from ${table} where id = $1 and org_id = $2`, [scope_id, caller.org_id]);
  if (!found) throw new Refusal('not-found', `scope_id: there is no such ${scope}.`, { field: 'scope_id' });
}

export const removeLimits = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await tx.one<LimitsRow>(`${select} where l.org_id = $1 and l.id = $2`, [caller.org_id, id]);
    if (!before) throw new Refusal('not-found', 'There are no such limits.');
    await tx.query('delete from creative_limits where id = $1 and org_id = $2', [id, caller.org_id]);
    await audit(tx, caller, { action: 'creative-limits.remove', subject: { kind: 'creative-limits', id }, before });
  });

type Weights = { code: string; max_initial_kb: number | null; max_subload_kb: number | null };

/** The limits of formats at placements: what must be kept at each of them. */
export async function readLimits(
  sql: Sql,
  orgId: string,
  { placements, formats }: { placements: readonly string[]; formats: readonly string[] },
): Promise<Map<string, FullLimits>> {
  const rows = await sql.query<LimitRow>(
    'select scope, scope_id, format, limits from creative_limits where org_id = $1',
    [orgId],
  );
  const places = await sql.query<Place>(
    'select p.id, s.publisher_id from placements p join sites s on s.id = p.site_id where p.org_id = $1 and p.id = any($2)',
    [orgId, [...placements]],
  );
  const weights = await sql.query<Weights>(
    'select code, max_initial_kb, max_subload_kb from formats where org_id = $1 and code = any($2)',
    [orgId, [...formats]],
  );
  return new Map(
    formats.map((format) => {
      const known = weights.find(({ code }) => code === format);
      const own: CreativeLimits = {
        ...(known?.max_initial_kb ? { initial_kb: known.max_initial_kb } : {}),
        ...(known?.max_subload_kb ? { subload_kb: known.max_subload_kb } : {}),
      };
      return [format, limitsOf(places, format, own, rows)];
    }),
  );
}
