/** Reads the body of a decision request: plain checks that say yes fast; what they do not like is read by the schema, which says why. */
import { Refusal, refusalOfZod } from '#platform';
import { DecisionRequest } from './contract.ts';

/** Throws a Refusal that names the field. */
export function readDecisionRequest(body: Buffer): DecisionRequest {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('bad-input', 'The body must be a JSON object.');
  }
  if (isPlainRequest(value)) return value;
  const read = DecisionRequest.safeParse(value);
  if (!read.success) throw refusalOfZod(read.error);
  return read.data;
}

const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;

/** True only for what the schema takes too; false for the rest and for rare fields, which the schema then judges. */
export function isPlainRequest(value: unknown): value is DecisionRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const [key, field] of Object.entries(value)) {
    if (key === 'site') {
      if (!isText(field, 253) || field === '') return false;
    } else if (key === 'url' || key === 'referrer') {
      if (!isText(field, 4096)) return false;
    } else if (key === 'placements') {
      if (!arePlainPlacements(field)) return false;
    } else if (key === 'kv') {
      if (!isPlainKeyValues(field)) return false;
    } else if (key === 'consent') {
      if (!isPlainConsent(field)) return false;
    } else if (key === 'visitor_id') {
      if (!isText(field, 128) || field === '') return false;
    } else if (key === 'language') {
      if (!isText(field, 35) || field === '') return false;
    } else if (key === 'on_page') {
      if (!arePlainNames(field)) return false;
    } else if (key === 'explain') {
      if (typeof field !== 'boolean') return false;
    } else return false;
  }
  return 'site' in value && 'placements' in value;
}

function isPlainKeyValues(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const [name, values] of Object.entries(value)) {
    if (name === '' || name.length > 64 || name === '__proto__') return false;
    if (!Array.isArray(values) || values.length > 50) return false;
    for (const one of values) if (!isText(one, 200)) return false;
  }
  return true;
}

function isPlainConsent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return false;
  return ('ads' in value && typeof value.ads === 'boolean') || ('tcf' in value && isText(value.tcf, 8192));
}

const arePlainNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 50 && value.every((one) => isText(one, 64) && one !== '');

function arePlainPlacements(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > 50) return false;
  for (const placement of value) {
    if (typeof placement !== 'object' || placement === null) return false;
    const { code, sizes, ...more } = placement;
    if (!isText(code, 100) || code === '') return false;
    for (const _ in more) return false;
    if (sizes === undefined) continue;
    if (!Array.isArray(sizes) || sizes.length > 20 || !sizes.every((size) => isText(size, 20))) return false;
  }
  return true;
}
