/** Explorations and annotations as they are kept. */
import { audit, deleteRow, insertRow, listRows, requireRow } from '#people';
import { type Caller, type Database, newId, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './exploration-contract.ts';
import type { Annotation, Exploration } from './exploration-contract.ts';

const explorations = 'select id, org_id, name, search, created_at from explorations';
const annotations = "select id, org_id, site_id, to_char(day, 'YYYY-MM-DD') as day, text, created_at from annotations";
const mostKept = 500;

const own = (caller: Caller, id: string): [string, string][] => [
  ['org_id = ?', caller.org_id],
  ['id = ?', id],
];

export const listExplorations = (
  sql: Sql,
  caller: Caller,
  input: z.output<(typeof contract.listExplorations)['input']>,
) => listRows<Exploration>(sql, { select: explorations, filters: [['org_id = ?', caller.org_id]], ...input });

export const createExploration = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createExploration)['input']>,
): Promise<Exploration> =>
  db.transaction(async (tx) => {
    const taken = await tx.one('select id from explorations where org_id = $1 and name = $2', [
      caller.org_id,
      input.name,
    ]);
    if (taken) throw new Refusal('conflict', 'name: there is an exploration of that name already.', { field: 'name' });
    const count = await tx.one<{ count: number }>('select count(*)::int as count from explorations where org_id = $1', [
      caller.org_id,
    ]);
    if ((count?.count ?? 0) >= mostKept)
      throw new Refusal('conflict', `At most ${mostKept} explorations are kept; remove one first.`);
    const id = newId('exp');
    await insertRow(tx, 'explorations', { id, org_id: caller.org_id, ...input });
    const after = await requireRow<Exploration>(tx, {
      select: explorations,
      filters: own(caller, id),
      what: 'exploration',
    });
    await audit(tx, caller, { action: 'exploration.create', subject: { kind: 'exploration', id }, after });
    return after;
  });

export const removeExploration = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await requireRow<Exploration>(tx, {
      select: explorations,
      filters: own(caller, id),
      what: 'exploration',
    });
    await deleteRow(tx, { table: 'explorations', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'exploration.remove', subject: { kind: 'exploration', id }, before });
  });

export const listAnnotations = (
  sql: Sql,
  caller: Caller,
  { site_id, ...input }: z.output<(typeof contract.listAnnotations)['input']>,
) =>
  listRows<Annotation>(sql, {
    select: annotations,
    filters: [
      ['org_id = ?', caller.org_id],
      ['site_id = ?', site_id],
    ],
    ...input,
  });

export const createAnnotation = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createAnnotation)['input']>,
): Promise<Annotation> =>
  db.transaction(async (tx) => {
    const site = await tx.one('select id from sites where id = $1 and org_id = $2', [input.site_id, caller.org_id]);
    if (!site) throw new Refusal('not-found', 'site_id: there is no such site.', { field: 'site_id' });
    const id = newId('ann');
    await insertRow(tx, 'annotations', { id, org_id: caller.org_id, ...input });
    const after = await requireRow<Annotation>(tx, {
      select: annotations,
      filters: own(caller, id),
      what: 'annotation',
    });
    await audit(tx, caller, { action: 'annotation.create', subject: { kind: 'annotation', id }, after });
    return after;
  });

export const removeAnnotation = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await requireRow<Annotation>(tx, {
      select: annotations,
      filters: own(caller, id),
      what: 'annotation',
    });
    await deleteRow(tx, { table: 'annotations', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'annotation.remove', subject: { kind: 'annotation', id }, before });
  });
