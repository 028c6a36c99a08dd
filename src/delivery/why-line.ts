/** Why a line item does not serve, or serves too little: what stands in its way now, what happened in the last hour, what would help. */
import { type Caller, type Clock, type Events, Refusal, type Sql } from '#platform';
import { compileBook } from './compile-book.ts';
import { type BookLine, type LineWhy, type Reason, reasons } from './contract.ts';
import { readDelivered } from './read-delivery.ts';
import type { RecentReasons } from './reason-tally.ts';
import { bestChange } from './why/best-change.ts';
import { readAskedFor } from './why/recent-requests.ts';
import { changeThatHelps } from './why-change.ts';
import type { Trials } from './why/keep-trials.ts';

export type WhySources = {
  db: Sql;
  events: Pick<Events, 'query'>;
  clock: Clock;
  caller: Caller;
  recent: RecentReasons;
  /** Keeps what was tried; without it every question tries anew. */
  trials?: Trials;
};

export type LineFacts = {
  id: string;
  name: string;
  state: string;
  type: BookLine['type'];
  priority: number;
  goal_unit: string;
  goal_quantity: number;
  starts_at: string;
  ends_at: string;
  pacing: string;
  rate_amount: number;
  currency: string;
  sizes: string[];
  /** What its placements take. */
  formats: string[];
  /** Highest floor of its placements in its currency, minor units per thousand. */
  floor: number | null;
  creatives: number;
};

/** Throws not-found, also for what belongs to somebody else. A client is not told whose lines won. */
export async function whyLine({ db, events, clock, caller, recent, trials }: WhySources, id: string): Promise<LineWhy> {
  const now = clock();
  const client = caller.role === 'client';
  const line = await db.one<LineFacts>(
    `select l.id, l.name, l.state, l.type, l.priority, l.goal_unit, l.goal_quantity, l.starts_at, l.ends_at, l.pacing, l.rate_amount, l.currency, l.sizes,
            coalesce((select array_agg(distinct f) from placements p, unnest(p.formats) as f where p.id = any(l.placements)), '{}') as formats,
            (select max(p.floor_amount) from placements p where p.id = any(l.placements) and p.floor_currency = l.currency) as floor,
            (select count(*)::int from assignments x join creatives c on c.id = x.creative_id
              where x.line_item_id = l.id and c.state = 'approved' and (x.starts_at is null or x.starts_at <= $4)
                and (x.ends_at is null or x.ends_at > $4)) as creatives
       from line_items l join orders o on o.id = l.order_id
      where l.id = $1 and l.org_id = $2 and ($3::text is null or o.advertiser_id = $3)`,
    [id, caller.org_id, client ? (caller.advertiser_id ?? '') : null, now.toISOString()],
  );
  if (!line) throw new Refusal('not-found', 'There is no such line item.');

  const heard = recent.of(id);
  const byReason = new Map<Reason, number>();
  const byWinner = new Map<string, number>();
  for (const { reason, winner, decisions } of heard.counts) {
    byReason.set(reason, (byReason.get(reason) ?? 0) + decisions);
    if (reason !== 'chosen' && winner !== '' && !client) byWinner.set(winner, (byWinner.get(winner) ?? 0) + decisions);
  }
  const winners = [...byWinner].toSorted((a, b) => b[1] - a[1]).slice(0, 10);
  const names = new Map(
    (
      await db.query<{ id: string; name: string; priority: number }>(
        'select id, name, priority from line_items where id = any($1::text[]) and org_id = $2',
        [winners.map(([winner]) => winner), caller.org_id],
      )
    ).map((row) => [row.id, row]),
  );
  const delivered = await deliveredOf(events, line);
  const found = [...byReason]
    .toSorted((a, b) => b[1] - a[1])
    .map(([reason, decisions]) => ({
      reason,
      says: reasons[reason],
      decisions,
      percent: Math.round((1000 * decisions) / heard.decisions) / 10,
    }));
  const instead = winners.flatMap(([winner, decisions]) => {
    const known = names.get(winner);
    return known ? [{ line_item_id: winner, name: known.name, priority: known.priority, decisions }] : [];
  });
  const standing = standingOf(line, delivered, now);
  const facts = { line, standing, found, instead, now: now.getTime() };
  const change = changeThatHelps(facts);
  const trial = () => triedChange({ db, events, clock, caller }, facts);
  return {
    line_item_id: id,
    name: line.name,
    from: new Date(now.getTime() - 3_600_000).toISOString(),
    to: now.toISOString(),
    decisions: heard.decisions,
    standing,
    reasons: found,
    instead,
    change:
      // A trial finds out what others pay and where they stand: not for a client's eyes.
      change && !client && canBeTried(change)
        ? ((await (trials
            ? trials.of(JSON.stringify([line, found.map(({ reason }) => reason)]), now.getTime(), trial)
            : trial())) ?? change)
        : change,
  };
}

/** What stops a line altogether needs no trial. */
const canBeTried = ({ reason }: NonNullable<LineWhy['change']>): boolean =>
  reason in reasons && !['not_live', 'not_started', 'ended', 'no_creative'].includes(reason);

/** The change that a trial over the book as it stands shows to help; undefined where nothing can be tried. */
async function triedChange(
  { db, events, clock, caller }: Omit<WhySources, 'recent' | 'trials'>,
  { line, found, now }: { line: LineFacts; found: LineWhy['reasons']; now: number },
): Promise<LineWhy['change'] | undefined> {
  const book = await compileBook({ db, events, clock, salts: { current: () => Promise.resolve({}) }, secret: 'trial' });
  const placements = book.lines.find(({ id }) => id === line.id)?.placements ?? [];
  // With the event store away, what is known without a trial has to do.
  const asked = readAskedFor(events, { org_id: caller.org_id, placements, now: new Date(now) });
  const askedFor = await asked.catch(() => []);
  const reasonsOfIt = found.filter(({ reason }) => reason !== 'chosen');
  return bestChange({ book, lineId: line.id, askedFor, reasons: reasonsOfIt, floor: line.floor, at: now });
}

const counted = { impressions: 'impressions', viewable_impressions: 'viewables', clicks: 'clicks' } as const;

async function deliveredOf(events: Pick<Events, 'query'>, line: LineFacts): Promise<number | null> {
  const field = line.goal_unit in counted ? counted[line.goal_unit as keyof typeof counted] : undefined;
  if (!field) return null;
  try {
    return (await readDelivered(events, [line.id]))[line.id]?.[field] ?? 0;
  } catch {
    // The rest of the answer does not need the event store.
    return null;
  }
}

/** `expected`: of an even delivery, up to now; null where there is no quantity to deliver. */
function standingOf(line: LineFacts, delivered: number | null, now: Date): LineWhy['standing'] {
  const [start, end] = [Date.parse(line.starts_at), Date.parse(line.ends_at)];
  const isCounted = line.goal_unit in counted;
  const part = Math.min(1, Math.max(0, (now.getTime() - start) / (end - start)));
  return {
    ordered: isCounted ? line.goal_quantity : null,
    delivered,
    expected: isCounted ? Math.round(line.goal_quantity * part) : null,
  };
}
