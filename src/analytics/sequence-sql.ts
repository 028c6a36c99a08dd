/** Who did one thing after another: a fold over each visitor's actions in their order. */
import { actionsOf } from './condition.ts';
import type { Filter } from './contract.ts';
import { addDays } from './dates.ts';
import { isAboutAds, type Bind } from './filter.ts';
import type { Lying } from './rows.ts';

const dayMs = 86_400_000;
/** Longer than any life: no limit. */
const noLimit = 4e12;

/**
 * Rows `(site_id, person)` of the visitors who did the steps in this order, each by a later action than the one before, from the
 * first to the last within so many days; steps under `not` (after the others) must not follow within so many days of the last.
 * The last step lies in the period; the first may lie before it.
 */
export function sequenceSql(steps: readonly Filter[], within: number | undefined, lying: Lying, bind: Bind): string {
  const done = steps.filter((step) => step[0] !== 'not');
  const undone = steps.flatMap((step) => (step[0] === 'not' ? [step[1]] : []));
  const since = within ? bind(addDays(lying.scope.from, -within), 'Date') : undefined;
  const wide: Lying = { ...lying, ...(since ? { since } : {}) };
  const all = [...done, ...undone];
  const rows = all.map((step, place) => {
    const { from, where } = actionsOf(step, wide, bind);
    const [person, id] = isAboutAds(step) ? ['visitor', 'concat(decision_id, kind)'] : ['person', 'hit_id'];
    return `select site_id, ${person} as person, toUnixTimestamp64Milli(at) as ms, ${id} as id, toUInt32(${place}) as place, local_date >= {from:Date} as inside from ${from} where ${where}`;
  });
  // One action may be several steps; it stands for one of them at a time.
  const actions = `select site_id, person, ms, id, groupBitOr(bitShiftLeft(toUInt32(1), place)) as fits, max(inside) as inside from (${rows.join(' union all ')}) group by site_id, person, ms, id`;
  const limit = `toInt64(${within ? within * dayMs : noLimit})`;
  const has = (place: number) => `bitTest(one.3, ${place})`;
  const reached = (level: number) =>
    level === 0 ? has(0) : `(${has(level)} and acc.1[${level}] != 0 and one.1 - acc.1[${level}] <= ${limit})`;
  const starts = done.map((_, level) =>
    level === 0
      ? `if(${has(0)}, one.1, acc.1[1])`
      : `if(${reached(level)}, greatest(acc.1[${level + 1}], acc.1[${level}]), acc.1[${level + 1}])`,
  );
  const ended = `(${reached(done.length - 1)} and one.4 = 1)`;
  const refuted = undone.length > 0 ? `(${undone.map((_, i) => has(done.length + i)).join(' or ')})` : '0';
  // The earliest end that nothing has refuted yet; one that was left alone for long enough has won.
  const pending = `if(${refuted}, toInt64(0), acc.2)`;
  const won = `(acc.3 = 1 or (acc.2 != 0 and one.1 - acc.2 > ${limit}))`;
  const step = `tuple([${starts.join(', ')}], if(${ended} and ${pending} = 0, one.1, ${pending}), toUInt8(${won}))`;
  const begin = `tuple([${done.map(() => 'toInt64(0)').join(', ')}], toInt64(0), toUInt8(0))`;
  return `select site_id, person from (select site_id, person, arrayFold((acc, one) -> ${step}, arraySort(groupArray((ms, id, fits, toUInt8(inside)))), ${begin}) as found from (${actions}) group by site_id, person) where found.2 != 0 or found.3 = 1`;
}
