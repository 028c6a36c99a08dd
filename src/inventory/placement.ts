/** Placements: the ad spaces of a site, and the formats that each of them takes. */
import { deleteRow, insertRow, requireRow, updateRow, audit } from '#people';
import {
  csvFile,
  csvOfList,
  exportPage,
  instantOf,
  type ListOrder,
  newId,
  orderedPage,
  Refusal,
  type Caller,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { Placement, Site } from './contract.ts';
import { readSection } from './section.ts';
import { readSite } from './site.ts';

const select =
  'select id, org_id, site_id, section_id, code, name, formats, floor_amount, floor_currency, created_at from placements';
const subject = (id: string) => ({ kind: 'placement', id });

type Row = Omit<Placement, 'floor'> & { floor_amount: number | null; floor_currency: string | null };

const placementOf = ({ floor_amount: amount, floor_currency: currency, ...row }: Row): Placement => ({
  ...row,
  floor: amount === null || currency === null ? null : { amount, currency },
});

export const readPlacement = async (sql: Sql, caller: Caller, id: string, lock = false): Promise<Placement> =>
  placementOf(
    await requireRow<Row>(sql, {
      select,
      filters: [
        ['org_id = ?', caller.org_id],
        ['id = ?', id],
      ],
      what: 'placement',
      lock,
    }),
  );

const order: ListOrder = {
  id: 'p.id',
  ascending: true,
  columns: {
    name: 'sort_key(p.name)',
    code: 'p.code',
    site: 'sort_key(s.name)',
    section: 'sort_key(t.name)',
    floor: 'coalesce(p.floor_amount, 0)',
    created: instantOf('p.created_at'),
  },
};

type Filter = Omit<z.output<(typeof contract.listPlacements)['input']>, 'limit'> & { limit: number };
type Listed = Row & { site_domain: string; section_path: string | null };

/** Rows in the order they were made, unless sorted. */
const placementRows = (sql: Sql, caller: Caller, input: Filter) =>
  orderedPage<Listed>(
    sql,
    {
      select: 'p.*, s.domain as site_domain, t.path as section_path',
      from: 'placements p join sites s on s.id = p.site_id left join sections t on t.id = p.section_id',
      where: `p.org_id = $1 and ($2::text is null or p.site_id = $2) and ($3::text is null or p.section_id = $3)
        and ($4::text is null or p.code = $4) and ($5::text is null or $5 = any(p.formats))
        and ($6::text is null or strpos(sort_key(p.name || ' ' || p.code), sort_key($6)) > 0)`,
      params: [
        caller.org_id,
        input.site_id ?? null,
        input.section_id ?? null,
        input.code ?? null,
        input.format ?? null,
        input.name ?? null,
      ],
      order,
    },
    input,
  );

export async function listPlacements(sql: Sql, caller: Caller, input: Filter) {
  const { items, next } = await placementRows(sql, caller, input);
  return { items: items.map(placementOf), next };
}

/** Every placement that fits, as CSV. */
export const exportPlacements = (sql: Sql, caller: Caller, input: Omit<Filter, 'limit' | 'cursor'>): FileReply =>
  csvFile(
    'placements',
    csvOfList<Listed>({
      header: ['id', 'site', 'section', 'code', 'name', 'formats', 'floor', 'currency', 'created_at'],
      row: (one) => [
        one.id,
        one.site_domain,
        one.section_path,
        one.code,
        one.name,
        one.formats.join(' '),
        one.floor_amount,
        one.floor_currency,
        one.created_at,
      ],
      page: (cursor) => placementRows(sql, caller, { ...input, cursor, limit: exportPage }),
    }),
  );

export const createPlacement = (
  db: Database,
  caller: Caller,
  input: z.output<(typeof contract.createPlacement)['input']>,
): Promise<Placement> => db.transaction((tx) => createPlacementWithin(tx, caller, input));

/** The same inside the caller's transaction. */
export async function createPlacementWithin(
  tx: Sql,
  caller: Caller,
  input: z.output<(typeof contract.createPlacement)['input']>,
): Promise<Placement> {
  const site = await readSite(tx, caller, input.site_id, { field: 'site_id' });
  await checkPlace(tx, caller, site, input);
  const id = newId('plc');
  await insertRow(tx, 'placements', {
    id,
    org_id: caller.org_id,
    site_id: input.site_id,
    section_id: input.section_id ?? null,
    code: input.code,
    name: input.name,
    formats: [...new Set(input.formats)],
    floor_amount: input.floor?.amount ?? null,
    floor_currency: input.floor?.currency ?? null,
  });
  const after = await readPlacement(tx, caller, id);
  await audit(tx, caller, { action: 'placement.create', subject: subject(id), after });
  return after;
}

export const changePlacement = (
  db: Database,
  caller: Caller,
  { id, floor, formats, ...values }: z.output<(typeof contract.changePlacement)['input']>,
): Promise<Placement> =>
  db.transaction(async (tx) => {
    const before = await readPlacement(tx, caller, id, true);
    await checkPlace(tx, caller, await readSite(tx, caller, before.site_id), { section_id: values.section_id, floor });
    await updateRow(tx, {
      table: 'placements',
      id,
      org_id: caller.org_id,
      values: {
        ...values,
        formats: formats && [...new Set(formats)],
        floor_amount: floor === undefined ? undefined : (floor?.amount ?? null),
        floor_currency: floor === undefined ? undefined : (floor?.currency ?? null),
      },
    });
    const after = await readPlacement(tx, caller, id);
    await audit(tx, caller, { action: 'placement.change', subject: subject(id), before, after });
    return after;
  });

/** Removes a placement that no line item ever held: what was booked on it must stay readable in reports. */
export const removePlacement = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readPlacement(tx, caller, id, true);
    const holder = await tx.one('select 1 from reservations where org_id = $1 and $2 = any(placements) limit 1', [
      caller.org_id,
      id,
    ]);
    if (holder) throw new Refusal('conflict', 'The placement holds reservations, or held some, so it stays.');
    await deleteRow(tx, { table: 'placements', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'placement.remove', subject: subject(id), before });
  });

type Place = { section_id?: string | null | undefined; floor?: Placement['floor'] | undefined };

async function checkPlace(tx: Sql, caller: Caller, site: Site, { section_id, floor }: Place): Promise<void> {
  if (section_id) {
    const section = await readSection(tx, caller, section_id, { field: 'section_id' });
    if (section.site_id !== site.id)
      throw new Refusal('bad-input', 'section_id: the section is of another site.', { field: 'section_id' });
  }
  if (!floor) return;
  if (floor.amount < 0)
    throw new Refusal('bad-input', 'floor.amount: must not be negative.', { field: 'floor.amount' });
  if (floor.currency !== site.currency)
    throw new Refusal('bad-input', `floor.currency: must be the site's currency, ${site.currency}.`, {
      field: 'floor.currency',
    });
}
