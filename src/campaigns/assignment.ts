/** Assignments: which creative runs on which line item, how often beside the others, and when. */
import { formatsOfCreative } from '#creatives';
import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type { CreativeKind, CreativeState } from '#creatives/contract';
import { checkCaps, checkDates } from './check-terms.ts';
import type {
  Assignment,
  changeAssignment as changeRoute,
  createAssignment as createRoute,
  listAssignments as listRoute,
} from './contract.ts';
import { lineItemRow, type LineItemRow } from './line-item.ts';
import { isOpen } from './line-item-states.ts';
import { ownAdvertiser, pageOf } from './order.ts';

type Filter = z.output<(typeof listRoute)['input']>;
type Input = z.output<(typeof createRoute)['input']>;
type Change = z.output<(typeof changeRoute)['input']>;

const select = `select x.id, x.line_item_id, x.creative_id, c.name as creative_name, c.kind as creative_kind, c.state as creative_state,
    c.width, c.height, x.weight, x.starts_at as start, x.ends_at as "end", x.frequency_caps, x.created_at
  from assignments x
  join creatives c on c.id = x.creative_id
  join line_items l on l.id = x.line_item_id
  join orders o on o.id = l.order_id`;

/** Newest first. */
export async function listAssignments(
  sql: Sql,
  caller: Caller,
  filter: Filter,
): Promise<{ items: Assignment[]; next: string | null }> {
  const rows = await sql.query<Assignment>(
    `${select}
     where x.org_id = $1 and ($2::text is null or o.advertiser_id = $2) and ($3::text is null or x.line_item_id = $3)
       and ($4::text is null or x.creative_id = $4) and ($5::text is null or x.id < $5)
     order by x.id desc limit $6`,
    [
      caller.org_id,
      ownAdvertiser(caller),
      filter.line_item_id ?? null,
      filter.creative_id ?? null,
      filter.cursor ?? null,
      filter.limit + 1,
    ],
  );
  return pageOf(rows, filter.limit);
}

/** Throws not-found, also for what belongs to somebody else. */
export async function readAssignment(sql: Sql, caller: Caller, id: string): Promise<Assignment> {
  const row = await sql.one<Assignment>(
    `${select} where x.id = $1 and x.org_id = $2 and ($3::text is null or o.advertiser_id = $3)`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such assignment.');
  return row;
}

/** Puts a creative on a line item of the same advertiser whose sizes it fits. */
export function createAssignment(db: Database, caller: Caller, input: Input): Promise<Assignment> {
  return db.transaction(async (tx) => {
    const line = await openLine(tx, caller, input.line_item_id);
    await checkCreative(tx, line, input.creative_id);
    const terms = { weight: input.weight ?? 100, start: input.start ?? null, end: input.end ?? null };
    const caps = input.frequency_caps ?? [];
    checkCaps(caps);
    checkInside(line, terms);

    const id = newId('as');
    const added = await tx.one(
      `insert into assignments (id, org_id, line_item_id, creative_id, weight, starts_at, ends_at, frequency_caps)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (line_item_id, creative_id) do nothing returning id`,
      [
        id,
        caller.org_id,
        line.id,
        input.creative_id,
        terms.weight,
        iso(terms.start),
        iso(terms.end),
        JSON.stringify(caps),
      ],
    );
    if (!added)
      throw new Refusal('conflict', 'creative_id: this creative is on the line item already.', {
        field: 'creative_id',
      });
    const after = await readAssignment(tx, caller, id);
    await audit(tx, caller, { action: 'assignment.create', subject: { kind: 'assignment', id }, before: null, after });
    return after;
  });
}

export function changeAssignment(db: Database, caller: Caller, change: Change): Promise<Assignment> {
  return db.transaction(async (tx) => {
    const line = await openLine(tx, caller, (await readAssignment(tx, caller, change.id)).line_item_id);
    const before = await readAssignment(tx, caller, change.id);
    const terms = {
      weight: change.weight ?? before.weight,
      start: change.start === undefined ? before.start : change.start,
      end: change.end === undefined ? before.end : change.end,
    };
    checkInside(line, terms);
    const caps = change.frequency_caps ?? before.frequency_caps;
    checkCaps(caps);
    await tx.query(
      'update assignments set weight = $2, starts_at = $3, ends_at = $4, frequency_caps = $5 where id = $1',
      [before.id, terms.weight, iso(terms.start), iso(terms.end), JSON.stringify(caps)],
    );
    const after = await readAssignment(tx, caller, before.id);
    await audit(tx, caller, {
      action: 'assignment.change',
      subject: { kind: 'assignment', id: before.id },
      before,
      after,
    });
    return after;
  });
}

export function deleteAssignment(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const before = await readAssignment(tx, caller, id);
    await openLine(tx, caller, before.line_item_id);
    await tx.query('delete from assignments where id = $1', [id]);
    await audit(tx, caller, { action: 'assignment.delete', subject: { kind: 'assignment', id }, before, after: null });
  });
}

/** The creatives on a line and the formats each of them fills. */
export async function formatsOfAssigned(sql: Sql, lineItemId: string): Promise<{ name: string; formats: string[] }[]> {
  const rows = await sql.query<Fillers & { name: string }>(
    'select c.name, c.kind, c.width, c.height from assignments x join creatives c on c.id = x.creative_id where x.line_item_id = $1 order by x.id',
    [lineItemId],
  );
  return rows.map((row) => ({ name: row.name, formats: formatsOfCreative(row) }));
}

type Fillers = { kind: CreativeKind; width: number | null; height: number | null };

/** The line, locked, so that its sizes and state do not change underneath. */
export async function openLine(tx: Sql, caller: Caller, id: string): Promise<LineItemRow> {
  const line = await lineItemRow(tx, caller, id, 'for update of l');
  if (!isOpen(line.state)) {
    throw new Refusal('wrong-state', `This line item is ${line.state}: its creatives cannot change any more.`, {
      state: line.state,
    });
  }
  return line;
}

export async function checkCreative(tx: Sql, line: LineItemRow, creativeId: string): Promise<void> {
  const field = 'creative_id';
  const creative = await tx.one<Fillers & { advertiser_id: string; state: CreativeState }>(
    'select kind, width, height, advertiser_id, state from creatives where id = $1 and org_id = $2 for key share',
    [creativeId, line.org_id],
  );
  if (!creative) throw new Refusal('not-found', `${field}: there is no such creative.`, { field });
  if (creative.advertiser_id !== line.advertiser_id) {
    throw new Refusal(
      'bad-input',
      `${field}: this creative belongs to another advertiser than the order of the line item.`,
      { field },
    );
  }
  if (creative.state === 'retired') throw new Refusal('wrong-state', `${field}: this creative is retired.`, { field });

  const taken = line.sizes.length > 0 ? line.sizes : await offeredFormats(tx, line.placements);
  const fills = formatsOfCreative(creative);
  if (fills.some((format) => taken.includes(format))) return;
  throw new Refusal(
    'bad-input',
    `${field}: a creative of ${fills[0] ?? 'no size'} does not fit this line item, which takes ${taken.join(', ')}.`,
    {
      field,
    },
  );
}

async function offeredFormats(tx: Sql, placements: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ format: string }>(
    'select distinct unnest(formats) as format from placements where id = any($1) order by format',
    [placements],
  );
  return rows.map((row) => row.format);
}

/** An assignment's own dates must leave it some of the line's time. */
function checkInside(line: LineItemRow, { start, end }: { start: string | null; end: string | null }): void {
  checkDates(start ?? line.starts_at, end ?? line.ends_at);
  const refuse = (field: string, why: string): never => {
    throw new Refusal('bad-input', `${field}: ${why}.`, { field });
  };
  if (start !== null && Date.parse(start) >= Date.parse(line.ends_at))
    refuse('start', `lies after the end of the line item, ${line.ends_at}`);
  if (end !== null && Date.parse(end) <= Date.parse(line.starts_at))
    refuse('end', `lies before the start of the line item, ${line.starts_at}`);
}

const iso = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());
