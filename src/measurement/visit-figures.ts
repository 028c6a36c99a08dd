/**
 * Figures of a site day by one dimension at a time, written with each build of its visits: what panels over a month or a year
 * read instead of every visit.
 *
 * Visits, page views and durations add up over days. Visitors do where their hash is of one site and day alone, which it is unless a
 * server named them (`/api/ingest`, the history of another product): those are kept by name and counted once over any period.
 */

/** What a visit has one value of. */
const ofVisit = [
  'country',
  'region',
  'city',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'language',
  'brand',
  'source',
  'channel',
  'referrer',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'entry_page',
  'exit_page',
] as const;
/** What a visitor has many values of on a day, by the hits' columns: told are the visitors who were there. */
const ofHit = { page: 'path', hostname: 'hostname', section: 'section_id' } as const;

const pairs = (columns: readonly (readonly [dimension: string, column: string])[]) =>
  `[${columns.map(([dimension, column]) => `('${dimension}', ${column})`).join(', ')}]`;

/** A visitor's hash stays the same over days where a server gave the name; a log's lines have a status. */
const stays = (where: string) =>
  `visitor in (select visitor from hits where ${where} and (origin = 'ingest' or (origin = 'import' and status = 0)))`;
const visitorColumns = 'uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting';
const pair = 'tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value';

/**
 * Inserts the figures of build `build` (an SQL expression) of the site days that `where` names by site_id and local_date.
 * The build's visits must be there.
 */
export const insertVisitFigures = (where: string, build: string): string => `
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting)
select ${build}, org_id, site_id, local_date, ${pair}, count(), sum(visits.pageviews), sum(visits.duration_ms), sum(visits.engaged_ms), sum(bounce), ${visitorColumns}
from (select *, ${stays(where)} as stays from visits where ${where} and build = ${build}) as visits
array join ${pairs([['', "''"], ...ofVisit.map((column) => [column, column] as const)])} as pair
group by org_id, site_id, local_date, dimension, value
union all
select ${build}, org_id, site_id, local_date, ${pair}, 0, 0, 0, 0, 0, ${visitorColumns}
from (select *, ${stays(where)} as stays from hits where ${where} and name != 'engagement') as found
array join ${pairs(Object.entries(ofHit))} as pair
group by org_id, site_id, local_date, dimension, value`;
