/** What was told of ads and does not count, over days: by reason, by day, by line item; and what a review changed. */
import type { Caller, Events, Sql } from '#platform';
import type { InvalidTraffic, TrafficChange, TrafficReviewInput } from './contract.ts';
import { readTrafficReview } from './review-traffic.ts';

type Desk = { db: Sql; events: Pick<Events, 'query'>; caller: Caller };
type Counts = InvalidTraffic['total'];

const sums = `toFloat64(sumIf(events, kind = 'impression' and invalid = '')) as impressions,
              toFloat64(sumIf(events, kind = 'impression' and invalid != '')) as invalid_impressions,
              toFloat64(sumIf(events, kind = 'click' and invalid = '')) as clicks,
              toFloat64(sumIf(events, kind = 'click' and invalid != '')) as invalid_clicks`;
const where = `org_id = {org:String} and local_date between toDate({from:String}) and toDate({to:String})
               and kind in ('impression', 'viewable', 'click')`;
const mostLines = 500;

export async function readInvalidTraffic(
  { db, events, caller }: Desk,
  { from, to }: TrafficReviewInput,
): Promise<InvalidTraffic> {
  const params = { org: caller.org_id, from, to };
  const [reasons, days, lines] = await Promise.all([
    events.query<InvalidTraffic['reasons'][number]>(
      `select kind, invalid as reason, toFloat64(sum(ad_hours.events)) as events from ad_hours
        where ${where} and invalid != '' group by kind, reason having events > 0 order by events desc, kind, reason`,
      params,
    ),
    events.query<InvalidTraffic['days'][number]>(
      `select toString(local_date) as date, ${sums} from ad_hours where ${where} group by local_date order by local_date`,
      params,
    ),
    events.query<Omit<InvalidTraffic['lines'][number], 'name'>>(
      `select line_item_id, ${sums},
              nullIf(argMax(invalid, if(invalid = '', 0, part)), '') as main_reason
         from (select line_item_id, kind, invalid, sum(ad_hours.events) as events, events as part from ad_hours
                where ${where} group by line_item_id, kind, invalid)
        group by line_item_id having invalid_impressions + invalid_clicks > 0
        order by invalid_impressions + invalid_clicks desc, line_item_id limit ${mostLines}`,
      params,
    ),
  ]);
  const names = await namesOf(db, caller, lines);
  const total: Counts = { impressions: 0, invalid_impressions: 0, clicks: 0, invalid_clicks: 0 };
  for (const day of days) {
    total.impressions += day.impressions;
    total.invalid_impressions += day.invalid_impressions;
    total.clicks += day.clicks;
    total.invalid_clicks += day.invalid_clicks;
  }
  return {
    from,
    to,
    total,
    reasons,
    days,
    lines: lines.map((line) => ({ ...line, name: names.get(line.line_item_id)?.name ?? line.line_item_id })),
  };
}

/** Throws not-found for a review of another organisation. */
export async function listTrafficChanges(
  { db, events, caller }: Desk,
  id: string,
): Promise<{ items: TrafficChange[] }> {
  await readTrafficReview(db, caller, id);
  const rows = await events.query<Omit<TrafficChange, 'name' | 'currency'>>(
    `select toString(local_date) as date, line_item_id, kind, was, becomes, toFloat64(count()) as events,
            toFloat64(sum(spend_after - spend_before)) as spend_micros
       from ad_event_corrections where org_id = {org:String} and review_id = {review:String}
      group by local_date, line_item_id, kind, was, becomes
      order by events desc, date, line_item_id, kind, was limit 5000`,
    { org: caller.org_id, review: id },
  );
  const names = await namesOf(db, caller, rows);
  return {
    items: rows.map((row) => {
      const { name = row.line_item_id, currency = 'EUR' } = names.get(row.line_item_id) ?? {};
      return { ...row, name, currency };
    }),
  };
}

async function namesOf(
  db: Sql,
  caller: Caller,
  rows: readonly { line_item_id: string }[],
): Promise<Map<string, { name: string; currency: string }>> {
  const found = await db.query<{ id: string; name: string; currency: string }>(
    'select id, name, currency from line_items where org_id = $1 and id = any($2::text[])',
    [caller.org_id, [...new Set(rows.map(({ line_item_id }) => line_item_id))]],
  );
  return new Map(found.map(({ id, ...row }) => [id, row]));
}
