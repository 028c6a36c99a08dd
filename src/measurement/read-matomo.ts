/**
 * `GET|POST /matomo.php`: Matomo's HTTP tracking API, so that its trackers and SDKs can be pointed here. What needs
 * Matomo's token there (`cip`, and a `cdt` of more than a day ago) needs a Vigie key here, given as `token_auth`.
 */
import * as z from 'zod';
import { limits } from './contract.ts';
import {
  address,
  bad,
  blankHit,
  type HitInput,
  isCurrency,
  longestEngagement,
  placeOf,
  revenueInMajorUnits,
} from './hit.ts';

export type MatomoHit = {
  /** The site's integer number or its domain. */
  idsite: string;
  input: HitInput;
  token: string;
  /** The tracker's own name for the visitor (`uid`, `cid`, `_id`); empty when it gives none. */
  visitor: string;
  at: number | undefined;
  ip: string | undefined;
  userAgent: string | undefined;
  /** What the browser says beside the user agent, as request headers. */
  hints: Readonly<Record<string, string>> | undefined;
  /** A custom action (`ca=1`) of a kind that is not kept here: no page view, and nothing else to count. */
  isForeign: boolean;
};

/** The currency is the site's, which the parameters do not carry. */
type CurrencyOf = (idsite: string) => string;

/** Reads one tracking request; `now` is in milliseconds. Throws a Refusal that names the parameter. */
export function readMatomo(params: URLSearchParams, currencyOf: CurrencyOf, now: number): MatomoHit {
  const get = (name: string) => params.get(name) ?? '';
  if (params.has('rec') && get('rec') !== '1') throw bad('rec', 'must be 1');
  const idsite = get('idsite');
  if (idsite === '') throw bad('idsite', 'is missing');

  const input: HitInput = {
    ...blankHit,
    url: address(params.get('url') ?? undefined, 'url'),
    referrer: get('urlref').slice(0, limits.url),
    language: get('lang').slice(0, 35),
    width: widthIn(get('res')),
    ...eventIn(get),
    place: placeOf({ country: get('country'), region: get('region'), city: get('city') }),
    engaged_ms: get('ping') === '1' ? Math.min(Number(get('engaged_ms')) || 0, longestEngagement) : 0,
    // A player reports how far it is by itself, a piece of content that it came into view: no act of the visitor.
    passive: get('ma_id') !== '' || (get('c_n') !== '' && get('c_i') === ''),
  };
  input.url = withCampaign(input.url, get('_rcn'), get('_rck'));
  const more = {
    ...timingsIn(params),
    ...productIn(get),
    ...dimensionsIn(params),
    ...variablesIn(get('cvar')),
    ...variablesIn(get('_cvar')),
  };
  if (Object.keys(more).length > 0)
    input.props = Object.fromEntries(Object.entries({ ...input.props, ...more }).slice(0, limits.props));
  if (get('search') !== '') input.siteSearch = get('search').trim().replace(/\s+/g, ' ').toLowerCase().slice(0, 200);
  const revenue = get('revenue');
  // The worth of a cart is no revenue: nothing was bought.
  if (revenue !== '' && input.name !== 'cart') {
    const currency = currencyOf(idsite);
    if (isCurrency(currency)) Object.assign(input, revenueInMajorUnits(revenue, currency, 'revenue'));
  }
  return {
    idsite,
    input,
    token: get('token_auth'),
    visitor: visitorIn(get),
    at: instantIn(params, now),
    ip: params.get('cip') ?? undefined,
    userAgent: params.get('ua') ?? undefined,
    hints: hintsIn(get('uadata')),
    isForeign: get('ca') === '1' && input.name === 'pageview',
  };
}

/** When it happened: `cdt`, or `cdo` seconds before now. */
function instantIn(params: URLSearchParams, now: number): number | undefined {
  const said = params.get('cdt') ?? '';
  if (said !== '') return instantOf(said);
  const seconds = Number(params.get('cdo') ?? '');
  if (!Number.isInteger(seconds) || seconds < 0) throw bad('cdo', 'must be a number of seconds');
  return seconds === 0 ? undefined : now - seconds * 1000;
}

/** Page timings in milliseconds (`pf_net` … `pf_onl`), by their own names. */
const timingsIn = (params: URLSearchParams): Record<string, string> =>
  filled(Object.fromEntries([...params].filter(([name, value]) => /^pf_\w{3}$/.test(name) && /^\d+$/.test(value))));

/** Client hints as the tracker collects them: `{"brands": [{"brand", "version"}], "platform", "mobile", …}`. */
function hintsIn(text: string): Record<string, string> | undefined {
  if (text === '') return undefined;
  const given = UaData.safeParse(parsed(text)).data;
  if (!given) return undefined;
  const brands = given.brands.length > 0 ? given.brands : given.fullVersionList;
  const quoted = (value: string) => `"${value.replaceAll('"', '')}"`;
  return {
    ...(brands.length > 0
      ? { 'sec-ch-ua': brands.map(({ brand, version }) => `${quoted(brand)};v=${quoted(version)}`).join(', ') }
      : {}),
    'sec-ch-ua-platform': quoted(given.platform),
    'sec-ch-ua-mobile': given.mobile ? '?1' : '?0',
    'sec-ch-ua-platform-version': quoted(given.platformVersion),
    'sec-ch-ua-model': quoted(given.model),
  };
}

const Brands = z.array(z.object({ brand: z.string(), version: z.string() })).catch([]);
const UaData = z.object({
  brands: Brands,
  fullVersionList: Brands,
  platform: z.string().catch(''),
  platformVersion: z.string().catch(''),
  model: z.string().catch(''),
  mobile: z
    .union([z.boolean(), z.literal(1), z.literal('1')])
    .transform(Boolean)
    .catch(false),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What happened: a goal, an event, a download, an outgoing link, a search on the site, else a page view. */
function eventIn(get: (name: string) => string): Pick<HitInput, 'name' | 'props'> {
  const named = (name: string, given: Record<string, string>): Pick<HitInput, 'name' | 'props'> => {
    const props = Object.fromEntries(
      Object.entries(given)
        .filter(([, value]) => value !== '')
        .map(([key, value]) => [key, value.slice(0, limits.propValue)]),
    );
    return { name: name.slice(0, limits.name), props: Object.keys(props).length > 0 ? props : undefined };
  };
  if (get('ec_id') !== '')
    return named('order', {
      order_id: get('ec_id'),
      sub_total: get('ec_st'),
      tax: get('ec_tx'),
      shipping: get('ec_sh'),
      discount: get('ec_dt'),
      items: itemsIn(get('ec_items')),
    });
  if (get('idgoal') === '0') return named('cart', { amount: get('revenue'), items: itemsIn(get('ec_items')) });
  if (get('idgoal') !== '') return named(`goal ${get('idgoal')}`, {});
  if (get('c_n') !== '')
    return named(get('c_i') === '' ? 'content impression' : 'content interaction', {
      content: get('c_n'),
      piece: get('c_p'),
      target: get('c_t'),
      interaction: get('c_i'),
    });
  if (get('e_a') !== '') return named(get('e_a'), { category: get('e_c'), label: get('e_n'), value: get('e_v') });
  if (get('download') !== '') return named('File Download', { url: get('download') });
  if (get('link') !== '') return named('Outbound Link: Click', { url: get('link') });
  if (get('search') !== '')
    return named('site search', { term: get('search'), category: get('search_cat'), results: get('search_count') });
  if (get('ma_id') !== '')
    return named('media', {
      media: get('ma_ti') || get('ma_re') || get('ma_id'),
      resource: get('ma_re'),
      type: get('ma_mt'),
      player: get('ma_pn'),
      spent: get('ma_st'),
      length: get('ma_le'),
      progress: get('ma_ps'),
    });
  // A ping tells more of a page that was counted before (6: its timings).
  if (!['', '0'].includes(get('ping'))) return named('engagement', {});
  return named('pageview', { title: get('action_name') });
}

/** `[["sku", "name", "category", price, quantity], …]` as one short text: `2 × name; name`. */
function itemsIn(text: string): string {
  if (text === '') return '';
  try {
    const items: unknown = JSON.parse(text);
    if (!Array.isArray(items)) return '';
    return items
      .filter((item): item is unknown[] => Array.isArray(item))
      .map(
        ([sku, name, , , quantity]) =>
          `${Number(quantity) > 1 ? `${Number(quantity)} × ` : ''}${shown(name) || shown(sku)}`,
      )
      .filter((item) => item !== '')
      .join('; ');
  } catch {
    throw bad('ec_items', 'must be JSON');
  }
}

const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** The product of a page view (`_pks`, `_pkn`, `_pkc`, `_pkp`). */
const productIn = (get: (name: string) => string): Record<string, string> =>
  filled({ product_sku: get('_pks'), product: get('_pkn'), product_category: get('_pkc'), product_price: get('_pkp') });

/** Custom dimensions `dimension1` … by their own names. */
const dimensionsIn = (params: URLSearchParams): Record<string, string> =>
  filled(Object.fromEntries([...params].filter(([name]) => /^dimension\d{1,4}$/.test(name))));

/** Custom variables `{"1": ["name", "value"]}`. */
function variablesIn(text: string): Record<string, string> {
  if (text === '') return {};
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given !== 'object' || given === null) return {};
    const pairs = Object.values(given).filter((pair): pair is unknown[] => Array.isArray(pair) && pair.length === 2);
    return filled(
      Object.fromEntries(pairs.map(([name, value]) => [shown(name).slice(0, limits.propName), shown(value)])),
    );
  } catch {
    return {};
  }
}

const filled = (given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([name, value]) => name !== '' && value !== '')
      .map(([name, value]) => [name, value.slice(0, limits.propValue)]),
  );

/** The campaign that a tracker remembered (`_rcn`, `_rck`) as tags of the address, where that has none of its own. */
function withCampaign(url: string, name: string, keyword: string): string {
  if (name === '' || /[?&#](?:utm|mtm|pk|piwik|matomo)_/.test(url)) return url;
  const tagged = new URL(url);
  tagged.searchParams.set('mtm_campaign', name.slice(0, 200));
  if (keyword !== '') tagged.searchParams.set('mtm_kwd', keyword.slice(0, 200));
  return tagged.href;
}

function visitorIn(get: (name: string) => string): string {
  const id = [get('cid'), get('_id')].find((given) => /^[0-9a-f]{16}$/i.test(given)) ?? '';
  return get('uid').slice(0, 200) || id.toLowerCase();
}

const widthIn = (resolution: string) => Math.min(Number(/^(\d+)x\d+$/.exec(resolution)?.[1] ?? 0), 65_535);

/** `2026-03-01 12:30:00` (UTC unless it says another zone), a day, or seconds since 1970. */
function instantOf(text: string): number {
  const written = text.trim().replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$|^\d{4}-\d\d-\d\d$/.test(written) ? written : `${written}Z`;
  const at = /^\d{9,11}$/.test(written) ? Number(written) * 1000 : Date.parse(zoned);
  if (!Number.isFinite(at)) throw bad('cdt', 'must be YYYY-MM-DD HH:MM:SS (UTC) or seconds since 1970');
  return at;
}

/** The requests of a bulk body `{"requests": ["?idsite=1&url=…", …], "token_auth": "…"}`. Throws a Refusal. */
export function readMatomoBulk(body: unknown): URLSearchParams[] {
  if (typeof body !== 'object' || body === null || !('requests' in body) || !Array.isArray(body.requests)) {
    throw bad('requests', 'must be a list of tracking requests');
  }
  if (body.requests.length > 1000) throw bad('requests', 'must hold at most 1000 tracking requests');
  const token = 'token_auth' in body && typeof body.token_auth === 'string' ? body.token_auth : undefined;
  return body.requests.map((request: unknown, index) => {
    const params = paramsOf(request);
    if (!params) throw bad(`requests[${index}]`, 'must be a query string or an object');
    if (token !== undefined && !params.has('token_auth')) params.set('token_auth', token);
    return params;
  });
}

function paramsOf(request: unknown): URLSearchParams | undefined {
  if (typeof request === 'string') return new URLSearchParams(request.slice(request.indexOf('?') + 1));
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return undefined;
  const entries = Object.entries(request).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
}
