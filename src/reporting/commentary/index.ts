/** The written commentary of a report: sentences of named rules, over which people may write their own. */
import type { ReportFigures } from '../figures.ts';
import { formatIn, type Language } from '../language.ts';
import type { Rule } from './rule.ts';
import {
  creativeBest,
  ctrPrevious,
  hoursBest,
  lineBest,
  lineWorst,
  viewable,
  weekdayBest,
} from './rules/comparisons.ts';
import {
  lineBehind,
  lineEarly,
  lineEndedShort,
  linePaused,
  linesComplete,
  lineSilent,
  lineUpcoming,
  lineWithoutCreative,
} from './rules/lines.ts';
import { deliveryPace, spendPlan } from './rules/order.ts';
import { deliveryTotal, invalidTraffic, nothingDelivered } from './rules/totals.ts';

export const rules: readonly Rule[] = [
  nothingDelivered,
  deliveryTotal,
  deliveryPace,
  lineWithoutCreative,
  lineSilent,
  lineBehind,
  lineEndedShort,
  linePaused,
  lineEarly,
  spendPlan,
  ctrPrevious,
  viewable,
  creativeBest,
  linesComplete,
  lineBest,
  lineWorst,
  weekdayBest,
  hoursBest,
  lineUpcoming,
  invalidTraffic,
];

export type Sentence = { key: string; rule: string; importance: number; text: string; values: Record<string, number> };

/** Every sentence that the figures give, the most important first. */
export function writeCommentary(figures: ReportFigures, language: Language): Sentence[] {
  const format = formatIn(language);
  return rules
    .flatMap((rule) =>
      rule.find(figures).map((finding): Sentence => ({
        key: finding.about === undefined ? rule.name : `${rule.name}/${finding.about}`,
        rule: rule.name,
        importance: finding.importance,
        text: finding.write[language](format),
        values: finding.values,
      })),
    )
    .sort((a, b) => b.importance - a.importance);
}

/** The key of the block that people write freely; it opens the commentary. */
export const noteKey = 'note';

/**
 * What someone wrote in place of a block: null hides it. `generated` is the sentence that stood there then, so that a
 * reader can be told when the figures behind it have moved since.
 */
export type Edit = { key: string; text: string | null; generated: string | null };

export type Block = {
  key: string;
  rule: string;
  /** The sentence of the rule today; null when it has nothing to say any more, and for a free note. */
  generated: string | null;
  /** What the report shows; null when hidden. */
  text: string | null;
  edited: boolean;
  /** Edited, and the generated sentence has changed since. */
  outdated: boolean;
  importance: number;
  values: Record<string, number>;
};

/** Generated sentences under the edits: an edit stays, whatever the figures become, until it is taken back. */
export function mergeEdits(sentences: readonly Sentence[], edits: readonly Edit[]): Block[] {
  const edit = new Map(edits.map((one) => [one.key, one]));
  const blocks = sentences.map((sentence): Block => {
    const own = edit.get(sentence.key);
    const { text, ...rest } = sentence;
    return {
      ...rest,
      generated: text,
      text: own ? own.text : text,
      edited: own !== undefined,
      outdated: own !== undefined && own.generated !== text,
    };
  });
  const orphans = edits
    .filter((one) => !sentences.some((sentence) => sentence.key === one.key))
    .map((one): Block => ({
      key: one.key,
      rule: one.key.split('/')[0] ?? one.key,
      generated: null,
      text: one.text,
      edited: true,
      outdated: one.generated !== null,
      importance: one.key === noteKey ? 101 : 0,
      values: {},
    }));
  return [...blocks, ...orphans].sort((a, b) => b.importance - a.importance);
}
