/** What filters name by id or name, looked up: segments become their own filters, goals their ids. */
import { type Caller, Refusal, type Sql } from '#platform';
import type { Condition, Filter } from './contract.ts';
import { dimensionOf } from './dimensions.ts';
import { conditionsOf, mapConditions, readFilters, segment } from './filter.ts';
import { goalsOf } from './goal.ts';
import type { Goal } from './goal-contract.ts';
import { codesNamed } from './place-names.ts';
import { segmentsNamed } from './segment.ts';

type Resolved = { filters: Filter[]; goals: Goal[] | undefined };

/** Throws a Refusal for a segment or goal that the organisation does not have. `goals`: all of the sites, when a filter speaks of one. */
export async function resolveFilters(
  sql: Sql,
  caller: Caller,
  sites: readonly string[],
  filters: readonly Filter[],
): Promise<Resolved> {
  const opened = mapConditions(await withSegments(sql, caller, filters), codesNamed);
  const speaksOfGoals = conditionsOf(opened).some(([, name]) => isGoal(name));
  if (!speaksOfGoals) return { filters: opened, goals: undefined };
  const goals = await goalsOf(sql, caller.org_id, sites);
  const named = (value: string) => {
    const found = goals.filter(({ id, name }) => id === value || name === value);
    if (found.length > 0) return found.map(({ id }) => id);
    throw new Refusal('not-found', `filters: there is no goal ${JSON.stringify(value.slice(0, 100))}.`, {
      field: 'filters',
    });
  };
  const change = (condition: Condition): Filter =>
    isGoal(condition[1]) ? [condition[0], condition[1], condition[2].flatMap(named)] : condition;
  return { filters: mapConditions(opened, change), goals };
}

const isGoal = (name: string) => dimensionOf(name)?.attribute === 'goal';

/** Of all filters together once segments stand for their own: what one statement to the store carries. */
const most = { conditions: 600, text: 60_000 };

function checkSize(filters: readonly Filter[]): void {
  const conditions = conditionsOf(filters);
  const text = conditions.reduce((sum, [, , values]) => sum + Buffer.byteLength(values.join()), 0);
  if (conditions.length > most.conditions || text > most.text)
    throw new Refusal('bad-input', 'filters: these segments together are too large for one question; name fewer.', {
      field: 'filters',
    });
}

async function withSegments(sql: Sql, caller: Caller, filters: readonly Filter[]): Promise<Filter[]> {
  const ids = conditionsOf(filters).flatMap(([, name, values]) => (name === segment ? values : []));
  if (ids.length === 0) return [...filters];
  const found = new Map((await segmentsNamed(sql, caller.org_id, ids)).map((one) => [one.id, one]));
  const opened = mapConditions(filters, (condition) => {
    const [operator, name, values] = condition;
    if (name !== segment) return condition;
    const own = values.map((id): Filter => {
      const known = found.get(id);
      if (!known)
        throw new Refusal('not-found', `filters: there is no segment ${JSON.stringify(id.slice(0, 100))}.`, {
          field: 'filters',
        });
      return ['segment', readFilters(known.filters, 'segment')];
    });
    const [first] = own;
    const any: Filter = own.length === 1 && first ? first : ['or', own];
    return operator === 'is_not' ? ['not', any] : any;
  });
  checkSize(opened);
  return opened;
}
