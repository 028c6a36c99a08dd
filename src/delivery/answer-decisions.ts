/** From a decision request to the JSON of its reply: who asks, what is known of the page and the visitor, one decision per placement. */
import { createHash } from 'node:crypto';
import { Refusal } from '#platform';
import { asciiJson } from './ascii-json.ts';
import type { DecisionRequest } from './contract.ts';
import type { Counters } from './counters.ts';
import { type Ask, choose, commit, explain, type Page } from './decide.ts';
import type { LoadedBook, LoadedPlacement, LoadedSite } from './load-book.ts';
import { intoWeek } from './local-time.ts';
import { mayIdentify, mayJoin, type TcfOperator } from './may-identify.ts';
import { emptyText, filledText, templateOf } from './reply-template.ts';
import type { ReasonTally } from './reason-tally.ts';
import type { DecisionCounts } from './decision-counts.ts';
import type { RequestCounts } from './request-counts.ts';
import type { DecisionId } from './seen.ts';
import { segmentsOf } from './segments.ts';
import { decisionIdText, nameOf } from './token.ts';
import { adLabels, languageBeside } from './transparency.ts';

/** What measurement knows of a user agent and of an address. */
export type Agent = { device: { type: string; browser: string; os: string }; bot: unknown };
export type Knowledge = {
  agentOf(userAgent: string): Agent;
  countryOf(ip: string): string;
  /** ISO 3166-2 region and city, where the operator's database holds them. */
  placeOf?: ((ip: string) => { region?: string | undefined; city?: string | undefined }) | undefined;
  /** Whether an address is one of the data centres that the operator named. */
  isDataCentre?: ((ip: string) => boolean) | undefined;
};

export type Visit = {
  ip: string;
  userAgent: string;
  acceptLanguage: string;
  globalPrivacyControl: boolean;
  /** The API key, when one came along. */
  key: string | undefined;
};

export type Deciding = {
  book: () => LoadedBook;
  counters: Counters;
  requests: RequestCounts;
  /** Told of what people were decided for; absent where nothing is kept of it. */
  decided?: DecisionCounts | undefined;
  /** Told of what people were decided for. */
  reasons?: Pick<ReasonTally, 'note'> | undefined;
  knowledge: Knowledge;
  /** Public address of the edge, without a slash at the end. */
  base: () => string;
  /** Whether callers with a key may say when a decision happens. */
  simulatedTime: boolean;
  /** 0 ≤ number < 1 */
  random: () => number;
  /** Who the operator is to the TCF. */
  tcf?: TcfOperator | undefined;
};

/** Answers the JSON of a DecisionReply, in ASCII; throws a Refusal. `now` in milliseconds. */
export type AnswerDecisions = (request: DecisionRequest, visit: Visit, now: number) => string;

export function decisionsAnswerer(how: Deciding): AnswerDecisions {
  const { counters, requests, reasons, knowledge } = how;
  let turn = 0;

  return (request, visit, now) => {
    const book = how.book();
    const site = book.sites.get(request.site) ?? book.sites.get(request.site.toLowerCase());
    if (!site) throw new Refusal('not-found', `site: no site is called ${quote(request.site)}.`, { field: 'site' });
    checkKeyed(book, site, { request, visit, simulatedTime: how.simulatedTime });

    const at = request.at === undefined ? now : Date.parse(request.at);
    const { device, bot } = knowledge.agentOf(request.user_agent ?? visit.userAgent);
    const country = knowledge.countryOf(request.ip ?? visit.ip);
    const place = knowledge.placeOf?.(request.ip ?? visit.ip);
    const agent = `${device.type}\t${device.browser}\t${device.os}`;
    const path = pathOf(request.url);
    const pageSection = path === '' ? undefined : site.sectionOf(path);
    const isKnown =
      request.visitor_id !== undefined && mayIdentify(request.consent, visit.globalPrivacyControl, how.tcf);
    const visitor =
      isKnown && request.visitor_id !== undefined ? book.signer.visitor(site.site.id, request.visitor_id) : undefined;
    const page: Page = { visitor: visitor?.toString() ?? '', chosen: [], seen: [], codes: request.placements };
    if (page.visitor !== '') counters.frequency.arrive(page.visitor, at);
    if (request.on_page) putOnPage(page, book, site, request.on_page);
    const language = languageBeside(request.language, visit.acceptLanguage);

    const local = intoWeek(at + site.zone.offset(at));
    const targeting: Ask['request'] = {
      country: country === '' ? undefined : country,
      region: place?.region,
      city: place?.city,
      device: device.type === '' ? undefined : device.type,
      browser: device.browser === '' ? undefined : device.browser,
      os: device.os === '' ? undefined : device.os,
      language: firstLanguage(visit.acceptLanguage),
      site: site.names,
      url: request.url,
      referrer: request.referrer,
      local: { weekday: Math.floor(local / 86_400_000), minute: Math.floor(local / 60_000) % 1440 },
      kv: request.kv,
      // Ads by what a visitor read are personal: they take consent to a profile, beside that to be known.
      segments:
        visitor !== undefined && book.segments.size > 0 && mayJoin(request.consent, visit.globalPrivacyControl, how.tcf)
          ? segmentsOf(book.segments, visitor)
          : undefined,
    };

    const decided = Math.floor(at / 1000);
    let text = '';
    let known = 0;
    for (const { code, sizes } of request.placements) {
      const id = randomId(how.random, counters.shared?.number());
      const placement = site.placements.get(code);
      const head = { id: decisionIdText(decided, id), code: placement?.code ?? asciiJson(code) };
      if (text !== '') text += ',';
      if (!placement) {
        text += `${emptyText('unknown_placement', head)}}`;
        continue;
      }
      known++;
      const sectionId = placement.placement.section_id ?? pageSection;
      targeting.placement = placement.names;
      targeting.section = sectionId === undefined ? [] : [sectionId];
      const ask: Ask = {
        at,
        placement,
        formats: formatsOf(placement, sizes),
        request: targeting,
        page,
        frequency: counters.frequency,
        shares: counters.shares,
        random: how.random,
      };
      const chosen = choose(book, ask);
      const trace = request.explain ? `,"trace":${asciiJson(explain(book, ask, chosen?.line))}` : '';
      if (!bot)
        requests.note({ at, placement: placement.name, country, device: device.type, filled: chosen !== undefined });
      if (!bot) reasons?.note(book, ask, chosen?.line);
      if (!chosen) {
        text += `${emptyText('no_line_item', head)}${trace}}`;
        continue;
      }
      commit(chosen, ask, ++turn);
      const { line, creative } = chosen;
      if (!bot) how.decided?.note(line.name, placement.name, at);
      const template = (creative.templates[language] ??= templateOf(line.line.id, creative.creative, {
        base: how.base(),
        advertiser: line.line.advertiser,
        payer: creative.creative.payer || line.line.advertiser,
        label: adLabels[language],
        language,
      }));
      const token = book.signer.sign({
        decided,
        id,
        line: line.name,
        creative: creative.name,
        placement: placement.name,
        country,
        agent,
        section: placement.placement.section_id === null ? (pageSection ?? '') : '',
        path,
        visitor,
        simulated: request.at !== undefined,
      });
      text += `${filledText(template, token, head)}${trace}}`;
    }
    if (known === 0) throw unknownPlacements(site, request);
    return `{"decisions":[${text}]}`;
  };
}

const quote = (text: string) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** What requests before have put on the page; a line item of another organisation, or one that is no longer known, is none. */
function putOnPage(page: Page, { linesByName }: LoadedBook, { site }: LoadedSite, ids: readonly string[]): void {
  for (const id of ids) {
    const line = linesByName.get(nameOf(id));
    if (line?.line.id !== id || line.line.org_id !== site.org_id) continue;
    page.chosen.push(line);
    page.seen.push({ line: id, creative: '' });
  }
}

/** A visitor may only be spoken for by a caller with a key of the site's organisation. */
function checkKeyed(
  book: LoadedBook,
  site: LoadedSite,
  { request, visit, simulatedTime }: { request: DecisionRequest; visit: Visit; simulatedTime: boolean },
): void {
  const field = (['user_agent', 'ip', 'at'] as const).find((name) => request[name] !== undefined);
  if (!field) return;
  const org =
    visit.key === undefined ? undefined : book.orgByKeyHash.get(createHash('sha256').update(visit.key).digest('hex'));
  if (org === undefined)
    throw new Refusal('not-signed-in', `${field}: only a caller with an API key may give it.`, { field });
  if (org !== site.site.org_id)
    throw new Refusal('not-found', `site: no site is called ${quote(request.site)}.`, { field: 'site' });
  if (request.at === undefined) return;
  if (!simulatedTime)
    throw new Refusal('bad-input', 'at: only taken where VIGIE_SIMULATED_TIME is on.', { field: 'at' });
  const at = Date.parse(request.at);
  if (!(at >= 0 && at < 2 ** 32 * 1000))
    throw new Refusal('bad-input', 'at: must lie between 1970 and 2106.', { field: 'at' });
}

function unknownPlacements({ site }: LoadedSite, { placements }: DecisionRequest): Refusal {
  const field = 'placements.0.code';
  return new Refusal('not-found', `${field}: ${site.domain} has no placement ${quote(placements[0]?.code ?? '')}.`, {
    field,
  });
}

function formatsOf({ formats }: LoadedPlacement, sizes: readonly string[] | undefined): ReadonlySet<string> {
  return sizes === undefined ? formats : new Set(sizes.filter((size) => formats.has(size)));
}

/** `https://host/path?query` → `/path`; empty when there is none. */
export function pathOf(url: string | undefined): string {
  if (url === undefined) return '';
  const host = url.indexOf('://');
  const from = host === -1 ? (url.startsWith('/') ? 0 : -1) : url.indexOf('/', host + 3);
  if (from === -1) return host === -1 ? '' : '/';
  const end = url.slice(from).search(/[?#]/);
  return end === -1 ? url.slice(from) : url.slice(from, from + end);
}

function firstLanguage(header: string): string | undefined {
  const tag = /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)/.exec(header)?.[1];
  return tag?.toLowerCase();
}

/**
 * The seen-ids keep 0 and 1 for themselves, so the high half is never 0. Where several edges share their counters its first 12 bits
 * are the number of the edge that decided: it must hear of the event, wherever that is counted.
 */
const randomId = (random: () => number, edge: number | undefined): DecisionId => ({
  high:
    edge === undefined ? 1 + Math.floor(random() * 0xffff_ffff) : edge * 0x10_0000 + Math.floor(random() * 0x10_0000),
  low: Math.floor(random() * 0x1_0000_0000),
});
