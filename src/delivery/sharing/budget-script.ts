/**
 * `askBudget` as Valkey runs it, for many budgets at once. Fields of a budget's hash: `b` the base, `m` when an edge went away with nothing, `c:EDGE` what an edge has
 * counted, `h:EDGE START` what it holds, as `using granted until`.
 *
 * KEYS: the epoch, then one for each budget. ARGV: edge, start, settling time, plenty, scarce, coming (milliseconds), days that a key is kept, then
 * limit, known, counted, using, left, wanted, least of each budget. The reply: the epoch and whether it has settled, then total, elsewhere, slice and whether that is scarce of each, as text.
 *
 * The epoch is when the server's memory of this installation began: an edge that sees a new one tells everything that it knows.
 */
import type { ValkeyCommand } from '#platform';
import type { BudgetAnswer, BudgetQuestion, BudgetTerms } from './budget.ts';

const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local edge, me = ARGV[1], ARGV[1] .. ' ' .. ARGV[2]
local settle, plenty, scarce, coming = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local keep = tonumber(ARGV[7]) * 86400000
redis.call('SET', KEYS[1], now, 'NX')
redis.call('PEXPIRE', KEYS[1], keep)
local epoch = tonumber(redis.call('GET', KEYS[1]))
local settled = now - epoch >= settle
local text = function(number) return string.format('%.17g', number) end
local reply = { text(epoch), settled and '1' or '0' }
for k = 2, #KEYS do
  local key, a = KEYS[k], 7 + (k - 2) * 7
  local limit, known, counted = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local using, left = tonumber(ARGV[a + 4]), tonumber(ARGV[a + 5])
  local wanted, least = tonumber(ARGV[a + 6]), tonumber(ARGV[a + 7])
  local holding = false
  local base, sum, held, elsewhere, others, denied = 0, 0, 0, 0, 0, 0
  local raw = redis.call('HGETALL', key)
  for i = 1, #raw, 2 do
    local field, value = raw[i], raw[i + 1]
    local kind, who = string.sub(field, 1, 2), string.sub(field, 3)
    if field == 'b' then base = tonumber(value)
    elseif field == 'm' then denied = tonumber(value)
    elseif kind == 'c:' then
      if who == edge then counted = math.max(counted, tonumber(value)) else sum = sum + tonumber(value) end
    elseif kind == 'h:' then
      local u, g, till = string.match(value, '(%S+) (%S+) (%S+)')
      if tonumber(till) <= now then redis.call('HDEL', key, field)
      elseif who == me then holding = true
      else held, elsewhere, others = held + tonumber(g), elsewhere + tonumber(u), others + 1 end
    end
  end
  base = math.max(base, known - sum - counted)
  local total = base + sum + counted
  local free = limit - total - held - using
  local part = free / (2 * (others + 1))
  local mine = math.min(wanted, math.max(least, part), free)
  local slice = left
  if settled and not holding then slice = math.min(left, math.max(0, free)) end
  if settled and mine >= least and mine > slice then slice = mine end
  if wanted > 0 and slice < least then
    denied = now
    redis.call('HSET', key, 'm', text(now))
  end
  local short = wanted > part or now - denied < coming
  local usable = short and scarce or plenty
  redis.call('HSET', key, 'b', text(base), 'c:' .. edge, text(counted))
  local granted = using + slice
  if granted > 0 then
    redis.call('HSET', key, 'h:' .. me, text(using) .. ' ' .. text(granted) .. ' ' .. text(now + usable + coming))
  else
    redis.call('HDEL', key, 'h:' .. me)
  end
  redis.call('PEXPIRE', key, keep)
  reply[#reply + 1] = text(total)
  reply[#reply + 1] = text(elsewhere)
  reply[#reply + 1] = text(slice)
  reply[#reply + 1] = short and '1' or '0'
end
return reply
`;

export type BudgetsQuestion = {
  epochKey: string;
  edge: string;
  start: string;
  settleMs: number;
  terms: BudgetTerms;
  budgets: readonly ({ key: string } & Omit<BudgetQuestion, 'edge' | 'start'>)[];
};

/** A budget that nobody asks for is forgotten after so many days; the event store then knows it all. */
const keptDays = 40;

/** One question for all of them. */
export function budgetsCommand({ epochKey, edge, start, settleMs, terms, budgets }: BudgetsQuestion): ValkeyCommand {
  const keys = [epochKey, ...budgets.map(({ key }) => key)];
  const { plentyMs, scarceMs, comingMs } = terms;
  const numbers = budgets.flatMap(({ limit, known, counted, using, left, wanted, least }) => [
    limit,
    known,
    counted,
    using,
    left,
    wanted,
    least,
  ]);
  const args = [edge, start, settleMs, plentyMs, scarceMs, comingMs, keptDays, ...numbers];
  return ['eval', script, keys.length, ...keys, ...args];
}

export function readBudgets(reply: unknown): { epoch: number; isSettled: boolean; answers: BudgetAnswer[] } {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const answers: BudgetAnswer[] = [];
  for (let n = 2; n + 3 < numbers.length; n += 4) {
    const [total = 0, elsewhere = 0, slice = 0, scarce] = numbers.slice(n, n + 4);
    answers.push({ total, elsewhere, slice, isScarce: scarce === 1 });
  }
  return { epoch: numbers[0] ?? 0, isSettled: numbers[1] === 1, answers };
}
