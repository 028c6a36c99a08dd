/** Hits of another product as rows of `hits`, through the same rules as live ones: sections, sources, channels, the site's calendar. */
import type { Events } from '#platform';
import { acquisitionOf } from '../acquisition.ts';
import { pageOf, type SiteOfCollect } from '../collect.ts';
import { limits } from '../contract.ts';
import { keptProps } from '../hit.ts';
import { utcText } from '../local-time.ts';
import { visitorNamed } from '../visitor.ts';
import type { PastHit, Product } from './history-item.ts';

export type HitRow = Record<string, unknown> & { hit_id: string; local_date: string };

/** Makes rows of one site. The visitor's name is hashed per site under the installation's key. */
export function pastHitRows({
  site,
  product,
  visitorKey,
}: {
  site: SiteOfCollect;
  product: Product;
  visitorKey: string;
}) {
  const visitorOf = visitorNamed(visitorKey);
  return (hit: PastHit): HitRow | undefined => {
    const page = pageOf(hit.url);
    if (page.host === '') return undefined;
    const local = site.wall(hit.at);
    const { channel, source, search_term, referrer, campaign } = acquisitionOf({ ...page, referrer: hit.referrer });
    const props = Object.entries(keptProps(hit.name, hit.props) ?? {})
      .slice(0, limits.props)
      .map(([name, value]) => [name.slice(0, limits.propName), value.slice(0, limits.propValue)]);
    const paid = hit.revenue !== 0 && /^[A-Z]{3}$/.test(hit.currency);
    return {
      org_id: site.org_id,
      site_id: site.id,
      at: utcText(hit.at),
      local_time: local.time,
      local_date: local.date,
      hit_id: `${product}-${hit.id}`.slice(0, 120),
      visitor: visitorOf(site.id, `${product} ${hit.visitor}`),
      name: hit.name.slice(0, limits.name),
      hostname: page.host,
      path: page.path,
      section_id: site.sectionOf(page.path),
      referrer,
      channel,
      source,
      search_term,
      utm_source: campaign.source,
      utm_medium: campaign.medium,
      utm_campaign: campaign.name,
      utm_content: campaign.content,
      utm_term: campaign.term,
      country: hit.country,
      region: hit.region,
      city: hit.city,
      language: hit.language,
      device: hit.device,
      browser: hit.browser,
      browser_version: hit.browser_version,
      os: hit.os,
      os_version: hit.os_version,
      width: hit.width,
      engaged_ms: hit.engaged_ms,
      scroll: hit.scroll,
      props: Object.fromEntries(props),
      revenue_micros: paid ? Math.round(hit.revenue * 1e6) : 0,
      currency: paid ? hit.currency : '',
      origin: 'import',
    };
  };
}

/** Ids asked for in one question: they travel in its text. */
const idsAtOnce = 1000;

/**
 * Of the rows, those whose id is not stored yet, each once. The store is asked about these ids only: a file may be in any order, and
 * what lies on the days of a batch grow with the site.
 */
export async function newOnes(events: Events, siteId: string, rows: readonly HitRow[]): Promise<HitRow[]> {
  const once = new Map(rows.map((row) => [row.hit_id, row]));
  const byDay = [...once.values()].toSorted((a, b) => (a.local_date < b.local_date ? -1 : 1));
  for (let at = 0; at < byDay.length; at += idsAtOnce) {
    const part = byDay.slice(at, at + idsAtOnce);
    const stored = await events.query<{ hit_id: string }>(
      `select distinct hit_id from hits where site_id = {site:String} and local_date between {from:Date} and {to:Date} and origin = 'import'
         and hit_id in (${part.map(({ hit_id }) => quotedText(hit_id)).join(', ')})`,
      { site: siteId, from: part[0]?.local_date, to: part.at(-1)?.local_date },
      { heavy: true },
    );
    for (const { hit_id } of stored) once.delete(hit_id);
  }
  return [...once.values()];
}

/** Of the days, those on which the site has hits that this product did not bring, in order: its tag's, a server's, a log's, another product's. */
export async function occupiedDays(
  events: Events,
  siteId: string,
  product: Product,
  days: ReadonlySet<string>,
): Promise<string[]> {
  const sorted = [...days].toSorted();
  const [from, to] = [sorted[0], sorted.at(-1)];
  if (!from || !to) return [];
  const found = await events.query<{ day: string }>(
    `select distinct toString(local_date) as day from hits where site_id = {site:String} and local_date between {from:Date} and {to:Date}
       and not (origin = 'import' and startsWith(hit_id, {product:String}))`,
    { site: siteId, from, to, product: `${product}-` },
    { heavy: true },
  );
  const there = new Set(found.map(({ day }) => day));
  return sorted.filter((day) => there.has(day));
}

/** A text as ClickHouse reads it between quotes. */
const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
