/**
 * An event of a signed address is counted by one edge: the first that claims it in Valkey. Claims that come together go together, in
 * one question; an edge that asks again for what it has claimed (a write that failed, an answer that was lost) is told so.
 *
 * A hash for each kind and stretch of time: the field is the random id (8 bytes), the value the edge's number. It is forgotten as
 * a whole when no address of the stretch is valid any more.
 */
import { validity } from '../counters.ts';
import type { AdEventKind } from '../price.ts';
import type { DecisionId } from '../seen.ts';
import type { Valkey } from '#platform';

export type Claiming = {
  kind: AdEventKind;
  id: DecisionId;
  /** Milliseconds. */
  decidedAt: number;
  /** Only if the impression of the decision was claimed. */
  needsImpression: boolean;
};

/** `unknown`: Valkey did not answer in time. */
export type Claimed = 'ours' | 'replayed' | 'no_impression' | 'unknown';

export type Claims = {
  claim(claiming: Claiming): Promise<Claimed>;
  /** The same for many at once, as long as it takes; rejects when there is no answer. */
  claimAll(claimings: readonly Claiming[], timeoutMs: number): Promise<Claimed[]>;
  /** Gives back what could not be written down. */
  release(claiming: Claiming): void;
};

/** Grains of forgetting, milliseconds: as in the memory of one edge. */
export const stretches: Readonly<Record<AdEventKind, number>> = {
  impression: 600_000,
  viewable: 600_000,
  click: 3_600_000,
};

const recordBytes = 12;
/**
 * KEYS: hashes. ARGV: the edge's number, the claims as records of 12 bytes (id 8, number of its key 2, number of the key of its
 * impression or 0: 2), the milliseconds that each key is kept. The reply: a digit for each claim.
 */
const script = `
local me, claims = ARGV[1], ARGV[2]
local reply = {}
for n = 1, #claims / ${recordBytes} do
  local at = (n - 1) * ${recordBytes}
  local field = string.sub(claims, at + 1, at + 8)
  local high, low, ihigh, ilow = string.byte(claims, at + 9, at + 12)
  local key, impression = KEYS[high * 256 + low], KEYS[ihigh * 256 + ilow]
  if impression and redis.call('HEXISTS', impression, field) == 0 then reply[n] = '2'
  elseif redis.call('HSETNX', key, field, me) == 1 or redis.call('HGET', key, field) == me then reply[n] = '1'
  else reply[n] = '0' end
end
for k = 1, #KEYS do
  if redis.call('PTTL', KEYS[k]) == -1 then redis.call('PEXPIRE', KEYS[k], ARGV[2 + k]) end
end
return table.concat(reply)
`;

const outcomes: readonly Claimed[] = ['replayed', 'ours', 'no_impression'];
const mostAtOnce = 500;

export type ClaimsOptions = {
  valkey: Valkey;
  prefix: string;
  number: () => number;
  /** An event waits no longer for its claim. Milliseconds. */
  timeoutMs: number;
};

export function openClaims({ valkey, prefix, number, timeoutMs }: ClaimsOptions): Claims {
  let waiting: { claiming: Claiming; tell: (claimed: Claimed) => void }[] = [];
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    const asked = waiting;
    waiting = [];
    for (let from = 0; from < asked.length; from += mostAtOnce) {
      const some = asked.slice(from, from + mostAtOnce);
      claimAll(
        some.map(({ claiming }) => claiming),
        timeoutMs,
      ).then(
        (claimed) => some.forEach(({ tell }, n) => tell(claimed[n] ?? 'unknown')),
        () => some.forEach(({ tell }) => tell('unknown')),
      );
    }
  }

  async function claimAll(claimings: readonly Claiming[], limit: number): Promise<Claimed[]> {
    if (claimings.length === 0) return [];
    const keys = new Map<string, { place: number; keptMs: number }>();
    const keyOf = (kind: AdEventKind, decidedAt: number) => {
      const name = keyName(prefix, kind, decidedAt);
      let key = keys.get(name);
      if (!key) keys.set(name, (key = { place: keys.size + 1, keptMs: validity[kind] + 2 * stretches[kind] }));
      return key.place;
    };
    const records = Buffer.allocUnsafe(claimings.length * recordBytes);
    let at = 0;
    for (const { kind, id, decidedAt, needsImpression } of claimings) {
      at = records.writeUInt32BE(id.high, at);
      at = records.writeUInt32BE(id.low, at);
      at = records.writeUInt16BE(keyOf(kind, decidedAt), at);
      at = records.writeUInt16BE(needsImpression ? keyOf('impression', decidedAt) : 0, at);
    }
    const kept = [...keys.values()].map(({ keptMs }) => keptMs);
    const [reply] = await valkey.run([['eval', script, keys.size, ...keys.keys(), number(), records, ...kept]], limit);
    return Array.from(String(reply), (digit) => outcomes[Number(digit)] ?? 'unknown');
  }

  return {
    claimAll,
    claim(claiming) {
      // While Valkey is away nothing waits for it: the regular question will notice when it is back.
      if (!valkey.isUp()) return Promise.resolve('unknown');
      return new Promise((tell) => {
        waiting.push({ claiming, tell });
        if (isScheduled) return;
        isScheduled = true;
        setImmediate(flush);
      });
    },
    release({ kind, id, decidedAt }) {
      // If this does not arrive, the edge that has claimed it may still count it when it is called again.
      valkey.run([['hdel', keyName(prefix, kind, decidedAt), fieldOf(id)]], timeoutMs).catch(() => undefined);
    },
  };
}

const keyName = (prefix: string, kind: AdEventKind, decidedAt: number): string =>
  `${prefix}seen:${kind}:${Math.floor(decidedAt / stretches[kind])}`;

function fieldOf({ high, low }: DecisionId): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(high, 0);
  bytes.writeUInt32BE(low, 4);
  return bytes;
}
