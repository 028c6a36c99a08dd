/** What lines delivered, as it is billed: net of invalid traffic, by the days of the sites. */
import type { Events } from '#platform';

/** What a line delivered of each kind, in the period and before it. */
export type Delivery = Record<'impression' | 'viewable' | 'click' | 'conversion', { before: number; within: number }>;

export const none = (): Delivery => ({
  impression: { before: 0, within: 0 },
  viewable: { before: 0, within: 0 },
  click: { before: 0, within: 0 },
  conversion: { before: 0, within: 0 },
});

/** Net of invalid traffic, by the days of the sites. */
export async function readDelivery(
  events: Pick<Events, 'query'>,
  org_id: string,
  { ids, from, to }: { ids: readonly string[]; from: string; to: string },
): Promise<Map<string, Delivery>> {
  const found = new Map<string, Delivery>();
  if (ids.length === 0) return found;
  const rows = await events.query<{ line: string; kind: string; before: number; within: number }>(
    `select line_item_id as line, kind, toFloat64(sumIf(events, local_date < {from:Date})) as before, toFloat64(sumIf(events, local_date >= {from:Date})) as within
       from ad_hours where org_id = {org:String} and line_item_id in {ids:Array(String)} and invalid = '' and local_date <= {to:Date} group by line, kind`,
    { org: org_id, ids, from, to },
  );
  for (const { line, kind, before, within } of rows) {
    const counts = found.get(line) ?? none();
    if (kind === 'impression' || kind === 'viewable' || kind === 'click' || kind === 'conversion')
      counts[kind] = { before, within };
    found.set(line, counts);
  }
  return found;
}

/** What a line delivered since its start until the end of a day, of each kind. */
export async function deliveredBy(
  events: Pick<Events, 'query'>,
  org_id: string,
  id: string,
  day: string,
): Promise<Record<keyof Delivery, number>> {
  const found = (await readDelivery(events, org_id, { ids: [id], from: '2000-01-01', to: day })).get(id) ?? none();
  const all = (kind: keyof Delivery) => found[kind].before + found[kind].within;
  return {
    impression: all('impression'),
    viewable: all('viewable'),
    click: all('click'),
    conversion: all('conversion'),
  };
}
