/**
 * The rules of invalid traffic that can be applied to facts: impossible sequences, events sooner than possible, bursts of clicks of one
 * reader. What an edge knew only at its door (crawlers, prefetches, replays, data centres, expired addresses) stays as it judged.
 */
import type { Events } from '#platform';

/** Reasons that are judged again; an event under another reason keeps it. */
export const judgedAgain = [
  '',
  'click_without_impression',
  'view_without_impression',
  'too_fast',
  'click_burst',
] as const;

/** An event judged otherwise than it was, with all that its hour is counted by. */
export type Misjudged = {
  site_id: string;
  local_date: string;
  local_hour: string;
  kind: string;
  decision_id: string;
  side: string;
  advertiser_id: string;
  order_id: string;
  line_item_id: string;
  creative_id: string;
  placement_id: string;
  section_id: string;
  size: string;
  country: string;
  device: string;
  currency: string;
  spend_micros: number;
  was: string;
  becomes: string;
};

export type Days = { org_id: string; from: string; to: string };

/** Changes of one review; more than these are found by the next one. */
const mostChanges = 200_000;

/**
 * Decisions carry their second. In view sooner than a second after it, or clicked sooner than a tenth, cannot be; a click told more
 * than two seconds before the impression came first. More than ten clicks of one reader on a line within a minute are no reader's.
 * Of readers without an identifier only the door could tell a burst, by an address that is not kept: that judgement stays.
 */
export function misjudged(events: Pick<Events, 'query'>, { org_id, from, to }: Days): Promise<Misjudged[]> {
  return events.query<Misjudged>(
    `with
       shown as (
         select decision_id, min(at) as shown_at, 1 as was_shown from ad_events
          where org_id = {org:String} and kind = 'impression' and invalid in ('', 'expired')
            and local_date between toDate({from:String}) - 1 and toDate({to:String}) + 1
          group by decision_id
       ),
       judged as (
         select *, toUnixTimestamp64Milli(at) as moment,
                1000 * toInt64(reinterpretAsUInt32(reverse(substring(tryBase64URLDecode(decision_id), 1, 4)))) as decided,
                if(kind = 'click' and visitor != 0,
                   count() over (partition by visitor, line_item_id, kind order by toUnixTimestamp64Milli(at) range between 60000 preceding and current row),
                   0) as within_minute
           from ad_events
          where org_id = {org:String} and local_date between toDate({from:String}) and toDate({to:String})
            and kind in ('viewable', 'click') and invalid in {again:Array(String)} and length(decision_id) = 16
       )
     select judged.site_id as site_id, toString(judged.local_date) as local_date, toString(toStartOfHour(judged.local_time)) as local_hour,
            judged.kind as kind, judged.decision_id as decision_id, side, advertiser_id, order_id, line_item_id, creative_id, placement_id,
            section_id, size, country, device, currency, toFloat64(spend_micros) as spend_micros, judged.invalid as was,
            multiIf(
              was_shown = 0, if(kind = 'click', 'click_without_impression', 'view_without_impression'),
              kind = 'click' and moment < toUnixTimestamp64Milli(shown_at) - 2000, 'click_without_impression',
              decided > 0 and moment - decided < if(kind = 'click', 100, 1000) and moment >= decided and at != toDateTime64(decided / 1000, 3, 'UTC'), 'too_fast',
              within_minute > 10 or (visitor = 0 and judged.invalid = 'click_burst'), 'click_burst',
              '') as becomes
       from judged left join shown on judged.decision_id = shown.decision_id
      where was != becomes
      order by judged.decision_id, judged.kind limit ${mostChanges}`,
    { org: org_id, from, to, again: judgedAgain },
    { heavy: true },
  );
}

/** Events of these days that were looked at. */
export async function countJudged(events: Pick<Events, 'query'>, { org_id, from, to }: Days): Promise<number> {
  const rows = await events.query<{ events: number }>(
    `select toFloat64(count()) as events from ad_events where org_id = {org:String} and kind in ('impression', 'viewable', 'click')
        and local_date between toDate({from:String}) and toDate({to:String})`,
    { org: org_id, from, to },
    { heavy: true },
  );
  return Number(rows[0]?.events ?? 0);
}
