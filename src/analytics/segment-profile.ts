/** Who is in a segment, in plain words: what sets it apart from everybody, and nothing about a group that is too small. */
import type * as z from 'zod';
import { channelsInFrench } from './channel-words.ts';
import { Query, type QueryInput, type QueryReply } from './contract.ts';
import { type Asking, runQuery } from './run-query.ts';
import { readAudienceSettings, readSegment } from './segment.ts';
import type { SegmentProfile, profileSegment as contract } from './segment-contract.ts';

type Language = 'fr' | 'en';
type Trait = SegmentProfile['traits'][number];

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
  'visit:visitor_type': {
    en: (value, share, all) =>
      `${share} are ${value === 'new' ? 'new' : 'returning'} visitors (${all} of all visitors).`,
    fr: (value, share, all) => `${share} sont ${value === 'new' ? 'nouveaux' : 'de retour'} (${all} de l’ensemble).`,
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
  const base: QueryInput = { site_id: segment.site_id, metrics: ['visitors'], date_range: [from, to] };
  const inside: QueryInput['filters'] = [['is', 'segment', [id]]];
  const ask = (more: Partial<QueryInput>) => runQuery(asking, Query.parse({ ...base, ...more }));
  const [own, all] = await Promise.all([ask({ filters: inside }), ask({})]);
  const [size, everybody] = [totalOf(own), totalOf(all)];
  if (size < smallest_group) return { visitors: null, smallest_group, sentences: [], traits: [] };
  const traits: (Trait & { label: string; weight: number })[] = [];
  for (const dimension of Object.keys(said)) {
    const asked: Partial<QueryInput> = { dimensions: [dimension], pagination: { limit: 200 } };
    const [rows, others] = await Promise.all([ask({ ...asked, filters: inside }), ask(asked)]);
    traits.push(...traitsOf({ dimension, rows, others, size, everybody, smallest_group }));
  }
  const telling = traits.toSorted((a, b) => b.weight - a.weight).slice(0, mostSentences);
  const write = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return {
    visitors: size,
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

const totalOf = (reply: QueryReply): number => reply.results[0]?.metrics[0] ?? 0;

type Compared = {
  dimension: string;
  rows: QueryReply;
  others: QueryReply;
  size: number;
  everybody: number;
  smallest_group: number;
};

/** Values that hold enough visitors of the segment, weighed by how surely their share differs (two-proportion z). */
function traitsOf({ dimension, rows, others, size, everybody, smallest_group }: Compared) {
  const known = new Map(others.results.map((row) => [row.dimensions[0] ?? '', row.metrics[0] ?? 0]));
  return rows.results.flatMap((row) => {
    const value = row.dimensions[0] ?? '';
    const count = row.metrics[0] ?? 0;
    // The rest must not be so small either that its members could be told by leaving these out.
    const rest = size - count;
    if (count < smallest_group || (rest > 0 && rest < smallest_group) || empty.has(value)) return [];
    const [p, q] = [count / size, (known.get(value) ?? count) / everybody];
    const spread = Math.sqrt(Math.max(q * (1 - q), 1e-9) / size);
    const trait = { dimension, value, share: round(100 * p), everybody: round(100 * q), index: round((100 * p) / q) };
    return [{ ...trait, label: rows.meta.labels[value] ?? value, weight: Math.abs(p - q) / spread }];
  });
}

const round = (value: number) => Math.round(value * 100) / 100;

function nameOf(dimension: string, value: string, label: string, language: Language): string {
  const named = (type: 'region' | 'language') => {
    try {
      return new Intl.DisplayNames(language, { type }).of(value) ?? value;
    } catch {
      return value;
    }
  };
  if (dimension === 'visit:country') return named('region');
  if (dimension === 'visit:language') return named('language');
  if (language === 'fr' && dimension === 'visit:device') return devices[value] ?? value;
  if (language === 'fr' && dimension === 'visit:channel') return channelsInFrench[value] ?? value;
  return label;
}
