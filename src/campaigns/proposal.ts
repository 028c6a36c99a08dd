/** Proposals as they are kept, read and written. */
import { audit, may, requireRow } from '#people';
import { listRates } from '#inventory';
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
  type Clock,
  type Database,
  type FileReply,
  type Sql,
} from '#platform';
import type * as z from 'zod';
import { checkPlaces } from './check-places.ts';
import { checkTerms } from './check-terms.ts';
import type * as contract from './contract.ts';
import type { Acceptance, OfferedLine, Proposal, ProposalLine, ProposalState } from './contract.ts';
import { withDefaults } from './create-line-item.ts';
import { movesOf } from './proposal-states.ts';
import { say } from './proposal-thread.ts';
import { discountOf, documentHash } from './proposal-versions.ts';
import { bookedAmount, calendarDays } from './totals.ts';
import { dayOf } from './zoned-day.ts';

/** A line as a version keeps it: what is offered, and what was known about it when it was written. */
export type KeptLine = OfferedLine & {
  id: string;
  placement_names: string[];
  list_rate: number | null;
  /** Of the first placement's site. */
  time_zone: string;
};

export type ProposalRow = {
  id: string;
  org_id: string;
  org_name: string;
  advertiser_id: string;
  advertiser_name: string;
  name: string;
  language: 'en' | 'fr';
  currency: string;
  terms: string;
  state: ProposalState;
  version: number;
  lines: KeptLine[];
  expires_at: string | null;
  approval: Proposal['approval'];
  acceptance: Acceptance | null;
  order_id: string | null;
  contact_id: string | null;
  approval_above: string | number;
  /** Whether its space is held: it need not be when it is sent. */
  holds: boolean;
  created_at: string;
};

export const defaultApprovalAbove = 15;

const columns = `p.*, v.lines, o.name as org_name, a.name as advertiser_name,
    coalesce(r.approval_above_percent, ${defaultApprovalAbove}) as approval_above,
    exists (select 1 from reservations h where h.line_item_id = v.lines -> 0 ->> 'id' and h.state = 'held') as holds`;
const tables = `proposals p
  join proposal_versions v on v.proposal_id = p.id and v.version = p.version
  join advertisers a on a.id = p.advertiser_id
  join organisations o on o.id = p.org_id
  left join selling_rules r on r.org_id = p.org_id`;
export const selectProposals = `select ${columns} from ${tables}`;

const order: ListOrder = {
  id: 'p.id',
  columns: {
    name: 'sort_key(p.name)',
    advertiser: 'sort_key(a.name)',
    state: 'p.state',
    version: 'p.version',
    expires: instantOf('p.expires_at'),
    created: instantOf('p.created_at'),
  },
};

/** Throws not-found, also for what belongs to somebody else. With `lock`, nobody moves it until the transaction ends. */
export async function proposalRow(sql: Sql, caller: Caller, id: string, lock = false): Promise<ProposalRow> {
  const row = await sql.one<ProposalRow>(
    `${selectProposals} where p.id = $1 and p.org_id = $2${lock ? ' for update of p' : ''}`,
    [id, caller.org_id],
  );
  if (!row) throw new Refusal('not-found', 'There is no such proposal.');
  return row;
}

export const readProposal = async (sql: Sql, caller: Caller, id: string): Promise<Proposal> =>
  toProposal(await proposalRow(sql, caller, id), caller);

type Filter = Omit<z.output<(typeof contract.listProposals)['input']>, 'limit'> & { limit: number };

/** Newest first, unless sorted. */
export async function listProposals(
  sql: Sql,
  caller: Caller,
  filter: Filter,
): Promise<{ items: Proposal[]; next: string | null }> {
  const { items, next } = await orderedPage<ProposalRow>(
    sql,
    {
      select: columns,
      from: tables,
      where: `p.org_id = $1 and ($2::text is null or p.advertiser_id = $2) and ($3::text is null or p.state = $3)
       and ($4::text is null or strpos(sort_key(p.name || ' ' || a.name), sort_key($4)) > 0)`,
      params: [caller.org_id, filter.advertiser_id ?? null, filter.state ?? null, filter.q ?? null],
      order,
    },
    filter,
  );
  return { items: items.map((row) => toProposal(row, caller)), next };
}

/** Every proposal that fits, as CSV. */
export const exportProposals = (sql: Sql, caller: Caller, filter: Omit<Filter, 'limit' | 'cursor'>): FileReply =>
  csvFile(
    'proposals',
    csvOfList<Proposal>({
      header: ['id', 'name', 'advertiser', 'state', 'version', 'lines', 'currency', 'expires_at', 'created_at'],
      row: (one) => [
        one.id,
        one.name,
        one.advertiser_name,
        one.state,
        one.version,
        one.lines.length,
        one.currency,
        one.expires_at,
        one.created_at,
      ],
      page: (cursor) => listProposals(sql, caller, { ...filter, cursor, limit: exportPage }),
    }),
  );

export const hashOf = (row: ProposalRow): string =>
  documentHash({
    proposal_id: row.id,
    version: row.version,
    name: row.name,
    advertiser_id: row.advertiser_id,
    currency: row.currency,
    terms: row.terms,
    lines: row.lines.map(offered),
  });

/** The line without what was only known beside it. */
export function offered(kept: KeptLine): OfferedLine & { id: string } {
  const { placement_names: _names, list_rate: _rate, time_zone: _zone, ...line } = kept;
  return line;
}

export function toProposal(row: ProposalRow, caller: Caller): Proposal {
  const lines = row.lines.map(toLine);
  const mayApprove = may(caller.role, 'proposals.approve');
  return {
    ...row,
    approval_above: Number(row.approval_above),
    lines,
    moves: movesOf(row.state, 'us').filter((move) => mayApprove || (move !== 'approve' && move !== 'refuse')),
    total: lines.reduce((sum, line) => sum + (line.amount?.amount ?? 0), 0),
    discount: largestDiscount(row.lines),
    document_hash: hashOf(row),
  };
}

export const toLine = (line: KeptLine): ProposalLine => ({
  ...offered(line),
  placement_names: line.placement_names,
  list_rate: line.list_rate === null ? null : { amount: line.list_rate, currency: line.rate.currency },
  discount: discountOf(line.rate.amount, line.list_rate),
  amount: bookedAmount({
    goal: line.goal,
    rate: line.rate,
    days: calendarDays(line.start, line.end, line.time_zone),
  }),
});

export const largestDiscount = (lines: readonly KeptLine[]): number =>
  Math.max(0, ...lines.map((line) => discountOf(line.rate.amount, line.list_rate)));

export const createProposal = (
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  { lines, expires_at = null, ...input }: z.output<(typeof contract.createProposal)['input']>,
): Promise<Proposal> =>
  db.transaction(async (tx) => {
    await requireRow(tx, {
      select: 'select id from advertisers',
      filters: [
        ['org_id = ?', caller.org_id],
        ['id = ?', input.advertiser_id],
      ],
      what: 'advertiser',
      field: 'advertiser_id',
    });
    const kept = await keepable(tx, caller, { lines, currency: input.currency, before: [] });
    const id = newId('prp');
    await tx.query(
      `insert into proposals (id, org_id, advertiser_id, name, language, currency, terms, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, caller.org_id, input.advertiser_id, input.name, input.language, input.currency, input.terms, expires_at],
    );
    await keepVersion(tx, id, 1, kept);
    await say(tx, { id, version: 1 }, { kind: 'create', side: 'us', author: caller.name, at: clock() });
    const after = await readProposal(tx, caller, id);
    await audit(tx, caller, { action: 'proposal.create', subject: { kind: 'proposal', id }, after });
    return after;
  });

export const changeProposal = (
  db: Database,
  caller: Caller,
  { id, lines, ...change }: z.output<(typeof contract.changeProposal)['input']>,
): Promise<Proposal> =>
  db.transaction(async (tx) => {
    const before = await proposalRow(tx, caller, id, true);
    if (before.state !== 'draft')
      throw new Refusal(
        'wrong-state',
        `Only a draft can be changed: this proposal is ${before.state.replaceAll('_', ' ')}. Revise it into a new version first.`,
        { state: before.state },
      );
    await tx.query('update proposals set name = $2, language = $3, terms = $4, expires_at = $5 where id = $1', [
      id,
      change.name ?? before.name,
      change.language ?? before.language,
      change.terms ?? before.terms,
      change.expires_at === undefined ? before.expires_at : change.expires_at,
    ]);
    if (lines) {
      const kept = await keepable(tx, caller, { lines, currency: before.currency, before: before.lines });
      await keepVersion(tx, id, before.version, kept);
    }
    const after = await readProposal(tx, caller, id);
    const was = toProposal(before, caller);
    await audit(tx, caller, { action: 'proposal.change', subject: { kind: 'proposal', id }, before: was, after });
    return after;
  });

export const deleteProposal = (db: Database, caller: Caller, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const row = await proposalRow(tx, caller, id, true);
    const sent = await tx.one("select 1 from proposal_entries where proposal_id = $1 and kind = 'send' limit 1", [id]);
    if (row.state !== 'draft' || sent)
      throw new Refusal('wrong-state', 'Only a draft that was never sent can be deleted: withdraw it instead.');
    await tx.query('delete from proposal_entries where proposal_id = $1', [id]);
    await tx.query('delete from proposal_versions where proposal_id = $1', [id]);
    await tx.query('delete from proposals where id = $1', [id]);
    await audit(tx, caller, {
      action: 'proposal.delete',
      subject: { kind: 'proposal', id },
      before: toProposal(row, caller),
    });
  });

/** Checks every line as if it were a line item of a sold order, and notes what is known about it. Throws naming the field. */
export async function keepable(
  tx: Sql,
  caller: Caller,
  { lines, currency, before }: { lines: readonly OfferedLine[]; currency: string; before: readonly KeptLine[] },
): Promise<KeptLine[]> {
  const places = await placesOf(tx, caller, lines);
  const named = new Set<string>();
  for (const [index, { id: _, ...line }] of lines.entries()) {
    try {
      if (line.rate.currency !== currency)
        throw new Refusal('bad-input', `rate.currency: must be the proposal’s, ${currency}.`, {
          field: 'rate.currency',
        });
      checkTerms(withDefaults(line));
      await checkPlaces(tx, caller, withDefaults(line), { side: 'sell', publisher_id: null });
    } catch (error) {
      throw inLine(error, index);
    }
  }
  const zones = lines.map((line) => places.get(line.placements[0] ?? '')?.time_zone ?? 'UTC');
  const rates = await listRates(
    tx,
    caller,
    lines.map(({ placements, rate, start, sizes }, index) => ({
      placements,
      model: rate.model,
      currency,
      on: dayOf(start, zones[index] ?? 'UTC'),
      sizes: sizes ?? [],
    })),
  );
  return lines.map((line, index) => {
    // Only an id of this proposal is taken over: it names a row of the reservation ledger.
    const isKnown = before.some(({ id }) => id === line.id) && !named.has(line.id ?? '');
    const id = isKnown && line.id ? line.id : newId('pln');
    named.add(id);
    return {
      ...line,
      id,
      placement_names: line.placements.map((place) => places.get(place)?.name ?? place),
      list_rate: rates[index] ?? null,
      time_zone: zones[index] ?? 'UTC',
    };
  });
}

function inLine(error: unknown, index: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const field = error.detail['field'];
  return new Refusal(error.code, `lines.${index}.${error.message}`, {
    ...error.detail,
    ...(typeof field === 'string' ? { field: `lines.${index}.${field}` } : {}),
  });
}

async function placesOf(tx: Sql, caller: Caller, lines: readonly OfferedLine[]) {
  const rows = await tx.query<{ id: string; name: string; time_zone: string }>(
    `select p.id, p.name || ' · ' || s.name as name, s.time_zone from placements p join sites s on s.id = p.site_id
     where p.org_id = $1 and p.id = any($2)`,
    [caller.org_id, [...new Set(lines.flatMap((line) => line.placements))]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes the lines of a version, in place of what it held. */
export const keepVersion = (tx: Sql, id: string, version: number, lines: readonly KeptLine[]) =>
  tx.query(
    `insert into proposal_versions (proposal_id, version, lines) values ($1, $2, $3)
     on conflict (proposal_id, version) do update set lines = excluded.lines`,
    [id, version, JSON.stringify(lines)],
  );
