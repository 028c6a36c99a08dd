/** What a person changes of a computed plan: lines bought elsewhere, quantities; and what came of the former. */
import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { MediaPlan } from './contract.ts';
import { readMediaPlan } from './media-plan.ts';

const subject = (id: string) => ({ kind: 'media-plan', id });

/** Replaces the lines bought elsewhere; those that stay keep their ids. */
export const setPushes = (
  db: Database,
  caller: Caller,
  { id, pushes }: z.output<(typeof contract.setPushes)['input']>,
): Promise<MediaPlan> =>
  db.transaction(async (tx) => {
    const before = await lockPlan(tx, caller, id);
    const known = new Set(before.pushes.map((push) => push.id));
    const kept = pushes.map((push, index) => {
      if (push.last_day < push.first_day) {
        const field = `pushes.${index}.last_day`;
        throw new Refusal('bad-input', `${field}: must not be before the first day.`, { field });
      }
      const own = push.id !== undefined && known.delete(push.id) ? push.id : newId('psh');
      return { ...push, id: own };
    });
    await tx.query('update media_plans set pushes = $2 where id = $1', [id, JSON.stringify(kept)]);
    await audit(tx, caller, {
      action: 'media-plan.pushes',
      subject: subject(id),
      before: { pushes: before.pushes },
      after: { pushes: kept },
    });
    return readMediaPlan(tx, caller, id);
  });

/** Keeps quantities of one's own for a scenario. Throws bad-input for a placement that is not in it. */
export const setQuantities = (
  db: Database,
  caller: Caller,
  { id, scenario, quantities }: z.output<(typeof contract.setQuantities)['input']>,
): Promise<MediaPlan> =>
  db.transaction(async (tx) => {
    const before = await lockPlan(tx, caller, id);
    const lines = before.scenarios.find(({ key }) => key === scenario)?.lines ?? [];
    for (const [index, { placement_id }] of quantities.entries()) {
      if (lines.some((line) => line.placement_id === placement_id)) continue;
      const field = `quantities.${index}.placement_id`;
      throw new Refusal('bad-input', `${field}: ${placement_id} is not in this scenario.`, { field });
    }
    const own = Object.fromEntries(quantities.map(({ placement_id, impressions }) => [placement_id, impressions]));
    const { [scenario]: _old, ...others } = before.quantities;
    const next = quantities.length > 0 ? { ...others, [scenario]: own } : others;
    await tx.query('update media_plans set quantities = $2 where id = $1', [id, JSON.stringify(next)]);
    await audit(tx, caller, {
      action: 'media-plan.quantities',
      subject: subject(id),
      before: { quantities: before.quantities },
      after: { quantities: next },
    });
    return readMediaPlan(tx, caller, id);
  });

async function lockPlan(tx: Sql, caller: Caller, id: string): Promise<MediaPlan> {
  await tx.query('select id from media_plans where id = $1 and org_id = $2 for update', [id, caller.org_id]);
  return readMediaPlan(tx, caller, id);
}

type Landed = { source: string; medium: string; campaign: string; content: string; landings: number; visitors: number };

/** Page views that carry the tags of each push, from a week before its first day on. A tag that is left out fits any. */
export async function pushResults(
  { db, events, caller }: { db: Sql; events: Pick<Events, 'query'>; caller: Caller },
  id: string,
): Promise<{ push_id: string; landings: number; visitors: number }[]> {
  const { pushes } = await readMediaPlan(db, caller, id);
  const tracked = pushes.filter(({ utm }) => utm.campaign !== '' || utm.source !== '');
  if (tracked.length === 0) return [];
  const first = tracked.map(({ first_day }) => first_day).toSorted()[0] ?? '';
  const since = new Date(Date.parse(first) - 7 * 86_400_000).toISOString().slice(0, 10);
  const rows = await events.query<Landed>(
    `select utm_source as source, utm_medium as medium, utm_campaign as campaign, utm_content as content,
       toFloat64(count()) as landings, toFloat64(uniq(visitor, local_date)) as visitors
     from hits where org_id = {org:String} and local_date >= {since:Date} and name = 'pageview'
       and (utm_campaign in {campaigns:Array(String)} or utm_source in {sources:Array(String)})
     group by source, medium, campaign, content limit 10000`,
    {
      org: caller.org_id,
      since,
      campaigns: tracked.map(({ utm }) => utm.campaign).filter(Boolean),
      sources: tracked.map(({ utm }) => utm.source).filter(Boolean),
    },
  );
  return tracked.map(({ id: push_id, utm }) => {
    const fits = rows.filter((row) =>
      (['source', 'medium', 'campaign', 'content'] as const).every((tag) => utm[tag] === '' || utm[tag] === row[tag]),
    );
    const sum = (of: 'landings' | 'visitors') => fits.reduce((total, row) => total + row[of], 0);
    return { push_id, landings: sum('landings'), visitors: sum('visitors') };
  });
}
