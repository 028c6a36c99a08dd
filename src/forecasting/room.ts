/**
 * Taking space only where there is room. What is available takes a while to compute, and the ledger must not be locked meanwhile: the
 * work runs in a transaction until it asks for room; the answer is computed outside; the work runs again, and holds its place if the
 * ledger still stands as it did then. Whoever takes the last inventory first wins; the other is told.
 */
import { ledgerVersion, lockLedger } from '#inventory';
import type { FrequencyCap, GoalUnit, TargetingGroup } from '#inventory/contract';
import { may } from '#people/contract';
import { type Caller, type Clock, type Database, type Events, Refusal, type Sql } from '#platform';
import { type Asked, answer } from './availability.ts';
import type { Availability, SpaceWarning } from './contract.ts';
import { lastGuaranteed } from './demand.ts';
import { placesOf } from './places.ts';

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
 * promised line finds too little, and not-allowed when it is forced by somebody who may not.
 */
export type RoomCheck = (tx: Sql, wanted: Wanted) => Promise<SpaceWarning[]>;

type Desk = { db: Database; events?: Pick<Events, 'query'> | undefined; clock: Clock };

/** Tries before somebody is told that the ledger will not stand still. */
const mostTries = 30;

class RoomAsked extends Error {
  readonly key: string;
  readonly wanted: Wanted;
  readonly granted: readonly Wanted[];
  constructor(key: string, wanted: Wanted, granted: readonly Wanted[]) {
    super('the room for this is not known yet');
    this.key = key;
    this.wanted = wanted;
    this.granted = granted;
  }
}

/** Runs `work` in a transaction, again where need be. Without an event store nothing is known, and every room is granted. */
export async function withRoom<T>(
  { db, events, clock }: Desk,
  caller: Caller,
  work: (tx: Sql, room: RoomCheck) => Promise<T>,
): Promise<T> {
  const verdicts = new Map<string, Availability | undefined>();
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const granted: Wanted[] = [];
    let version: number | undefined;
    const room: RoomCheck = async (tx, wanted) => {
      await lockLedger(tx, caller.org_id);
      // Read once: what this very transaction takes afterwards is told by `granted`.
      version ??= await ledgerVersion(tx, caller.org_id);
      const key = JSON.stringify([version, wanted, granted]);
      if (!verdicts.has(key)) throw new RoomAsked(key, wanted, [...granted]);
      granted.push(wanted);
      return settle(caller, wanted, verdicts.get(key));
    };
    try {
      return await db.transaction((tx) => work(tx, room));
    } catch (error) {
      if (!(error instanceof RoomAsked)) throw error;
      const found = await look({ db, events, clock }, caller, error);
      // Computed on another version than that of the transaction: the next run asks again under the new one.
      const version_of_answer = found?.ledger_version;
      const asked: unknown = JSON.parse(error.key);
      if (version_of_answer === undefined || (Array.isArray(asked) && asked[0] === version_of_answer))
        verdicts.set(error.key, found);
    }
  }
  throw new Refusal('conflict', 'Others are booking at this moment: try again.');
}

async function look(
  { db, events, clock }: Desk,
  caller: Caller,
  { wanted, granted }: RoomAsked,
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
  // Without the event store there is no forecast, and booking goes on: the database alone decides.
  return answer({ db, events, clock, caller }, asked, { alternatives: true, sizes: [] }).catch(() => undefined);
}

const unknown: SpaceWarning = {
  code: 'no-forecast',
  sentence: 'There is no forecast at this moment: whether the goal can be met is not known.',
};

function settle(caller: Caller, wanted: Wanted, found: Availability | undefined): SpaceWarning[] {
  if (!found) return [unknown];
  if (found.enough || wanted.granted || wanted.priority > lastGuaranteed) return found.warnings;
  if (wanted.force) {
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
