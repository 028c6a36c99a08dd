/**
 * Search Console's own API by a service account: a key file of Google, a signed request for a token, then the figures of every day. The
 * network comes in as an argument.
 */
import { createSign } from 'node:crypto';
import { Refusal } from '#platform';
import * as z from 'zod';
import type { Kind, SearchRow } from './read-search-console.ts';

export type Ask = typeof fetch;

const Key = z.object({
  client_email: z.email(),
  private_key: z.string().includes('PRIVATE KEY'),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
const Token = z.object({ access_token: z.string().min(1) });
const Answer = z.object({
  rows: z
    .array(z.object({ keys: z.array(z.string()), clicks: z.number(), impressions: z.number(), position: z.number() }))
    .default([]),
});

const scope = 'https://www.googleapis.com/auth/webmasters.readonly';
const host = 'https://www.googleapis.com/webmasters/v3';
const timeout = 30_000;
/** Rows of one answer: the most that Google gives at once. */
const page = 25_000;
/** Google tells at most so many rows of a day and a dimension; what lies behind is in no answer. */
export const mostOfDay = 50_000;

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function tokenOf(keyText: string, ask: Ask, now: Date): Promise<string> {
  let key: z.output<typeof Key>;
  try {
    key = Key.parse(JSON.parse(keyText));
  } catch {
    throw new Refusal(
      'bad-input',
      'key: is no key file of a Google service account (JSON with client_email and private_key).',
      { field: 'key' },
    );
  }
  const seconds = Math.floor(now.getTime() / 1000);
  const claim = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ iss: key.client_email, scope, aud: key.token_uri, iat: seconds, exp: seconds + 3600 })}`;
  const signature = createSign('RSA-SHA256').update(claim).sign(key.private_key, 'base64url');
  const answer = await ask(key.token_uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${claim}.${signature}`,
    }),
    signal: AbortSignal.timeout(timeout),
  });
  if (!answer.ok) throw new Refusal('bad-input', `key: Google refused it (${answer.status}).`, { field: 'key' });
  return Token.parse(await answer.json()).access_token;
}

const dimensions: Readonly<Record<Kind, string>> = {
  query: 'query',
  page: 'page',
  country: 'country',
  device: 'device',
  appearance: 'searchAppearance',
  day: 'date',
};
/** Few a day: asked for all days together. Words and pages are asked for day by day. */
const few: readonly Kind[] = ['day', 'country', 'device'];
const many: readonly Kind[] = ['query', 'page'];
const devices: Readonly<Record<string, string>> = { DESKTOP: 'desktop', MOBILE: 'phone', TABLET: 'tablet' };

/** One answer of Google: rows of one kind. `cut`: the day on which Google told as much as it tells, so that there may be more. */
export type SearchPart = { kind: Kind; rows: SearchRow[]; cut?: string };

/**
 * Every day's figures of a property (`sc-domain:example.com` or an address), by query, page, country and device: an answer after the
 * other, so that no more than one of them is in memory. Throws a Refusal where Google refuses.
 */
export async function* askSearchConsole(
  {
    key,
    property,
    from,
    to,
    search_type = 'web',
  }: { key: string; property: string; from: string; to: string; search_type?: string },
  { ask, clock }: { ask: Ask; clock: () => Date },
): AsyncGenerator<SearchPart> {
  let token = '';
  let askedAt = 0;
  const question = { property, search_type };
  /** A token holds for an hour; many days may take longer. */
  const fresh = async () => {
    const now = clock();
    if (token === '' || now.getTime() - askedAt > 30 * 60_000) {
      token = await tokenOf(key, ask, now);
      askedAt = now.getTime();
    }
    return token;
  };
  for (const kind of few)
    for (let n = 0; ; n++) {
      const rows = await answerOf(ask, await fresh(), { ...question, kind, from, to, startRow: n * page });
      yield { kind, rows };
      if (rows.length < page) break;
    }
  for (let day = from; day <= to; day = dayAfter(day))
    for (const kind of many)
      for (let n = 0; ; n++) {
        const rows = await answerOf(ask, await fresh(), { ...question, kind, from: day, to: day, startRow: n * page });
        const isFull = n * page + rows.length >= mostOfDay;
        yield { kind, rows, ...(isFull ? { cut: day } : {}) };
        if (rows.length < page || isFull) break;
      }
}

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

type Question = { property: string; search_type: string; kind: Kind; from: string; to: string; startRow: number };

async function answerOf(
  ask: Ask,
  token: string,
  { property, search_type, kind, from, to, startRow }: Question,
): Promise<SearchRow[]> {
  const answer = await ask(`${host}/sites/${encodeURIComponent(property)}/searchAnalytics/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      startDate: from,
      endDate: to,
      dimensions: kind === 'day' ? ['date'] : ['date', dimensions[kind]],
      type: search_type,
      rowLimit: page,
      startRow,
      dataState: 'final',
    }),
    signal: AbortSignal.timeout(timeout),
  });
  if (answer.status === 403 || answer.status === 404)
    throw new Refusal(
      'not-allowed',
      `property: the service account may not read ${property}; add its e-mail to the property’s users.`,
      { field: 'property' },
    );
  if (!answer.ok)
    throw new Refusal(
      'bad-input',
      `Search Console answered ${answer.status} at ${kind} of ${from}; ask again: a day that is there already counts once.`,
    );
  return Answer.parse(await answer.json()).rows.map(
    ({ keys: [day = '', value = ''], clicks, impressions, position }) => ({
      kind,
      value: kind === 'device' ? (devices[value] ?? value) : value,
      first: day,
      last: day,
      clicks,
      impressions,
      position,
    }),
  );
}
