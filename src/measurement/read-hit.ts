/**
 * `POST /e`: our own tag's hits. Checked by hand, since this is the hottest path of all; the rules are those of
 * `CollectBody` in the contract, and a test holds the two together.
 */
import { type Consent, limits } from './contract.ts';
import {
  address,
  bad,
  blankHit,
  type HitInput,
  longestEngagement,
  number,
  properties,
  revenueInMinorUnits,
  text,
  webVitals,
} from './hit.ts';

/** What a page says of its reader's identity: read by the edge, never written as it stands. */
export type Said = { visitorId?: string; consent?: Consent };

/** Reads the parsed body. Throws a Refusal that names the field. */
export function readHit(body: unknown): { site: string; input: HitInput; said: Said } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('body', 'must be a JSON object');
  const input: HitInput = { ...blankHit };
  const said: Said = {};
  let site: string | undefined;

  for (const [field, value] of Object.entries(body)) {
    switch (field) {
      case 'site':
        site = text(value, field, 253);
        break;
      case 'url':
        input.url = address(value, field);
        break;
      case 'id':
        input.id = text(value, field, limits.id);
        break;
      case 'name':
        input.name = text(value, field, limits.name);
        break;
      case 'referrer':
        input.referrer = text(value, field, limits.url, '');
        break;
      case 'language':
        input.language = text(value, field, 35, '');
        break;
      case 'props':
        input.props = properties(value, field);
        break;
      case 'revenue':
        Object.assign(input, revenueInMinorUnits(value, field));
        break;
      case 'engaged_ms':
        input.engaged_ms = Math.min(number(value, field, Number.MAX_SAFE_INTEGER, true), longestEngagement);
        break;
      case 'interactive':
        input.passive = !isInteractive(value, field);
        break;
      case 'scroll':
        input.scroll = Math.round(number(value, field, 100, false));
        break;
      case 'width':
        input.width = number(value, field, 65_535, true);
        break;
      case 'consent':
        said.consent = consentOf(value);
        break;
      case 'visitor_id':
        if (value !== undefined) said.visitorId = text(value, field, 128);
        break;
      case 'vitals':
        input.vitals = webVitals(value, field);
        break;
      default:
        throw bad(field.slice(0, 100), 'is not known');
    }
  }

  if (site === undefined) throw bad('site', 'is missing');
  if (input.url === '') throw bad('url', 'is missing');
  return { site, input, said };
}

/** Checked in every case: what a page says of consent must be sound for whoever reads it. */
function consentOf(value: unknown): Consent {
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    if (keys.length === 1 && 'tcf' in value && typeof value.tcf === 'string' && value.tcf.length <= 8192)
      return { tcf: value.tcf };
    if (keys.length === 1 && 'ads' in value && typeof value.ads === 'boolean') return { ads: value.ads };
  }
  throw bad('consent', 'must be {tcf: text} or {ads: true or false}');
}

/** Whether an event is an act of the visitor: it is unless the sender says no. */
function isInteractive(value: unknown, field: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw bad(field, 'must be true or false');
  return value !== false;
}
