/**
 * Search Console's own API by a service account: a key file of Google, a signed request for a token, then the figures of every day. The
 * network comes in as an argument.
 */
import { createSign } from 'node:crypto';
import { Refusal } from '#platform';
import * as z from 'zod';
import type { Kind, SearchReport, SearchRow } from './read-search-console.ts';

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
/** Rows of one answer, and most answers to one question: 50,000 rows a day is what Google gives. */
const page = 25_000;
const mostPages = 40;

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
const asked: readonly Kind[] = ['day', 'query', 'page', 'country', 'device'];
const devices: Readonly<Record<string, string>> = { DESKTOP: 'desktop', MOBILE: 'phone', TABLET: 'tablet' };

/** Every day's figures of a property (`sc-domain:example.com` or an address), by query, page, country and device. */
export async function askSearchConsole(
  {
    key,
    property,
    from,
    to,
    search_type = 'web',
  }: { key: string; property: string; from: string; to: string; search_type?: string },
  { ask, now }: { ask: Ask; now: Date },
): Promise<SearchReport> {
  const token = await tokenOf(key, ask, now);
  const rows: SearchRow[] = [];
  for (const kind of asked) {
    const byDay = kind === 'day' ? ['date'] : ['date', dimensions[kind]];
    for (let n = 0; n < mostPages; n++) {
      const answer = await ask(`${host}/sites/${encodeURIComponent(property)}/searchAnalytics/query`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          startDate: from,
          endDate: to,
          dimensions: byDay,
          type: search_type,
          rowLimit: page,
          startRow: n * page,
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
      if (!answer.ok) throw new Refusal('bad-input', `Search Console answered ${answer.status}; nothing was kept.`);
      const found = Answer.parse(await answer.json()).rows;
      for (const { keys, clicks, impressions, position } of found) {
        const [day = '', value = ''] = keys;
        const named = kind === 'device' ? (devices[value] ?? value) : value;
        rows.push({ kind, value: named, first: day, last: day, clicks, impressions, position });
      }
      if (found.length < page) break;
    }
  }
  return { rows, first: from, last: to, search_type };
}
