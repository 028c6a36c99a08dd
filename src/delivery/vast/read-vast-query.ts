/** The query of `GET /vast`. Players and video servers add parameters of their own: those that mean nothing here are passed over. */
import { Refusal } from '#platform';
import { DecisionRequest } from '../contract.ts';
import { type VastVersion, vastVersions } from './vast-ad.ts';

export type VastQuery = {
  request: DecisionRequest;
  version: VastVersion;
  /** Seconds; 0 takes skipping away, undefined leaves it to the creative. */
  skip: number | undefined;
  width: number | undefined;
  height: number | undefined;
  /** Seconds. */
  minDuration: number;
  maxDuration: number;
  error: string | undefined;
};

/** A macro that the player did not fill, or filled with "unknown" (−1) or "not available" (−2) (VAST 4.2, 6.2). */
const isUnfilled = (value: string): boolean => /^(|-1|-2|\[[A-Z0-9_]+\]|%5B[A-Z0-9_]+%5D)$/i.test(value);

const mostInPod = 10;

/** Throws a Refusal that names the parameter. */
export function readVastQuery(query: URLSearchParams, referrer: string): VastQuery {
  const text = (...names: string[]) =>
    names.map((name) => query.get(name)).find((value) => value !== null && !isUnfilled(value)) ?? undefined;
  const number = (name: string, most: number) => {
    const given = text(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (!/^\d+(\.\d+)?$/.test(given) || value > most) throw refused(name, `must be a number from 0 to ${most}`);
    return value;
  };
  const site = text('site') ?? refuse('site', 'must be given, as in /vast?site=example.org&placement=CODE');
  const code = text('placement') ?? refuse('placement', 'must be given, as in /vast?site=example.org&placement=CODE');
  const version = versionOf(text('v', 'version'));
  const pod = number('pod', mostInPod) ?? 1;
  if (!Number.isInteger(pod) || pod < 1) throw refused('pod', `must be a whole number from 1 to ${mostInPod}`);
  const tcf = text('tcf', 'gdpr_consent', 'consent');
  const asked = {
    site,
    placements: Array.from({ length: version === '2.0' ? 1 : pod }, () => ({ code, sizes: ['video'] })),
    ...given('url', text('url') ?? (referrer === '' ? undefined : referrer)),
    ...given('referrer', text('referrer')),
    // A player that may not track (LIMITADTRACKING), or a regulation that it names (coppa), takes the identifier away.
    ...given('visitor_id', isLimited(text('limit'), text('regs')) ? undefined : text('visitor_id', 'ifa')),
    ...(tcf === undefined ? {} : { consent: { tcf } }),
    ...given('kv', keyValuesOf(query)),
  };
  const read = DecisionRequest.safeParse(asked);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0] ?? 'site');
    throw refused(
      name === 'placements' ? 'placement' : name === 'consent' ? 'tcf' : name,
      issue?.message ?? 'is not valid',
    );
  }
  const error = text('error');
  if (error !== undefined && !/^https?:\/\/\S{1,2000}$/i.test(error))
    throw refused('error', 'must be an http or https address');
  return {
    request: read.data,
    version,
    skip: number('skip', 3600),
    width: number('w', 20_000),
    height: number('h', 20_000),
    minDuration: number('minduration', 86_400) ?? 0,
    maxDuration: number('maxduration', 86_400) ?? Number.POSITIVE_INFINITY,
    error,
  };
}

const isLimited = (limit: string | undefined, regulations: string | undefined): boolean =>
  limit === '1' || regulations?.toLowerCase().includes('coppa') === true;

const given = <T>(name: string, value: T | undefined) => (value === undefined ? {} : { [name]: value });

/** `2`, `2.0`, `2.0.1`, `3`, `4.1` …; without one, the newest. */
function versionOf(text: string | undefined): VastVersion {
  if (text === undefined) return '4.2';
  const match = /^([234])(?:\.(\d))?(?:\.\d+)?$/.exec(text);
  const named = match ? `${match[1]}.${match[2] ?? '0'}` : '';
  return vastVersions.find((version) => version === named) ?? refuse('v', `must be one of ${vastVersions.join(', ')}`);
}

/** `kv.rubrique=sport,politique` → `{rubrique: ['sport', 'politique']}`. */
function keyValuesOf(query: URLSearchParams): Record<string, string[]> | undefined {
  const found = [...query].filter(([name]) => name.startsWith('kv.') && name.length > 3);
  if (found.length === 0) return undefined;
  const byName = Map.groupBy(found, ([name]) => name.slice(3));
  return Object.fromEntries(
    [...byName].map(([name, pairs]) => [name, pairs.flatMap(([, values]) => values.split(',')).filter(Boolean)]),
  );
}

const refused = (field: string, sentence: string): Refusal =>
  new Refusal('bad-input', `${field}: ${sentence}.`, { field });
function refuse(field: string, sentence: string): never {
  throw refused(field, sentence);
}
