/** Reading a targeting against what is measured of requests: the keys that are not can neither narrow a forecast nor refuse a booking. */
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';

type Key = TargetingCondition['key'];
type Member = TargetingCondition | TargetingGroup;

const membersOf = (group: TargetingGroup): readonly Member[] => ('and' in group ? group.and : group.or);

/** Every condition of a targeting, however deep. */
export function conditionsOf(group: TargetingGroup): TargetingCondition[] {
  return membersOf(group).flatMap((member) => ('key' in member ? [member] : conditionsOf(member)));
}

/**
 * The targeting without its conditions on keys that are not `measured`: each counts as fulfilled, so that what is left takes at least
 * as many requests. Null: every request.
 */
export function relaxed(group: TargetingGroup, measured: (key: Key) => boolean): TargetingGroup | null {
  if ('or' in group) {
    const members = group.or.map((member) => relaxedMember(member, measured));
    const known = members.flatMap((member) => member ?? []);
    return known.length < members.length ? null : { or: known };
  }
  const known = group.and.flatMap((member) => relaxedMember(member, measured) ?? []);
  return known.length === 0 ? null : { and: known };
}

const relaxedMember = (member: Member, measured: (key: Key) => boolean): Member | null =>
  'key' in member ? (measured(member.key) ? member : null) : relaxed(member, measured);
