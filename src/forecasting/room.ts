/**
 * Taking space only where there is room. What is available takes a while to compute, and the ledger must not be locked meanwhile: the
 * work runs in a transaction until it asks for room; the answer is computed outside; the work runs again, and holds its place if the
 * ledger still stands as it did then. Whoever takes the last inventory first wins; the other is told.
 */
import { createHash } from 'node:crypto';
import { ledgerVersion, lockLedger } from '#inventory';
import type { FrequencyCap, GoalUnit, TargetingGroup } from '#inventory/contract';
import { may } from '#people/contract';
import { type Caller, type Clock, type Database, type Events, Refusal, type Sql } from '#platform';
import { type Asked, answer } from './availability.ts';
import type { Availability, SpaceWarning } from './contract.ts';
import { lastGuaranteed } from './contract.ts';
import { placesOf } from './places.ts';
import { isStoreAway } from './store-away.ts';

/** What a line is about to hold. Times are ISO 8601. */
export type Wanted = {
  line_item_id: string;
  priority: number;
  placements: readonly string[];
  targeting: TargetingGroup | null;
  frequency_caps: readonly FrequencyCap[];
  goal: { unit: GoalUnit; quantity: number };
  start: string;
  end: string;
  /** Takes the space in spite of a lack of it. */
  force?: boolean;
  /** The line holds the space already: nothing is refused. */
  granted?: boolean;
};

/**
 * Asks for room inside the transaction that takes it, before it is taken. Answers what is to be known; throws no-capacity when a
 * promised line finds too little, and not-allowed when it is forced by somebody who may not. `coming`: what the same transaction
 * will ask for next, in that order; it is looked at in the same go, so that many lines cost one more run and not one each.
 */
export type RoomCheck = (tx: Sql, wanted: Wanted, coming?: readonly Wanted[]) => Promise<SpaceWarning[]>;

type Desk = { db: Database; events?: Pick<Events, 'query'> | undefined; clock: Clock };

/** Runs that found the ledger changed before somebody is told that it will not stand still. */
const mostTries = 30;

/** Room that is not known yet: on a version of the ledger, after what was granted, for one line and those to come. */
class RoomAsked extends Error {
  readonly version: number;
  readonly chain: string;
  readonly granted: readonly Wanted[];
  readonly queue: readonly Wanted[];
  constructor(asked: { version: number; chain: string; granted: readonly Wanted[]; queue: readonly Wanted[] }) {
    super('the room for this is not known yet');
    this.version = asked.version;
    this.chain = asked.chain;
    this.granted = asked.granted;
    this.queue = asked.queue;
  }
}

/** Names what is asked after all that was granted before it. */
const linked = (chain: string, wanted: Wanted): string =>
  createHash('sha256')
    .update(chain)
    .update(JSON.stringify([wanted.line_item_id, wanted.priority, wanted.placements, wanted.targeting]))
    .update(JSON.stringify([wanted.frequency_caps, wanted.goal, wanted.start, wanted.end]))
    .digest('base64');

/** Runs `work` in a transaction, again where need be. Without an event store nothing is known, and every room is granted. */
export async function withRoom<T>(
  { db, events, clock }: Desk,
  caller: Caller,
  work: (tx: Sql, room: RoomCheck) => Promise<T>,
): Promise<T> {
  const verdicts = new Map<string, Availability | undefined>();
  for (let tries = 0; tries < mostTries;) {
    const granted: Wanted[] = [];
    let version: number | undefined;
    let chain = '';
    const room: RoomCheck = async (tx, wanted, coming = []) => {
      await lockLedger(tx, caller.org_id);
      // Read once: what this very transaction takes afterwards is told by `granted`.
      version ??= await ledgerVersion(tx, caller.org_id);
      chain ||= String(version);
      const key = linked(chain, wanted);
      if (!verdicts.has(key))
        throw new RoomAsked({ version, chain, granted: [...granted], queue: [wanted, ...coming] });
      chain = key;
      granted.push(wanted);
      return settle(caller, wanted, verdicts.get(key));
    };
    try {
      return await db.transaction((tx) => work(tx, room));
    } catch (error) {
      if (!(error instanceof RoomAsked)) throw error;
      // A run that learnt nothing met another version of the ledger: the next one asks again under the new one.
      if (!(await learn({ db, events, clock }, caller, error, verdicts))) tries++;
    }
  }
  throw new Refusal('conflict', 'Others are booking at this moment: try again.');
}

/** Looks at one line after the other, each beside those before it, as long as the ledger stands. Answers whether anything was learnt. */
async function learn(
  desk: Desk,
  caller: Caller,
  { version, chain, granted, queue }: RoomAsked,
  verdicts: Map<string, Availability | undefined>,
): Promise<boolean> {
  const taken = [...granted];
  let key = chain;
  let learnt = false;
  for (const wanted of queue) {
    const found = await look(desk, caller, wanted, taken);
    if (found && found.ledger_version !== version) return learnt;
    key = linked(key, wanted);
    verdicts.set(key, found);
    learnt = true;
    // What is refused ends the transaction: nobody will ask for the rest.
    if (found && isRefused(wanted, found)) return true;
    taken.push(wanted);
  }
  return learnt;
}

async function look(
  { db, events, clock }: Desk,
  caller: Caller,
  wanted: Wanted,
  granted: readonly Wanted[],
): Promise<Availability | undefined> {
  if (!events) return undefined;
  const places = await placesOf(db, caller.org_id, { placements: wanted.placements });
  const asked: Asked = {
    start: Date.parse(wanted.start),
    end: Date.parse(wanted.end),
    places,
    targeting: wanted.targeting,
    goal: wanted.goal,
    priority: wanted.priority,
    frequency_caps: wanted.frequency_caps,
    line_item_id: wanted.line_item_id,
    granted,
  };
  try {
    return await answer({ db, events, clock, caller }, asked, { alternatives: true, sizes: [] });
  } catch (error) {
    // Without the event store there is no forecast, and booking goes on: the database alone decides. Anything else is a fault.
    if (isStoreAway(error)) return undefined;
    throw error;
  }
}

const isRefused = (wanted: Wanted, found: Availability): boolean =>
  !found.enough && !wanted.granted && wanted.priority <= lastGuaranteed && !wanted.force;

const unknown: SpaceWarning = {
  code: 'no-forecast',
  sentence: 'There is no forecast at this moment: whether the goal can be met is not known.',
};

function settle(caller: Caller, wanted: Wanted, found: Availability | undefined): SpaceWarning[] {
  if (!found) return [unknown];
  if (found.enough || wanted.granted || wanted.priority > lastGuaranteed) return found.warnings;
  if (!isRefused(wanted, found)) {
    if (!may(caller.role, 'campaigns.overbook'))
      throw new Refusal('not-allowed', `The role ${caller.role} does not hold the right campaigns.overbook.`, {
        field: 'force',
      });
    return [...found.warnings, { code: 'overbooked', sentence: shortOf(wanted, found) }];
  }
  throw new Refusal('no-capacity', `goal.quantity: ${shortOf(wanted, found)}`, {
    field: 'goal.quantity',
    available: found.total.available_units,
    shortfall: found.shortfall,
    contending: found.contending.map(({ id }) => id),
    alternatives: found.alternatives,
  });
}

const unitNames: Record<GoalUnit, string> = {
  impressions: 'impressions',
  viewable_impressions: 'viewable impressions',
  clicks: 'clicks',
  conversions: 'conversions',
  share: '%',
};

function shortOf({ goal }: Wanted, { total, shortfall }: Availability): string {
  const unit = unitNames[goal.unit];
  return `${total.available_units} of ${goal.quantity} ${unit} are available on these dates; ${shortfall} are missing.`;
}
