/** Sections: parts of a site, said by a URL path prefix or a glob. */
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow, audit } from '#people';
import { newId, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Section } from './contract.ts';
import { readSite } from './site.ts';

const select = 'select id, org_id, site_id, name, path, created_at from sections';
const subject = (id: string) => ({ kind: 'section', id });

export const readSection = (
  sql: Sql,
  caller: Caller,
  id: string,
  { field, lock = false }: { field?: string; lock?: boolean } = {},
): Promise<Section> =>
  requireRow<Section>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'section',
    lock,
    ...(field === undefined ? {} : { field }),
  });

export const listSections = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listSections)['input']>) =>
  listRows<Section>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], ['site_id = ?', input.site_id], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createSection = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createSection)['input']>,
): Promise<Section> =>
  db.transaction(async (tx) => {
    await readSite(tx, caller, input.site_id, { field: 'site_id' });
    const id = newId('sec');
    await insertRow(tx, 'sections', { id, org_id: caller.org_id, ...input });
    const after = await readSection(tx, caller, id);
    await audit(tx, caller, { action: 'section.create', subject: subject(id), after });
    return after;
  });

export const changeSection = (
  db: Database,
  caller: Caller,
  { id, ...values }: z.output<(typeof contract.changeSection)['input']>,
): Promise<Section> =>
  db.transaction(async (tx) => {
    const before = await readSection(tx, caller, id, { lock: true });
    await updateRow(tx, { table: 'sections', id, org_id: caller.org_id, values });
    const after = await readSection(tx, caller, id);
    await audit(tx, caller, { action: 'section.change', subject: subject(id), before, after });
    return after;
  });

export const removeSection = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readSection(tx, caller, id, { lock: true });
    await deleteRow(tx, { table: 'sections', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'section.remove', subject: subject(id), before });
  });
