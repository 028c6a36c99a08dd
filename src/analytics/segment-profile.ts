/** Who is in a segment, in plain words: what sets it apart from everybody, and nothing about a group that is too small. */
import type * as z from 'zod';
import { channelsInFrench } from './channel-words.ts';
import { daysOfSite } from './answer-funnel.ts';
import { actionsOf, columnOf, isOfAds } from './condition.ts';
import type { Filter } from './contract.ts';
import { dimensionOf } from './dimensions.ts';
import { labelsOf } from './labels.ts';
import { regionNamed } from './region-names.ts';
import { resolveFilters } from './resolve-filters.ts';
import type { Lying } from './rows.ts';
import type { Asking } from './run-query.ts';
import { readAudienceSettings, readSegment } from './segment.ts';
import type { SegmentProfile, profileSegment as contract } from './segment-contract.ts';
import { bindTo, paramsOf } from './write-sql.ts';

type Language = 'fr' | 'en';

/** What is looked at, with the sentence of each: `value` as people say it, `share` and `all` in percent as written. */
const said: Record<string, Record<Language, (value: string, share: string, all: string) => string>> = {
  'visit:country': {
    en: (value, share, all) => `${share} are in ${value} (${all} of all visitors).`,
    fr: (value, share, all) => `${share} sont dans ce pays : ${value} (${all} de l’ensemble).`,
  },
  'visit:device': {
    en: (value, share, all) => `${share} read on a ${value} (${all} of all visitors).`,
    fr: (value, share, all) => `${share} lisent sur ${value} (${all} de l’ensemble).`,
  },
  'visit:channel': {
    en: (value, share, all) => `${share} came by the channel “${value}” (${all} of all visitors).`,
    fr: (value, share, all) => `${share} sont venus par le canal « ${value} » (${all} de l’ensemble).`,
  },
  'visit:source': {
    en: (value, share, all) => `${share} came from ${value} (${all} of all visitors).`,
    fr: (value, share, all) => `${share} sont venus de ${value} (${all} de l’ensemble).`,
  },
  'event:section': {
    en: (value, share, all) => `${share} read the section “${value}” (${all} of all visitors).`,
    fr: (value, share, all) => `${share} lisent la rubrique « ${value} » (${all} de l’ensemble).`,
  },
  'visit:language': {
    en: (value, share, all) => `${share} have their browser in ${value} (${all} of all visitors).`,
    fr: (value, share, all) => `${share} ont leur navigateur en ${value} (${all} de l’ensemble).`,
  },
  'visit:os': {
    en: (value, share, all) => `${share} use ${value} (${all} of all visitors).`,
    fr: (value, share, all) => `${share} utilisent ${value} (${all} de l’ensemble).`,
  },
  'visit:depth': {
    en: (value, share, all) =>
      `${share} had a visit of ${value} ${value === '1' ? 'page' : 'pages'} (${all} of all visitors).`,
    fr: (value, share, all) =>
      `${share} ont fait une visite de ${value} ${value === '1' ? 'page' : 'pages'} (${all} de l’ensemble).`,
  },
};
const devices: Record<string, string> = {
  desktop: 'ordinateur',
  phone: 'téléphone',
  tablet: 'tablette',
  tv: 'téléviseur',
};
/** Values that say nothing. */
const empty = new Set(['', '(not set)', '(none)', 'unknown', 'Direct / None']);
const mostSentences = 8;

/** Throws a Refusal when the segment is not the caller's. */
export async function profileSegment(
  asking: Asking,
  { id, from, to, language }: z.output<(typeof contract)['input']>,
): Promise<SegmentProfile> {
  const { db, caller } = asking;
  const segment = await readSegment(db, caller, id);
  const { smallest_group } = await readAudienceSettings(db, caller);
  const { sites, scope } = await daysOfSite(asking, segment.site_id, [from, to]);
  const resolved = await resolveFilters(db, caller, sites.ids, [['is', 'segment', [id]]]);
  const [own, all] = await Promise.all([
    countTraits(asking, { scope, goals: resolved.goals ?? [] }, resolved.filters),
    countTraits(asking, { scope, goals: [] }, []),
  ]);
  const [size, everybody] = [own.visitors, all.visitors];
  const left = everybody - size;
  // Everybody but a few: to describe it is to describe those few.
  if (own.persons < smallest_group || (left > 0 && left < smallest_group))
    return { visitors: null, smallest_group, sentences: [], traits: [] };
  const labels = await labelsOf(
    db,
    caller.org_id,
    ['event:section'],
    own.traits.filter(({ dimension }) => dimension === 'event:section').map(({ value }) => [value]),
  );
  const known = new Map(all.traits.map((one) => [`${one.dimension} ${one.value}`, one.visitors]));
  const traits = own.traits.flatMap((one) =>
    traitOf(one, known.get(`${one.dimension} ${one.value}`) ?? one.visitors, {
      size,
      everybody,
      smallest_group,
      label: labels[one.value],
    }),
  );
  const telling = traits.toSorted((a, b) => b.weight - a.weight).slice(0, mostSentences);
  const write = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return {
    visitors: roundedTo(stepOf(smallest_group), size),
    smallest_group,
    sentences: telling.map(
      ({ dimension, value, label, share, everybody: other }) =>
        said[dimension]?.[language](
          nameOf(dimension, value, label, language),
          write.format(share / 100),
          write.format(other / 100),
        ) ?? '',
    ),
    traits: telling.map(({ dimension, value, share, everybody: other, index }) => ({
      dimension,
      value,
      share,
      everybody: other,
      index,
    })),
  };
}

/**
 * `visitors`: distinct identifiers, by which shares are written. `persons`: so many people there are at least, `others`: so many at least
 * without the trait; thresholds are held against these two.
 */
type Counted = { dimension: string; value: string; visitors: number; persons: number; others: number };

/**
 * Visitors by every trait at once: one pass over the hits and their visits, whatever the number of traits.
 *
 * One person has a new hash every day and on every site, so hashes of several days or sites are never people. People are at least as
 * many as the lasting identifiers of one site, and as the visitors of one site's day: the larger of the two is the bound. A hash that lives
 * on behind midnight counts in its first day.
 */
async function countTraits(
  { events, signal }: Asking,
  lying: Lying,
  filters: readonly Filter[],
): Promise<Omit<Counted, 'dimension' | 'value'> & { traits: Counted[] }> {
  const params = paramsOf(lying.scope);
  const bind = bindTo(params);
  const { from, where, source } = actionsOf(
    filters.length > 0 ? ['and', [...filters]] : ['is_not', 'event:name', ['engagement']],
    lying,
    bind,
  );
  const columns = Object.keys(said).map((name) => {
    const attribute = dimensionOf(name)?.attribute ?? 'page';
    return `('${name}', toString(${columnOf(source, attribute, undefined, bind)}))`;
  });
  // Ad events know their visitors by the lasting identifier alone.
  const lasting = isOfAds(source) ? 'visitor' : 'identified';
  const rows = await events.query<Counted>(
    `with seen as (select site_id, visitor, ${lasting} as lasting, if(lasting != 0, lasting, visitor) as whom,
         toString(min(local_date) over (partition by site_id, visitor)) as day, [('', ''), ${columns.join(', ')}] as traits
       from ${from} where ${where}),
     counted as (select arrayJoin(traits) as trait, site_id, arrayJoin(if(lasting != 0, [day, ''], [day])) as span,
         if(span = '', uniqExact(lasting), least(uniqExact(visitor), uniqExact(whom))) as people,
         uniqExactState((site_id, whom)) as known
       from seen group by trait, site_id, span),
     beside as (select *, sumIf(people, trait = ('', '')) over (partition by site_id, span) as all_people from counted)
     select trait.1 as dimension, trait.2 as value, toFloat64(uniqExactMerge(known)) as visitors,
         toFloat64(max(people)) as persons, toFloat64(max(greatest(toInt64(all_people) - toInt64(people), 0))) as others
       from beside group by trait order by visitors desc, value limit 200 by dimension`,
    params,
    signal ? { signal } : {},
  );
  const counted = rows.map((row) => ({
    ...row,
    visitors: Number(row.visitors),
    persons: Number(row.persons),
    others: Number(row.others),
  }));
  const all = counted.find(({ dimension }) => dimension === '');
  return {
    visitors: all?.visitors ?? 0,
    persons: all?.persons ?? 0,
    others: 0,
    traits: counted.filter(({ dimension }) => dimension !== ''),
  };
}

type Whole = { size: number; everybody: number; smallest_group: number; label: string | undefined };

/**
 * A value that enough visitors of the segment have, weighed by how surely their share differs (two-proportion z). Figures are rounded, so
 * that two segments that differ by one visitor read the same.
 */
function traitOf({ dimension, value, visitors, persons, others: left }: Counted, others: number, whole: Whole) {
  const { smallest_group, label = value } = whole;
  // The rest must not be so small either that its members could be told by leaving these out: of the segment, and of everybody else.
  const outside = others - visitors;
  const isTold =
    (whole.size > visitors && left < smallest_group) ||
    [outside, whole.everybody - whole.size - outside].some((rest) => rest > 0 && rest < smallest_group);
  if (persons < smallest_group || isTold || empty.has(value)) return [];
  const step = stepOf(smallest_group);
  const [size, everybody] = [roundedTo(step, whole.size), roundedTo(step, whole.everybody)];
  const [p, q] = [roundedTo(step, visitors) / size, roundedTo(step, others) / everybody];
  const spread = Math.sqrt(Math.max(q * (1 - q), 1e-9) / size);
  const [share, all] = [Math.round(100 * p), Math.round(100 * q)];
  const trait = { dimension, value, share, everybody: all, index: Math.round((100 * p) / Math.max(q, 0.005)) };
  return [{ ...trait, label, weight: Math.abs(p - q) / spread }];
}

/** Visitors are counted in steps of a tenth of the threshold. */
const stepOf = (smallest: number) => Math.max(1, Math.round(smallest / 10));
const roundedTo = (step: number, count: number) => step * Math.round(count / step);

function nameOf(dimension: string, value: string, label: string, language: Language): string {
  const named = (type: 'region' | 'language') => {
    try {
      return new Intl.DisplayNames(language, { type }).of(value) ?? value;
    } catch {
      return value;
    }
  };
  if (dimension === 'visit:country') return named('region');
  if (dimension === 'visit:region') return regionNamed(value, language);
  if (dimension === 'visit:language') return named('language');
  if (language === 'fr' && dimension === 'visit:device') return devices[value] ?? value;
  if (language === 'fr' && dimension === 'visit:channel') return channelsInFrench[value] ?? value;
  return label;
}
