/** The targeting that the simple builder can show: one list of conditions, all of which must hold. */
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';

export type TargetingRow = { key: string; name: string; not: boolean; values: string[] };

/** Rows of a group, or undefined when it holds nested groups that rows cannot show. */
export const rowsOf = (group: TargetingGroup | null): TargetingRow[] | undefined => {
  if (!group) return [];
  const members = 'and' in group ? group.and : group.or.length === 1 ? group.or : undefined;
  if (!members) return undefined;
  const rows: TargetingRow[] = [];
  for (const member of members) {
    if (!('key' in member)) return undefined;
    const isKv = member.key.startsWith('kv.');
    rows.push({
      key: isKv ? 'kv' : member.key,
      name: isKv ? member.key.slice(3) : '',
      not: 'not_in' in member,
      values: 'in' in member ? member.in : member.not_in,
    });
  }
  return rows;
};

/** The group of some rows; rows without values (or without a key name) say nothing and are left out. Null: everyone. */
export const groupOf = (rows: readonly TargetingRow[]): TargetingGroup | null => {
  const and = rows.flatMap((row): TargetingCondition[] => {
    const key = keyOf(row);
    if (!key || row.values.length === 0) return [];
    return [row.not ? { key, not_in: row.values } : { key, in: row.values }];
  });
  return and.length ? { and } : null;
};

const keyOf = (row: TargetingRow): TargetingCondition['key'] | undefined => {
  if (row.key === 'kv') return row.name.trim() ? `kv.${row.name.trim()}` : undefined;
  return rowKeys.find((key) => key === row.key);
};

/** The keys the builder offers, the most used first. */
export const rowKeys = [
  'geo.country',
  'device',
  'section',
  'language',
  'browser',
  'os',
  'geo.region',
  'geo.city',
  'url',
  'referrer',
  'daypart',
  'site',
  'placement',
  'segment',
] as const;
