/**
 * Figures of a site day by one dimension at a time, written with each build of its visits: what panels over a month or a year
 * read instead of every visit or hit.
 *
 * Visits, page views, durations and readings add up over days. Visitors do where their hash is of one site and day alone, which it is
 * unless a server named them (`/api/ingest`, the history of another product): those are kept by name and counted once over any period.
 */
import {
  acts,
  arrivalColumns,
  automatic,
  clockOf,
  depthOf,
  durationOf,
  machineColumns,
  screenOf,
} from './told-values.ts';

/** What a visit has one value of: the dimensions, by the SQL of their value. */
const ofVisit: Record<string, string> = {
  ...Object.fromEntries([...machineColumns, ...arrivalColumns].map((column) => [column, column])),
  line_item: 'line_item_id',
  screen: screenOf('width'),
  depth: depthOf('found.pageviews'),
  duration: durationOf('found.duration_ms'),
  ...clockOf('local_time'),
};
/** What a visitor has many values of on a day: told are the visitors who were there, and their page views. */
const ofHit = { page: 'path', hostname: 'hostname', section: 'section_id', name: 'name' } as const;

const pairs = (values: Record<string, string>) =>
  `[${Object.entries(values)
    .map(([dimension, value]) => `('${dimension}', ${value})`)
    .join(', ')}]`;

/** A visitor's hash stays the same over days where a server gave the name; a log's lines have a status. */
const stays = (where: string) =>
  `visitor in (select visitor from hits where ${where} and (origin = 'ingest' or (origin = 'import' and status = 0)))`;
const visitorColumns = 'uniqExactIf(visitor, not stays) as visitors, groupUniqArrayIf(visitor, stays) as lasting';
const pair = 'tupleElement(pair, 1) as dimension, tupleElement(pair, 2) as value';
const by = 'group by org_id, site_id, local_date, dimension, value';

/** Columns of figures that add up, in the table's order. */
export const figureColumns = [
  'visits',
  'pageviews',
  'duration_ms',
  'engaged_ms',
  'bounces',
  'visitors',
  'acts',
  'reading_ms',
  'readings',
  'scroll_percents',
  'scrolled',
] as const;

const list = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(', ');
const anAct = `(site_search != '' or name in (${list(Object.values(automatic).flat())}))`;
/** Reports of active time are added up per visitor, page and day: a page read in three goes is one reading. */
const reading = 'sum(reading_ms), countIf(reading_ms > 0), sum(deepest), countIf(deepest > 0)';

/**
 * Inserts the figures of build `build` (an SQL expression) of the site days that `where` names by site_id and local_date.
 * The build's visits must be there.
 */
export const insertVisitFigures = (where: string, build: string): string => `
insert into visit_figures (build, org_id, site_id, local_date, dimension, value, ${figureColumns.join(', ')}, lasting)
with read as (select org_id, site_id, local_date, visitor, hostname, path, section_id, sum(hits.engaged_ms) as reading_ms, max(hits.scroll) as deepest
    from hits where ${where} and (hits.engaged_ms > 0 or hits.scroll > 0) group by org_id, site_id, local_date, visitor, hostname, path, section_id)
select ${build}, org_id, site_id, local_date, dimension, value, ${figureColumns.map((name) => `sum(told.${name})`).join(', ')}, groupUniqArrayArray(told.lasting)
from (
select org_id, site_id, local_date, ${pair}, count() as visits, sum(found.pageviews) as pageviews, sum(found.duration_ms) as duration_ms, sum(found.engaged_ms) as engaged_ms, sum(bounce) as bounces,
  ${visitorColumns}, 0 as acts, 0 as reading_ms, 0 as readings, 0 as scroll_percents, 0 as scrolled
from (select *, ${stays(where)} as stays from visits where ${where} and build = ${build}) as found
array join ${pairs({ '': "''", ...ofVisit })} as pair ${by}
union all
select org_id, site_id, local_date, ${pair}, 0, countIf(name = 'pageview' and dimension in (${list(Object.keys(ofHit))})), 0, 0, 0, ${visitorColumns},
  countIf(dimension in (${list(Object.keys(acts))})), 0, 0, 0, 0
from (select *, ${stays(where)} as stays from hits where ${where} and name != 'engagement') as found
array join arrayConcat(${pairs(ofHit)}, if(${anAct}, arrayFilter(one -> tupleElement(one, 2) != '', ${pairs(acts)}), [])) as pair ${by}
union all
select org_id, site_id, local_date, 'section' as dimension, section_id as value, 0, 0, 0, 0, 0, 0, [], 0, ${reading}
from read ${by}
union all
select org_id, site_id, local_date, ${pair}, 0, 0, 0, 0, 0, 0, [], 0, ${reading}
from (select org_id, site_id, local_date, visitor, hostname, path, sum(read.reading_ms) as reading_ms, max(read.deepest) as deepest
  from read group by org_id, site_id, local_date, visitor, hostname, path)
array join ${pairs({ '': "''", page: 'path', hostname: 'hostname' })} as pair ${by}
) as told ${by}`;
