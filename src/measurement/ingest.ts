/** `POST /api/ingest`: hits of the past, or of a server, with visitors that the caller names. */
import { findSite } from '#inventory';
import { type Clock, type Events, Refusal, type Sql } from '#platform';
import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { agentOf, unknownAgent } from './agent.ts';
import { type Draft, endedLine, judged, namedLine, prepareSite, type SiteOfCollect } from './collect.ts';
import type { IgnoredReason, IngestHit, ingestHits, SiteOfBook } from './contract.ts';
import { type CountryOf, placeFound, type PlaceOf } from './geo.ts';
import {
  address,
  blankHit,
  type HitInput,
  longestEngagement,
  placeOf,
  properties,
  revenueInMinorUnits,
} from './hit.ts';
import { hitIds } from './hit-id.ts';
import { idsStored, inTurn } from './hit-once.ts';
import { recordNewFacts } from './record.ts';
import { visitorNamed } from './visitor.ts';

export type IngestOptions = {
  events: Events;
  clock: Clock;
  countryOf: CountryOf;
  placeOf?: PlaceOf | undefined;
  visitorKey: string;
};

type Reply = z.input<(typeof ingestHits)['reply']>;

/** Hits may be this far ahead of our clock (theirs may be wrong). */
const clockSkew = 3_600_000;
/** Before 1990 nothing was on the web. */
const oldest = Date.UTC(1990, 0, 1);

/** The site of an id or a domain as collecting needs it. Throws not-found for another organisation's. */
export async function siteToIngest(sql: Sql, org_id: string, idOrDomain: string): Promise<SiteOfBook> {
  const site = await findSite(sql, org_id, idOrDomain);
  if (!site) throw new Refusal('not-found', `There is no site "${idOrDomain}".`, { field: 'site_id' });
  const sections = await sql.query<{ id: string; path: string }>(
    'select id, path from sections where site_id = $1 and org_id = $2',
    [site.id, org_id],
  );
  return { ...site, org_id, sections };
}

/**
 * Records the hits of one site. An id counts once, within the request and against what is stored; a request in doubt may be
 * sent again. Resolves when the hits are in the store; nothing is recorded when the input is refused.
 */
export async function ingest(book: SiteOfBook, hits: readonly IngestHit[], options: IngestOptions): Promise<Reply> {
  const site = prepareSite(book);
  const inputs = hits.map((hit, index) => inputOf(hit, index));
  const ids = inputs.map(({ id }) => id).filter((id) => id !== '');
  // Two requests that carry the same id must not both find it missing.
  return inTurn(options.events, async () => {
    const stored = await idsStored(options.events, site.id, ids);
    return record(site, hits, inputs, stored, options);
  });
}

/** Records what is new; `stored` holds the ids that are not. */
async function record(
  site: SiteOfCollect,
  hits: readonly IngestHit[],
  inputs: readonly HitInput[],
  stored: Set<string>,
  options: IngestOptions,
): Promise<Reply> {
  const visitorOf = visitorNamed(options.visitorKey);
  const now = options.clock().getTime();
  const nextId = hitIds(() => now);

  const ignored: Reply['ignored'] = [];
  const lines: string[] = [];
  hits.forEach((hit, index) => {
    const input = inputs[index] ?? blankHit;
    const draft = draftOf(site, hit, input);
    const reason =
      draft.at > now + clockSkew
        ? 'in-the-future'
        : draft.at < oldest
          ? 'too-old'
          : input.id !== '' && stored.has(input.id)
            ? 'duplicate'
            : judged(draft);
    if (reason !== null) {
      ignored.push({ index, reason });
      if (isRecorded(reason)) lines.push(endedLine(draft, reason));
      return;
    }
    if (input.id !== '') stored.add(input.id);
    const country = hit.ip === undefined ? '' : options.countryOf(hit.ip);
    if (hit.ip !== undefined) draft.input.place ??= placeFound(hit.ip, options);
    lines.push(namedLine(draft, { visitor: visitorOf(site.id, hit.visitor_id), country, hitId: input.id || nextId() }));
  });

  const batch = lines.join('\n');
  if (batch !== '')
    await recordNewFacts(options.events, {
      token: `ingest:${createHash('sha256').update(batch).digest('hex')}`,
      lines: batch,
    });
  return { accepted: hits.length - ignored.length, ignored };
}

/** What was judged is kept with its reason; what is only a repetition or has no sound time is not. */
const isRecorded = (reason: IgnoredReason) => reason === 'bot' || reason === 'not-a-page';

function draftOf(site: SiteOfCollect, hit: IngestHit, input: HitInput): Draft {
  return {
    site,
    input,
    at: Date.parse(hit.at),
    // A server that does not say the reader's agent is believed.
    agent: hit.user_agent === undefined ? unknownAgent : agentOf(hit.user_agent),
    prefetch: false,
    origin: 'ingest',
    page: { host: '', path: '', query: '' },
  };
}

function inputOf(hit: IngestHit, index: number): HitInput {
  const field = (name: string) => `hits.${index}.${name}`;
  return {
    id: hit.id ?? '',
    name: hit.name,
    url: address(hit.url, field('url')),
    referrer: hit.referrer ?? '',
    props: properties(hit.props, field('props')),
    ...revenueInMinorUnits(hit.revenue, field('revenue')),
    engaged_ms: Math.min(hit.engaged_ms ?? 0, longestEngagement),
    scroll: Math.round(hit.scroll ?? 0),
    language: hit.language ?? '',
    width: hit.width ?? 0,
    identified: '0',
    vitals: undefined,
    siteSearch: '',
    keepsFragment: false,
    passive: hit.interactive === false,
    place: placeOf({ country: hit.country ?? '', region: hit.region ?? '', city: hit.city ?? '' }),
  };
}
