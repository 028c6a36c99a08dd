/** A hit on its way from a request to a row: what every way in (tag, events API, tracking API, ingest, log) is read into. */
import { Refusal } from '#platform';
import { cached } from './bounded-cache.ts';
import { limits } from './contract.ts';

/** What the sender says of one hit. Texts are empty and numbers 0 where nothing was said. */
export type HitInput = {
  id: string;
  name: string;
  url: string;
  referrer: string;
  props: Record<string, string> | undefined;
  revenue_micros: bigint;
  currency: string;
  engaged_ms: number;
  scroll: number;
  language: string;
  width: number;
  /** Hash of an identifier that the visitor consented to; '0' without. */
  identified: string;
  vitals: Vitals | undefined;
  /** Words searched on the site itself, where the sender says so; else they are read from the address. */
  siteSearch: string;
  /** The fragment is a route of its own (`/#second`) and belongs to the path. */
  keepsFragment: boolean;
  /** An event that is no act of the visitor: it does not lift a bounce. */
  passive: boolean;
  /** Where the visitor is, by a sender who may say so; else by the address. ISO 3166-1 alpha-2, ISO 3166-2, a name. */
  place: Place | undefined;
};

export type Place = { country: string; region: string; city: string };

/** How a page felt (web vitals): paint and interaction in milliseconds, shift in thousandths. Absent where not measured. */
export type Vitals = { lcp_ms: number; inp_ms: number; cls_milli: number | undefined };

export const blankHit: HitInput = {
  id: '',
  name: 'pageview',
  url: '',
  referrer: '',
  props: undefined,
  revenue_micros: 0n,
  currency: '',
  engaged_ms: 0,
  scroll: 0,
  language: '',
  width: 0,
  identified: '0',
  vitals: undefined,
  siteSearch: '',
  keepsFragment: false,
  passive: false,
  place: undefined,
};

/** Longest engaged time that one report may carry: a page kept in view for longer reports more than once. */
export const longestEngagement = 4 * 3_600_000;

/** The refusal of one field, in the words every way in uses. */
export const bad = (field: string, rule: string): Refusal =>
  new Refusal('bad-input', `The field "${field}" ${rule}.`, { field });

/** A text of at most `longest` characters; `fallback` when absent. */
export function text(value: unknown, field: string, longest: number, fallback?: string): string {
  if (value === undefined && fallback !== undefined) return fallback;
  if (value === undefined) throw bad(field, 'is missing');
  if (typeof value !== 'string') throw bad(field, 'must be a text');
  if (value.length > longest) throw bad(field, `must have at most ${longest} characters`);
  if (value === '' && fallback === undefined) throw bad(field, 'must not be empty');
  return value;
}

/** A number between two bounds; 0 when absent. */
export function number(value: unknown, field: string, most: number, whole: boolean): number {
  if (value === undefined) return 0;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw bad(field, 'must be a number');
  if (whole && !Number.isInteger(value)) throw bad(field, 'must be a whole number');
  if (value < 0 || value > most) throw bad(field, `must be between 0 and ${most}`);
  return value;
}

const isAddress = cached((url: string) => URL.canParse(url), 10_000);

/** An absolute address. Its scheme is judged later: an address that is no web page is not an error. */
export function address(value: unknown, field: string): string {
  const url = text(value, field, limits.url);
  if (!isAddress(url)) throw bad(field, 'must be an absolute address such as https://example.com/page');
  return url;
}

/** Events that trackers send when somebody follows a link or takes a file; their `url` is another page's address. */
const links = new Set(['Outbound Link: Click', 'outbound link', 'File Download', 'download']);

/** Properties as they are kept: of an address that was followed host and path, as of every other; its query may name a person. */
export function keptProps(name: string, props: Record<string, string> | undefined): Record<string, string> | undefined {
  const url = props?.['url'];
  if (url === undefined || !links.has(name)) return props;
  return { ...props, url: url.replace(/[?#].*$/s, '').replace(/^(https?:\/\/)[^/@]*@/i, '$1') };
}

/** Properties of an event: texts, numbers and booleans by name. */
export function properties(value: unknown, field: string): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(field, 'must be an object of texts, numbers and booleans');
  const entries = Object.entries(value);
  if (entries.length > limits.props) throw bad(field, `must have at most ${limits.props} entries`);
  const read: [string, string][] = [];
  for (const [name, given] of entries) {
    if (name === '' || name.length > limits.propName)
      throw bad(field, `must have names of 1 to ${limits.propName} characters`);
    const kind = typeof given;
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean')
      throw bad(`${field}.${name}`.slice(0, 100), 'must be a text, a number or a boolean');
    const shown = String(given);
    if (shown.length > limits.propValue)
      throw bad(`${field}.${name}`.slice(0, 100), `must have at most ${limits.propValue} characters`);
    read.push([name, shown]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(read);
}

/** `{lcp, inp, cls}`: milliseconds, milliseconds, and the shift as browsers report it. Worse than the worst is the worst. */
export function webVitals(value: unknown, field: string): Vitals | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(field, 'must be an object {lcp, inp, cls}');
  const read = { lcp: 0, inp: 0, cls: undefined as number | undefined };
  for (const [name, given] of Object.entries(value)) {
    if (name !== 'lcp' && name !== 'inp' && name !== 'cls') throw bad(`${field}.${name}`.slice(0, 100), 'is not known');
    read[name] = number(given, `${field}.${name}`, 1e9, false);
  }
  return {
    lcp_ms: Math.min(Math.round(read.lcp), 600_000),
    inp_ms: Math.min(Math.round(read.inp), 600_000),
    cls_milli: read.cls === undefined ? undefined : Math.min(Math.round(read.cls * 1000), 65_535),
  };
}

const currencyDigits = new Map<string, number>();

/** Digits of the minor unit: 2 for EUR, 0 for JPY. */
function digitsOf(currency: string): number {
  let digits = currencyDigits.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    currencyDigits.set(currency, digits);
  }
  return digits;
}

type Revenue = Pick<HitInput, 'revenue_micros' | 'currency'>;

export const isCurrency = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]{3}$/.test(value);

/** `{amount, currency}` with the amount in minor units, as everywhere in Vigie. */
export function revenueInMinorUnits(value: unknown, field: string): Revenue {
  if (value === undefined) return { revenue_micros: 0n, currency: '' };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(field, 'must be an object {amount, currency}');
  const unknown = Object.keys(value).find((name) => name !== 'amount' && name !== 'currency');
  if (unknown !== undefined) throw bad(`${field}.${unknown}`.slice(0, 100), 'is not known');
  const amount = 'amount' in value ? value.amount : undefined;
  const currency = 'currency' in value ? value.currency : undefined;
  if (!isCurrency(currency)) throw bad(`${field}.currency`, 'must be an ISO 4217 code such as EUR');
  if (typeof amount !== 'number' || !Number.isInteger(amount))
    throw bad(`${field}.amount`, 'must be a whole number of minor units (cents)');
  if (Math.abs(amount) > 1e12) throw bad(`${field}.amount`, 'must be at most 1000000000000');
  return { revenue_micros: BigInt(amount) * 10n ** BigInt(6 - digitsOf(currency)), currency };
}

/** An amount in major units (`"19.90"`), as other products' trackers send it. */
export function revenueInMajorUnits(amount: unknown, currency: unknown, field: string): Revenue {
  const value = typeof amount === 'string' && amount.trim() !== '' ? Number(amount) : amount;
  if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 1e9)
    throw bad(field, 'must carry an amount such as 19.90');
  if (!isCurrency(currency)) throw bad(field, 'must carry an ISO 4217 currency such as EUR');
  return { revenue_micros: BigInt(Math.round(value * 1e6)), currency };
}

/** A place as senders write it: codes in either case, a region with or without its country. Unknown spellings are left out. */
export function placeOf({ country, region, city }: Place): Place | undefined {
  const land = /^[a-z]{2}$/i.test(country.trim()) ? country.trim().toUpperCase() : '';
  const code = region
    .trim()
    .toUpperCase()
    .replace(/^[A-Z]{2}-/, '');
  const place = {
    country: land,
    region: land !== '' && /^[A-Z0-9]{1,3}$/.test(code) ? `${land}-${code}` : '',
    city: city.trim().slice(0, 120),
  };
  return place.country === '' && place.city === '' ? undefined : place;
}
