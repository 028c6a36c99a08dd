/** Single lines that need a word. With one line only, the sentence on the whole order says it already. */
import { dayCount } from '../../calendar.ts';
import type { LineFigures, LineStatus, Progress, ReportFigures } from '../../figures.ts';
import { type CountedUnit, countOf, type Finding, isCounted, type Rule } from '../rule.ts';

type Tracked = LineFigures & { progress: Progress; unit: CountedUnit };
const isTracked = (line: LineFigures): line is Tracked => line.progress !== null && isCounted(line.unit);

/** At most so many lines are named by one rule; the table of lines shows them all. */
const named = 3;

const withStatus = ({ lines }: ReportFigures, status: LineStatus): LineFigures[] =>
  lines.filter((line) => line.status === status);

/** The most striking lines, by how much of their goal is at stake. */
const worstFirst = (lines: readonly LineFigures[], weight: (line: Tracked) => number): Tracked[] =>
  lines
    .filter(isTracked)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, named);

const missingShare = ({ progress }: Tracked): number => 1 - progress.projected / progress.ordered;

export const lineBehind: Rule = {
  name: 'line-behind',
  applies: 'one of several lines is behind schedule; the three furthest from their goal',
  find(figures) {
    if (figures.lines.length < 2) return [];
    return worstFirst(withStatus(figures, 'behind'), missingShare).map((line): Finding => {
      const { delivered, expected, projected, ordered } = line.progress;
      const gap = (100 * (expected - delivered)) / expected;
      const end = (100 * projected) / ordered;
      return {
        about: line.id,
        importance: 85 - Math.min(4, end / 25),
        values: { gap, delivered, expected, end },
        write: {
          fr(f) {
            const due = `${line.unit === 'clicks' ? 'attendu' : 'attendue'}${expected < 2 ? '' : 's'}`;
            return `La ligne ${f.quote(line.name)} est en retard de ${f.percent(gap)} (${countOf(f, delivered, line.unit)} pour ${f.number(expected)} ${due}) et finirait à ${f.percent(end)} de son objectif.`;
          },
          en: (f) =>
            `The line ${f.quote(line.name)} is ${f.percent(gap)} behind schedule (${countOf(f, delivered, line.unit)} against ${f.number(expected)} expected) and would end at ${f.percent(end)} of its goal.`,
        },
      };
    });
  },
};

export const lineEarly: Rule = {
  name: 'line-early',
  applies: 'a line ahead of schedule would reach its goal a day or more before its end; the three earliest',
  find(figures) {
    return worstFirst(withStatus(figures, 'ahead'), ({ progress }) => progress.delivered / progress.expected)
      .filter(({ progress }) => progress.reached_on !== null)
      .map((line): Finding => {
        const on = line.progress.reached_on ?? line.last_day;
        const days = dayCount({ from: on, to: line.last_day }) - 1;
        return {
          about: line.id,
          importance: 75,
          values: { days },
          write: {
            fr: (f) =>
              `À son rythme actuel, la ligne ${f.quote(line.name)} atteindrait son objectif le ${f.day(on)}, ${f.count(days, 'jour', 'jours')} avant sa fin.`,
            en: (f) =>
              `At its present rate the line ${f.quote(line.name)} would reach its goal on ${f.day(on)}, ${f.count(days, 'day', 'days')} before its end.`,
          },
        };
      })
      .filter(({ values }) => (values.days ?? 0) >= 1);
  },
};

export const lineEndedShort: Rule = {
  name: 'line-ended-short',
  applies: 'one of several lines ended without its goal; the three furthest from it',
  find(figures) {
    if (figures.lines.length < 2) return [];
    return worstFirst(
      withStatus(figures, 'ended-short'),
      ({ progress }) => 1 - progress.delivered / progress.ordered,
    ).map((line): Finding => {
      const { delivered, ordered } = line.progress;
      const share = (100 * delivered) / ordered;
      return {
        about: line.id,
        importance: 84,
        values: { delivered, ordered, share },
        write: {
          fr: (f) =>
            `La ligne ${f.quote(line.name)} s’est terminée le ${f.day(line.last_day)} avec ${countOf(f, delivered, line.unit)} sur ${f.number(ordered)} (${f.percent(share)}).`,
          en: (f) =>
            `The line ${f.quote(line.name)} ended on ${f.day(line.last_day)} with ${f.number(delivered)} of ${countOf(f, ordered, line.unit)} (${f.percent(share)}).`,
        },
      };
    });
  },
};

export const linesComplete: Rule = {
  name: 'lines-complete',
  applies: 'some of several lines have reached their goal',
  find(figures) {
    const complete = withStatus(figures, 'complete').length;
    const all = figures.lines.filter((line) => line.progress !== null).length;
    if (complete === 0 || all < 2) return [];
    return [
      {
        importance: 55,
        values: { complete, all },
        write: {
          fr: (f) =>
            `${f.count(complete, 'ligne', 'lignes')} sur ${f.number(all)} ${complete < 2 ? 'a' : 'ont'} atteint ${complete < 2 ? 'son' : 'leur'} objectif.`,
          en: (f) =>
            `${f.number(complete)} of ${f.count(all, 'line', 'lines')} ${complete === 1 ? 'has' : 'have'} reached ${complete === 1 ? 'its' : 'their'} goal.`,
        },
      },
    ];
  },
};

/** One line is named; several are counted. */
function oneOrMany(
  lines: readonly LineFigures[],
  importance: number,
  write: { one: (line: LineFigures) => Finding['write']; many: (count: number) => Finding['write'] },
): Finding[] {
  const [line] = lines;
  if (!line) return [];
  if (lines.length === 1) return [{ importance, values: {}, write: write.one(line) }];
  return [{ importance, values: { lines: lines.length }, write: write.many(lines.length) }];
}

export const lineWithoutCreative: Rule = {
  name: 'line-without-creative',
  applies: 'a line has started, or is about to, without any approved creative, and has delivered nothing',
  find: ({ lines }) =>
    oneOrMany(
      lines.filter((line) => !line.has_creative && (line.status === 'silent' || line.status === 'upcoming')),
      88,
      {
        one: (line) => ({
          fr: (f) =>
            `La ligne ${f.quote(line.name)} ne peut pas être diffusée${'\u00a0'}: aucune création approuvée ne lui est associée.`,
          en: (f) => `The line ${f.quote(line.name)} cannot be served: no approved creative is assigned to it.`,
        }),
        many: (count) => ({
          fr: (f) =>
            `${f.count(count, 'ligne', 'lignes')} ne peuvent pas être diffusées${'\u00a0'}: aucune création approuvée ne leur est associée.`,
          en: (f) => `${f.count(count, 'line', 'lines')} cannot be served: no approved creative is assigned to them.`,
        }),
      },
    ),
};

export const lineSilent: Rule = {
  name: 'line-silent',
  applies: 'a line has started, has creatives, and has delivered nothing',
  find: ({ lines }) =>
    oneOrMany(
      lines.filter((line) => line.has_creative && line.status === 'silent'),
      87,
      {
        one: (line) => ({
          fr: (f) =>
            `La ligne ${f.quote(line.name)}, ouverte depuis le ${f.day(line.first_day)}, n’a encore rien livré.`,
          en: (f) =>
            `The line ${f.quote(line.name)}, open since ${f.day(line.first_day)}, has not delivered anything yet.`,
        }),
        many: (count) => ({
          fr: (f) => `${f.count(count, 'ligne', 'lignes')} dont la date de début est passée n’ont encore rien livré.`,
          en: (f) => `${f.count(count, 'line', 'lines')} past their start date have not delivered anything yet.`,
        }),
      },
    ),
};

export const lineUpcoming: Rule = {
  name: 'line-upcoming',
  applies: 'a line starts after the last day that the figures cover',
  find: ({ lines }) =>
    oneOrMany(
      lines.filter((line) => line.status === 'upcoming'),
      30,
      {
        one: (line) => ({
          fr: (f) => `La ligne ${f.quote(line.name)} commence le ${f.day(line.first_day)}.`,
          en: (f) => `The line ${f.quote(line.name)} starts on ${f.day(line.first_day)}.`,
        }),
        many: (count) => ({
          fr: (f) => `${f.count(count, 'ligne', 'lignes')} n’ont pas encore commencé.`,
          en: (f) => `${f.count(count, 'line', 'lines')} have not started yet.`,
        }),
      },
    ),
};

export const linePaused: Rule = {
  name: 'line-paused',
  applies: 'a line is paused before its goal',
  find: ({ lines }) =>
    oneOrMany(
      lines.filter((line) => line.status === 'paused'),
      80,
      {
        one: (line) => ({
          fr: (f) => `La ligne ${f.quote(line.name)} est en pause.`,
          en: (f) => `The line ${f.quote(line.name)} is paused.`,
        }),
        many: (count) => ({
          fr: (f) => `${f.count(count, 'ligne est', 'lignes sont')} en pause.`,
          en: (f) => `${f.count(count, 'line is', 'lines are')} paused.`,
        }),
      },
    ),
};
