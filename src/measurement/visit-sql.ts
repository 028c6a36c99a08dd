/** The visits of one site day in the event store's SQL: the rules of visit.ts. */
import { longestEngagement } from './hit.ts';
import { usualRules } from './visit-rules.ts';
import type { VisitRules } from './visit-rules-contract.ts';
import { engagedEnoughMs, missingPage, visitGapMs } from './visit.ts';

/** Columns a visit takes from its first page view or event. */
const told = [
  'hostname',
  'referrer',
  'channel',
  'source',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'country',
  'region',
  'city',
  'language',
  'device',
  'brand',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'width',
] as const;

/** How far apart two hits of one visit can lie: the gap, plus the longest stretch that an engagement report covers. */
const reach = `toIntervalMillisecond(${visitGapMs + longestEngagement})`;

const hitsOn = (day: string) => `site_id = {site:String} and local_date = ${day}`;

/**
 * Whether a visit can lead over the whole of a day: some visitor has hits near both of its ends and no gap between them.
 * Parameters: site, day. May say yes too often (it does not ask whether that visitor came the day before), never too seldom.
 */
export const spansDay = `
with ${visitGapMs} as gap, candidates as (
  select visitor from hits where ${hitsOn('{day:Date}')} group by visitor having count() >= 5
    and min(at) <= (select max(at) from hits where ${hitsOn('{day:Date} - 1')}) + ${reach}
    and max(at) >= (select min(at) from hits where ${hitsOn('{day:Date} + 1')}) - ${reach}
)
select count() > 0 as spans from (
  select arraySort(groupArray((toUnixTimestamp64Milli(at), -toInt64(engaged_ms)))) as met
  from hits where ${hitsOn('{day:Date}')} and visitor in candidates group by visitor
) where arrayAll((here, before) -> here.1 + here.2 - before.1 <= gap, arrayPopFront(met), arrayPopBack(met))`;

/** The hits that the visits starting on {day} are made of: the day's, and of its neighbours those of its visitors near its ends. */
const scopeOf = (ahead: number) => `links as (
  select visitor as later, max(visitor_before) as earlier from hits
  where site_id = {site:String} and local_date between {day:Date} and {day:Date} + ${ahead} and visitor_before != 0 group by visitor
), scope as (
  select * from hits where ${hitsOn('{day:Date}')}
  union all
  select * from hits where ${hitsOn('{day:Date} - 1')}
    and at >= (select min(at) from hits where ${hitsOn('{day:Date}')}) - ${reach}
    and (visitor in (select visitor from hits where ${hitsOn('{day:Date}')}) or visitor in (select earlier from links))
  union all
  select * from hits where site_id = {site:String} and local_date > {day:Date} and local_date <= {day:Date} + ${ahead}
    and (visitor in (select later from links) or visitor in (
      select visitor from hits where ${hitsOn('{day:Date}')} and at >= (select max(at) from hits where ${hitsOn('{day:Date}')}) - ${reach}))
)`;

const inOrder = 'order by ms, hit_id rows between unbounded preceding';
const gap = `ms - engaged_ms - lagInFrame(ms) over (partition by person ${inOrder} and current row) > ${visitGapMs}`;
/** The day of the last page or event before; a report of engagement belongs to the page it is about. */
const dayBefore = `anyLast(if(name = 'engagement', null, local_date)) over (partition by person ${inOrder} and 1 preceding)`;
const tags = `if(name = 'pageview' and concat(utm_source, utm_medium, utm_campaign) != '', concat(utm_source, '\\n', utm_medium, '\\n', utm_campaign), '')`;

/** Which hits open a visit: `opens` on every row of `people`. */
function gapsBy({ midnight, campaign }: VisitRules): string {
  const cut = midnight ? `(${gap} or (name != 'engagement' and ifNull(${dayBefore}, local_date) != local_date))` : gap;
  if (!campaign) return `gaps as (select *, ${cut} as opens from people)`;
  const lastTags = `ifNull(anyLast(nullIf(tags, '')) over (partition by person, stretch ${inOrder} and 1 preceding), '')`;
  return `cuts as (select *, ${cut} as cut, ${tags} as tags from people),
stretches as (select *, sum(cut) over (partition by person ${inOrder} and current row) as stretch from cuts),
gaps as (select *, cut or (tags != '' and ${lastTags} != tags) as opens from stretches)`;
}

/** Tells the hits that a day's visits are made of from any others: their number and the sum of their hashes. Parameters: site, day. */
export const scopeFingerprint = (ahead: number): string => `
with ${scopeOf(ahead)}
select count() as hits, toString(sum(sipHash64(hit_id))) as sum from scope`;

/**
 * Inserts the visits that start on {day} as build {build}. Reads the day, of the day before what may lead into it, of the
 * `ahead` days after what may go on; `ahead` is 1 unless visits lead over whole days. Parameters: site, day, build.
 */
export function insertVisits(ahead: number, rules: VisitRules = usualRules): string {
  // A person is the visitor under the earliest salt: one step back for every day in the window.
  const steps = Array.from({ length: ahead + 1 }, (_, i) => i + 1);
  const joins = steps
    .map((i) => `left join links as l${i} on l${i}.later = ${i === 1 ? 'h.visitor' : `l${i - 1}.earlier`}`)
    .join('\n    ');
  const person = `multiIf(${steps
    .toReversed()
    .map((i) => `l${i}.earlier != 0, l${i}.earlier`)
    .join(', ')}, h.visitor)`;
  const toldTuple = `tuple(${told.join(', ')}, path)`;
  const toldColumns = told.map((name, i) => `tupleElement(told, ${i + 1}) as ${name}`);
  const toldPath = `tupleElement(told, ${told.length + 1})`;
  return `
insert into visits (build, org_id, site_id, local_date, visitor, visit_id, started_at, local_time, ended_at, pageviews, events, engaged_ms,
  duration_ms, bounce, entry_page, exit_page, exit_hostname, ${told.join(', ')}, revenue_micros, currency, identified, line_item_id)
with ${scopeOf(ahead)}, people as (
  select h.*, ${person} as person, toUnixTimestamp64Milli(h.at) as ms
  from (select * from scope limit 1 by hit_id) as h
    ${joins}
), ${gapsBy(rules)}, numbered as (
  select *, sum(opens) over (partition by person order by ms, hit_id rows between unbounded preceding and current row) as number,
    max(identified) over (partition by person) as known
  from gaps
), visits_found as (
  select
    any(org_id) as org, anyIf(local_date, opens) as day, anyIf(visitor, opens) as first_visitor, anyIf(hit_id, opens) as first_hit,
    min(at) as first_at, anyIf(local_time, opens) as first_local, max(at) as last_at,
    countIf(name = 'pageview') as pages, countIf(name not in ('pageview', 'engagement')) as happened,
    countIf(name not in ('pageview', 'engagement', '${missingPage}') and passive = 0) as done, sum(engaged_ms) as engaged,
    greatest(max(ms) - min(ms), toInt64(engaged)) as lasted,
    argMinIf(${toldTuple}, tuple(ms, hit_id), name != 'engagement') as told,
    argMinIf(path, tuple(ms, hit_id), name = 'pageview') as first_page, argMaxIf(path, tuple(ms, hit_id), name = 'pageview') as last_page,
    argMaxIf(path, tuple(ms, hit_id), name != 'engagement') as last_path,
    argMaxIf(toString(hostname), tuple(ms, hit_id), name = 'pageview') as last_page_host, argMaxIf(toString(hostname), tuple(ms, hit_id), name != 'engagement') as last_host,
    argMinIf(currency, tuple(ms, hit_id), currency != '') as paid_in, sumMapIf(map(toString(currency), revenue_micros), currency != '') as paid,
    max(known) as known_as, argMinIf(line_item_id, tuple(ms, hit_id), line_item_id != '') as led_by
  from numbered group by person, number
)
select toUInt64({build:UInt64}), org, {site:String}, day, first_visitor, sipHash64({site:String}, first_hit), first_at, first_local, last_at, pages, happened, engaged,
  lasted, pages <= 1 and done = 0 and engaged < ${engagedEnoughMs}, if(pages > 0, first_page, ${toldPath}), if(pages > 0, last_page, last_path), if(pages > 0, last_page_host, last_host),
  ${toldColumns.join(', ')}, paid[toString(paid_in)], paid_in, known_as, led_by
from visits_found where day = {day:Date} and pages + happened > 0`;
}
