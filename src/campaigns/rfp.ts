/** Requests for proposals as they are kept, read and written. */
import { audit, requireRow } from '#people';
import { newId, Refusal, type Caller, type Clock, type Database, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { AskedLine, Invitation, InvitationState, Rfp } from './contract.ts';
import { checkPlaces } from './check-places.ts';
import { pageOf } from './order.ts';
import { entriesOf, entryOf, say, type Saying, type ThreadOf } from './proposal-thread.ts';
import { checkAsked, type OfferLine, offerDifferences, withTotal } from './rfp-lines.ts';
import { invitationMovesOf } from './rfp-states.ts';

export type RfpRow = Omit<Rfp, 'invitations'> & { org_id: string; org_name: string };
export type InvitationRow = Omit<Invitation, 'moves' | 'lines' | 'total' | 'side'> & {
  org_id: string;
  side: 'us' | 'them' | null;
  offer: OfferLine[] | null;
};

/** Threads of invitations, kept like those of proposals. */
const ofInvitations: ThreadOf = { entries: 'rfp_entries', owner: 'invitation_id' };
export const sayTo = (tx: Sql, row: { id: string; version: number }, saying: Saying) =>
  say(tx, row, saying, ofInvitations);
export const entriesOfInvitation = (sql: Sql, id: string) => entriesOf(sql, id, ofInvitations);

const selectRfp = `select r.*, a.name as advertiser_name, o.name as org_name
  from rfps r join advertisers a on a.id = r.advertiser_id join organisations o on o.id = r.org_id`;

export const selectInvitations = `select i.id, i.org_id, i.rfp_id, i.publisher_id, p.name as publisher_name, i.contact_id, c.name as contact_name,
    coalesce(i.email, c.email) as email, i.state, i.version, f.side, f.lines as offer, i.due_at, i.opened_at, i.reminded_at, i.order_id
  from rfp_invitations i
  join publishers p on p.id = i.publisher_id
  left join contacts c on c.id = i.contact_id
  left join rfp_offers f on f.invitation_id = i.id and f.version = i.version`;

/** Throws not-found, also for what belongs to somebody else. With `lock`, nobody changes it until the transaction ends. */
export async function rfpRow(sql: Sql, caller: Caller, id: string, lock = false): Promise<RfpRow> {
  const row = await sql.one<RfpRow>(`${selectRfp} where r.id = $1 and r.org_id = $2${lock ? ' for update of r' : ''}`, [
    id,
    caller.org_id,
  ]);
  if (!row) throw new Refusal('not-found', 'There is no such request for proposals.');
  return row;
}

/** Throws not-found, also for what belongs to somebody else. With `lock`, nobody moves it until the transaction ends. */
export async function invitationRow(sql: Sql, caller: Caller, id: string, lock = false): Promise<InvitationRow> {
  const row = await sql.one<InvitationRow>(
    `${selectInvitations} where i.id = $1 and i.org_id = $2${lock ? ' for update of i' : ''}`,
    [id, caller.org_id],
  );
  if (!row) throw new Refusal('not-found', 'There is no such request to a publisher.');
  return row;
}

export function toInvitation({ org_id: _org, offer, ...row }: InvitationRow, currency: string): Invitation {
  const lines = (offer ?? []).map((line) => withTotal(line, currency));
  return {
    ...row,
    lines,
    total: lines.reduce((sum, { total }) => sum + (total?.amount ?? 0), 0),
    moves: invitationMovesOf(row.state, 'us'),
  };
}

async function withInvitations(sql: Sql, rows: readonly RfpRow[]): Promise<Rfp[]> {
  const all = await sql.query<InvitationRow>(`${selectInvitations} where i.rfp_id = any($1) order by p.name, i.id`, [
    rows.map(({ id }) => id),
  ]);
  return rows.map(({ org_id: _o, org_name: _n, ...row }) => ({
    ...row,
    invitations: all.filter(({ rfp_id }) => rfp_id === row.id).map((one) => toInvitation(one, row.currency)),
  }));
}

export async function readRfp(sql: Sql, caller: Caller, id: string): Promise<Rfp> {
  const [rfp] = await withInvitations(sql, [await rfpRow(sql, caller, id)]);
  if (!rfp) throw new Refusal('not-found', 'There is no such request for proposals.');
  return rfp;
}

export async function listRfps(
  sql: Sql,
  caller: Caller,
  filter: z.output<(typeof contract.listRfps)['input']>,
): Promise<{ items: Rfp[]; next: string | null }> {
  const rows = await sql.query<RfpRow>(
    `${selectRfp} where r.org_id = $1 and ($2::text is null or r.advertiser_id = $2)
       and ($3::text is null or strpos(lower(r.name), lower($3)) > 0) and ($4::text is null or r.id < $4) order by r.id desc limit $5`,
    [caller.org_id, filter.advertiser_id ?? null, filter.q ?? null, filter.cursor ?? null, filter.limit + 1],
  );
  const { items, next } = pageOf(rows, filter.limit);
  return { items: await withInvitations(sql, items), next };
}

/** Checks the asked lines and gives them their ids. A placement that stands for one lies on an external site. */
async function keptLines(
  tx: Sql,
  caller: Caller,
  lines: z.output<(typeof contract.createRfp)['input']>['lines'],
  before: readonly AskedLine[],
): Promise<AskedLine[]> {
  checkAsked(lines);
  const taken = new Set<string>();
  const kept: AskedLine[] = [];
  for (const [index, line] of lines.entries()) {
    const id = before.some((one) => one.id === line.id) && line.id && !taken.has(line.id) ? line.id : newId('rln');
    taken.add(id);
    kept.push({ ...line, id });
    if (line.placement_id === null) continue;
    try {
      const asked = { placements: [line.placement_id], sizes: line.sizes };
      await checkPlaces(tx, caller, asked, { side: 'buy', publisher_id: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const field = `lines.${index}.placement_id`;
      throw new Refusal(error.code, `lines.${index}: ${error.message}`, { field });
    }
  }
  return kept;
}

export const createRfp = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { lines, invited, ...input }: z.output<(typeof contract.createRfp)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    await requireAdvertiser(tx, caller, input.advertiser_id);
    checkDue(input.due_at, clock());
    const kept = await keptLines(tx, caller, lines, []);
    const id = newId('rfp');
    await tx.query(
      `insert into rfps (id, org_id, advertiser_id, name, language, currency, brief, terms, lines, due_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        caller.org_id,
        input.advertiser_id,
        input.name,
        input.language,
        input.currency,
        input.brief,
        input.terms,
        JSON.stringify(kept),
        input.due_at,
        caller.name,
      ],
    );
    for (const one of invited) await invite(tx, caller, { rfp_id: id, due_at: input.due_at, ...one });
    const after = await readRfp(tx, caller, id);
    await audit(tx, caller, { action: 'rfp.create', subject: { kind: 'rfp', id }, after });
    return after;
  });

const requireAdvertiser = (sql: Sql, caller: Caller, id: string) =>
  requireRow(sql, {
    select: 'select id from advertisers',
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', id],
    ],
    what: 'advertiser',
    field: 'advertiser_id',
  });

/** A year at the most: what waits longer waits for nobody. */
export function checkDue(due_at: string, now: Date, field = 'due_at'): void {
  const at = Date.parse(due_at);
  if (!(at > now.getTime() && at < now.getTime() + 366 * 86_400_000))
    throw new Refusal('bad-input', `${field}: must lie in the next 366 days.`, { field });
}

type Invited = {
  rfp_id: string;
  due_at: string;
  publisher_id: string;
  contact_id: string | null;
  email: string | null;
};

async function invite(tx: Sql, caller: Caller, { publisher_id, contact_id, email, ...one }: Invited): Promise<void> {
  await requireRow(tx, {
    select: 'select id from publishers',
    filters: [
      ['org_id = ?', caller.org_id],
      ['id = ?', publisher_id],
    ],
    what: 'publisher',
    field: 'publisher_id',
  });
  if (contact_id !== null)
    await requireRow(tx, {
      select: 'select id from contacts',
      filters: [
        ['org_id = ?', caller.org_id],
        ['id = ?', contact_id],
      ],
      what: 'contact',
      field: 'contact_id',
    });
  const twice = await tx.one('select 1 from rfp_invitations where rfp_id = $1 and publisher_id = $2', [
    one.rfp_id,
    publisher_id,
  ]);
  if (twice) throw new Refusal('conflict', 'publisher_id: this publisher is asked already.', { field: 'publisher_id' });
  await tx.query(
    'insert into rfp_invitations (id, org_id, rfp_id, publisher_id, contact_id, email, due_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [newId('rin'), caller.org_id, one.rfp_id, publisher_id, contact_id, email, one.due_at],
  );
}

export const invitePublisher = (
  db: Database,
  caller: Caller,
  { id, ...invited }: z.output<(typeof contract.invitePublisher)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    const rfp = await rfpRow(tx, caller, id, true);
    await invite(tx, caller, { rfp_id: id, due_at: rfp.due_at, ...invited });
    await audit(tx, caller, { action: 'rfp.invite', subject: { kind: 'rfp', id }, after: invited });
    return readRfp(tx, caller, id);
  });

const unsent: readonly InvitationState[] = ['draft'];

export const changeRfp = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { id, lines, ...change }: z.output<(typeof contract.changeRfp)['input']>,
): Promise<Rfp> =>
  db.transaction(async (tx) => {
    const row = await rfpRow(tx, caller, id, true);
    const before = await readRfp(tx, caller, id);
    const wasSent = before.invitations.some(({ state }) => !unsent.includes(state));
    const fixed = lines
      ? 'lines'
      : (['brief', 'language', 'due_at'] as const).find((field) => change[field] !== undefined);
    if (wasSent && fixed)
      throw new Refusal('wrong-state', `${fixed}: cannot change once a publisher has read the request.`, {
        field: fixed,
      });
    if (change.due_at !== undefined) checkDue(change.due_at, clock());
    const kept = lines ? await keptLines(tx, caller, lines, row.lines) : row.lines;
    await tx.query(
      'update rfps set name = $2, language = $3, brief = $4, terms = $5, lines = $6, due_at = $7 where id = $1',
      [
        id,
        change.name ?? row.name,
        change.language ?? row.language,
        change.brief ?? row.brief,
        change.terms ?? row.terms,
        JSON.stringify(kept),
        change.due_at ?? row.due_at,
      ],
    );
    if (change.due_at !== undefined)
      await tx.query("update rfp_invitations set due_at = $2 where rfp_id = $1 and state = 'draft'", [
        id,
        change.due_at,
      ]);
    const after = await readRfp(tx, caller, id);
    await audit(tx, caller, { action: 'rfp.change', subject: { kind: 'rfp', id }, before, after });
    return after;
  });

export const deleteRfp = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    await rfpRow(tx, caller, id, true);
    const before = await readRfp(tx, caller, id);
    if (before.invitations.some(({ state }) => !unsent.includes(state)))
      throw new Refusal('wrong-state', 'Only a request that was sent to nobody can be deleted: withdraw it instead.');
    await tx.query('delete from rfp_invitations where rfp_id = $1', [id]);
    await tx.query('delete from rfps where id = $1', [id]);
    await audit(tx, caller, { action: 'rfp.delete', subject: { kind: 'rfp', id }, before });
  });

/** The thread of an invitation: a version is compared with the one before it, the first with what was asked. */
export async function threadOfInvitation(sql: Sql, row: { id: string }, rfp: Pick<RfpRow, 'lines' | 'currency'>) {
  const offers = await sql.query<{ version: number; lines: OfferLine[] }>(
    'select version, lines from rfp_offers where invitation_id = $1',
    [row.id],
  );
  const linesOf = new Map(offers.map(({ version, lines }) => [version, lines]));
  return (await entriesOfInvitation(sql, row.id)).map((entry) => {
    const lines = linesOf.get(entry.version);
    const writes = entry.kind === 'answer' || entry.kind === 'counter';
    const before = linesOf.get(entry.version - 1) ?? rfp.lines;
    return entryOf(entry, writes && lines ? offerDifferences(rfp.currency, before, lines) : []);
  });
}
