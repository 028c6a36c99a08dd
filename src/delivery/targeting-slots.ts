/** A targeting as a disjunction of conjunctions: each is a slot of the index, with what the index cannot hold beside it. */
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';
import { isSingle } from './targeting-values.ts';

/** More conjunctions than this in one targeting, and it is evaluated as it stands instead. */
const mostConjunctions = 16;

export type Slot = { item: number; conjunction: readonly TargetingCondition[]; rest: TargetingGroup | null };

export function slotsOf(group: TargetingGroup | null, item: number): Slot[] {
  const conjunctions = group ? conjunctionsOf(group) : [[]];
  if (!conjunctions) return [{ item, conjunction: [], rest: group }];
  return conjunctions.map((conditions) => {
    const indexed: TargetingCondition[] = [];
    const rest: TargetingCondition[] = [];
    for (const condition of conditions) (fitsIndex(condition, indexed) ? indexed : rest).push(condition);
    return { item, conjunction: indexed, rest: rest.length > 0 ? { and: rest } : null };
  });
}

/** The disjunctive normal form, or undefined when it grows too large. */
function conjunctionsOf(member: TargetingGroup | TargetingCondition): TargetingCondition[][] | undefined {
  if ('key' in member) return [[member]];
  if ('or' in member) {
    const all: TargetingCondition[][] = [];
    for (const child of member.or) {
      const some = conjunctionsOf(child);
      if (!some || all.length + some.length > mostConjunctions) return undefined;
      all.push(...some);
    }
    return all;
  }
  let all: TargetingCondition[][] = [[]];
  for (const child of member.and) {
    const some = conjunctionsOf(child);
    if (!some || all.length * some.length > mostConjunctions) return undefined;
    all = all.flatMap((left) => some.map((right) => [...left, ...right]));
  }
  return all;
}

function fitsIndex({ key, ...values }: TargetingCondition, indexed: readonly TargetingCondition[]): boolean {
  if (key === 'url' || key === 'referrer' || key === 'daypart') return false;
  if (isSingle(key) || !('in' in values)) return true;
  // Of two `in` on a key with many values each must hold one of them: one bit cannot say that.
  return !indexed.some((other) => other.key === key && 'in' in other);
}
