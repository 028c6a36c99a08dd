/**
 * The requests of one site cut into cells: alike in attributes, alike in what dayparts say of their hour. Every targeting takes a
 * cell whole or leaves it.
 */
import { isWithin, matches, parseDaypart, type TargetingRequest } from '#inventory';
import type { TargetingGroup } from '#inventory/contract';
import { conditionsOf, relaxed } from './measured-targeting.ts';
import type { Place } from './places.ts';
import type { Profile } from './profile.ts';

/** Slots of the week that a daypart is read in: quarters of an hour. */
const slots = 672;

export type Cells = {
  /** Parts by attribute; a cell is `row * groups + group`. */
  rows: readonly number[];
  groups: number;
  /** Part of the requests of `weekday` between two moments of it (in days, 0 to 1) that fall in a group of hours. */
  hours(weekday: number, from: number, to: number, group: number): number;
  /** 1 for the cells that a targeting takes on a placement; undefined: all of them. */
  mask(targeting: TargetingGroup | null | undefined, place: Place): Uint8Array | undefined;
  /** The conditions of a targeting that nothing is known of on a placement. */
  unmeasured(targeting: TargetingGroup | null | undefined, place: Place): string[];
};

/** `targetings`: all that will be asked for; their dayparts decide the groups of hours. */
export function cellsOf(profile: Profile, targetings: readonly (TargetingGroup | null | undefined)[]): Cells {
  const groupOfSlot = groupSlots(targetings);
  const representative: number[] = [];
  for (const [slot, group] of groupOfSlot.entries()) representative[group] ??= slot;
  const groups = representative.length;
  // Cumulative parts of a weekday by group, at each of its 96 quarters.
  const sums = new Float64Array(7 * groups * 97);
  for (let weekday = 0; weekday < 7; weekday++) {
    for (let group = 0; group < groups; group++) {
      const start = (weekday * groups + group) * 97;
      for (let quarter = 0; quarter < 96; quarter++) {
        const here = groupOfSlot[weekday * 96 + quarter] === group;
        const part = here ? (profile.hours[weekday * 24 + Math.floor(quarter / 4)] ?? 0) / 4 : 0;
        sums[start + quarter + 1] = (sums[start + quarter] ?? 0) + part;
      }
    }
  }
  const upTo = (start: number, moment: number) => {
    const at = Math.max(0, Math.min(96, moment * 96));
    const whole = Math.floor(at);
    const before = sums[start + whole] ?? 0;
    return whole >= 96 ? before : before + (at - whole) * ((sums[start + whole + 1] ?? before) - before);
  };

  const masks = new Map<string, Uint8Array | undefined>();
  const texts = new WeakMap<TargetingGroup, { text: string; ofPlace: boolean }>();
  const aboutOf = (targeting: TargetingGroup) => {
    let about = texts.get(targeting);
    if (!about) {
      const ofPlace = conditionsOf(targeting).some(({ key }) => key === 'placement' || key === 'section');
      texts.set(targeting, (about = { text: JSON.stringify(targeting), ofPlace }));
    }
    return about;
  };
  const measuredOn = (place: Place) => (key: string) =>
    profile.keys.has(key) || (key === 'section' && place.section_id !== null);

  const cut = (targeting: TargetingGroup, place: Place): Uint8Array | undefined => {
    const kept = relaxed(targeting, measuredOn(place));
    if (kept === null) return undefined;
    const mask = new Uint8Array(profile.rows.length * groups);
    const names = { site: [place.site_id, place.domain], placement: [place.id, place.code], section: sectionOf(place) };
    for (const [row, { request }] of profile.rows.entries()) {
      for (const [group, slot] of representative.entries()) {
        const local = { weekday: Math.floor(slot / 96), minute: (slot % 96) * 15 };
        const one: TargetingRequest = { ...request, ...names, local };
        if (matches(kept, one)) mask[row * groups + group] = 1;
      }
    }
    return mask.every((bit) => bit === 1) ? undefined : mask;
  };

  return {
    rows: profile.rows.map(({ part }) => part),
    groups,
    hours(weekday, from, to, group) {
      const start = (weekday * groups + group) * 97;
      if (from === 0 && to === 1) return sums[start + 96] ?? 0;
      return upTo(start, to) - upTo(start, from);
    },
    mask(targeting, place) {
      if (!targeting) return undefined;
      const { text, ofPlace } = aboutOf(targeting);
      const key = `${place.site_id} ${ofPlace ? place.id : place.section_id === null} ${text}`;
      if (!masks.has(key)) masks.set(key, cut(targeting, place));
      return masks.get(key);
    },
    unmeasured(targeting, place) {
      const measured = measuredOn(place);
      return targeting ? conditionsOf(targeting).flatMap(({ key }) => (measured(key) ? [] : [key])) : [];
    },
  };
}

const sectionOf = (place: Place): string[] => (place.section_id === null ? [] : [place.section_id]);

/** Quarters of the week that lie in and out of the same dayparts share a group. */
function groupSlots(targetings: readonly (TargetingGroup | null | undefined)[]): number[] {
  const said = new Set<string>();
  for (const targeting of new Set(targetings)) {
    for (const condition of targeting ? conditionsOf(targeting) : []) {
      if (condition.key !== 'daypart') continue;
      for (const value of 'in' in condition ? condition.in : condition.not_in) said.add(value);
    }
  }
  const dayparts = [...said].flatMap((text) => parseDaypart(text) ?? []);
  const known = new Map<string, number>();
  return Array.from({ length: slots }, (_, slot) => {
    const minute = (slot % 96) * 15;
    const text = dayparts.map((daypart) => (isWithin(daypart, Math.floor(slot / 96), minute) ? 1 : 0)).join('');
    const group = known.get(text) ?? known.size;
    known.set(text, group);
    return group;
  });
}
