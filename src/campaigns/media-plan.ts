/** Media plans as they are kept; and how one becomes a proposal. */
import { audit, requireRow } from '#people';
import { newId, Refusal, type Caller, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Brief, MediaPlan, Proposal, Push, Scenario } from './contract.ts';
import { trackedLink } from './media-plan-pushes.ts';
import { type PlanDesk, scenariosOf } from './media-plan-scenarios.ts';
import { pageOf } from './order.ts';
import { createProposal } from './proposal.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

const select = `select m.id, m.org_id, m.name, m.advertiser_id, a.name as advertiser_name, m.brief, m.scenarios, m.basis, m.pushes, m.quantities, m.computed_at, m.created_at
  from media_plans m left join advertisers a on a.id = m.advertiser_id`;

type Row = Omit<MediaPlan, 'pushes'> & { pushes: (Push & { id: string })[] };

const toPlan = (row: Row): MediaPlan => ({
  ...row,
  pushes: row.pushes.map((push) => ({ ...push, link: trackedLink(push) })),
});

export async function listMediaPlans(
  sql: Sql,
  caller: Caller,
  { limit, cursor, advertiser_id, q }: z.output<(typeof contract.listMediaPlans)['input']>,
): Promise<{ items: MediaPlan[]; next: string | null }> {
  const rows = await sql.query<Row>(
    `${select} where m.org_id = $1 and ($2::text is null or m.advertiser_id = $2)
       and ($3::text is null or strpos(lower(m.name), lower($3)) > 0) and ($4::text is null or m.id < $4) order by m.id desc limit $5`,
    [caller.org_id, advertiser_id ?? null, q ?? null, cursor ?? null, limit + 1],
  );
  const { items, next } = pageOf(rows, limit);
  return { items: items.map(toPlan), next };
}

/** Throws not-found, also for what belongs to somebody else. */
export async function readMediaPlan(sql: Sql, caller: Caller, id: string): Promise<MediaPlan> {
  const row = await sql.one<Row>(`${select} where m.id = $1 and m.org_id = $2`, [id, caller.org_id]);
  if (!row) throw new Refusal('not-found', 'There is no such media plan.');
  return toPlan(row);
}

const requireAdvertiser = async (sql: Sql, caller: Caller, id: string | null): Promise<void> => {
  if (id === null) return;
  await requireRow(sql, {
    select: 'select id from advertisers',
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'advertiser',
    field: 'advertiser_id',
  });
};

export async function createMediaPlan(
  desk: PlanDesk,
  { name, advertiser_id, brief }: z.output<(typeof contract.createMediaPlan)['input']>,
): Promise<MediaPlan> {
  const { db, caller, clock } = desk;
  await requireAdvertiser(db, caller, advertiser_id);
  // Computed before the transaction: solving takes seconds.
  const { scenarios, basis } = await scenariosOf(desk, brief);
  return db.transaction(async (tx) => {
    const id = newId('mp');
    await tx.query(
      `insert into media_plans (id, org_id, advertiser_id, name, brief, scenarios, basis, computed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        caller.org_id,
        advertiser_id,
        name,
        JSON.stringify(brief),
        JSON.stringify(scenarios),
        JSON.stringify(basis),
        clock().toISOString(),
      ],
    );
    const after = await readMediaPlan(tx, caller, id);
    await audit(tx, caller, {
      action: 'media-plan.create',
      subject: { kind: 'media-plan', id },
      after: trailOf(after),
    });
    return after;
  });
}

export async function changeMediaPlan(
  desk: PlanDesk,
  { id, ...change }: z.output<(typeof contract.changeMediaPlan)['input']>,
): Promise<MediaPlan> {
  const { db, caller, clock } = desk;
  const before = await readMediaPlan(db, caller, id);
  const brief: Brief = change.brief ?? before.brief;
  const advertiser_id = change.advertiser_id === undefined ? before.advertiser_id : change.advertiser_id;
  await requireAdvertiser(db, caller, advertiser_id);
  const { scenarios, basis } = await scenariosOf(desk, brief);
  return db.transaction(async (tx) => {
    await tx.query(
      `update media_plans set name = $3, advertiser_id = $4, brief = $5, scenarios = $6, basis = $7, computed_at = $8, quantities = '{}' where id = $1 and org_id = $2`,
      [
        id,
        caller.org_id,
        change.name ?? before.name,
        advertiser_id,
        JSON.stringify(brief),
        JSON.stringify(scenarios),
        JSON.stringify(basis),
        clock().toISOString(),
      ],
    );
    const after = await readMediaPlan(tx, caller, id);
    const subject = { kind: 'media-plan', id };
    await audit(tx, caller, { action: 'media-plan.change', subject, before: trailOf(before), after: trailOf(after) });
    return after;
  });
}

/** What the audit trail keeps: the question, not every line of the answer. */
const trailOf = ({ name, advertiser_id, brief }: MediaPlan) => ({ name, advertiser_id, ...brief });

export const deleteMediaPlan = ({ db, caller }: Pick<PlanDesk, 'db' | 'caller'>, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readMediaPlan(tx, caller, id);
    await tx.query('delete from media_plans where id = $1 and org_id = $2', [id, caller.org_id]);
    await audit(tx, caller, {
      action: 'media-plan.delete',
      subject: { kind: 'media-plan', id },
      before: trailOf(before),
    });
  });

/** A draft proposal with a line for each placement. Throws bad-input where no advertiser is known, or nothing is left to offer. */
export async function proposeMediaPlan(
  { db, caller, clock }: PlanDesk,
  { id, scenario, advertiser_id, quantities }: z.output<(typeof contract.proposeMediaPlan)['input']>,
): Promise<Proposal> {
  const plan = await readMediaPlan(db, caller, id);
  const who = advertiser_id ?? plan.advertiser_id;
  if (who === null) throw new Refusal('bad-input', 'advertiser_id: the plan names none.', { field: 'advertiser_id' });
  const chosen = plan.scenarios.find(({ key }) => key === scenario);
  const own = new Map([
    ...Object.entries(plan.quantities[scenario] ?? {}),
    ...(quantities ?? []).map(({ placement_id, impressions }) => [placement_id, impressions] as const),
  ]);
  const stranger = [...own.keys()].find((place) => !chosen?.lines.some(({ placement_id }) => placement_id === place));
  if (stranger !== undefined)
    throw new Refusal('bad-input', `quantities: ${stranger} is not in this scenario.`, { field: 'quantities' });
  const lines = (chosen?.lines ?? [])
    .map((line) => ({ ...line, impressions: own.get(line.placement_id) ?? line.impressions }))
    .filter(({ impressions }) => impressions > 0);
  if (lines.length === 0)
    throw new Refusal('bad-input', 'scenario: nothing is left in it to offer.', { field: 'scenario' });
  if (lines.length > 200)
    throw new Refusal('bad-input', 'scenario: a proposal holds 200 lines; plan with fewer placements.', {
      field: 'scenario',
    });
  const zones = await zonesOf(db, caller, lines);
  return createProposal({ db, clock }, caller, {
    advertiser_id: who,
    name: plan.name,
    language: 'fr',
    currency: plan.brief.currency,
    terms: '',
    lines: lines.map(({ placement_id, name, site_name, rate, impressions }) => {
      const zone = zones.get(placement_id) ?? 'UTC';
      return {
        name: `${site_name} · ${name}`.slice(0, 200),
        type: 'standard',
        goal: { unit: 'impressions', quantity: impressions },
        rate: { model: 'cpm', amount: rate, currency: plan.brief.currency },
        start: startOfDay(plan.brief.start, zone),
        end: startOfDay(nextDay(plan.brief.end), zone),
        placements: [placement_id],
        targeting: plan.brief.targeting,
      };
    }),
  });
}

async function zonesOf(sql: Sql, caller: Caller, lines: Scenario['lines']): Promise<Map<string, string>> {
  const rows = await sql.query<{ id: string; time_zone: string }>(
    'select p.id, s.time_zone from placements p join sites s on s.id = p.site_id where p.org_id = $1 and p.id = any($2)',
    [caller.org_id, lines.map(({ placement_id }) => placement_id)],
  );
  return new Map(rows.map(({ id, time_zone }) => [id, time_zone]));
}
