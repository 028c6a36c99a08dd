/** Whether the terms of a line item agree with each other. Pure; the first thing wrong is refused, naming its field. */
import { Refusal } from '#platform';
import type { FrequencyCap, LineItemTerms as Terms } from './contract.ts';
import { goalsOfRate, lineItemTypes } from './line-item-types.ts';
import { bookedAmount } from './totals.ts';

const words = (text: string) => text.replaceAll('_', ' ');
const oneOf = (list: readonly string[]) =>
  list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} or ${list.at(-1)}`;

function refuse(field: string, why: string): never {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
}

export function checkTerms(terms: Terms): void {
  checkType(terms);
  checkGoal(terms);
  checkDates(terms.start, terms.end);
  checkWorth(terms);
  checkCaps(terms.frequency_caps);
  checkCurve(terms);
  checkNoTwice('placements', terms.placements);
  checkNoTwice('sizes', terms.sizes);
  checkNoTwice('excluded_advertisers', terms.excluded_advertisers);
}

function checkType({ type, priority, goal, rate }: Terms): void {
  const rule = lineItemTypes[type];
  const [, min, max] = rule.priority;
  if (priority < min || priority > max)
    refuse('priority', `a ${words(type)} line item takes ${min} to ${max}, not ${priority}`);
  if (!rule.goals.includes(goal.unit)) {
    refuse('goal.unit', `a ${words(type)} line item is sold by ${oneOf(rule.goals)}, not ${goal.unit}`);
  }
  if (!rule.rates.includes(rate.model))
    refuse('rate.model', `a ${words(type)} line item is priced by ${oneOf(rule.rates)}, not ${rate.model}`);
  const paid = goalsOfRate[rate.model];
  if (!paid.includes(goal.unit))
    refuse('rate.model', `${rate.model} pays for ${oneOf(paid)}, not for a goal in ${goal.unit}`);
}

function checkGoal({ goal }: Terms): void {
  if (goal.unit === 'share' && goal.quantity > 100) refuse('goal.quantity', 'a share lies between 0 and 100 percent');
  if (goal.unit !== 'share' && goal.quantity < 1) refuse('goal.quantity', 'must be at least 1');
  if (goal.unit === 'conversions' && goal.goal_id === undefined)
    refuse('goal.goal_id', 'names the goal whose conversions are counted');
  if (goal.unit !== 'conversions' && goal.goal_id !== undefined)
    refuse('goal.goal_id', 'belongs to goals in conversions');
}

/** The largest worth of one line, in minor units: sums of thousands of lines still fit exactly in a number. */
const dearest = 1e12;

function checkWorth({ goal, rate, start, end }: Terms): void {
  const days = Math.ceil((Date.parse(end) - Date.parse(start)) / 86_400_000) + 1;
  const worth = bookedAmount({ goal, rate, days });
  if (worth && worth.amount > dearest) refuse('rate.amount', 'goal × rate is more than one line item may cost');
}

function checkCurve({ pacing, pacing_curve }: Terms): void {
  if (pacing !== 'custom') {
    if (pacing_curve !== null) refuse('pacing_curve', 'belongs to custom pacing');
    return;
  }
  if (pacing_curve === null)
    refuse('pacing_curve', 'is needed for custom pacing: a weight for each stretch of the flight');
  if (!pacing_curve.some((weight) => weight > 0)) refuse('pacing_curve', 'one weight at least must be above 0');
}

const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2100, 0, 1);

export function checkDates(start: string, end: string): void {
  for (const [field, value] of [
    ['start', start],
    ['end', end],
  ] as const) {
    const at = Date.parse(value);
    if (!(at >= earliest && at < latest)) refuse(field, 'must lie between the years 2000 and 2099');
  }
  if (Date.parse(end) <= Date.parse(start)) refuse('end', 'must be later than start');
}

/** Longest window of a cap, per period: about a year. */
const longest: Record<FrequencyCap['per'], number> = {
  minute: 1000,
  hour: 1000,
  day: 366,
  week: 52,
  month: 12,
  lifetime: 1,
  visit: 1,
};

export function checkCaps(caps: Terms['frequency_caps']): void {
  const seen = new Set<string>();
  for (const [index, { per, every }] of caps.entries()) {
    const most = longest[per];
    if (every > most) {
      refuse(
        `frequency_caps.${index}.every`,
        most === 1 ? `a cap per ${per} has no multiple` : `may be at most ${most} for a cap per ${per}`,
      );
    }
    if (seen.has(`${every} ${per}`))
      refuse(`frequency_caps.${index}`, `there are two caps per ${every === 1 ? per : `${every} ${per}s`}`);
    seen.add(`${every} ${per}`);
  }
}

function checkNoTwice(field: string, list: readonly string[]): void {
  const twice = list.find((item, index) => list.indexOf(item) !== index);
  if (twice !== undefined) refuse(field, `${twice.slice(0, 80)} is there twice`);
}
