/**
 * The best plan as a mixed-integer linear program. Pure: it writes the problem in CPLEX's LP format and reads the answer. Quantities are
 * in thousands of impressions, money in minor units. A placement is used with at least the smallest lot, or not at all. Reach grows ever
 * slower with impressions: its curve is held from above by tangents, which a maximum always touches.
 */
import type { Objective } from './contract.ts';

export type Choice = {
  id: string;
  site_id: string;
  /** Net CPM, minor units. */
  rate: number;
  /** Impressions that can be had. */
  available: number;
  /** Impressions expected there, and requests of a visitor-day of the site: what the reach curve is drawn from. */
  forecast: number;
  click_rate: number;
  conversion_rate: number;
};

export type PlanProblem = {
  choices: readonly Choice[];
  objective: Objective;
  budget: number;
  /** Smallest quantity on a placement, impressions. */
  least: number;
  most_placements: number | null;
  /** The largest part of the budget that one placement may take, 0 to 1. */
  most_share: number;
  frequencies: ReadonlyMap<string, number>;
};

/** Where tangents touch the reach curve, as parts of a site's requests. */
const touches = [0, 0.02, 0.05, 0.1, 0.18, 0.28, 0.4, 0.55, 0.72, 0.9];
/** Requests of a visitor-day where a site's visitors are not measured. */
export const usualFrequency = 3;

/** Visitor-days that see at least one of `shown` impressions, spread evenly over `requests` requests of `frequency` a visitor-day. */
export function reachOf(shown: number, requests: number, frequency: number): number {
  if (requests <= 0) return 0;
  const part = Math.min(1, Math.max(0, shown / requests));
  return (requests / frequency) * (1 - (1 - part) ** frequency);
}

/** The most of a placement that may be bought, thousands of impressions; 0 where not even the smallest lot may. */
export function limitOf({ rate, available }: Choice, { budget, least, most_share }: PlanProblem): number {
  const affordable = rate > 0 ? (budget * most_share) / rate : Number.POSITIVE_INFINITY;
  const limit = Math.min(available / 1000, affordable);
  return limit * 1000 + 1e-6 >= least && limit > 0 ? limit : 0;
}

/** Requests of each site's choices, and their frequency. */
export function sitesOf({ choices, frequencies }: PlanProblem): Map<string, { requests: number; frequency: number }> {
  const sites = new Map<string, { requests: number; frequency: number }>();
  for (const { site_id, forecast } of choices) {
    const site = sites.get(site_id) ?? { requests: 0, frequency: frequencies.get(site_id) ?? usualFrequency };
    site.requests += forecast;
    sites.set(site_id, site);
  }
  return sites;
}

const worth = ({ click_rate, conversion_rate }: Choice, objective: Objective): number =>
  1000 * click_rate * (objective === 'conversion' ? conversion_rate : 1);

/** `relaxed`: without whole-or-nothing choices, for the price of the budget. */
export function lpOf(problem: PlanProblem, relaxed = false): string {
  const { choices, objective, budget, least, most_placements } = problem;
  const limits = choices.map((choice) => limitOf(choice, problem));
  const used = choices.flatMap((choice, i) => ((limits[i] ?? 0) > 0 ? [{ ...choice, i, limit: limits[i] ?? 0 }] : []));
  const whole = !relaxed && (least > 0 || most_placements !== null);
  const sites = [...sitesOf(problem)].map(([site_id, site], s) => ({ site_id, s, ...site }));
  const byReach = objective === 'awareness';
  const goal = byReach
    ? sites.map(({ s }) => term(1, `r${s}`))
    : used.map((choice) => term(worth(choice, objective), `q${choice.i}`));

  const rows = [`budget: ${sum(used.map(({ rate, i }) => term(rate, `q${i}`)))} <= ${number(budget)}`];
  if (whole) {
    for (const { i, limit } of used) {
      rows.push(`most${i}: q${i} - ${number(limit)} y${i} <= 0`);
      rows.push(`least${i}: q${i} - ${number(least / 1000)} y${i} >= 0`);
    }
    if (most_placements !== null)
      rows.push(`count: ${sum(used.map(({ i }) => term(1, `y${i}`)))} <= ${most_placements}`);
  }
  if (byReach) {
    for (const { site_id, s, requests, frequency } of sites) {
      const own = used.filter((choice) => choice.site_id === site_id);
      for (const [k, part] of touches.entries()) {
        const slope = 1000 * (1 - part) ** (frequency - 1);
        const above = reachOf(part * requests, requests, frequency) - (slope / 1000) * part * requests;
        rows.push(
          `reach${s}_${k}: r${s}${own.map(({ i }) => ` - ${number(slope)} q${i}`).join('\n')} <= ${number(above)}`,
        );
      }
    }
  }
  return [
    'Maximize',
    ` value: ${sum(goal)}`,
    'Subject To',
    ...rows.map((row) => ` ${row}`),
    'Bounds',
    ...used.map(({ i, limit }) => ` 0 <= q${i} <= ${number(limit)}`),
    ...(byReach ? sites.map(({ s }) => ` 0 <= r${s}`) : []),
    ...(whole ? ['Binaries', ...used.map(({ i }) => ` y${i}`)] : []),
    'End',
    '',
  ].join('\n');
}

const number = (value: number): string => (Math.abs(value) < 1e-9 ? '0' : value.toFixed(9).replace(/\.?0+$/, ''));
const term = (factor: number, name: string): string => `${number(factor)} ${name}`;
const sum = (terms: readonly string[]): string => (terms.length === 0 ? '0 none' : terms.join('\n + '));

/** Whole impressions of each choice, out of a solution's columns. What falls below the smallest lot by rounding is kept at the lot. */
export function quantitiesOf({ choices, least }: PlanProblem, columns: Readonly<Record<string, number>>): number[] {
  return choices.map((_, i) => {
    const impressions = Math.floor((columns[`q${i}`] ?? 0) * 1000 + 1e-4);
    if (impressions <= 0) return 0;
    return impressions < least ? (impressions >= least - 1 ? least : 0) : impressions;
  });
}

/** What quantities bring, in the unit of the objective. */
export function valueOf(problem: PlanProblem, quantities: readonly number[]): number {
  const { choices, objective } = problem;
  if (objective !== 'awareness')
    return choices.reduce((total, choice, i) => total + (worth(choice, objective) * (quantities[i] ?? 0)) / 1000, 0);
  return totalReach(problem, quantities);
}

export function totalReach(problem: PlanProblem, quantities: readonly number[]): number {
  let total = 0;
  for (const [site_id, { requests, frequency }] of sitesOf(problem)) {
    const shown = problem.choices.reduce(
      (all, one, i) => all + (one.site_id === site_id ? (quantities[i] ?? 0) : 0),
      0,
    );
    total += reachOf(shown, requests, frequency);
  }
  return total;
}

type Binding = { code: 'budget' | 'space' | 'share' | 'count' | 'nothing'; placements: string[] };

/** What keeps a solution from being better. */
export function bindingOf(problem: PlanProblem, quantities: readonly number[]): Binding[] {
  const { choices, budget, most_placements } = problem;
  const cost = choices.reduce((total, { rate }, i) => total + (rate * (quantities[i] ?? 0)) / 1000, 0);
  const full: string[] = [];
  const capped: string[] = [];
  const open: Choice[] = [];
  for (const [i, choice] of choices.entries()) {
    const limit = limitOf(choice, problem) * 1000;
    const isAtLimit = limit > 0 && (quantities[i] ?? 0) >= limit - 1.5;
    if (isAtLimit) (limit < choice.available - 1.5 ? capped : full).push(choice.id);
    else if (limit > 0) open.push(choice);
  }
  const cheapest = Math.min(...open.map(({ rate }) => rate));
  const bindings: Binding[] = [];
  // What is left would not buy a thousand impressions anywhere.
  if (open.length > 0 && budget - cost < cheapest) bindings.push({ code: 'budget', placements: [] });
  if (most_placements !== null && quantities.filter((count) => count > 0).length >= most_placements)
    bindings.push({ code: 'count', placements: [] });
  // A placement that would take the whole budget is bound by the budget, not by a share of it.
  if (capped.length > 0 && problem.most_share < 1) bindings.push({ code: 'share', placements: capped });
  else if (capped.length > 0 && !bindings.some(({ code }) => code === 'budget'))
    bindings.push({ code: 'budget', placements: [] });
  if (full.length > 0) bindings.push({ code: 'space', placements: full });
  return bindings.length > 0 ? bindings : [{ code: 'nothing', placements: [] }];
}
