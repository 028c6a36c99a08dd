/** Insertion orders: numbered, sealed by their hash, accepted by a private link or on paper. */
import { createHash, randomBytes } from 'node:crypto';
import { audit } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type FileReply, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { InsertionOrder, LineItemState, Signature } from './contract.ts';
import { type Paper, paperOf } from './insertion-order-paper.ts';
import { tokenHash } from './move-proposal.ts';
import { moveWithin } from './move-line-item.ts';
import { lockOrder, ownAdvertiser, readOrder } from './order.ts';
import { isOpen } from './line-item-states.ts';

type Desk = { db: Database; clock: Clock };
export type InsertionRow = Omit<InsertionOrder, 'number'> & {
  org_id: string;
  year: number;
  sequence: number;
  document: string;
};

const select = `select i.id, i.org_id, i.order_id, i.year, i.sequence, i.language, i.document, i.document_hash, i.state, i.acceptance, i.issued_by, i.created_at
  from insertion_orders i join orders o on o.id = i.order_id`;

const numberOf = (year: number, sequence: number): string => `IO-${year}-${String(sequence).padStart(4, '0')}`;

export function toInsertionOrder({ org_id: _o, document: _d, year, sequence, ...row }: InsertionRow): InsertionOrder {
  return { ...row, number: numberOf(year, sequence) };
}

export async function listInsertionOrders(sql: Sql, caller: Caller, order_id: string): Promise<InsertionOrder[]> {
  await readOrder(sql, caller, order_id);
  const rows = await sql.query<InsertionRow>(
    `${select} where i.order_id = $1 and i.org_id = $2 order by i.id desc limit 200`,
    [order_id, caller.org_id],
  );
  return rows.map(toInsertionOrder);
}

/** Throws not-found, also for what belongs to somebody else. */
export async function insertionRow(sql: Sql, caller: Caller, id: string, lock = ''): Promise<InsertionRow> {
  const row = await sql.one<InsertionRow>(
    `${select} where i.id = $1 and i.org_id = $2 and ($3::text is null or o.advertiser_id = $3) ${lock}`,
    [id, caller.org_id, ownAdvertiser(caller)],
  );
  if (!row) throw new Refusal('not-found', 'There is no such insertion order.');
  return row;
}

/**
 * Numbers and seals what the order holds now; earlier ones that nobody accepted are superseded, and their links stop. Throws
 * wrong-state for an order without a line to order.
 */
export const issueInsertionOrder = (
  { db, clock }: Desk,
  caller: Caller,
  input: z.output<(typeof contract.issueInsertionOrder)['input']>,
): Promise<InsertionOrder & { path: string }> =>
  db.transaction((tx) => issueInsertionOrderWithin(tx, caller, { ...input, now: clock() }));

/** The same inside the caller's transaction. */
export async function issueInsertionOrderWithin(
  tx: Sql,
  caller: Caller,
  {
    id,
    language,
    terms,
    now,
    amends = '',
  }: z.output<(typeof contract.issueInsertionOrder)['input']> & { now: Date; amends?: string },
): Promise<InsertionOrder & { path: string }> {
  const order = await lockOrder(tx, caller, id);
  const year = now.getUTCFullYear();
  // One at a time takes the next number of the organisation, so that none is left out and none given twice.
  await tx.query("select pg_advisory_xact_lock(hashtext('insertion-orders:' || $1))", [caller.org_id]);
  const last = await tx.one<{ sequence: number }>(
    'select coalesce(max(sequence), 0)::int as sequence from insertion_orders where org_id = $1 and year = $2',
    [caller.org_id, year],
  );
  const sequence = (last?.sequence ?? 0) + 1;
  const paper = await paperOf(tx, caller, {
    order,
    language,
    terms,
    amends,
    number: numberOf(year, sequence),
    at: now,
  });
  if (paper.lines.length === 0)
    throw new Refusal(
      'wrong-state',
      'This order has no line that is reserved, booked or has run: there is nothing to order.',
    );
  const document = JSON.stringify(paper);
  const made = newId('io');
  const token = randomBytes(32).toString('base64url');
  await tx.query(
    "update insertion_orders set state = 'superseded', token_hash = null where order_id = $1 and state = 'issued'",
    [id],
  );
  await tx.query(
    `insert into insertion_orders (id, org_id, order_id, year, sequence, language, document, document_hash, token_hash, issued_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      made,
      caller.org_id,
      id,
      year,
      sequence,
      language,
      document,
      createHash('sha256').update(document).digest('hex'),
      tokenHash(token),
      caller.name,
      now.toISOString(),
    ],
  );
  const after = toInsertionOrder(await insertionRow(tx, caller, made));
  await audit(tx, caller, { action: 'insertion-order.issue', subject: { kind: 'order', id }, after });
  return { ...after, path: `/p/${token}/insertion` };
}

/**
 * After a change of an order: a new insertion order in the words of the last one, which it amends, accepted already where the other
 * side signed the change. Answers its id; null where the order never had one, or nothing is left to order.
 */
export async function amendInsertionOrder(
  tx: Sql,
  caller: Caller,
  { order_id, now, signature }: { order_id: string; now: Date; signature: Signature | undefined },
): Promise<string | null> {
  const last = await tx.one<InsertionRow>(
    `${select} where i.order_id = $1 and i.org_id = $2 order by i.id desc limit 1`,
    [order_id, caller.org_id],
  );
  const left = await tx.one("select 1 from line_items where order_id = $1 and state <> 'cancelled' limit 1", [
    order_id,
  ]);
  if (!last || !left) return null;
  const { terms } = JSON.parse(last.document) as Paper;
  const made = await issueInsertionOrderWithin(tx, caller, {
    id: order_id,
    language: last.language,
    terms,
    now,
    amends: numberOf(last.year, last.sequence),
  });
  if (signature) await sign(tx, caller, await insertionRow(tx, caller, made.id), signature, 'accepted');
  return made.id;
}

export const acceptOffline = (
  { db, clock }: Desk,
  caller: Caller,
  { id, name, title, at, note }: z.output<(typeof contract.acceptInsertionOrderOffline)['input']>,
): Promise<InsertionOrder> =>
  db.transaction(async (tx) => {
    const row = await insertionRow(tx, caller, id, 'for update of i');
    mustBeIssued(row);
    const when = at === undefined ? clock() : new Date(at);
    if (when.getTime() > clock().getTime())
      throw new Refusal('bad-input', 'at: cannot lie in the future.', { field: 'at' });
    const signature: Signature = { name, title, at: when.toISOString(), address: null, note };
    await sign(tx, caller, row, signature, 'accepted_offline');
    return toInsertionOrder(await insertionRow(tx, caller, id));
  });

function mustBeIssued({ state }: InsertionRow): void {
  if (state === 'superseded')
    throw new Refusal('wrong-state', 'This insertion order was replaced by a newer one.', { state });
  if (state !== 'issued') throw new Refusal('wrong-state', 'This insertion order was accepted already.', { state });
}

async function sign(
  tx: Sql,
  caller: Caller,
  row: InsertionRow,
  acceptance: Signature,
  state: 'accepted' | 'accepted_offline',
): Promise<void> {
  await tx.query('update insertion_orders set state = $2, acceptance = $3 where id = $1', [
    row.id,
    state,
    JSON.stringify(acceptance),
  ]);
  await audit(tx, caller, {
    action: `insertion-order.${state.replace('_', '-')}`,
    subject: { kind: 'order', id: row.order_id },
    after: { insertion_order: row.id, document_hash: row.document_hash, acceptance },
  });
}

/** The one behind a private link: its own, that of a change it follows from, or of a request for proposals whose chosen offer it orders. */
export async function rowOfToken(sql: Sql, token: string, lock = ''): Promise<InsertionRow> {
  const row = await sql.one<InsertionRow>(
    `${select} where i.token_hash = $1 or i.id = (select insertion_order_id from change_requests where token_hash = $1) or i.id = (
       select n.id from rfp_links k join rfp_invitations v on v.id = k.invitation_id join insertion_orders n on n.order_id = v.order_id
       where k.token_hash = $1 order by n.id desc limit 1) ${lock}`,
    [tokenHash(token)],
  );
  if (!row) throw new Refusal('not-found', 'This link leads nowhere: it may have been replaced by a newer one.');
  return row;
}

/** Accepts exactly what was read (its hash says so). Accepting again what is accepted changes nothing. */
export const signByLink = (
  { db, clock }: Desk,
  { token, name, title, document_hash }: z.output<(typeof contract.signInsertionOrder)['input']>,
  address: string,
): Promise<Pick<InsertionOrder, 'state' | 'acceptance'>> =>
  db.transaction(async (tx) => {
    const row = await rowOfToken(tx, token, 'for update of i');
    if (row.state === 'accepted' && row.document_hash === document_hash)
      return { state: row.state, acceptance: row.acceptance };
    mustBeIssued(row);
    if (row.document_hash !== document_hash)
      throw new Refusal('conflict', 'document_hash: this is not the document that was read.', {
        field: 'document_hash',
      });
    const holder: Caller = {
      kind: 'system',
      id: 'private-link',
      name: `${name} (private link)`,
      org_id: row.org_id,
      role: 'admin',
      advertiser_id: null,
    };
    const acceptance: Signature = { name, title, at: clock().toISOString(), address, note: '' };
    await sign(tx, holder, row, acceptance, 'accepted');
    return { state: 'accepted', acceptance };
  });

/** PDF and workbook libraries are loaded by the first document, so that a start does not wait for them. */
export async function pdfOf(row: InsertionRow): Promise<FileReply> {
  const { insertionOrderPdf } = await import('./insertion-order-pdf.ts');
  const paper = JSON.parse(row.document) as Paper;
  return {
    bytes: insertionOrderPdf(paper, { hash: row.document_hash, acceptance: row.acceptance, state: row.state }),
    media_type: 'application/pdf',
    file_name: `${paper.number}.pdf`,
    inline: true,
    headers: { 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' },
  };
}

/** Cancels all lines that may still be cancelled, in one transaction. Throws wrong-state when there is none. */
export const cancelOrder = (
  { db, clock }: Desk,
  caller: Caller,
  { id, reason }: { id: string; reason: string },
): Promise<{ cancelled: string[] }> =>
  db.transaction(async (tx) => {
    await lockOrder(tx, caller, id);
    const rows = await tx.query<{ id: string; state: LineItemState }>(
      'select id, state from line_items where order_id = $1 order by id for update',
      [id],
    );
    const open = rows.filter(({ state }) => isOpen(state));
    if (open.length === 0) throw new Refusal('wrong-state', 'This order has no line that could be cancelled.');
    for (const line of open) await moveWithin(tx, caller, { id: line.id, to: 'cancelled', reason, now: clock() });
    const cancelled = open.map((line) => line.id);
    await audit(tx, caller, { action: 'order.cancel', subject: { kind: 'order', id }, after: { reason, cancelled } });
    return { cancelled };
  });
