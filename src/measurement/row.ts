/** Rows of `hits` and `ignored_hits` as journal lines. Columns left at their defaults are left out: the lines stay short. */
import { type Acquisition, acquisitionOf } from './acquisition.ts';
import { type Agent, insideOf } from './agent.ts';
import { cached } from './bounded-cache.ts';
import type { Bot, IgnoredReason } from './contract.ts';
import { type HitInput, keptProps, type Vitals } from './hit.ts';
import type { LocalTime } from './local-time.ts';
import { utcText } from './local-time.ts';

const quoted = JSON.stringify;

/** The acquisition's columns, as the inside of a JSON object. */
export function acquisitionColumns({ channel, source, search_term, referrer, campaign }: Acquisition): string {
  return insideOf({
    referrer,
    channel,
    source,
    search_term,
    utm_source: campaign.source,
    utm_medium: campaign.medium,
    utm_campaign: campaign.name,
    utm_content: campaign.content,
    utm_term: campaign.term,
  });
}

/** Names under which sites put the words of their own search into the address (the usual ones of WordPress, Drupal, Joomla, Shopify and of hand-made sites). */
const searchNames = new Set(
  'q query s search search_query search_term searchword searchterm keyword keywords kw recherche rechercher mot mots mots-cles texte'.split(
    ' ',
  ),
);
const longestSearch = 200;

/** The words searched for on the site, in small letters and with single spaces; empty when the address is no result page. */
export const siteSearchOf = cached((query) => {
  if (query.length < 3) return '';
  for (const [name, value] of new URLSearchParams(query)) {
    const words = value.replace(/\s+/g, ' ').trim().toLowerCase();
    if (words !== '' && searchNames.has(name.toLowerCase())) return words.slice(0, longestSearch);
  }
  return '';
}, 10_000);

/** The line item that an ad's click carried along (`vigie_line=…`, added to landing pages on measured sites); else empty. */
export const lineItemOf = (query: string): string => /[?&]vigie_line=([\w-]{1,64})(?:&|$)/.exec(query)?.[1] ?? '';

const separator = '\n';

/** The columns of a landing, remembered: most hits of a site share a few referrers. */
const landing = cached((key) => {
  const [host = '', query = '', ...referrer] = key.split(separator);
  return acquisitionColumns(acquisitionOf({ host, query, referrer: referrer.join(separator) }));
}, 10_000);

export const landingColumns = (host: string, query: string, referrer: string): string =>
  landing(`${host}${separator}${query}${separator}${referrer}`);

export type HitFacts = {
  /** `"org_id":…,"site_id":…` */
  site: string;
  at: number;
  local: LocalTime;
  hitId: string;
  /** Whether the sender gave the id: it may come again. */
  isTold: boolean;
  visitor: string;
  visitorBefore: string;
  hostname: string;
  path: string;
  section: string;
  landing: string;
  query: string;
  country: string;
  agent: Agent;
  origin: 'live' | 'ingest' | 'import';
};

export function hitLine(facts: HitFacts, input: HitInput): string {
  const { local } = facts;
  let row =
    `{"t":"hits","r":{${facts.site},"at":"${utcText(facts.at)}","local_time":"${local.time}","local_date":"${local.date}"` +
    `,"hit_id":${quoted(facts.hitId)},"visitor":"${facts.visitor}","name":${quoted(input.name)}` +
    `,"hostname":${quoted(facts.hostname)},"path":${quoted(facts.path)}${facts.landing}${facts.agent.columns},"origin":"${facts.origin}"`;
  if (facts.visitorBefore !== '0') row += `,"visitor_before":"${facts.visitorBefore}"`;
  if (facts.section !== '') row += `,"section_id":${quoted(facts.section)}`;
  const country = input.place?.country || facts.country;
  if (country !== '') row += `,"country":"${country}"`;
  if (input.place) row += insideOf({ region: input.place.region, city: input.place.city });
  if (input.passive) row += ',"passive":1';
  if (input.language !== '') row += `,"language":${quoted(input.language)}`;
  if (input.width > 0) row += `,"width":${input.width}`;
  if (input.engaged_ms > 0) row += `,"engaged_ms":${input.engaged_ms}`;
  if (input.scroll > 0) row += `,"scroll":${input.scroll}`;
  if (input.props) row += `,"props":${quoted(keptProps(input.name, input.props))}`;
  if (input.identified !== '0') row += `,"identified":"${input.identified}"`;
  if (input.siteSearch !== '') row += `,"site_search":${quoted(input.siteSearch)}`;
  if (facts.query !== '') row += ofQuery(facts.query, input.siteSearch === '' ? input.name : '');
  if (input.vitals) row += vitalColumns(input.vitals);
  if (input.currency !== '') row += `,"revenue_micros":"${input.revenue_micros}","currency":"${input.currency}"`;
  return facts.isTold ? `${row}},"told":1}` : `${row}}}`;
}

function ofQuery(query: string, name: string): string {
  const line = lineItemOf(query);
  const words = name === 'pageview' ? siteSearchOf(query) : '';
  return `${words === '' ? '' : `,"site_search":${quoted(words)}`}${line === '' ? '' : `,"line_item_id":"${line}"`}`;
}

const vitalColumns = ({ lcp_ms, inp_ms, cls_milli }: Vitals): string =>
  `,"lcp_ms":${lcp_ms},"inp_ms":${inp_ms}${cls_milli === undefined ? '' : `,"cls_milli":${cls_milli}`}`;

export type IgnoredFacts = {
  site: string;
  at: number;
  local: LocalTime;
  reason: IgnoredReason;
  bot: Bot | null;
  path: string;
  origin: 'live' | 'ingest' | 'import';
};

export function ignoredLine({ site, at, local, reason, bot, path, origin }: IgnoredFacts): string {
  const who = bot ? `,"name":${quoted(bot.name)},"category":"${bot.category}"` : '';
  return (
    `{"t":"ignored_hits","r":{${site},"at":"${utcText(at)}","local_time":"${local.time}","local_date":"${local.date}"` +
    `,"reason":"${reason}"${who},"path":${quoted(path)},"origin":"${origin}"}}`
  );
}
