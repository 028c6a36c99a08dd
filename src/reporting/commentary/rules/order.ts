/** The order as a whole against what was booked. */
import type { LineFigures, Progress } from '../../figures.ts';
import { tolerance } from '../../progress.ts';
import { narrow } from '../../language.ts';
import { type CountedUnit, countOf, type Finding, isCounted, type Rule } from '../rule.ts';

type Tracked = LineFigures & { progress: Progress };
const isTracked = (line: LineFigures): line is Tracked => line.progress !== null;

export const deliveryPace: Rule = {
  name: 'delivery-pace',
  applies: 'lines with a counted goal have started: one sentence per unit of goal',
  find({ lines, as_of_day }) {
    const tracked = lines.filter(isTracked).filter((line) => line.progress.elapsed > 0);
    const units = [...new Set(tracked.map((line) => line.unit))].filter(isCounted);
    return units.map((unit) =>
      paceOf(
        unit,
        tracked.filter((line) => line.unit === unit),
        as_of_day,
      ),
    );
  },
};

function paceOf(unit: CountedUnit, lines: readonly Tracked[], day: string): Finding {
  const sum = (field: 'delivered' | 'ordered' | 'expected' | 'projected') =>
    lines.reduce((total, line) => total + line.progress[field], 0);
  const [delivered, ordered, expected, projected] = [
    sum('delivered'),
    sum('ordered'),
    sum('expected'),
    sum('projected'),
  ];
  const done = (100 * delivered) / ordered;
  const due = (100 * expected) / ordered;
  const gap = expected > 0 ? (100 * (delivered - expected)) / expected : 0;
  const end = (100 * projected) / ordered;
  const over = lines.every((line) => line.progress.elapsed >= 1);
  const noticeable = Math.abs(delivered - expected) > Math.max(tolerance * expected, 2 * Math.sqrt(expected));
  const pace =
    delivered === 0 && expected > 0 && !over
      ? 'none'
      : delivered >= ordered
        ? 'complete'
        : over
          ? 'over'
          : !noticeable
            ? 'on-track'
            : gap < 0
              ? 'behind'
              : 'ahead';
  const base = { delivered, ordered, done };
  const values = {
    none: { ordered, due },
    complete: base,
    over: { ...base, missing: ordered - delivered },
    'on-track': { ...base, due },
    behind: { ...base, due, gap: -gap, projected, end },
    ahead: { ...base, due, gap },
  }[pace];
  const importance = { none: 97, complete: 90, over: 96, 'on-track': 90, behind: 97, ahead: 92 }[pace];
  const semi = `${narrow};`;
  const colon = '\u00a0:';
  return {
    about: unit,
    importance,
    values,
    write: {
      fr(f) {
        if (pace === 'none') {
          return `Au ${f.day(day)}, rien n’a encore été livré sur un objectif de ${countOf(f, ordered, unit)}, alors que ${f.percent(due)} étaient attendus à cette date.`;
        }
        const start = `Au ${f.day(day)}, ${countOf(f, delivered, unit)} sur ${f.number(ordered)} ${delivered < 2 ? 'a été livré' : 'ont été livré'}${unit === 'clicks' ? '' : 'e'}${delivered < 2 ? '' : 's'}, soit ${f.percent(done)} de l’objectif`;
        if (pace === 'complete') return `${start}${colon} l’objectif est atteint.`;
        if (pace === 'over')
          return `${start}${colon} la diffusion est terminée et il manque ${countOf(f, ordered - delivered, unit)}.`;
        const expectedPart = ` pour ${f.percent(due)} attendus à cette date`;
        if (pace === 'on-track') return `${start}${expectedPart}${colon} la diffusion suit le rythme prévu.`;
        if (pace === 'ahead')
          return `${start}${expectedPart}${colon} la diffusion est en avance de ${f.percent(gap)} sur le rythme prévu.`;
        return `${start}${expectedPart}${colon} la diffusion est en retard de ${f.percent(-gap)} sur le rythme prévu${semi} à ce rythme, elle s’arrêterait à ${countOf(f, projected, unit)}, soit ${f.percent(end)} de l’objectif.`;
      },
      en(f) {
        if (pace === 'none') {
          return `As of ${f.day(day)}, nothing has been delivered yet of a goal of ${countOf(f, ordered, unit)}, while ${f.percent(due)} was expected by then.`;
        }
        const start = `As of ${f.day(day)}, ${f.number(delivered)} of ${countOf(f, ordered, unit)} ${delivered === 1 ? 'was' : 'were'} delivered, ${f.percent(done)} of the goal`;
        if (pace === 'complete') return `${start}: the goal is reached.`;
        if (pace === 'over') return `${start}: delivery is over, ${countOf(f, ordered - delivered, unit)} short.`;
        const expectedPart = ` against ${f.percent(due)} expected by then`;
        if (pace === 'on-track') return `${start}${expectedPart}: delivery is on schedule.`;
        if (pace === 'ahead') return `${start}${expectedPart}: delivery is ${f.percent(gap)} ahead of schedule.`;
        return `${start}${expectedPart}: delivery is ${f.percent(-gap)} behind schedule; at this rate it would end at ${countOf(f, projected, unit)}, ${f.percent(end)} of the goal.`;
      },
    },
  };
}

/** Models whose price comes with each event, so that spend and delivery can be compared. */
const perEvent = ['cpm', 'vcpm', 'cpc'];

export const spendPlan: Rule = {
  name: 'spend-plan',
  applies: 'every started line is priced per event in one currency and has a budget',
  find({ lines, currency }) {
    const started = lines.filter((line) => line.status !== 'upcoming');
    if (currency === null || started.length === 0) return [];
    if (!started.every((line) => isTracked(line) && perEvent.includes(line.rate.model) && (line.budget ?? 0) > 0))
      return [];
    const budget = Math.round(lines.reduce((sum, line) => sum + (line.budget ?? 0), 0));
    const spent = Math.round(started.reduce((sum, line) => sum + line.to_date.spend, 0));
    const due = Math.round(
      started
        .filter(isTracked)
        .reduce((sum, line) => sum + ((line.budget ?? 0) * line.progress.expected) / line.progress.ordered, 0),
    );
    if (spent === 0 || due === 0) return [];
    const share = (100 * spent) / budget;
    const gap = (100 * (spent - due)) / due;
    const off = Math.abs(gap) > 100 * tolerance;
    return [
      {
        importance: off ? 70 : 60,
        values: { spent, budget, share, due, ...(off ? { gap: Math.abs(gap) } : {}) },
        write: {
          fr: (f) =>
            `Le montant consommé atteint ${f.money(spent, currency)} sur un budget de ${f.money(budget, currency)} (${f.percent(share)}), pour ${f.money(due, currency)} prévus à cette date${off ? `, soit ${f.percent(Math.abs(gap))} de ${gap < 0 ? 'moins' : 'plus'}` : ''}.`,
          en: (f) =>
            `Spend stands at ${f.money(spent, currency)} of a budget of ${f.money(budget, currency)} (${f.percent(share)}), against ${f.money(due, currency)} planned by this date${off ? `, ${f.percent(Math.abs(gap))} ${gap < 0 ? 'less' : 'more'}` : ''}.`,
        },
      },
    ];
  },
};
