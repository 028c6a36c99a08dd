/** What else would do when there is too little: other dates, a longer run, more placements, looser targeting. */
import type { TargetingGroup } from '#inventory/contract';
import type { Asked, Ground } from './availability.ts';
import type { Alternative } from './contract.ts';
import { mostDays } from './period.ts';
import type { Place } from './places.ts';

export type Candidate = { kind: Alternative['kind']; asked: Asked; sentence: string };

const day = 86_400_000;
const mostEach = 2;
/** Over more placements than this, fewer dates are looked at. */
const wide = 100;

/** Changes worth a look; each costs one more look at the plan. */
export function candidatesFor(
  { asked, grounds }: Ground,
  siblings: readonly Place[],
  sizes: readonly string[],
): Candidate[] {
  // A placement without a forecast of its own is no promise.
  const known = siblings.filter(({ id }) => grounds.forecasts.get(id)?.source === 'history');
  const dates = otherDates(asked, asked.places.length > wide);
  return [...dates, ...looser(asked), ...morePlaces(asked, known, sizes)];
}

function otherDates(asked: Asked, few: boolean): Candidate[] {
  const weeks = Math.max(1, Math.ceil((asked.end - asked.start) / (7 * day)));
  const shifts = [...new Set(few ? [weeks] : [1, 2, 4, weeks, 2 * weeks])].filter((shift) => shift * 7 <= mostDays / 2);
  const later = shifts.map((shift): Candidate => {
    const by = shift * 7 * day;
    return {
      kind: 'dates',
      asked: { ...asked, start: asked.start + by, end: asked.end + by },
      sentence: `The same ${shift === 1 ? 'a week' : `${shift} weeks`} later.`,
    };
  });
  const longer = (few ? [2] : [1, 2, 4]).map((more): Candidate => ({
    kind: 'longer',
    asked: { ...asked, end: asked.end + more * 7 * day },
    sentence: `Until ${more === 1 ? 'a week' : `${more} weeks`} later, from the same start.`,
  }));
  return [...later, ...longer];
}

function looser(asked: Asked): Candidate[] {
  const { targeting } = asked;
  if (!targeting) return [];
  const all: Candidate = { kind: 'targeting', asked: { ...asked, targeting: null }, sentence: 'Without targeting.' };
  if (!('and' in targeting) || targeting.and.length < 2) return [all];
  const fewer = targeting.and.slice(0, 6).map((left, i): Candidate => {
    const kept: TargetingGroup = { and: targeting.and.filter((_, at) => at !== i) };
    const name = 'key' in left ? `the condition on ${left.key}` : 'one group of conditions';
    return { kind: 'targeting', asked: { ...asked, targeting: kept }, sentence: `Without ${name}.` };
  });
  return [...fewer, all];
}

/** The other placements of the same sites that take the sizes: one section each, then all of them. */
function morePlaces(asked: Asked, siblings: readonly Place[], sizes: readonly string[]): Candidate[] {
  const own = new Set(asked.places.map(({ id }) => id));
  const wanted = new Set(sizes.length > 0 ? sizes : asked.places.flatMap(({ formats }) => formats));
  const others = siblings.filter(({ id, formats }) => !own.has(id) && formats.some((format) => wanted.has(format)));
  if (others.length === 0) return [];
  const candidate = (more: readonly Place[], sentence: string): Candidate => ({
    kind: 'placements',
    asked: { ...asked, places: [...asked.places, ...more] },
    sentence,
  });
  const single = others.slice(0, 4).map((place) => candidate([place], `With ${place.name} (${place.code}) as well.`));
  return others.length === 1
    ? single
    : [...single, candidate(others, 'With all placements of the same sites that take these sizes.')];
}

/** An alternative that does not suffice must at least give so much more than what was asked for. */
const worth = 1.05;

/** The best of each kind: those that suffice, in the order they were thought of, else those that give the most. `had`: without any. */
export function alternativesOf(
  candidates: readonly Candidate[],
  had: number,
  judged: (index: number) => { units: number; enough: boolean },
): Alternative[] {
  const found = candidates
    .map((one, i) => ({ one, i, ...judged(i) }))
    .filter(({ units, enough }) => enough || units > worth * had + 1);
  return [...Map.groupBy(found, ({ one }) => one.kind).values()].flatMap((kind) =>
    kind
      .toSorted((a, b) => Number(b.enough) - Number(a.enough) || (a.enough ? a.i - b.i : b.units - a.units))
      .slice(0, mostEach)
      .map(({ one, units, enough }) => ({
        kind: one.kind,
        sentence: one.sentence,
        available: Math.floor(units),
        enough,
        ...changeOf(one),
      })),
  );
}

function changeOf({ kind, asked }: Candidate): Partial<Alternative> {
  if (kind === 'targeting') return { targeting: asked.targeting };
  if (kind === 'placements') return { placements: asked.places.map(({ id }) => id) };
  return { start: new Date(asked.start).toISOString(), end: new Date(asked.end).toISOString() };
}
