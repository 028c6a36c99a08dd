/**
 * The supply of many placements cut into nodes: a placement, a period in which the same lines run, and the cells that the same of
 * these lines may take. What every line may take is then a list of nodes.
 */
import type { TargetingGroup } from '#inventory/contract';
import type { Cells } from './cells.ts';
import { weekdayOf } from './day.ts';
import type { Grounds } from './grounds.ts';
import type { Span } from './period.ts';
import type { PlaceForecast } from './place-forecast.ts';
import type { Place } from './places.ts';
import { daysOf, type PartOfDay } from './supply.ts';
import { type Zone, zoneOf } from './zone.ts';

/** Where and when a line may run. */
export type Reach = Span & {
  placements: ReadonlySet<string>;
  targeting: TargetingGroup | null;
};

export type SupplyGraph = {
  supply: Float64Array;
  /** Nodes of each reach, in the order given. */
  nodesOf: number[][];
  /** How a node's supply spreads over the local days of its placement; the parts add up to 1. */
  daysOfNode(node: number): { day: number; part: number }[];
  placeOf(node: number): Place;
};

type Node = { place: number; stretch: Stretch; rows: Float64Array };

/** A period of one placement: its days, and how many of a day's requests come in each group of hours within it. */
type Stretch = { parts: readonly PartOfDay[]; byGroup: readonly Float64Array[] };

/** Builds the nodes of all placements that some reach touches. Time before `from` has no supply. */
export function supplyGraph(grounds: Grounds, reaches: readonly Reach[], from: number): SupplyGraph {
  const nodes: Node[] = [];
  const supply: number[] = [];
  const nodesOf: number[][] = reaches.map(() => []);
  const byPlace = new Map<string, number[]>();
  for (const [index, { placements }] of reaches.entries()) {
    for (const id of placements) {
      const list = byPlace.get(id);
      if (list) list.push(index);
      else byPlace.set(id, [index]);
    }
  }

  const partsKnown = new Map<string, PartOfDay[]>();
  const partsOf = (period: Span, zone: Zone) => {
    const key = `${zone.name} ${period.start} ${period.end}`;
    let parts = partsKnown.get(key);
    if (!parts) partsKnown.set(key, (parts = daysOf(period, zone)));
    return parts;
  };
  const cuts = new Map<Cells, ReturnType<typeof cutter>>();

  for (const [placeIndex, place] of grounds.places.entries()) {
    const here = byPlace.get(place.id);
    const cells = grounds.cells.get(place.site_id);
    const forecast = grounds.forecasts.get(place.id);
    if (!here || !cells || !forecast) continue;
    const zone = zoneOf(place.time_zone);
    const cut = cuts.get(cells) ?? cutter(cells);
    cuts.set(cells, cut);
    const masks = here.map((index) => cells.mask(reaches[index]?.targeting, place));
    for (const period of periodsOf(here, reaches, from)) {
      const active = here.flatMap((index, i) => {
        const reach = reaches[index];
        return reach && reach.start <= period.start && reach.end >= period.end ? [i] : [];
      });
      if (active.length === 0) continue;
      const stretch = stretchOf(cells, forecast, partsOf(period, zone));
      const volumes = stretch.byGroup.map((byDay) => byDay.reduce((total, count) => total + count, 0));
      const always = active.filter((i) => !masks[i]);
      const targeted = active.filter((i) => masks[i]);
      for (const { taken, rows } of cut(targeted.map((i) => masks[i]))) {
        if (always.length === 0 && !taken.includes(1)) continue;
        const sum = volumes.reduce((total, volume, group) => total + volume * (rows[group] ?? 0), 0);
        if (sum <= 0) continue;
        const node = nodes.length;
        nodes.push({ place: placeIndex, stretch, rows });
        supply.push(sum);
        for (const i of always) nodesOf[here[i] ?? 0]?.push(node);
        for (const [at, i] of targeted.entries()) if (taken[at] === 1) nodesOf[here[i] ?? 0]?.push(node);
      }
    }
  }

  return {
    supply: Float64Array.from(supply),
    nodesOf,
    daysOfNode(node) {
      const { stretch, rows } = nodes[node] ?? { stretch: { parts: [], byGroup: [] }, rows: new Float64Array() };
      const sum = supply[node] ?? 1;
      return stretch.parts.map(({ day }, i) => ({
        day,
        part: stretch.byGroup.reduce((total, byDay, group) => total + (byDay[i] ?? 0) * (rows[group] ?? 0), 0) / sum,
      }));
    },
    placeOf(node) {
      const place = grounds.places[nodes[node]?.place ?? -1];
      if (!place) throw new Error(`there is no node ${node}`);
      return place;
    },
  };
}

function stretchOf(cells: Cells, forecast: PlaceForecast, parts: readonly PartOfDay[]): Stretch {
  const byGroup = Array.from({ length: cells.groups }, (_, group) =>
    Float64Array.from(
      parts,
      ({ day, from, to }) =>
        (forecast.forecast[day - forecast.firstDay] ?? 0) * cells.hours(weekdayOf(day), from, to, group),
    ),
  );
  return { parts, byGroup };
}

/** The stretches of time between one start or end and the next. */
function periodsOf(here: readonly number[], reaches: readonly Reach[], from: number): Span[] {
  const moments = new Set<number>();
  for (const index of here) {
    const { start = 0, end = 0 } = reaches[index] ?? {};
    if (end <= from) continue;
    moments.add(Math.max(from, start)).add(end);
  }
  const sorted = [...moments].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, i) => ({ start: sorted[i] ?? end, end }));
}

type Class = {
  /** 1 for the masks that take it. */
  taken: number[];
  /** Parts by attributes, summed by group of hours. */
  rows: Float64Array;
};

/** Cuts the cells of a site by masks: those taken by the same masks go together. The same masks are not cut by twice. */
function cutter(cells: Cells): (masks: readonly (Uint8Array | undefined)[]) => Class[] {
  const names = new Map<Uint8Array | undefined, number>();
  const known = new Map<string, Class[]>();
  return (masks) => {
    const key = masks
      .map((mask) => {
        const name = names.get(mask) ?? names.size;
        names.set(mask, name);
        return name;
      })
      .join(' ');
    let classes = known.get(key);
    if (!classes) known.set(key, (classes = classesOf(cells, masks)));
    return classes;
  };
}

function classesOf({ rows, groups }: Cells, masks: readonly (Uint8Array | undefined)[]): Class[] {
  const numbers = new Int32Array(rows.length * groups);
  // Each mask splits the classes so far in two; the numbers are made small again as they go.
  for (const mask of new Set(masks)) {
    const renumbered = new Map<number, number>();
    for (let cell = 0; cell < numbers.length; cell++) {
      const key = (numbers[cell] ?? 0) * 2 + (mask?.[cell] ?? 1);
      let number = renumbered.get(key);
      if (number === undefined) renumbered.set(key, (number = renumbered.size));
      numbers[cell] = number;
    }
  }
  const classes = new Map<number, Class>();
  for (const [row, part] of rows.entries()) {
    for (let group = 0; group < groups; group++) {
      const cell = row * groups + group;
      const number = numbers[cell] ?? 0;
      let one = classes.get(number);
      if (!one)
        classes.set(number, (one = { taken: masks.map((mask) => mask?.[cell] ?? 1), rows: new Float64Array(groups) }));
      one.rows[group] = (one.rows[group] ?? 0) + part;
    }
  }
  return [...classes.values()];
}
