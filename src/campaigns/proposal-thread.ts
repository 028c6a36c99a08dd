/** Threads of a negotiation: what was said and done, with the differences between versions. Proposals and requests keep theirs alike. */
import type { Sql } from '#platform';
import type { CounterLine, Difference, ProposalEntry } from './contract.ts';
import type { KeptLine } from './proposal.ts';
import { differencesBetween, withCounter } from './proposal-versions.ts';

/** Where a thread is kept: its table, and the column that names what it is about. */
export type ThreadOf = { entries: string; owner: string };
const ofProposals: ThreadOf = { entries: 'proposal_entries', owner: 'proposal_id' };

export type Saying = {
  kind: string;
  side: 'us' | 'them' | 'clock';
  author: string;
  at: Date;
  note?: string | undefined;
  counter?: unknown;
};

/** Adds to a thread; to that of a proposal unless said. */
export const say = (
  tx: Sql,
  { id, version }: { id: string; version: number },
  saying: Saying,
  { entries, owner }: ThreadOf = ofProposals,
) =>
  tx.query(
    `insert into ${entries} (${owner}, version, at, kind, side, author, note, counter)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      version,
      saying.at.toISOString(),
      saying.kind,
      saying.side,
      saying.author,
      saying.note ?? '',
      saying.counter === undefined ? null : JSON.stringify(saying.counter),
    ],
  );

/** A link with more sayings than this is being abused. */
export const mostEntries = 1000;

export type EntryRow = {
  seq: number;
  version: number;
  at: string;
  kind: string;
  side: 'us' | 'them' | 'clock';
  author: string;
  note: string;
  counter: CounterLine[] | null;
};

/** The newest entries of a thread, oldest first. */
export const entriesOf = async (
  sql: Sql,
  id: string,
  { entries, owner }: ThreadOf = ofProposals,
): Promise<EntryRow[]> =>
  (
    await sql.query<EntryRow>(
      `select seq, version, at, kind, side, author, note, counter from ${entries} where ${owner} = $1
       order by seq desc limit ${mostEntries}`,
      [id],
    )
  ).toReversed();

export const entryOf = ({ seq, counter, ...row }: EntryRow, differences: Difference[]): ProposalEntry => ({
  id: String(seq),
  ...row,
  counter: counter ?? [],
  differences,
});

/** What the other side is shown of the thread; approvals and drafts are ours. */
const shared = new Set(['send', 'comment', 'counter', 'accept', 'decline', 'expire', 'withdraw']);

/** Oldest first, the last 1,000. A version that was sent is compared with the one sent before it, a counter-offer with its version. */
export async function threadOf(sql: Sql, id: string, reader: 'us' | 'them'): Promise<ProposalEntry[]> {
  const rows = await entriesOf(sql, id);
  const versions = await sql.query<{ version: number; lines: KeptLine[] }>(
    'select version, lines from proposal_versions where proposal_id = $1',
    [id],
  );
  const linesOf = new Map(versions.map(({ version, lines }) => [version, lines]));
  let sent: KeptLine[] | undefined;
  const entries = rows.map((row) => {
    const lines = linesOf.get(row.version) ?? [];
    const before = sent;
    if (row.kind === 'send') sent = lines;
    const differences =
      row.kind === 'send' && before
        ? differencesBetween(before, lines)
        : row.counter
          ? differencesBetween(lines, withCounter(lines, row.counter))
          : [];
    return entryOf(row, differences);
  });
  return reader === 'us' ? entries : entries.filter(({ kind }) => shared.has(kind));
}
