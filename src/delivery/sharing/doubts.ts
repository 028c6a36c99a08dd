/**
 * Events that came while Valkey did not answer: whether another edge counted them too cannot be told yet. They are written to a
 * journal of their own, which is acknowledged like the other; once Valkey answers again each is claimed, and goes from there into
 * the edge's journal as counted or as replayed. Nothing is lost, and nothing is counted twice.
 */
import { type Journal, type Shipper, type Valkey } from '#platform';
import type { Counters } from '../counters.ts';
import type { AdEventKind } from '../price.ts';
import { decisionIdText, readDecisionId } from '../token.ts';
import type { DecisionId } from '../seen.ts';
import type { Claimed, Claiming, Claims } from './claims.ts';

export type Doubts = {
  /** Resolves once the event is on disk. `line`: of the edge's journal, as if it counted. */
  append(event: Omit<Claiming, 'needsImpression'>, line: string): Promise<void>;
  has(event: Pick<Claiming, 'kind' | 'id'>): boolean;
  pending(): number;
  close(): Promise<void>;
};

export type DoubtsOptions = {
  /** Of the doubtful events, and of the edge. */
  journal: Journal;
  edgeJournal: Journal;
  counters: Counters;
  /** Undefined where edges share nothing any more: then what is left counts. */
  resolving: { valkey: Valkey; claims: Claims; isReady: () => boolean } | undefined;
};

type Doubt = { kind: AdEventKind; decision: string; line: string };

const mostAtOnce = 500;
const patienceMs = 2_000;

export async function openDoubts({ journal, edgeJournal, counters, resolving }: DoubtsOptions): Promise<Doubts> {
  /** By the random id alone. */
  const waiting = new Set<string>();
  const pending = await pendingOf(journal);
  for (const doubt of pending) {
    waiting.add(idOf(doubt));
    counters.replay(doubt.line);
  }
  const moved = pending.length > 0 ? await movedAlready(edgeJournal, new Set(pending.map(nameOf))) : new Set<string>();

  async function settle(doubts: readonly Doubt[]): Promise<void> {
    // One that was settled before a crash is in the edge's journal already.
    const open = doubts.filter((doubt) => !moved.has(nameOf(doubt)));
    const claimed = resolving
      ? await resolving.claims.claimAll(open.flatMap(claimingOf), patienceMs)
      : open.map((): Claimed => 'ours');
    if (claimed.length !== open.length || claimed.includes('unknown'))
      throw new Error('Valkey answered something else');
    await Promise.all(
      open.map(async (doubt, n) => {
        const isOurs = claimed[n] === 'ours';
        await edgeJournal.append(isOurs ? doubt.line : asReplayed(doubt.line));
        moved.add(nameOf(doubt));
        if (!isOurs) counters.takeBack({ kind: doubt.kind, line: lineItemOf(doubt.line) });
      }),
    );
  }

  const shipper: Shipper = journal.ship(async ({ lines }) => {
    if (resolving && !(resolving.valkey.isUp() && resolving.isReady())) throw new Error('Valkey is away');
    const doubts = lines.toString('utf8').split('\n').filter(Boolean).map(parse);
    for (let from = 0; from < doubts.length; from += mostAtOnce) await settle(doubts.slice(from, from + mostAtOnce));
    for (const doubt of doubts) {
      moved.delete(nameOf(doubt));
      waiting.delete(idOf(doubt));
    }
  });

  return {
    pending: () => journal.pending(),
    has: ({ kind, id }) => waiting.size > 0 && waiting.has(idName(kind, id)),
    async append({ kind, id, decidedAt }, line) {
      const doubt: Doubt = { kind, decision: textOf(id, decidedAt), line };
      waiting.add(idName(kind, id));
      try {
        await journal.append(JSON.stringify(doubt));
      } catch (error) {
        waiting.delete(idName(kind, id));
        throw error;
      }
    },
    async close() {
      await shipper.stop();
      await journal.close();
    },
  };
}

const textOf = (id: DecisionId, decidedAt: number): string => decisionIdText(Math.floor(decidedAt / 1000), id);
const nameOf = ({ kind, decision }: Pick<Doubt, 'kind' | 'decision'>): string => `${kind} ${decision}`;
const idName = (kind: AdEventKind, { high, low }: DecisionId): string => `${kind} ${high} ${low}`;
const idOf = ({ kind, decision }: Doubt): string => idName(kind, readDecisionId(decision)?.id ?? { high: 0, low: 0 });
const parse = (text: string): Doubt => JSON.parse(text) as Doubt;

/** Of an event in doubt, whether its impression came is not asked: that may be in doubt elsewhere. */
function claimingOf({ kind, decision }: Doubt): Claiming[] {
  const read = readDecisionId(decision);
  return read ? [{ kind, ...read, needsImpression: false }] : [];
}

/** What is not settled yet: the last lines. */
async function pendingOf(journal: Journal): Promise<Doubt[]> {
  const many = journal.pending();
  if (many === 0) return [];
  const lines: string[] = [];
  for await (const { line } of journal.replay()) lines.push(line);
  return lines.slice(-many).map(parse);
}

/** Those of the names that the edge's journal holds. */
async function movedAlready(journal: Journal, names: ReadonlySet<string>): Promise<Set<string>> {
  const moved = new Set<string>();
  for await (const { line } of journal.replay()) {
    if (!line.startsWith('{"t":"ad_events",')) continue;
    const { r }: { r: { kind: AdEventKind; decision_id: string; invalid: string } } = JSON.parse(line);
    const name = nameOf({ kind: r.kind, decision: r.decision_id });
    // A second call of the same address is there as replayed, and says nothing of the first.
    if (r.invalid === '' && names.has(name)) moved.add(name);
  }
  return moved;
}

const lineItemOf = (line: string): string => {
  const { r }: { r: { line_item_id?: string } } = JSON.parse(line);
  return r.line_item_id ?? '';
};

function asReplayed(line: string): string {
  const { t, r }: { t: string; r: Record<string, string> } = JSON.parse(line);
  return JSON.stringify({ t, r: { ...r, invalid: 'replayed', spend_micros: '0' } });
}
