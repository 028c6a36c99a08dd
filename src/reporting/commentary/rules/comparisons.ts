/** Rules that compare rates. Each speaks only of a difference that chance does not explain: see statistics.ts. */
import { weekdayOf } from '../../calendar.ts';
import { type ReportFigures, viewability } from '../../figures.ts';
import type { Format } from '../../language.ts';
import {
  alphaOfRule,
  type Cell,
  type Comparison,
  dispersion,
  type Group,
  minimumSuccesses,
  oneProportionP,
  smallestLift,
  standouts,
  sum,
  twoProportionP,
} from '../../statistics.ts';
import { countOf, type Finding, type Rule } from '../rule.ts';

const cellsOf = (days: readonly { impressions: number; clicks: number }[]): Cell[] =>
  days
    .filter((day) => day.impressions > 0)
    .map((day) => ({ n: day.impressions, k: Math.min(day.clicks, day.impressions) }));

export const ctrPrevious: Rule = {
  name: 'ctr-previous',
  applies: `the click-through rate differs from the period before beyond chance, with ${minimumSuccesses} clicks or more in both`,
  find({ days, previous_days, previous }) {
    const groups = [days, previous_days].map((list): Group<null> => ({ of: null, cells: cellsOf(list) }));
    const [now, before] = groups.map((group) => sum(group.cells));
    if (!now || !before || now.k < minimumSuccesses || before.k < minimumSuccesses) return [];
    const p = twoProportionP(now, before, dispersion(groups));
    const [rate, was] = [(100 * now.k) / now.n, (100 * before.k) / before.n];
    const change = 100 * (rate / was - 1);
    if (p > alphaOfRule || Math.abs(change) < 100 * smallestLift) return [];
    const size = Math.abs(change);
    return [
      {
        importance: 65,
        values: { ctr: rate, previous: was, change: size },
        write: {
          fr: (f) =>
            `Le taux de clics ${change > 0 ? 'progresse' : 'recule'} de ${f.percent(size)} par rapport à la période précédente (${f.period(previous.from, previous.to)})${'\u00a0'}: ${f.percent(rate, 2)} contre ${f.percent(was, 2)}.`,
          en: (f) =>
            `The click-through rate is ${f.percent(size)} ${change > 0 ? 'higher' : 'lower'} than in the previous period (${f.period(previous.from, previous.to)}): ${f.percent(rate, 2)} against ${f.percent(was, 2)}.`,
        },
      },
    ];
  },
};

type Named = { id: string; name: string };

/** A finding about a group's click-through rate against the others'; `what` is the subject of the sentence. */
function clickRate<T extends { id: string }>(
  found: Comparison<T> | undefined,
  options: {
    importance: number;
    fr: (f: Format, of: T) => string;
    en: (f: Format, of: T) => string;
    others: { fr: string; en: string };
  },
): Finding[] {
  if (!found) return [];
  const [rate, others] = [100 * found.rate, 100 * found.others.rate];
  return [
    {
      about: found.of.id,
      importance: options.importance,
      values: { ctr: rate, others },
      write: {
        fr: (f) =>
          `${options.fr(f, found.of)}${'\u00a0'}: ${f.percent(rate, 2)}, contre ${f.percent(others, 2)} pour ${options.others.fr}.`,
        en: (f) =>
          `${options.en(f, found.of)}: ${f.percent(rate, 2)}, against ${f.percent(others, 2)} for ${options.others.en}.`,
      },
    },
  ];
}

const lineGroups = ({ lines }: ReportFigures): Group<Named>[] =>
  lines.filter((line) => line.period.impressions > 0).map((line) => ({ of: line, cells: cellsOf(line.days) }));

export const lineBest: Rule = {
  name: 'line-best',
  applies: 'the click-through rate of a line exceeds that of the others beyond chance',
  find: (figures) =>
    clickRate(standouts(lineGroups(figures)).best, {
      importance: 50,
      fr: (f, line) => `La ligne ${f.quote(line.name)} obtient le meilleur taux de clics`,
      en: (f, line) => `The line ${f.quote(line.name)} has the best click-through rate`,
      others: { fr: 'les autres lignes', en: 'the other lines' },
    }),
};

export const lineWorst: Rule = {
  name: 'line-worst',
  applies: 'there are three lines or more, and the click-through rate of one is below that of the others beyond chance',
  find(figures) {
    const groups = lineGroups(figures);
    // Of two lines, the better one has been named: the other's sentence would say the same again.
    if (groups.length < 3) return [];
    return clickRate(standouts(groups).worst, {
      importance: 45,
      fr: (f, line) => `La ligne ${f.quote(line.name)} a le taux de clics le plus faible`,
      en: (f, line) => `The line ${f.quote(line.name)} has the lowest click-through rate`,
      others: { fr: 'les autres lignes', en: 'the other lines' },
    });
  },
};

export const creativeBest: Rule = {
  name: 'creative-best',
  applies:
    'the click-through rate of a creative exceeds that of the others beyond chance (Bonferroni over the creatives)',
  find: ({ creatives }) =>
    clickRate(
      standouts(creatives.map((creative): Group<Named> => ({ of: creative, cells: cellsOf(creative.days) }))).best,
      {
        importance: 58,
        fr: (f, creative) => `La création ${f.quote(creative.name)} obtient le meilleur taux de clics`,
        en: (f, creative) => `The creative ${f.quote(creative.name)} has the best click-through rate`,
        others: { fr: 'les autres créations', en: 'the other creatives' },
      },
    ),
};

const weekdays = {
  fr: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};

export const weekdayBest: Rule = {
  name: 'weekday-best',
  applies: 'two weeks or more, and the click-through rate of a weekday exceeds that of the other days beyond chance',
  find({ days }) {
    const groups = weekdays.en.map((_, weekday): Group<{ id: string; weekday: number }> => ({
      of: { id: String(weekday), weekday },
      cells: cellsOf(days.filter((day) => weekdayOf(day.date) === weekday)),
    }));
    if (groups.some((group) => group.cells.length < 2)) return [];
    return clickRate(standouts(groups).best, {
      importance: 35,
      fr: (_, { weekday }) => `Le ${weekdays.fr[weekday]} obtient le meilleur taux de clics de la semaine`,
      en: (_, { weekday }) => `${weekdays.en[weekday]} has the best click-through rate of the week`,
      others: { fr: 'les autres jours', en: 'the other days' },
    });
  },
};

/** Hours are compared by blocks of four: single hours of a campaign are too thin to tell apart. */
const blockHours = 4;

export const hoursBest: Rule = {
  name: 'hours-best',
  applies:
    'a week or more, and the click-through rate of a block of four hours exceeds that of the rest of the day beyond chance',
  find({ hours }) {
    const blocks = Array.from(
      { length: 24 / blockHours },
      (_, block): Group<{ id: string; from: number; to: number }> => {
        const [from, to] = [block * blockHours, (block + 1) * blockHours];
        const inside = hours.filter(({ hour }) => hour >= from && hour < to);
        const dates = [...new Set(inside.map(({ date }) => date))];
        const cells = dates.map((date) => {
          const ofDay = inside.filter((hour) => hour.date === date);
          return {
            impressions: ofDay.reduce((n, h) => n + h.impressions, 0),
            clicks: ofDay.reduce((n, h) => n + h.clicks, 0),
          };
        });
        return { of: { id: String(from), from, to }, cells: cellsOf(cells) };
      },
    ).filter((group) => group.cells.length >= 7);
    return clickRate(standouts(blocks).best, {
      importance: 32,
      fr: (f, { from, to }) =>
        `Entre ${f.number(from)}${'\u00a0'}h et ${f.number(to)}${'\u00a0'}h, le taux de clics est le meilleur de la journée`,
      en: (_, { from, to }) => `Between ${from}:00 and ${to}:00 the click-through rate is the best of the day`,
      others: { fr: 'les autres heures', en: 'the other hours' },
    });
  },
};

/** The share of viewable impressions that this product takes as its mark; the report says so in its definitions. */
export const viewabilityMark = 70;

export const viewable: Rule = {
  name: 'viewability',
  applies: 'viewable impressions were measured; set against the mark of 70 % only when above or below it beyond chance',
  find({ total, days }) {
    const rate = viewability(total);
    if (rate === null || total.viewable === 0) return [];
    const cells = days
      .filter((day) => day.impressions > 0)
      .map((day) => ({ n: day.impressions, k: Math.min(day.viewable, day.impressions) }));
    const gap = rate - viewabilityMark;
    const differs = oneProportionP(cells, viewabilityMark / 100) <= alphaOfRule && Math.abs(gap) >= 0.5;
    const size = Math.abs(gap);
    return [
      {
        importance: differs && gap < 0 ? 62 : 48,
        values: { viewable: total.viewable, rate, ...(differs ? { gap: size, mark: viewabilityMark } : {}) },
        write: {
          fr(f) {
            const one = total.viewable < 2;
            const start = `${countOf(f, total.viewable, 'impressions')} ${one ? 'a été visible' : 'ont été visibles'}, soit ${f.percent(rate)} du total`;
            const points = `${f.number(size, 1)}${'\u00a0'}${size < 2 ? 'point' : 'points'}`;
            return differs
              ? `${start}, ${points} ${gap < 0 ? 'sous le' : 'au-dessus du'} repère de ${f.percent(viewabilityMark, 0)}.`
              : `${start}.`;
          },
          en(f) {
            const start = `${countOf(f, total.viewable, 'impressions')} ${total.viewable === 1 ? 'was' : 'were'} viewable, ${f.percent(rate)} of the total`;
            return differs
              ? `${start}, ${f.number(size, 1)} points ${gap < 0 ? 'below' : 'above'} the ${f.percent(viewabilityMark, 0)} mark.`
              : `${start}.`;
          },
        },
      },
    ];
  },
};
