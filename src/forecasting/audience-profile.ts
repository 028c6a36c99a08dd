/** Who reads a site or one of its sections: counted on the page views of the last four whole weeks. */
import { Refusal, type Caller, type Clock, type Events, type Sql } from '#platform';
import type * as z from 'zod';
import type * as contract from './contract.ts';
import type { AudienceProfile } from './contract.ts';
import { isStoreAway } from './store-away.ts';

const days = 28;
/** Under so many visitor-days nothing is said: the few could be recognised, and the parts would be chance. */
const fewest = 50;

type Asking = { events: Pick<Events, 'query'>; clock: Clock };
type Where = { org_id: string; site_id: string; section_id: string | null };

/** Of a placement: of its section, or of its whole site where it stands on every page. Throws not-found. */
export async function audienceProfile(
  { db, caller, ...asking }: Asking & { db: Sql; caller: Caller },
  { site_id, section_id, placement_id }: z.output<(typeof contract.readAudienceProfile)['input']>,
): Promise<AudienceProfile> {
  const given = [site_id, section_id, placement_id].filter((id) => id !== undefined);
  if (given.length !== 1)
    throw new Refusal('bad-input', 'site_id: say one of site_id, section_id and placement_id.', { field: 'site_id' });
  const found = await db.one<{ site_id: string; section_id: string | null }>(
    placement_id !== undefined
      ? 'select site_id, section_id from placements where id = $1 and org_id = $2'
      : section_id !== undefined
        ? 'select site_id, id as section_id from sections where id = $1 and org_id = $2'
        : 'select id as site_id, null as section_id from sites where id = $1 and org_id = $2',
    [given[0], caller.org_id],
  );
  if (!found) throw new Refusal('not-found', 'There is no such site, section or placement.');
  return profileOf(asking, { org_id: caller.org_id, ...found });
}

/** The same for something that is known to be of the organisation; null where the event store cannot say at this moment. */
export async function profileIfThere(asking: Asking, where: Where): Promise<AudienceProfile | null> {
  try {
    return await profileOf(asking, where);
  } catch (error) {
    if (isStoreAway(error)) return null;
    throw error;
  }
}

type Part = { key: string; views: number };

async function profileOf({ events, clock }: Asking, { org_id, site_id, section_id }: Where): Promise<AudienceProfile> {
  const today = clock().getTime();
  const date = (back: number) => new Date(today - back * 86_400_000).toISOString().slice(0, 10);
  const params = { org: org_id, site: site_id, section: section_id ?? '', from: date(days), to: date(0) };
  const within = `org_id = {org:String} and site_id = {site:String} and ({section:String} = '' or section_id = {section:String})
    and local_date >= {from:Date} and local_date < {to:Date} and name = 'pageview'`;
  const ask = <T extends object>(sql: string) => events.query<T>(sql, params, { heavy: true });
  const by = (column: string) =>
    ask<Part>(
      `select toString(${column}) as key, toFloat64(count()) as views from hits where ${within} group by key order by views desc, key limit 24`,
    );
  const [totals, devices, countries, languages, hours] = await Promise.all([
    ask<{ views: number; visitors: number; engaged: number; counted_days: number }>(
      `select toFloat64(count()) as views, toFloat64(uniq(visitor, local_date)) as visitors, toFloat64(uniq(local_date)) as counted_days from hits where ${within}`,
    ),
    by('device'),
    by('country'),
    by('language'),
    by('toHour(local_time)'),
  ]);
  const { views = 0, visitors = 0, counted_days = 0 } = totals[0] ?? {};
  const isKnown = visitors >= fewest;
  const parts = (rows: readonly Part[], most: number) =>
    isKnown
      ? rows
          .filter(({ key }) => key !== '')
          .slice(0, most)
          .map(({ key, views: count }) => ({ key, part: Math.round((count / Math.max(1, views)) * 1000) / 1000 }))
      : [];
  const perDay = (count: number) => Math.round(count / Math.max(1, counted_days));
  return {
    from: date(days),
    to: date(1),
    counted: views,
    pageviews_per_day: isKnown ? perDay(views) : 0,
    visitors_per_day: isKnown ? perDay(visitors) : 0,
    devices: parts(devices, 4),
    countries: parts(countries, 5),
    languages: parts(languages, 4),
    hours: parts(hours, 24).toSorted((a, b) => Number(a.key) - Number(b.key)),
  };
}
