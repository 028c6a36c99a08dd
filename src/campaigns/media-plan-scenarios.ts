/** The scenarios of a brief: what is on offer, and the best of it under each scenario's constraints. */
import { placesOf, planSpace, type PlanSpace } from '#forecasting';
import { netRates } from '#inventory';
import { Refusal, type Caller, type Clock, type Database, type Events, type Sql } from '#platform';
import type { Brief, MediaPlan, PlanLine, Scenario } from './contract.ts';
import {
  bindingOf,
  type Choice,
  lpOf,
  type PlanProblem,
  quantitiesOf,
  sitesOf,
  totalReach,
  usualFrequency,
} from './media-plan-model.ts';
import { solvePrograms } from './media-plan-solver.ts';
import { nextDay, startOfDay } from './zoned-day.ts';

export type PlanDesk = { db: Database; events: Pick<Events, 'query'>; clock: Clock; caller: Caller };
type Place = { id: string; name: string; site_id: string; site_name: string; time_zone: string };
type Offer = { places: ReadonlyMap<string, Place>; problem: PlanProblem; space: PlanSpace; card: string | null };

/** Placements one plan chooses from. */
const most = 2000;
/** Impressions of its own after which a placement's click rate counts half. */
const prior = 5000;

/** Throws bad-input for a brief that cannot be planned, wrong-state where nothing is on offer, saying why. */
export async function scenariosOf(desk: PlanDesk, brief: Brief): Promise<Pick<MediaPlan, 'scenarios' | 'basis'>> {
  const offer = await offerOf(desk, brief);
  const { problem } = offer;
  const low = problem.choices.map((choice) => {
    const place = offer.space.places.get(choice.id);
    const part = place && place.forecast > 0 ? Math.min(1, place.low / place.forecast) : 0;
    return { ...choice, available: choice.available * part };
  });
  const variants: { key: Scenario['key']; problem: PlanProblem }[] = [
    { key: 'best', problem },
    { key: 'spread', problem: { ...problem, most_share: 0.25 } },
    { key: 'prudent', problem: { ...problem, choices: low } },
    { key: 'more', problem: { ...problem, budget: Math.round(problem.budget * 1.25) } },
  ];
  const few = problem.choices.length <= 60;
  // Without a forecast there is nothing to choose from: the brief is kept, and the plan says so.
  const programs = variants.flatMap((one) => [
    { lp: lpOf(one.problem), gap: few ? 1e-7 : 1e-3, seconds: 5 },
    { lp: lpOf(one.problem, true), gap: 0, seconds: 5 },
  ]);
  const solutions = problem.choices.length === 0 ? [] : await solvePrograms(programs);
  const scenarios = variants.map((one, i): Scenario => {
    const quantities = quantitiesOf(one.problem, solutions[2 * i]?.columns ?? {});
    return scenarioOf(offer, one, quantities, solutions[2 * i + 1]?.price ?? 0);
  });
  return { scenarios, basis: basisOf(offer) };
}

async function offerOf(desk: PlanDesk, brief: Brief): Promise<Offer> {
  const { db, caller } = desk;
  if (brief.end < brief.start) refuse('brief.end', 'must not be before start');
  if (Date.parse(brief.end) - Date.parse(brief.start) > 366 * 86_400_000)
    refuse('brief.end', 'at most 366 days after start');
  if (brief.end < desk.clock().toISOString().slice(0, 10)) refuse('brief.end', 'is over');
  const rows = await candidatesOf(db, caller, brief);
  if (rows.length > most) refuse('brief.sites', `these sites have more than ${most} placements; name fewer`);
  if (rows.length === 0) nothing('No own placement fits the sites, formats and exclusions of the brief.');
  const ids = rows.map(({ id }) => id);
  const { card, rates } = await netRates(db, caller, { ...brief, placements: ids });
  if (rates.size === 0)
    nothing(`No rate card in ${brief.currency} has a CPM for these placements on ${brief.start}: add one first.`);
  const priced = rows.filter(({ id }) => rates.has(id));
  const space = await planSpace(desk, {
    places: await placesOf(db, caller.org_id, { placements: priced.map(({ id }) => id) }),
    start: Math.min(...priced.map(({ time_zone }) => Date.parse(startOfDay(brief.start, time_zone)))),
    end: Math.max(...priced.map(({ time_zone }) => Date.parse(startOfDay(nextDay(brief.end), time_zone)))),
    targeting: brief.targeting,
  });
  const choices = priced.flatMap(({ id, site_id }): Choice[] => {
    const place = space.places.get(id);
    if (!place) return [];
    const click_rate = (place.clicks + prior * space.rates.click) / (place.impressions + prior);
    return [
      {
        id,
        site_id,
        rate: rates.get(id) ?? 0,
        available: Math.floor(place.available),
        forecast: place.forecast,
        click_rate,
        conversion_rate: space.conversion.rate,
      },
    ];
  });
  const problem: PlanProblem = {
    choices,
    objective: brief.objective,
    budget: brief.budget,
    least: brief.least_impressions,
    most_placements: brief.most_placements,
    most_share: 1,
    frequencies: space.frequencies,
  };
  return { places: new Map(rows.map((row) => [row.id, row])), problem, space, card };
}

const candidatesOf = (sql: Sql, caller: Caller, brief: Brief): Promise<Place[]> =>
  sql.query<Place>(
    `select p.id, p.name, p.site_id, s.name as site_name, s.time_zone from placements p join sites s on s.id = p.site_id
     where p.org_id = $1 and s.kind = 'own' and (cardinality($2::text[]) = 0 or p.site_id = any($2)) and (cardinality($3::text[]) = 0 or p.formats && $3)
       and not (p.id = any($4)) order by p.id limit ${most + 1}`,
    [caller.org_id, brief.sites, brief.formats, brief.exclude],
  );

function scenarioOf(
  { places, space }: Offer,
  { key, problem }: { key: Scenario['key']; problem: PlanProblem },
  quantities: readonly number[],
  price: number,
): Scenario {
  const lines = problem.choices.flatMap((choice, i): PlanLine[] => {
    const impressions = quantities[i] ?? 0;
    const place = places.get(choice.id);
    if (impressions === 0 || !place) return [];
    return [
      {
        placement_id: choice.id,
        name: place.name,
        site_id: place.site_id,
        site_name: place.site_name,
        rate: choice.rate,
        available: Math.floor(choice.available),
        click_rate: choice.click_rate,
        counted: space.places.get(choice.id)?.impressions ?? 0,
        impressions,
        viewable: Math.round(impressions * space.rates.viewable),
        clicks: round(impressions * choice.click_rate),
        conversions: round(impressions * choice.click_rate * choice.conversion_rate),
        amount: Math.round((impressions * choice.rate) / 1000),
      },
    ];
  });
  const sum = (field: 'impressions' | 'viewable' | 'clicks' | 'conversions' | 'amount') =>
    lines.reduce((total, line) => total + line[field], 0);
  return {
    key,
    budget: problem.budget,
    lines: lines.toSorted((a, b) => b.amount - a.amount),
    total: {
      impressions: sum('impressions'),
      viewable: sum('viewable'),
      clicks: round(sum('clicks')),
      conversions: round(sum('conversions')),
      amount: sum('amount'),
      reach: Math.round(totalReach(problem, quantities)),
    },
    binding: bindingOf(problem, quantities),
    next_hundred: round(price * 10_000),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function basisOf({ problem, space, card }: Offer): MediaPlan['basis'] {
  const measured = [...sitesOf(problem).keys()].filter((site) => space.frequencies.has(site)).length;
  const all = sitesOf(problem).size;
  if (all === 0)
    return [
      {
        code: 'plan-no-forecast',
        sentence: 'None of these placements has a week of requests yet: there is no forecast to plan on.',
      },
    ];
  return [
    {
      code: 'plan-space',
      sentence: `What is available of ${problem.choices.length} placements under the allocation of all bookings and holds; it can be had together.`,
      figures: { placements: problem.choices.length },
    },
    {
      code: 'plan-rates',
      sentence: `Net CPM by the rate card "${card ?? ''}", with its seasons, weekdays and surcharges.`,
    },
    space.rates.counted > 0
      ? {
          code: 'plan-clicks',
          sentence: `Click rates from the impressions of each placement over ninety days, drawn towards ${percent(space.rates.click)} % of all where few were counted.`,
          figures: { percent: percent(space.rates.click) },
        }
      : {
          code: 'plan-usual-clicks',
          sentence: `Click rates around ${percent(space.rates.click)} %, a usual rate: too few impressions were counted here.`,
          figures: { percent: percent(space.rates.click) },
        },
    space.conversion.counted > 0
      ? {
          code: 'plan-conversions',
          sentence: `${percent(space.conversion.rate)} % of clicks convert, by ${space.conversion.counted} clicks of ninety days.`,
          figures: { percent: percent(space.conversion.rate), clicks: space.conversion.counted },
        }
      : {
          code: 'plan-usual-conversions',
          sentence: `${percent(space.conversion.rate)} % of clicks convert: a usual rate, for too few conversions were counted here.`,
          figures: { percent: percent(space.conversion.rate) },
        },
    {
      code: 'plan-reach',
      sentence: `Reach in visitor-days, from the measured visitors of ${measured} of ${all} sites; elsewhere ${usualFrequency} requests a visitor-day, a usual figure.`,
      figures: { measured, sites: all, frequency: usualFrequency },
    },
  ];
}

const percent = (rate: number): number => Math.round(rate * 10_000) / 100;

function refuse(field: string, why: string): never {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
}
function nothing(why: string): never {
  throw new Refusal('wrong-state', why);
}
