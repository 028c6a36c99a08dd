/** Changes of an order that was agreed: asked for, approved by whoever is asked, then applied with the ledger and the insertion order. */
import { randomBytes } from 'node:crypto';
import { type RoomCheck, withRoom } from '#forecasting';
import { audit, may } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { ChangedLine, ChangeMove, ChangeRequest, ChangeRequestState, LineItemTerms as Terms } from './contract.ts';
import { changeMoves, nextChangeState } from './change-request-states.ts';
import { checkAssigned } from './change-line-item.ts';
import { checkPlaces } from './check-places.ts';
import { checkTerms } from './check-terms.ts';
import { amendInsertionOrder } from './insertion-order.ts';
import { holdOrRelease } from './ledger.ts';
import { isSold } from './line-item-states.ts';
import { lineItemRow, type LineItemRow, termsOf } from './line-item.ts';
import { moveWithin } from './move-line-item.ts';
import { tokenHash } from './move-proposal.ts';
import { lockOrder, ownAdvertiser, readOrder } from './order.ts';
import { differencesBetween, sealOf } from './proposal-versions.ts';
import { updateLineItem } from './save-line-item.ts';
import { dayOf, nextDay, startOfDay } from './zoned-day.ts';

export type ChangeDesk = { db: Database; clock: Clock; events?: Pick<Events, 'query'> };
type KeptChange = { id: string; before: Terms; after: Terms; cancel: boolean };
export type ChangeRow = Omit<ChangeRequest, 'differences' | 'moves'> & { org_id: string; lines: KeptChange[] };

const select = `select c.id, c.org_id, c.order_id, c.asked_of, c.state, c.note, c.lines, c.document_hash, c.asked_by, c.answer, c.insertion_order_id, c.created_at
  from change_requests c join orders o on o.id = c.order_id`;

/** What is to change, field by field; a line that is to be cancelled goes. */
export const differencesOf = ({ lines }: ChangeRow) =>
  differencesBetween(
    lines.map(({ id, before }) => ({ id, ...before })),
    lines.filter(({ cancel }) => !cancel).map(({ id, after }) => ({ id, ...after })),
  );

function toChangeRequest(row: ChangeRow, caller: Caller): ChangeRequest {
  const { org_id: _org, lines: _lines, ...shown } = row;
  const ours = row.asked_of === 'us' && may(caller.role, 'proposals.approve');
  const moves = Object.keys(changeMoves[row.state]) as ChangeMove[];
  return {
    ...shown,
    differences: differencesOf(row),
    moves: moves.filter((move) => (move === 'withdraw' ? may(caller.role, 'campaigns.write') : ours)),
  };
}

export async function listChangeRequests(sql: Sql, caller: Caller, order: string): Promise<ChangeRequest[]> {
  await readOrder(sql, caller, order);
  const rows = await sql.query<ChangeRow>(
    `${select} where c.order_id = $1 and c.org_id = $2 order by c.id desc limit 200`,
    [order, caller.org_id],
  );
  return rows.map((row) => toChangeRequest(row, caller));
}

/** Throws not-found, also for what belongs to somebody else. */
async function changeRow(sql: Sql, caller: Caller, id: string, lock = ''): Promise<ChangeRow> {
  const row = await sql.one<ChangeRow>(
    `${select} where c.id = $1 and c.org_id = $2 and ($3::text is null or o.advertiser_id = $3) ${lock}`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such change request.');
  return row;
}

/** The one behind a private link. */
export async function changeOfToken(sql: Sql, token: string, lock = ''): Promise<ChangeRow> {
  const row = await sql.one<ChangeRow>(`${select} where c.token_hash = $1 ${lock}`, [tokenHash(token)]);
  if (!row) throw new Refusal('not-found', 'This link leads nowhere: the change may have been withdrawn.');
  return row;
}

/** Throws bad-input or wrong-state naming the line for a change that could not be applied as things stand. */
export const createChangeRequest = (
  { db, clock }: ChangeDesk,
  caller: Caller,
  { id: order_id, asked_of, note, lines }: z.output<(typeof contract.createChangeRequest)['input']>,
): Promise<ChangeRequest & { path: string | null }> =>
  db.transaction(async (tx) => {
    const now = clock();
    await lockOrder(tx, caller, order_id);
    const kept: KeptChange[] = [];
    for (const [index, change] of lines.entries()) {
      const at = `lines.${index}`;
      if (lines.findIndex(({ line_item_id }) => line_item_id === change.line_item_id) !== index)
        throw new Refusal('bad-input', `${at}.line_item_id: the line is there twice.`, { field: `${at}.line_item_id` });
      kept.push(await inLine(at, () => keptChange(tx, caller, { order_id, change, now })));
    }
    const id = newId('chg');
    const document_hash = sealOf({ id, order_id, lines: kept });
    const token = asked_of === 'them' ? randomBytes(32).toString('base64url') : null;
    await tx.query(
      `insert into change_requests (id, org_id, order_id, asked_of, note, lines, document_hash, token_hash, asked_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        caller.org_id,
        order_id,
        asked_of,
        note,
        JSON.stringify(kept),
        document_hash,
        token && tokenHash(token),
        caller.name,
        now.toISOString(),
      ],
    );
    const after = toChangeRequest(await changeRow(tx, caller, id), caller);
    await audit(tx, caller, { action: 'order.change-asked', subject: { kind: 'order', id: order_id }, after });
    return { ...after, path: token && `/p/${token}/change` };
  });

/** Puts the line before a refusal's sentence. */
async function inLine<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const field = error.detail['field'];
    throw new Refusal(error.code, `${at}: ${error.message}`, {
      ...error.detail,
      field: typeof field === 'string' ? `${at}.${field}` : at,
    });
  }
}

type Asked = { order_id: string; change: ChangedLine; now: Date };

async function keptChange(tx: Sql, caller: Caller, { order_id, change, now }: Asked): Promise<KeptChange> {
  const row = await lineItemRow(tx, caller, change.line_item_id);
  if (row.order_id !== order_id)
    throw new Refusal('not-found', 'line_item_id: this order has no such line.', { field: 'line_item_id' });
  if (!isSold(row.state))
    throw new Refusal('wrong-state', `the line "${row.name}" is ${row.state}: only sold lines need a change request.`, {
      field: 'line_item_id',
    });
  const before = termsOf(row);
  if (change.cancel) return { id: row.id, before, after: before, cancel: true };
  const after = changedTerms(row, before, change, now);
  checkTerms(after);
  await checkPlaces(tx, caller, after, row);
  return { id: row.id, before, after, cancel: false };
}

/** What has run is not rewritten: a line that has begun keeps its price, its start and what it has to do by now. */
function changedTerms(row: LineItemRow, before: Terms, change: ChangedLine, now: Date): Terms {
  const hasBegun = Date.parse(before.start) <= now.getTime();
  const refuse = (field: string, why: string): never => {
    throw new Refusal('wrong-state', `${field}: ${why}.`, { field });
  };
  const firstDay = dayOf(before.start, row.time_zone);
  if (hasBegun && change.rate !== undefined && change.rate !== before.rate.amount)
    refuse('rate', 'a line that has begun keeps its price; shorten it and add a line at the new one');
  if (hasBegun && change.first_day !== undefined && change.first_day !== firstDay)
    refuse('first_day', 'the line has begun already');
  const end = change.last_day ? startOfDay(nextDay(change.last_day), row.time_zone) : before.end;
  if (Date.parse(end) <= now.getTime()) refuse('last_day', 'must not be over already; cancel the line instead');
  const after: Terms = {
    ...before,
    goal: { ...before.goal, quantity: change.quantity ?? before.goal.quantity },
    rate: { ...before.rate, amount: change.rate ?? before.rate.amount },
    start:
      change.first_day && change.first_day !== firstDay ? startOfDay(change.first_day, row.time_zone) : before.start,
    end,
    placements: change.placements ?? before.placements,
    targeting: change.targeting === undefined ? before.targeting : change.targeting,
  };
  if (differencesBetween([{ id: row.id, ...before }], [{ id: row.id, ...after }]).length === 0)
    throw new Refusal('bad-input', 'nothing is to change in it.', { field: 'line_item_id' });
  return after;
}

/** Answers a change from our side. Throws not-allowed for what is the other side's, or an approver's, to say. */
export const answerChangeRequest = (
  desk: ChangeDesk,
  caller: Caller,
  { id, move, note, force = false }: z.output<(typeof contract.answerChangeRequest)['input']>,
): Promise<ChangeRequest> =>
  withRoom(desk, caller, async (tx, room) => {
    const row = await changeRow(tx, caller, id, 'for update of c');
    if (move !== 'withdraw' && row.asked_of === 'them')
      throw new Refusal('not-allowed', 'This change was asked of the other side: it answers by its private link.');
    if (move !== 'withdraw' && !may(caller.role, 'proposals.approve'))
      throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right proposals.approve.`);
    const said = { name: caller.name, title: '', address: null, note };
    await answerWithin(tx, caller, { row, move, said, now: desk.clock(), room, force });
    return toChangeRequest(await changeRow(tx, caller, id), caller);
  });

/** Answers exactly what was read (its hash says so). The same answer again changes nothing. */
export const answerChange = (
  desk: ChangeDesk,
  { token, name, title, move, note, document_hash }: z.output<(typeof contract.answerChange)['input']>,
  address: string,
): Promise<{ state: ChangeRequestState }> =>
  desk.db
    .transaction((tx) => changeOfToken(tx, token))
    .then(({ org_id }) => {
      const caller: Caller = {
        kind: 'system',
        id: 'private-link',
        name: `${name} (private link)`,
        org_id,
        // No overbooking by link: what finds no room is refused.
        role: 'sales',
        advertiser_id: null,
      };
      return withRoom(desk, caller, async (tx, room) => {
        const row = await changeOfToken(tx, token, 'for update of c');
        if (row.document_hash !== document_hash)
          throw new Refusal('conflict', 'document_hash: this is not the change that was read.', {
            field: 'document_hash',
          });
        if (row.state === (move === 'approve' ? 'applied' : 'refused')) return { state: row.state };
        const said = { name, title, address, note };
        return { state: await answerWithin(tx, caller, { row, move, said, now: desk.clock(), room, force: false }) };
      });
    });

type Answering = {
  row: ChangeRow;
  move: ChangeMove;
  said: { name: string; title: string; address: string | null; note: string };
  now: Date;
  room: RoomCheck;
  force: boolean;
};

async function answerWithin(
  tx: Sql,
  caller: Caller,
  { row, move, said, now, room, force }: Answering,
): Promise<ChangeRequestState> {
  const to = nextChangeState(row.state, move);
  const answer = { ...said, at: now.toISOString() };
  let insertion_order_id: string | null = null;
  if (move === 'approve') {
    await lockOrder(tx, caller, row.order_id);
    for (const [index, line] of row.lines.entries())
      await inLine(`lines.${index}`, () => apply(tx, caller, { line, now, room, force }));
    const signature = row.asked_of === 'them' ? answer : undefined;
    insertion_order_id = await amendInsertionOrder(tx, caller, { order_id: row.order_id, now, signature });
  }
  await tx.query(
    'update change_requests set state = $2, answer = $3, insertion_order_id = $4, token_hash = case when $2 = $5 then null else token_hash end where id = $1',
    [row.id, to, JSON.stringify(answer), insertion_order_id, 'withdrawn'],
  );
  await audit(tx, caller, {
    action: `order.change-${to}`,
    subject: { kind: 'order', id: row.order_id },
    before: { change_request: row.id, state: row.state },
    after: { state: to, answer, insertion_order_id, ...(force ? { force } : {}) },
  });
  return to;
}

type Applying = { line: KeptChange; now: Date; room: RoomCheck; force: boolean };

/** Throws conflict when the line is no longer what the change was asked of. */
async function apply(tx: Sql, caller: Caller, { line, now, room, force }: Applying): Promise<void> {
  const row = await lineItemRow(tx, caller, line.id, 'for update of l');
  if (!isSold(row.state)) throw new Refusal('conflict', `the line "${row.name}" is ${row.state} by now.`);
  const current = termsOf(row);
  const moved = differencesBetween([{ id: row.id, ...line.before }], [{ id: row.id, ...current }]);
  if (moved.length > 0)
    throw new Refusal(
      'conflict',
      `"${row.name}" has changed since (${moved.map(({ field }) => field).join(', ')}): ask for the change again.`,
    );
  if (line.cancel) {
    await moveWithin(tx, caller, { id: row.id, to: 'cancelled', reason: 'Change request', now });
    return;
  }
  checkTerms(line.after);
  const { formats } = await checkPlaces(tx, caller, line.after, row);
  await checkAssigned(tx, row, formats);
  await updateLineItem(tx, row.id, line.after);
  const changed = await lineItemRow(tx, caller, row.id);
  await holdOrRelease(tx, caller, { row: changed, state: row.state, formats, expires_at: null, force, room });
  await audit(tx, caller, {
    action: 'line-item.change',
    subject: { kind: 'line-item', id: row.id },
    before: line.before,
    after: line.after,
  });
}
