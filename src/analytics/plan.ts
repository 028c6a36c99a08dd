/** Which table answers which part of a question: pure, no SQL text yet. */
import { Refusal } from '#platform';
import type { Filter } from './contract.ts';
import { type Attribute, dimensionOf, type Grain, isTime } from './dimensions.ts';
import { attributesOf } from './filter.ts';
import { isOfAds } from './condition.ts';
import { type Measure, type MetricName, metrics } from './metrics.ts';
import { type Source, sources } from './sources.ts';

/** A dimension ready to be grouped by. */
export type Group = { name: string; time: Grain } | { name: string; attribute: Attribute; prop?: string };

/** `whole`: one figure for all rows together, that each is a share of. */
export type Part = { source: Source; measures: Measure[]; whole?: true };

export type Question = {
  metrics: readonly MetricName[];
  groups: readonly Group[];
  filters: readonly Filter[];
  /** The range has exact instants, not whole days. */
  exact: boolean;
  rollups: boolean;
};

/** The dimensions with their columns' attributes; `time` becomes the grain that suits the period. */
export function groupsOf(dimensions: readonly string[], grain: Grain): Group[] {
  return dimensions.map((name) => {
    if (isTime(name)) return { name, time: name === 'time' ? grain : grainNamed(name) };
    const known = dimensionOf(name);
    if (!known)
      throw new Refusal('bad-input', `dimensions: ${JSON.stringify(name)} is not a dimension.`, {
        field: 'dimensions',
      });
    return { name, attribute: known.attribute, ...(known.prop === undefined ? {} : { prop: known.prop }) };
  });
}

const grainNamed = (name: string): Grain => {
  const end = name.slice('time:'.length);
  return end === 'minute' || end === 'hour' || end === 'week' || end === 'month' ? end : 'day';
};

/** Splits the question into parts, one per table. Throws a Refusal naming metric and dimension when a pair makes no sense together. */
export function partsOf(question: Question): Part[] {
  const parts = new Map<Source, Measure[]>();
  const wholes: Part[] = [];
  for (const metric of question.metrics) {
    for (const measure of metrics[metric].measures) {
      if (measure === 'all_visitors') {
        const whole = { ...question, groups: [] };
        const source = sources.find((one) => answers(one, 'visitors', whole));
        if (!source) throw impossible(metric, 'visitors', whole);
        wholes.push({ source, measures: [measure], whole: true });
        continue;
      }
      const source = sources.find((one) => answers(one, measure, question));
      if (!source) throw impossible(metric, measure, question);
      const list = parts.get(source) ?? [];
      if (!list.includes(measure)) list.push(measure);
      parts.set(source, list);
    }
  }
  joinPages(parts);
  return [...[...parts].map(([source, list]) => ({ source, measures: list })), ...wholes];
}

/** Figures of pages hold their page views too: where these are read anyway, the sums of page views need not be. */
function joinPages(parts: Map<Source, Measure[]>): void {
  const named = (name: Source['name']) => [...parts.keys()].find((source) => source.name === name);
  const [sums, figures] = [named('pages_days'), named('page_figures')];
  const views = sums && parts.get(sums);
  if (!sums || !figures || !views?.every((measure) => figures.measures[measure] !== undefined)) return;
  parts.delete(sums);
  parts.get(figures)?.push(...views);
}

function answers(source: Source, measure: Measure, question: Question): boolean {
  if (source.measures[measure] === undefined) return false;
  if (source.rollup && (!question.rollups || question.exact)) return false;
  for (const group of question.groups) {
    if ('time' in group) {
      if (!keepsTime(source, measure, group.time)) return false;
    } else if (source.columns[group.attribute] === undefined) return false;
  }
  const filtered = attributesOf(question.filters, isOfAds(source)).map(({ attribute }) => attribute);
  const ownFilters = filtered.every((attribute) => canFilter(source, attribute));
  // By page, the visits' own figures are those of the visits that entered on it; under a filter on events, those of the visits that hold such an event.
  const byPage = question.groups.some(
    (group) => 'attribute' in group && (group.attribute === 'page' || group.attribute === 'hostname'),
  );
  if (source.single && !isTold(source, measure, question)) return false;
  if (source.name === 'entry_figures') return ownFilters && byPage;
  if (source.name === 'entries' || source.name === 'exits')
    return ownFilters && (byPage || measure === 'entries' || measure === 'exits');
  if (source.name === 'visits_having') return !byPage && filtered.every((attribute) => joinable(attribute));
  return ownFilters;
}

const canFilter = (source: Source, attribute: Attribute) =>
  source.columns[attribute] !== undefined || (source.filters?.includes(attribute) ?? false);

/** What is asked of a table whose rows are by one dimension at a time: the attributes beside the site. */
export const figuredAttributes = (
  source: Source,
  { groups, filters }: Pick<Question, 'groups' | 'filters'>,
): Attribute[] =>
  [...new Set([...groupAttributes(groups), ...attributesOf(filters).map(({ attribute }) => attribute)])].filter(
    (attribute) => source.columns[attribute] === 'value',
  );

const groupAttributes = (groups: readonly Group[]) =>
  groups.flatMap((group) => ('attribute' in group ? [group.attribute] : []));

/** Acts on the page are told under what they are about, each by its own measure. */
const actOf: Partial<Record<Measure, Attribute>> = {
  outbound_clicks: 'outbound_link',
  downloads: 'download',
  forms: 'form',
  site_searches: 'site_search',
  missing_pages: 'not_found',
};

/** Figures of acts are of acts alone: the hits that are none have to be left out of the question. */
const leavesOutEmpty = (filters: readonly Filter[], attribute: Attribute): boolean =>
  filters.some((filter) => {
    if (filter[0] !== 'is' && filter[0] !== 'is_not') return false;
    const known = dimensionOf(filter[1]);
    const names = filter[2].some((value) => value === '' || value === known?.empty);
    return known?.attribute === attribute && names === (filter[0] === 'is_not');
  });

/** One attribute at most. A visitor may be there under several values of it: visitors are told value by value, never of some together. */
function isTold(source: Source, measure: Measure, question: Question): boolean {
  const [attribute, second] = figuredAttributes(source, question);
  if (second !== undefined) return false;
  // Who was on a page is told by page; who was there at all, by the visits.
  if (attribute === undefined) return source.name === 'visit_figures' || source.name === 'reading_figures';
  const isGrouped = groupAttributes(question.groups).includes(attribute);
  if (source.name === 'act_figures') {
    if (!leavesOutEmpty(question.filters, attribute)) return false;
    if (measure !== 'visitors') return actOf[measure] === attribute;
  }
  // A page may have been read in two sections: one reading of the page, one in each of them.
  if (attribute === 'section' && measure in readings) return isGrouped;
  return measure !== 'visitors' || isGrouped;
}

const readings: Partial<Record<Measure, true>> = {
  engaged_ms: true,
  engaged_pages: true,
  scroll_percents: true,
  scrolled_pages: true,
};

const joinable = (attribute: Attribute) =>
  sources.some((source) => source.name === 'joined' && canFilter(source, attribute));

function keepsTime(source: Source, measure: Measure, grain: Grain): boolean {
  if (grain === 'minute') return source.finest === 'exact' && !source.byDayOnly?.includes(measure);
  if (grain === 'hour') return source.finest !== 'day' && !source.byDayOnly?.includes(measure);
  return true;
}

function impossible(metric: MetricName, measure: Measure, { groups, filters }: Question): Refusal {
  const able = sources.filter((source) => source.measures[measure] !== undefined);
  const group = groups.find(
    (one) => 'attribute' in one && !able.some((source) => source.columns[one.attribute] !== undefined),
  );
  if (group)
    return new Refusal('bad-input', `dimensions: ${metric} cannot be broken down by ${group.name}.`, {
      field: 'dimensions',
      metric,
    });
  const filter = attributesOf(filters).find(
    ({ attribute }) =>
      !able.some((source) => canFilter(source, attribute)) &&
      !(able.some(({ name }) => name === 'visits_having') && joinable(attribute)),
  );
  if (filter)
    return new Refusal('bad-input', `filters: ${metric} cannot be filtered by ${filter.dimension}.`, {
      field: 'filters',
      metric,
    });
  const names = [
    ...new Set([...groups.map(({ name }) => name), ...attributesOf(filters).map(({ dimension }) => dimension)]),
  ].join(', ');
  return new Refusal('bad-input', `dimensions: ${metric} cannot be asked with ${names} together.`, {
    field: 'dimensions',
    metric,
  });
}
