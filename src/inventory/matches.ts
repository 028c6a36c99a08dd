/**
 * The plain reading of a targeting: does this request match? Delivery compiles the same grammar into an index and is tested
 * against this. `not_in` is exactly the opposite of `in`, so what is not known of a request is never "in" and always "not in".
 */
import type { TargetingCondition, TargetingGroup, TargetingKey } from './targeting.ts';
import { isWithin, parseDaypart } from './daypart.ts';
import { addressOf, fitsGlob } from './glob.ts';

/** What is known of an ad request. Whatever is absent is unknown. */
export type TargetingRequest = {
  /** ISO 3166-1, upper case. */
  country?: string | undefined;
  /** ISO 3166-2. */
  region?: string | undefined;
  city?: string | undefined;
  device?: string | undefined;
  browser?: string | undefined;
  os?: string | undefined;
  /** BCP 47, the visitor's first choice. */
  language?: string | undefined;
  /** All names of one site, section or placement that a targeting may use: its id, and its domain or code. */
  site?: readonly string[] | undefined;
  section?: readonly string[] | undefined;
  placement?: readonly string[] | undefined;
  url?: string | undefined;
  referrer?: string | undefined;
  /** The site's local moment: weekday 0 = Monday, minute of the day. */
  local?: { weekday: number; minute: number } | undefined;
  kv?: Readonly<Record<string, readonly string[]>> | undefined;
  segments?: readonly string[] | undefined;
};

/** Whether the request matches; no targeting (null, undefined) matches every request. */
export function matches(group: TargetingGroup | null | undefined, request: TargetingRequest): boolean {
  if (!group) return true;
  const holds = (member: TargetingCondition | TargetingGroup) =>
    'key' in member ? conditionHolds(member, request) : matches(member, request);
  return 'and' in group ? group.and.every(holds) : group.or.some(holds);
}

function conditionHolds(condition: TargetingCondition, request: TargetingRequest): boolean {
  return 'in' in condition
    ? isIn(condition.key, condition.in, request)
    : !isIn(condition.key, condition.not_in, request);
}

function isIn(key: TargetingKey, values: readonly string[], request: TargetingRequest): boolean {
  switch (key) {
    case 'geo.country':
      return sameText(values, request.country);
    case 'geo.region':
      return sameText(values, request.region);
    case 'geo.city':
      return sameText(values, request.city);
    case 'device':
      return sameText(values, request.device);
    case 'browser':
      return sameText(values, request.browser);
    case 'os':
      return sameText(values, request.os);
    case 'language':
      return values.some((range) => isOfLanguage(range, request.language));
    case 'site':
      return shares(values, request.site);
    case 'section':
      return shares(values, request.section);
    case 'placement':
      return shares(values, request.placement);
    case 'segment':
      return shares(values, request.segments);
    case 'url':
      return fitsOne(values, request.url);
    case 'referrer':
      return fitsOne(values, request.referrer);
    case 'daypart':
      return isNow(values, request.local);
    default:
      return sharesText(values, kvOf(request, key.slice('kv.'.length)));
  }
}

const sameText = (values: readonly string[], known: string | undefined): boolean =>
  known !== undefined && values.some((value) => value.toLowerCase() === known.toLowerCase());

const shares = (values: readonly string[], known: readonly string[] = []): boolean =>
  values.some((value) => known.includes(value));

const sharesText = (values: readonly string[], known: readonly string[] = []): boolean =>
  known.some((value) => sameText(values, value));

/** Basic filtering of RFC 4647 §3.3.1: the range is the tag, or a prefix of it up to a hyphen. */
function isOfLanguage(range: string, tag: string | undefined): boolean {
  if (tag === undefined) return false;
  const [wanted, known] = [range.toLowerCase(), tag.toLowerCase()];
  return known === wanted || known.startsWith(`${wanted}-`);
}

function fitsOne(patterns: readonly string[], url: string | undefined): boolean {
  const address = url === undefined ? undefined : addressOf(url);
  return address !== undefined && patterns.some((pattern) => fitsGlob(pattern, address));
}

function isNow(values: readonly string[], local: TargetingRequest['local']): boolean {
  if (!local) return false;
  return values.some((value) => {
    const daypart = parseDaypart(value);
    return daypart !== undefined && isWithin(daypart, local.weekday, local.minute);
  });
}

const kvOf = (request: TargetingRequest, name: string): readonly string[] | undefined =>
  request.kv && Object.hasOwn(request.kv, name) ? request.kv[name] : undefined;
