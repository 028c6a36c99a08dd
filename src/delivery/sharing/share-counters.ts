/**
 * The counters of one edge kept up with those of all edges of an installation, through Valkey. A few times a second one question
 * asks for slices of the budgets that are in use, tells what was decided and counted, and hears of the others. A decision never waits:
 * it looks at what is in hand. While Valkey is away the edge uses up its slices and then leaves lines with a shared budget alone.
 */
import { randomBytes } from 'node:crypto';
import { errorFields, type Clock, type Log, type Valkey, type ValkeyCommand } from '#platform';
import type { Book } from '../contract.ts';
import type { Counted, Counters } from '../counters.ts';
import type { AdEventKind } from '../price.ts';
import type { DecisionId } from '../seen.ts';
import type { BudgetTerms } from './budget.ts';
import { budgetsCommand, readBudgets } from './budget-script.ts';
import { type Claimed, type Claiming, openClaims, stretches } from './claims.ts';
import type { Doubts } from './doubts.ts';
import { openExchange } from './exchange.ts';
import { type LineBudget, openLineBudgets } from './line-budgets.ts';
import { openPeers } from './peers.ts';
import { answered, ask, type Asked, isDue, look } from './slice.ts';

export type SharingHealth = {
  valkey: 'ok' | 'away';
  /** Seconds since Valkey last answered, while it is away. */
  away_s: number | null;
  edges: number;
  /** Events whose claim waits for Valkey; what was not told yet. */
  doubtful: number;
  untold: number;
};

export type Sharing = {
  /** Of this edge, in the ids of its decisions. */
  number(): number;
  /** The number of the edge that decided, when it is another one. */
  ownerOf(id: DecisionId): number | undefined;
  claim(claiming: Claiming): Promise<Claimed>;
  /** Takes an event that could not be claimed; resolves once it is on disk. */
  doubt(claiming: Claiming, line: string): Promise<void>;
  /** Gives back a claim whose event could not be written down. */
  release(claiming: Claiming): void;
  /** Tells the edge that decided that its event was counted here. */
  came(event: Pick<Counted, 'line' | 'kind' | 'decidedAt'>, owner: number): void;
  /** A request of a placement, by its number in the book. */
  asked(placement: number): void;
  adopt(book: Book): void;
  heardUpTo(): string;
  health(): SharingHealth;
  close(): Promise<void>;
};

export type SharingOptions = {
  valkey: Valkey;
  /** Of all keys of the installation; ends with a colon. */
  prefix: string;
  /** Name of this edge for good, and the number that it had. */
  identity: { edge: string; number: number };
  /** Told of another number. */
  onNumber?: ((number: number) => void) | undefined;
  clock: Clock;
  log: Log;
  isSimulated: boolean;
  /** Opened once what the counters hold is known. */
  doubts: (resolving: { claims: ReturnType<typeof openClaims>; isReady: () => boolean }) => Promise<Doubts>;
  times?: Partial<SharingTimes> | undefined;
};

/** Milliseconds. */
export type SharingTimes = BudgetTerms & {
  /** Exposures go out and come in with every tick, budgets with every third. */
  tickMs: number;
  greetMs: number;
  /** After Valkey lost what it knew, edges have this long to say what they hold before anything new is given out. */
  settleMs: number;
  claimMs: number;
  answerMs: number;
  retryMs: number;
  /** How long exposures are kept for edges that were away. */
  exchangeMs: number;
};

const usualTimes: SharingTimes = {
  tickMs: 50,
  greetMs: 5_000,
  settleMs: 5_000,
  claimMs: 250,
  answerMs: 1_000,
  retryMs: 500,
  exchangeMs: 86_400_000,
  plentyMs: 300_000,
  scarceMs: 30_000,
  comingMs: 90_000,
};

const fullEvery = 3;
/** While Valkey is away, so many events of others' decisions are kept to be told; what they do not hear of they give up after minutes. */
const mostCome = 100_000;
/** Budgets in one question: Valkey is held up by it for some milliseconds. */
const mostBudgets = 300;
/** Most that the exchange may hold in Valkey, bytes; looked at with every so many greetings. */
const mostExchanged = 256 << 20;
const measuredEvery = 12;
/** Of a budget that was not asked for during this time, what others hold is not known. */
const knownMs = 20_000;

export async function shareCounters(counters: Counters, options: SharingOptions): Promise<Sharing> {
  const { valkey, prefix, identity, clock, log } = options;
  const times = { ...usualTimes, ...options.times };
  const stopwatch = () => performance.now();
  const start = randomBytes(6).toString('hex');
  const peers = openPeers({ prefix, start, ...identity });
  const claims = openClaims({ valkey, prefix, number: peers.number, timeoutMs: times.claimMs });
  const [epochBefore = '', position] = counters.heardUpTo?.split(' ') ?? [];
  const exchange = openExchange({
    key: `${prefix}exchange`,
    edge: identity.edge,
    start,
    position,
    keptMs: times.exchangeMs,
  });
  const budgets = openLineBudgets({ counters, part: peers.part, stopwatch, isSimulated: options.isSimulated });
  let epoch = Number(epochBefore);
  /** Valkey knows what every edge has counted, claimed and holds, this one included. */
  let isReady = false;
  const doubts = await options.doubts({ claims, isReady: () => isReady });
  counters.frequency.onNoted((noted) => exchange.tell(noted));

  const mine = (number: number) => number === peers.number();
  const ownerOf = ({ high }: DecisionId): number | undefined => (mine(high >>> 20) ? undefined : high >>> 20);

  function dueBudgets(): LineBudget[] {
    const [at, now] = [stopwatch(), clock().getTime()];
    return budgets.current(now).filter((budget) => {
      const { holding, told } = budget;
      look(holding, at);
      if (budget.counted() !== told.counted) return true;
      if (at - holding.askedAt > knownMs) budget.forgetOthers();
      if (isDue(holding, budget.least(), at)) return true;
      if (
        at - holding.askedAt < 1_000 ||
        (told.using === 0 && holding.slice.taken === holding.takenThen && holding.size === 0)
      )
        return false;
      return Math.abs(budget.using(now) - told.using) > 1e-6;
    });
  }

  type Question = { budget: LineBudget; asked: Asked; counted: number; using: number };
  function questionOf(budget: LineBudget): Question {
    const asked = ask(budget.holding, budget.least(), stopwatch());
    return { budget, asked, counted: budget.counted(), using: budget.using(clock().getTime()) };
  }

  const commandOf = (questions: readonly Question[]): ValkeyCommand =>
    budgetsCommand({
      epochKey: `${prefix}epoch`,
      edge: identity.edge,
      start,
      settleMs: times.settleMs,
      terms: times,
      budgets: questions.map(({ budget, asked: { wanted, left }, counted, using }) => ({
        key: `${prefix}budget:${budget.key}`,
        limit: budget.limit,
        known: budget.known(),
        counted,
        using,
        left,
        wanted,
        least: budget.least(),
      })),
    });

  async function turn(): Promise<void> {
    const isFull = !valkey.isUp() || turns++ % fullEvery === 0;
    const due = isFull ? dueBudgets() : [];
    if (!valkey.isUp() && stopwatch() - triedAt < times.retryMs) return;
    triedAt = stopwatch();
    const questions: Question[][] = [];
    if (isFull) {
      // One without a budget still tells whether Valkey has lost what it knew.
      do questions.push(due.splice(0, mostBudgets).map(questionOf));
      while (due.length > 0);
      // What was counted is told before the edge that decided hears of it: in between, nobody holds too little.
      for (const one of come.splice(0)) exchange.tell(one);
    }
    const { commands, sent } = exchange.sending(clock().getTime());
    const all = [...questions.map(commandOf), ...commands, exchange.reading()];
    const replies = await valkey.run(all, times.answerMs);
    sent();
    for (const [n, some] of questions.entries()) take(some, replies[n]);
    const isMore = exchange.read(replies.at(-1), hear);
    if (isMore) again = true;
  }

  function take(questions: readonly Question[], reply: unknown): void {
    const { epoch: told, isSettled, answers } = readBudgets(reply);
    for (const [n, { budget, asked, counted, using }] of questions.entries()) {
      const answer = answers[n];
      if (!answer) continue;
      answered(budget.holding, asked, answer, times);
      budget.learn(answer, counted);
      budget.told = { counted, using };
    }
    if (told !== epoch) {
      if (epoch > 0) log.warn('Valkey has lost what it knew of the shared counters; the edges tell it again');
      if (epoch > 0) exchange.startAnew();
      isReady = false;
      epoch = told;
      for (const budget of budgets.current(clock().getTime()))
        if (budget.counted() > 0 || budget.told.using > 0 || budget.holding.size > 0)
          budget.told = { counted: Number.NaN, using: Number.NaN };
      reclaimed = reclaim().catch(() => ((epoch = -1), false));
    }
    if (isSettled && !isReady) {
      const of = epoch;
      void reclaimed.then((isDone) => (isReady ||= isDone && of === epoch));
    }
  }
  let reclaimed: Promise<boolean> = Promise.resolve(true);

  /** Claims again what this edge has counted and may still be called for. */
  async function reclaim(): Promise<boolean> {
    for (const kind of ['impression', 'viewable', 'click'] as const)
      for (const { stretch, ids } of counters.seen[kind].dump())
        await reclaimStretch(kind, stretch * stretches[kind], ids);
    return true;
  }

  async function reclaimStretch(kind: AdEventKind, decidedAt: number, ids: Uint32Array): Promise<void> {
    for (let from = 0; from < ids.length; from += 1_000) {
      const some: Claiming[] = [];
      for (let n = from; n < Math.min(ids.length, from + 1_000); n += 2)
        some.push({ kind, id: { high: ids[n] ?? 0, low: ids[n + 1] ?? 0 }, decidedAt, needsImpression: false });
      const known = some.filter((claiming) => !doubts.has(claiming));
      if (known.length > 0) await claims.claimAll(known, times.answerMs);
    }
  }

  function hear(told: Parameters<typeof exchange.tell>[0]): void {
    if (told.what !== 'came') return counters.frequency.hear(told);
    if (mine(told.owner)) counters.noteCame(told);
  }

  const come: Parameters<typeof exchange.tell>[0][] = [];
  let turns = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  let again = false;
  let greetings = 0;
  async function greet(): Promise<void> {
    const before = peers.number();
    const { isAlone } = await peers.greet(valkey, clock().getTime());
    if (!isAlone)
      log.error(
        'another edge has the same name: a data folder was copied; stop one of them and remove its edge/edge.json',
      );
    if (peers.number() !== before) options.onNumber?.(peers.number());
    if (greetings++ % measuredEvery === 0) await bound(valkey, `${prefix}exchange`);
  }

  let isStopping = false;
  let greetedAt = Number.NEGATIVE_INFINITY;
  async function follow(): Promise<void> {
    while (!isStopping) {
      try {
        again = false;
        await turn();
        if (valkey.isUp() && stopwatch() - greetedAt > times.greetMs) {
          greetedAt = stopwatch();
          await greet();
        }
      } catch (error) {
        // That Valkey is away is told once, where it is noticed.
        log.debug('the shared counters could not be asked', errorFields(error));
      }
      await new Promise((resolve) => setTimeout(resolve, again ? 0 : times.tickMs).unref());
    }
  }
  const following = follow();

  return {
    number: peers.number,
    ownerOf,
    claim: (claiming) => (isReady ? claims.claim(claiming) : Promise.resolve('unknown')),
    doubt: (claiming, line) => doubts.append(claiming, line),
    release: (claiming) => claims.release(claiming),
    came({ line, kind, decidedAt }, owner) {
      if (come.length < mostCome) come.push({ what: 'came', line, kind, decidedAt, owner });
    },
    asked: peers.note,
    adopt: budgets.adopt,
    heardUpTo: () => `${epoch} ${exchange.position()}`,
    health() {
      const away = valkey.awaySince();
      return {
        valkey: valkey.isUp() ? 'ok' : 'away',
        away_s: away === undefined ? null : Math.round((clock().getTime() - away) / 1000),
        edges: peers.count(),
        doubtful: doubts.pending(),
        untold: exchange.waiting(),
      };
    },
    async close() {
      isStopping = true;
      await following;
      await doubts.close();
      // What is counted and not told yet, and the slices that others may have now.
      for (const budget of budgets.current(clock().getTime())) budget.holding.slice.left = 0;
      await farewell().catch(() => undefined);
      valkey.close();
    },
  };

  async function farewell(): Promise<void> {
    if (!valkey.isUp()) return;
    const held = budgets
      .current(clock().getTime())
      .filter(({ holding, told, counted }) => holding.size > 0 || told.using > 0 || counted() !== told.counted);
    const questions = held.map((budget) => {
      const asked: Asked = { wanted: 0, left: 0, taken: budget.holding.slice.taken, at: stopwatch() };
      return { budget, asked, counted: budget.counted(), using: budget.using(clock().getTime()) };
    });
    for (let from = 0; from < questions.length; from += mostBudgets)
      await valkey.run([commandOf(questions.slice(from, from + mostBudgets))], times.answerMs);
    const { commands } = exchange.sending(clock().getTime());
    await valkey.run([...commands, ['del', `${prefix}edge:${identity.edge}`]], times.answerMs);
  }
}

/** Keeps a stream within its bytes: the oldest entries go. */
async function bound(valkey: Valkey, key: string): Promise<void> {
  const [bytes, entries] = await valkey.run(
    [
      ['memory', 'USAGE', key],
      ['xlen', key],
    ],
    1_000,
  );
  const kept = Math.floor((Number(entries) * mostExchanged * 0.9) / Number(bytes));
  if (Number(bytes) > mostExchanged) await valkey.run([['xtrim', key, 'MAXLEN', '~', kept]], 1_000);
}
