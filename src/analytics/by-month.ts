/**
 * Rows of whole months where a question asks for nothing finer, of days at the ends of the period: the same figures from a thirtieth
 * of the rows. A row of a month lies on its first day.
 */
import { currentMonths } from '#measurement';
import { addDays } from './dates.ts';
import type { Bind } from './filter.ts';
import { type Scope, sitesSql } from './rows.ts';

/** `ofSites` and `days`: conditions of the scope on a table's sites and days. */
type Asked = { scope: Scope; ofSites: string; days: string; bind: Bind };

/** The whole months within a period, from the first day of the first to the last day of the last; undefined where there is none. */
export function wholeMonths({ from, to }: Pick<Scope, 'from' | 'to'>): { first: string; last: string } | undefined {
  const first = from.endsWith('-01') ? from : monthAfter(from);
  const next = addDays(to, 1);
  const last = addDays(`${next.slice(0, 7)}-01`, -1);
  return first < last ? { first, last } : undefined;
}

const monthAfter = (day: string): string => `${addDays(`${day.slice(0, 7)}-28`, 4).slice(0, 7)}-01`;

export const hasWholeMonth = (scope: Scope): boolean =>
  scope.instants === undefined && wholeMonths(scope) !== undefined;

type Months = { first: string; last: string; outside: string };

function boundMonths({ scope, bind }: Asked): Months {
  const { first, last } = wholeMonths(scope) ?? { first: scope.from, last: addDays(scope.from, -1) };
  const [firstDay, lastDay] = [bind(first, 'Date'), bind(last, 'Date')];
  return { first: firstDay, last: lastDay, outside: `(local_date < ${firstDay} or local_date > ${lastDay})` };
}

/** Sums of pages: the months' follow every insert, as the days' do. */
export function pagesByMonth(asked: Asked): string {
  const { ofSites, days } = asked;
  const { first, last, outside } = boundMonths(asked);
  const columns = 'key, hostname, path, section_id, name, hits';
  return `(select site_id, month as local_date, ${columns} from pages_months where ${ofSites} and month between ${first} and ${last}
    union all select site_id, local_date, ${columns} from pages_days where ${ofSites} and ${days} and ${outside})`;
}

const columns =
  'key, dimension, value, visits, pageviews, duration_ms, engaged_ms, bounces, visitors, lasting, acts, reading_ms, readings, scroll_percents, scrolled';

/** Figures of visits: a month's hold while its days are what they were when it was added up, else its days are read. */
export function figuresByMonth(asked: Asked): string {
  const { scope, ofSites, days } = asked;
  const months = boundMonths(asked);
  const mine = `site_id in ${sitesSql(scope.sites)}`;
  const current = currentMonths(
    `${mine} and local_date between ${months.first} and ${months.last}`,
    `${mine} and month between ${months.first} and ${months.last}`,
  );
  const ofMonths = `select site_id, month as local_date, ${columns} from visit_figure_months where ${ofSites} and month between ${months.first} and ${months.last}`;
  const ofDays = `select site_id, local_date, ${columns} from visit_figures where ${ofSites} and ${days}`;
  if (scope.sites.length === 1) {
    const { month, day, isRead } = ofOneSite(months, current, `${mine} and ${days}`);
    return `(${ofMonths} and ${month} union all ${ofDays} and ${isRead} and ${day})`;
  }
  return `(${ofMonths} and (site_id, month, build) in (${current})
    union all ${ofDays} and (site_id, local_date, build) in (
      select site_id, local_date, max(build) from visit_days where ${mine} and ${days}
        and (${months.outside} or (site_id, toStartOfMonth(local_date)) not in (select site_id, month from (${current})))
      group by site_id, local_date))`;
}

/** The builds of one site's months and days, each as a list: looked up some times faster than a set of tuples. */
function ofOneSite({ first, outside }: Months, current: string, days: string) {
  const ofMonth = (month: string) =>
    listed(
      `select month as place, build as number from (${current})`,
      month,
      (place) => `toRelativeMonthNum(${place}) - toRelativeMonthNum(${first})`,
    );
  const isRead = `(${outside} or ${ofMonth('toStartOfMonth(local_date)')} = 0)`;
  const read = `select local_date as place, max(build) as number from visit_days where ${days} and ${isRead} group by local_date`;
  return {
    month: `build = ${ofMonth('month')}`,
    // Days that are read are told to the primary key by themselves.
    isRead: `local_date in (select place from (${read}))`,
    day: `build = ${listed(read, 'local_date', (place) => `${place} - {from:Date}`)}`,
  };
}

/**
 * The number that belongs to the day or month `at` of a row: `rows` are `(place, number)`, `indexOf` counts days or months from the first
 * one on. 0 where there is none: no build is.
 */
export function listed(rows: string, at: string, indexOf: (place: string) => string): string {
  const index = (place: string) => `toUInt32(${indexOf(place)})`;
  return `(select groupArrayInsertAt(toUInt64(0))(number, ${index('place')}) from (${rows}))[${index(at)} + 1]`;
}
