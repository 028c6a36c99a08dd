/** Funnels as they are kept and changed. Names are unique within a site. */
import { audit, deleteRow, insertRow, updateRow } from '#people';
import { type Caller, type Database, newId, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import { readFilters } from './filter.ts';
import type * as contract from './funnel-contract.ts';
import type { Funnel } from './funnel-contract.ts';
import { checkName, checkRoom, type KeptOnSite, listKept, readKept } from './room-on-site.ts';

const select = 'select id, org_id, site_id, name, steps, by, within_days, created_at from funnels';
const subject = (id: string) => ({ kind: 'funnel', id });
const kept: KeptOnSite = { table: 'funnels', one: 'funnel', most: 100, select };

export const readFunnel = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Funnel> =>
  readKept(sql, caller, kept, id, lock);

export const listFunnels = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listFunnels)['input']>) =>
  listKept<Funnel>(sql, caller, kept, input);

export const createFunnel = (
  db: Database,
  caller: Caller,
  { steps, ...input }: z.output<(typeof contract.createFunnel)['input']>,
): Promise<Funnel> =>
  db.transaction(async (tx) => {
    checkSteps(steps, input.by, input.within_days);
    await checkRoom(tx, caller, kept, input);
    const id = newId('fun');
    await insertRow(tx, 'funnels', { id, org_id: caller.org_id, ...input, steps: JSON.stringify(steps) });
    const after = await readFunnel(tx, caller, id);
    await audit(tx, caller, { action: 'funnel.create', subject: subject(id), after });
    return after;
  });

export const changeFunnel = (
  db: Database,
  caller: Caller,
  { id, steps, ...values }: z.output<(typeof contract.changeFunnel)['input']>,
): Promise<Funnel> =>
  db.transaction(async (tx) => {
    const before = await readFunnel(tx, caller, id, true);
    checkSteps(
      steps ?? before.steps,
      values.by ?? before.by,
      values.within_days === undefined ? before.within_days : values.within_days,
    );
    if (values.name !== undefined && values.name !== before.name)
      await checkName(tx, kept, before.site_id, values.name);
    await updateRow(tx, {
      table: 'funnels',
      id,
      org_id: caller.org_id,
      values: { ...values, steps: steps && JSON.stringify(steps) },
    });
    const after = await readFunnel(tx, caller, id);
    await audit(tx, caller, { action: 'funnel.change', subject: subject(id), before, after });
    return after;
  });

export const removeFunnel = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readFunnel(tx, caller, id, true);
    await deleteRow(tx, { table: 'funnels', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'funnel.remove', subject: subject(id), before });
  });

/** Each step is read as filters are; days are counted over several visits only. */
export function checkSteps(
  steps: readonly { filters: readonly unknown[] }[],
  by: Funnel['by'],
  within: number | null,
): void {
  for (const [i, step] of steps.entries()) readFilters(step.filters, `steps.${i}.filters`);
  if (by === 'visit' && within !== null)
    throw new Refusal('bad-input', 'within_days: goes with by = "visitor" only.', { field: 'within_days' });
}
