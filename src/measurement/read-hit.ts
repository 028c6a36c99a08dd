/**
 * `POST /e`: our own tag's hits. Checked by hand, since this is the hottest path of all; the rules are those of
 * `CollectBody` in the contract, and a test holds the two together.
 */
import { limits } from './contract.ts';
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
} from './hit.ts';

/** Reads the parsed body. Throws a Refusal that names the field. */
export function readHit(body: unknown): { site: string; input: HitInput } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw bad('body', 'must be a JSON object');
  const input: HitInput = { ...blankHit };
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
      case 'scroll':
        input.scroll = Math.round(number(value, field, 100, false));
        break;
      case 'width':
        input.width = number(value, field, 65_535, true);
        break;
      case 'consent':
        checkConsent(value);
        break;
      default:
        throw bad(field.slice(0, 100), 'is not known');
    }
  }

  if (site === undefined) throw bad('site', 'is missing');
  if (input.url === '') throw bad('url', 'is missing');
  return { site, input };
}

/**
 * Audience is measured without identifiers, with or without consent, so consent changes nothing here; it is checked
 * because what a page says must be sound for the ads that read it.
 */
function checkConsent(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    if (keys.length === 1 && 'tcf' in value && typeof value.tcf === 'string' && value.tcf.length <= 8192) return;
    if (keys.length === 1 && 'ads' in value && typeof value.ads === 'boolean') return;
  }
  throw bad('consent', 'must be {tcf: text} or {ads: true or false}');
}
