/** The form of a rule: every sentence of a report's commentary comes from one, by name. */
import type { ReportFigures } from '../figures.ts';
import type { Format } from '../language.ts';

/** A sentence ready to be written in either language, with the figures it carries. */
export type Finding = {
  /** What it speaks of when the rule may speak of several things (a line's id, a unit); edits are kept under `rule/about`. */
  about?: string;
  /** 0–100; the more important sentences come first. */
  importance: number;
  /** The figures behind the sentence, raw: counts, percent, minor units. */
  values: Record<string, number>;
  write: { fr: (format: Format) => string; en: (format: Format) => string };
};

export type Rule = {
  name: string;
  /** When it speaks, for the people who read the list of rules. */
  applies: string;
  /** Pure: the same figures always give the same findings, none when there is nothing to say. */
  find: (figures: ReportFigures) => Finding[];
};

const units = {
  impressions: { fr: ['impression', 'impressions'], en: ['impression', 'impressions'] },
  viewable_impressions: {
    fr: ['impression visible', 'impressions visibles'],
    en: ['viewable impression', 'viewable impressions'],
  },
  clicks: { fr: ['clic', 'clics'], en: ['click', 'clicks'] },
  conversions: { fr: ['conversion', 'conversions'], en: ['conversion', 'conversions'] },
} as const;

export type CountedUnit = keyof typeof units;

export const isCounted = (unit: string): unit is CountedUnit => Object.hasOwn(units, unit);

/** `12 345 impressions visibles`, in the number and language due. */
export function countOf(format: Format, value: number, unit: CountedUnit): string {
  const [one, many] = units[unit][format.language];
  return format.count(value, one, many);
}
