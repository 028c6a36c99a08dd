/**
 * `POST /api/event`: Plausible's events API, so that its trackers and server libraries can be pointed here. Fields by
 * their long and short names; fields of ours that it lacks stay blank, fields we do not know are left aside, as there.
 */
import { Refusal } from '#platform';
import { limits } from './contract.ts';
import {
  address,
  bad,
  blankHit,
  type HitInput,
  longestEngagement,
  properties,
  revenueInMajorUnits,
  text,
} from './hit.ts';

/** Reads the parsed body; the hit counts for each of the domains it names. Throws a Refusal that names the field. */
export function readPlausibleEvent(body: unknown): { domains: string[]; input: HitInput } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('body', 'must be a JSON object');
  const given = new Map<string, unknown>(Object.entries(body));
  const get = (name: string, short: string) => given.get(name) ?? given.get(short) ?? undefined;

  const url = address(get('url', 'u'), 'url');
  const domains = text(get('domain', 'd') ?? URL.parse(url)?.hostname, 'domain', 1000)
    .split(',')
    .map((domain) => domain.trim())
    .filter(Boolean);
  if (domains.length === 0) throw bad('domain', 'must not be empty');
  if (domains.length > 10) throw bad('domain', 'must name at most 10 domains');

  const input: HitInput = {
    ...blankHit,
    name: text(get('name', 'n'), 'name', limits.name),
    url,
    referrer: text(get('referrer', 'r'), 'referrer', limits.url, ''),
    props: properties(
      worthKeeping(fromJson(given.get('props') ?? given.get('p') ?? given.get('meta') ?? given.get('m'))),
      'props',
    ),
    engaged_ms: bounded(given.get('e'), longestEngagement),
    scroll: bounded(given.get('sd'), 100),
    width: bounded(get('screen_width', 'w'), 65_535),
    keepsFragment: isYes(given.get('h')) || isYes(given.get('hashMode')),
    passive: given.get('interactive') === false || given.get('i') === false,
  };
  Object.assign(input, revenueIn(fromJson(get('revenue', '$'))));
  return { domains, input };
}

const isYes = (value: unknown): boolean => value === 1 || value === true || value === '1';

/** Objects may come as JSON inside a text; a text that is none says nothing, as there. */
function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** `{amount, currency}`; an amount that is no number or without a currency is left aside, as there, and the event counts. */
function revenueIn(given: unknown): Partial<HitInput> {
  if (typeof given !== 'object' || given === null) return {};
  try {
    return revenueInMajorUnits(
      'amount' in given ? given.amount : undefined,
      'currency' in given ? given.currency : undefined,
      'revenue',
    );
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

/** As there: a property without a value, or with a list or an object for one, says nothing; the first 30 others are kept. */
function worthKeeping(props: unknown): unknown {
  if (typeof props !== 'object' || props === null || Array.isArray(props)) return undefined;
  const told = Object.entries(props).filter(([, value]) => value !== '' && value !== null && typeof value !== 'object');
  return Object.fromEntries(told.slice(0, limits.props));
}

/** A measure that its sender may leave out or get wrong (the scroll depth is 255 when unknown): then 0. */
const bounded = (value: unknown, most: number) =>
  typeof value === 'number' && value >= 0 && value <= most ? Math.round(value) : 0;
