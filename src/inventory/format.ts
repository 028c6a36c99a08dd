/** Formats: the sizes and kinds of ads, with their weight limits. The limits are data: each organisation may change its own. */
import { deleteRow, insertRow, listRows, nameHas, requireRow, updateRow, audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Format } from './contract.ts';

const select =
  'select id, org_id, code, name, kind, width, height, max_initial_kb, max_subload_kb, created_at from formats';
const subject = (id: string) => ({ kind: 'format', id });

export const readFormat = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Format> =>
  requireRow<Format>(sql, {
    select,
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'format',
    lock,
  });

export const listFormats = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listFormats)['input']>) =>
  listRows<Format>(sql, {
    select,
    filters: [['org_id = ?', caller.org_id], ['kind = ?', input.kind], nameHas(input.name)],
    limit: input.limit,
    cursor: input.cursor,
  });

export const createFormat = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createFormat)['input']>,
): Promise<Format> =>
  db.transaction(async (tx) => {
    checkSize(input);
    const id = newId('fmt');
    await insertRow(tx, 'formats', { id, org_id: caller.org_id, ...blank, ...input });
    const after = await readFormat(tx, caller, id);
    await audit(tx, caller, { action: 'format.create', subject: subject(id), after });
    return after;
  });

export const changeFormat = (
  db: Database,
  caller: Caller,
  { id, ...values }: z.output<(typeof contract.changeFormat)['input']>,
): Promise<Format> =>
  db.transaction(async (tx) => {
    const before = await readFormat(tx, caller, id, true);
    await updateRow(tx, { table: 'formats', id, org_id: caller.org_id, values });
    const after = await readFormat(tx, caller, id);
    checkSize(after);
    await audit(tx, caller, { action: 'format.change', subject: subject(id), before, after });
    return after;
  });

export const removeFormat = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readFormat(tx, caller, id, true);
    const user = await tx.one<{ code: string }>(
      'select code from placements where org_id = $1 and $2 = any(formats) limit 1',
      [caller.org_id, before.code],
    );
    if (user) throw new Refusal('conflict', `The placement ${user.code} takes this format.`);
    await deleteRow(tx, { table: 'formats', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'format.remove', subject: subject(id), before });
  });

const blank = { width: null, height: null, max_initial_kb: null, max_subload_kb: null };

type Sized = {
  code: string;
  kind: Format['kind'];
  width?: number | null | undefined;
  height?: number | null | undefined;
};

function checkSize({ code, kind, width, height }: Sized): void {
  if (kind === 'display' && (!width || !height))
    throw new Refusal('bad-input', 'width: a display format needs its width and height.', {
      field: width ? 'height' : 'width',
    });
  if (!width !== !height)
    throw new Refusal('bad-input', 'height: width and height go together.', { field: width ? 'height' : 'width' });
  if (/^\d+x\d+$/.test(code) && code !== `${width}x${height}`)
    throw new Refusal('bad-input', `code: ${code} does not say the size ${width}x${height}.`, { field: 'code' });
}
