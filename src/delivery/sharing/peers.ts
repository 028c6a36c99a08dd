/** The edges of an installation: a number for each, which is part of the ids of its decisions, and which part of the traffic it has. */
import type { Valkey, ValkeyCommand } from '#platform';

/** 12 bits of an id, and never 0. */
export const mostNumbers = 4095;

/**
 * KEYS: the numbers. ARGV: edge, the number it would like, milliseconds a number is kept for an edge that is silent. A field `NUMBER` holds `EDGE until`.
 */
const numberScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function mine(n)
  local value = redis.call('HGET', KEYS[1], n)
  if not value then return true end
  local who, till = string.match(value, '(%S+) (%S+)')
  return who == ARGV[1] or tonumber(till) <= now
end
local n = tonumber(ARGV[2])
for tries = 1, ${mostNumbers} do
  if mine(n) then break end
  n = n % ${mostNumbers} + 1
end
redis.call('HSET', KEYS[1], n, ARGV[1] .. ' ' .. string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return n
`;

const numberKeptMs = 2 * 86_400_000;
/** An edge that has said nothing for this long is no longer there. Milliseconds. */
const silentMs = 15_000;
const memberKeptMs = 86_400_000;
/** Placements whose traffic is told one by one, by traffic. */
const mostPlacements = 2_000;
const smoothedOver = 60_000;

/** `start`: of the edge that tells. */
type Told = { start: string; all: number; by: [placement: number, rate: number][] };

export type Peers = {
  number(): number;
  /** A request of a placement, by its number in the book. */
  note(placement: number): void;
  /** Which part of the requests of these placements comes to this edge, 0 to 1. */
  part(placements: readonly number[]): number;
  /** Changes with what is known of the parts. */
  version(): number;
  /** Edges that were heard of within seconds, this one included. */
  count(): number;
  /** Says that this edge is here, and hears of the others. Answers whether another one says so under the same name. */
  greet(valkey: Valkey, now: number): Promise<{ isAlone: boolean }>;
};

export type PeersOptions = {
  prefix: string;
  edge: string;
  /** Of this start of the edge. */
  start: string;
  /** The number that it had. */
  number: number;
};

export function openPeers({ prefix, edge, start, number: kept }: PeersOptions): Peers {
  let number = kept;
  let hasGreeted = false;
  let version = 0;
  let counts = new Map<number, number>();
  const rates = new Map<number, number>();
  let all = 0;
  let since = Number.NaN;
  let seen = 0;
  let others: Map<number, number> = new Map();
  let othersAll = 0;
  let edges = 1;

  /** Requests a second, smoothed; weighed so that the first seconds count in full. */
  function smooth(now: number): void {
    const passed = Math.max(1, now - (Number.isNaN(since) ? now - 1000 : since));
    seen = Math.min(smoothedOver, seen + passed);
    const weight = Math.max(1 - Math.exp(-passed / smoothedOver), passed / seen);
    let sum = 0;
    for (const [placement, count] of counts) if (!rates.has(placement) && count > 0) rates.set(placement, 0);
    for (const [placement, rate] of rates) {
      const next = rate + ((1000 * (counts.get(placement) ?? 0)) / passed - rate) * weight;
      if (next < 1e-4) rates.delete(placement);
      else rates.set(placement, next);
      sum += next;
    }
    all = sum;
    counts = new Map();
    since = now;
  }

  function hear(texts: readonly unknown[]): void {
    others = new Map();
    othersAll = 0;
    edges = 1;
    for (const text of texts) {
      if (typeof text !== 'string') continue;
      const told: Told = JSON.parse(text);
      edges++;
      othersAll += told.all;
      for (const [placement, rate] of told.by) others.set(placement, (others.get(placement) ?? 0) + rate);
    }
    version++;
  }

  return {
    number: () => number,
    version: () => version,
    count: () => edges,
    note(placement) {
      counts.set(placement, (counts.get(placement) ?? 0) + 1);
    },
    part(placements) {
      if (edges === 1) return 1;
      let [mine, theirs] = [0, 0];
      for (const placement of placements) {
        mine += rates.get(placement) ?? 0;
        theirs += others.get(placement) ?? 0;
      }
      // Placements that hardly anybody asks for follow the whole.
      if (mine + theirs < 0.01) [mine, theirs] = [all, othersAll];
      return mine + theirs > 0 ? Math.max(mine / (mine + theirs), 0.01 / edges) : 1 / edges;
    },
    async greet(valkey, now) {
      smooth(now);
      const by = [...rates].toSorted((a, b) => b[1] - a[1]).slice(0, mostPlacements);
      const told: Told = { start, all, by: by.map(([placement, rate]) => [placement, Math.round(rate * 1000) / 1000]) };
      const commands: ValkeyCommand[] = [
        ['eval', numberScript, 1, `${prefix}numbers`, edge, number, numberKeptMs],
        ['set', `${prefix}edge:${edge}`, JSON.stringify(told), 'PX', silentMs, 'GET'],
        ['zadd', `${prefix}edges`, now, edge],
        ['zremrangebyscore', `${prefix}edges`, '-inf', now - memberKeptMs],
        ['pexpire', `${prefix}edges`, 2 * memberKeptMs],
        ['zrange', `${prefix}edges`, 0, -1],
      ];
      const replies = await valkey.run(commands, 1_000);
      number = Number(replies[0]);
      const names = Array.isArray(replies[5]) ? replies[5].map(String).filter((name) => name !== edge) : [];
      const keys = names.map((name) => `${prefix}edge:${name}`);
      const [texts] = keys.length > 0 ? await valkey.run([['mget', ...keys]], 1_000) : [];
      hear(Array.isArray(texts) ? texts : []);
      // The first time it may be this edge itself, before it was started again.
      const before = typeof replies[1] === 'string' ? (JSON.parse(replies[1]) as Told).start : start;
      const isAlone = before === start || !hasGreeted;
      hasGreeted = true;
      return { isAlone };
    },
  };
}
