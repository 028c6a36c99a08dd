/** Segments as they are kept and changed. Names are unique within a site. */
import { audit, deleteRow, insertRow, updateRow } from '#people';
import { type Caller, type Database, newId, Refusal, type Sql } from '#platform';
import type * as z from 'zod';
import { conditionsOf, isAboutAds, isOfVisitor, readFilters, segment as segmentName } from './filter.ts';
import type * as contract from './segment-contract.ts';
import type { Segment } from './segment-contract.ts';
import { checkName, checkRoom, type KeptOnSite, listKept, readKept } from './room-on-site.ts';

const select = 'select id, org_id, site_id, name, filters, window_days, created_at from segments';
const subject = (id: string) => ({ kind: 'segment', id });
const kept: KeptOnSite = { table: 'segments', one: 'segment', most: 100, select };

export const readSegment = (sql: Sql, caller: Caller, id: string, lock = false): Promise<Segment> =>
  readKept(sql, caller, kept, id, lock);

export const listSegments = (sql: Sql, caller: Caller, input: z.output<(typeof contract.listSegments)['input']>) =>
  listKept<Segment>(sql, caller, kept, input);

/** The organisation's segments of these ids, however many of them there are. */
export const segmentsNamed = (sql: Sql, org_id: string, ids: readonly string[]): Promise<Segment[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : sql.query<Segment>(`${select} where org_id = $1 and id = any($2) order by id`, [org_id, [...ids]]);

export const createSegment = (
  db: Database,
  caller: Caller,
  { filters, ...input }: z.output<(typeof contract.createSegment)['input']>,
): Promise<Segment> =>
  db.transaction(async (tx) => {
    checkFilters(filters);
    await checkRoom(tx, caller, kept, input);
    const id = newId('seg');
    await insertRow(tx, 'segments', { id, org_id: caller.org_id, ...input, filters: JSON.stringify(filters) });
    const after = await readSegment(tx, caller, id);
    await audit(tx, caller, { action: 'segment.create', subject: subject(id), after });
    return after;
  });

export const changeSegment = (
  db: Database,
  caller: Caller,
  { id, filters, ...values }: z.output<(typeof contract.changeSegment)['input']>,
): Promise<Segment> =>
  db.transaction(async (tx) => {
    if (filters) checkFilters(filters);
    const before = await readSegment(tx, caller, id, true);
    if (values.name !== undefined && values.name !== before.name)
      await checkName(tx, kept, before.site_id, values.name);
    await updateRow(tx, {
      table: 'segments',
      id,
      org_id: caller.org_id,
      values: { ...values, filters: filters && JSON.stringify(filters) },
    });
    const after = await readSegment(tx, caller, id);
    await audit(tx, caller, { action: 'segment.change', subject: subject(id), before, after });
    return after;
  });

/** A line item that is targeted at the segment would reach nobody without it. */
export const removeSegment = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const before = await readSegment(tx, caller, id, true);
    const line = await tx.one<{ name: string }>(
      `select name from line_items where org_id = $1 and state not in ('ended', 'cancelled') and position($2 in targeting::text) > 0 limit 1`,
      [caller.org_id, JSON.stringify(id)],
    );
    if (line) throw new Refusal('conflict', `The line item “${line.name}” is targeted at this segment.`);
    await deleteRow(tx, { table: 'segments', id, org_id: caller.org_id });
    await audit(tx, caller, { action: 'segment.remove', subject: subject(id), before });
  });

function checkFilters(given: readonly unknown[]): void {
  const filters = readFilters(given);
  if (filters.some(isAboutAds) && !filters.every((filter) => isAboutAds(filter) || isOfVisitor(filter)))
    throw new Refusal(
      'bad-input',
      'filters: speak of ads and of visits at once; put what was done with ads under has_done.',
      { field: 'filters' },
    );
  const nested = conditionsOf(filters).find(([, name]) => name === segmentName);
  if (nested) throw new Refusal('bad-input', 'filters: a segment cannot name another segment.', { field: 'filters' });
}

const defaultSmallest = 50;

export async function readAudienceSettings(sql: Sql, { org_id }: Caller): Promise<{ smallest_group: number }> {
  const row = await sql.one<{ smallest_group: number }>(
    'select smallest_group from audience_settings where org_id = $1',
    [org_id],
  );
  return row ?? { smallest_group: defaultSmallest };
}

export const changeAudienceSettings = (
  db: Database,
  caller: Caller,
  { smallest_group }: { smallest_group: number },
): Promise<{ smallest_group: number }> =>
  db.transaction(async (tx) => {
    const before = await readAudienceSettings(tx, caller);
    await tx.query(
      'insert into audience_settings (org_id, smallest_group) values ($1, $2) on conflict (org_id) do update set smallest_group = excluded.smallest_group',
      [caller.org_id, smallest_group],
    );
    const after = { smallest_group };
    await audit(tx, caller, {
      action: 'audience-settings.change',
      subject: { kind: 'organisation', id: caller.org_id },
      before,
      after,
    });
    return after;
  });
