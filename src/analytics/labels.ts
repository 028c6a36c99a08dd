/** Names of the ids that results carry. */
import type { Database } from '#platform';
import { type Attribute, dimensionOf } from './dimensions.ts';
import { regionNamed } from './region-names.ts';

const tables: Partial<Record<Attribute, string>> = {
  order: 'orders',
  line_item: 'line_items',
  creative: 'creatives',
  placement: 'placements',
  advertiser: 'advertisers',
  section: 'sections',
  goal: 'goals',
  site: 'sites',
};

/** `{id: name}` for every id in the results' columns that stand for things of the organisation, and for the codes of regions. */
export async function labelsOf(
  db: Database,
  org_id: string,
  dimensions: readonly string[],
  rows: readonly (readonly string[])[],
  language: 'en' | 'fr' = 'en',
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [i, dimension] of dimensions.entries()) {
    if (dimension === 'visit:region')
      for (const code of new Set(rows.map((row) => row[i] ?? ''))) {
        const name = regionNamed(code, language);
        if (name !== code) labels[code] = name;
      }
    const table = tables[dimensionOf(dimension)?.attribute ?? 'page'];
    if (!table) continue;
    const ids = [...new Set(rows.map((row) => row[i] ?? '').filter(Boolean))];
    if (ids.length === 0) continue;
    const found = await db.query<{ id: string; name: string }>(
      `select id, name from ${table} where org_id = $1 and id = any($2)`,
      [org_id, ids],
    );
    for (const { id, name } of found) labels[id] = name;
  }
  return labels;
}
