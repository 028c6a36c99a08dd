/** The thread of a proposal: what was said and done, with the differences between versions. */
import type { Sql } from '#platform';
import type { CounterLine, ProposalEntry } from './contract.ts';
import type { KeptLine } from './proposal.ts';
import { differencesBetween, withCounter } from './proposal-versions.ts';

type Row = {
  seq: number;
  version: number;
  at: string;
  kind: string;
  side: 'us' | 'them' | 'clock';
  author: string;
  note: string;
  counter: CounterLine[] | null;
};

/** What the other side is shown of the thread; approvals and drafts are ours. */
const shared = new Set(['send', 'comment', 'counter', 'accept', 'decline', 'expire', 'withdraw']);

/** Oldest first, the last 1,000. A version that was sent is compared with the one sent before it, a counter-offer with its version. */
export async function threadOf(sql: Sql, id: string, reader: 'us' | 'them'): Promise<ProposalEntry[]> {
  const newest = await sql.query<Row>(
    `select seq, version, at, kind, side, author, note, counter from proposal_entries where proposal_id = $1
     order by seq desc limit 1000`,
    [id],
  );
  const versions = await sql.query<{ version: number; lines: KeptLine[] }>(
    'select version, lines from proposal_versions where proposal_id = $1',
    [id],
  );
  const linesOf = new Map(versions.map(({ version, lines }) => [version, lines]));
  let sent: KeptLine[] | undefined;
  const entries = newest.toReversed().map(({ seq, counter, ...row }) => {
    const lines = linesOf.get(row.version) ?? [];
    const before = sent;
    if (row.kind === 'send') sent = lines;
    const differences =
      row.kind === 'send' && before
        ? differencesBetween(before, lines)
        : counter
          ? differencesBetween(lines, withCounter(lines, counter))
          : [];
    return { id: String(seq), ...row, counter: counter ?? [], differences };
  });
  return reader === 'us' ? entries : entries.filter(({ kind }) => shared.has(kind));
}
