/** Goals as they are kept and changed. Names are unique within a site. */
import { audit, deleteRow, insertRow, updateRow } from '#people';
import { type Caller, type Database, newId, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './goal-contract.ts';
import type { Goal } from './goal-contract.ts';
import { checkName, checkRoom, type KeptOnSite, listKept, readKept } from './room-on-site.ts';

const select = 'select id, org_id, site_id, name, match, value, once_per_visit, created_at from goals';
const subject = (id: string) => ({ kind: 'goal', id });

/** Beyond so many goals one question about all of them would be too long for the store. */
const kept: KeptOnSite = { table: 'goals', one: 'goal', most: 50, select };

export const readGoal = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Goal> =>
  readKept(sql, caller, kept, id, lock);

export const listGoals = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listGoals)['input']>) =>
  listKept<Goal>(sql, caller, kept, input);

/** Every goal of these sites, oldest first, at most 50 a site and 200 in all. */
export const goalsOf = (sql: Sql, org_id: string, sites: readonly string[]): Promise<Goal[]> =>
  sql.query<Goal>(`${select} where org_id = $1 and site_id = any($2) order by id limit 200`, [org_id, [...sites]]);

export const createGoal = (
  db: Database,
  caller: Caller,
  { match, value, ...input }: z.output<(typeof contract.createGoal)['input']>,
): Promise<Goal> =>
  db.transaction(async (tx) => {
    await checkRoom(tx, caller, kept, input);
    const id = newId('goal');
    await insertRow(tx, 'goals', {
      id,
      org_id: caller.org_id,
      ...input,
      match: JSON.stringify(match),
      value: value === null ? null : JSON.stringify(value),
    });
    const after = await readGoal(tx, caller, id);
    await audit(tx, caller, { action: 'goal.create', subject: subject(id), after });
    return after;
  });

export const changeGoal = (
  db: Database,
  caller: Caller,
  { id, match, value, ...values }: z.output<(typeof contract.changeGoal)['input']>,
): Promise<Goal> =>
  db.transaction(async (tx) => {
    const before = await readGoal(tx, caller, id, true);
    if (values.name !== undefined && values.name !== before.name)
      await checkName(tx, kept, before.site_id, values.name);
    await updateRow(tx, {
      table: 'goals',
      id,
      org_id: caller.org_id,
      values: { ...values, match: match && JSON.stringify(match), value: value ? JSON.stringify(value) : value },
    });
    const after = await readGoal(tx, caller, id);
    await audit(tx, caller, { action: 'goal.change', subject: subject(id), before, after });
    return after;
  });

export const removeGoal = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readGoal(tx, caller, id, true);
    await deleteRow(tx, { table: 'goals', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'goal.remove', subject: subject(id), before });
  });
