/** From completions and the visits before them to credits by channel. */
import { Refusal } from '#platform';
import type * as z from 'zod';
import { attribute, attributionModels, type Path } from './attribution.ts';
import type { askAttribution, AttributionReply } from './attribution-contract.ts';
import { addDays, periodOf } from './dates.ts';
import { dimensionOf } from './dimensions.ts';
import { readGoal } from './goal.ts';
import { labelsOf } from './labels.ts';
import { type Asking, scopeOf } from './run-query.ts';
import { sitesOf } from './scope.ts';
import { contactPathsSql } from './contact-paths.ts';

/** More distinct paths than this are not read into memory. */
const mostPaths = 100_000;
const twoYears = 731;

type Row = { channels: string[]; ages: number[]; converted: number; paths: number; worth: number };

/** Throws a Refusal when the goal is not the caller's, or the period holds too much. */
export async function answerAttribution(
  asking: Asking,
  input: z.output<(typeof askAttribution)['input']>,
): Promise<AttributionReply> {
  const { db, events, clock, caller, signal } = asking;
  const goal = await readGoal(db, caller, input.goal_id);
  const sites = await sitesOf(db, caller, goal.site_id);
  const period = periodOf(input.date_range, sites.zone, clock(), '');
  if (addDays(period.from, twoYears) < period.to)
    throw new Refusal('bad-input', 'date_range: must be two years at most.', { field: 'date_range' });
  const scope = scopeOf(period, sites, caller);
  const { sql, params } = contactPathsSql({
    scope,
    goal,
    attribute: dimensionOf(input.dimension)?.attribute ?? 'channel',
    lookback: input.lookback_days,
    ads: input.ads,
    viewDays: input.view_days,
    limit: mostPaths + 1,
  });
  const rows = await events.query<Row>(sql, params, signal ? { signal } : {});
  if (rows.length > mostPaths)
    throw new Refusal('bad-input', 'date_range: too many different paths; ask for a shorter period.', {
      field: 'date_range',
    });
  const empty = dimensionOf(input.dimension)?.empty ?? '';
  const paths = rows.map((row): Path => ({
    channels: row.channels.map((one) => one || empty),
    ages: row.ages,
    conversions: row.converted ? row.paths : 0,
    without: row.converted ? 0 : row.paths,
  }));
  const sum = (of: (row: Row, path: Path) => number) =>
    rows.reduce(
      (total, row, i) => total + of(row, paths[i] ?? { channels: [], ages: [], conversions: 0, without: 0 }),
      0,
    );
  const found = attribute(paths);
  const contacts = new Set(attributionModels.flatMap((model) => [...found[model].keys()]));
  const results = [...contacts].map((contact) => {
    const credits = attributionModels.map((model) => rounded(found[model].get(contact) ?? 0));
    return { contact, credits, disagreement: rounded(Math.max(...credits) - Math.min(...credits)) };
  });
  const lines = [...contacts].filter((one) => one.startsWith('ad:')).map((one) => [one.slice(3)]);
  return {
    labels: await labelsOf(db, caller.org_id, ['ad:line_item'], lines),
    models: [...attributionModels],
    results: results.sort((a, b) => (b.credits[0] ?? 0) - (a.credits[0] ?? 0) || (a.contact < b.contact ? -1 : 1)),
    completions: sum((_, path) => path.conversions),
    attributed: sum((_, path) => (path.channels.length > 0 ? path.conversions : 0)),
    value: Math.round(sum((row) => row.worth) / 10 ** (6 - scope.digits)),
    currency: sites.currency,
    paths_without: sum((_, path) => path.without),
    query: {
      site_id: goal.site_id,
      goal_id: goal.id,
      date_range: [period.from, period.to],
      dimension: input.dimension,
      lookback_days: input.lookback_days,
      ads: input.ads,
      view_days: input.view_days,
    },
  };
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
