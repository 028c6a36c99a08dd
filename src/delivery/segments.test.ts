import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { edgeForTests, firefox } from './edge-for-tests.ts';
import { type Decision, DecisionReply } from './contract.ts';
import { sampleBook, sampleCreative, sampleLine } from './sample-book.ts';
import { packHashes, segmentsIn, segmentsOf, unpackSegments } from './segments.ts';
import { openSigner } from './token.ts';

let edge: Awaited<ReturnType<typeof edgeForTests>> | undefined;
afterEach(() => edge?.close());

test('sets go through the book and find who is in them', () => {
  const hash = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.uniqueArray(hash, { maxLength: 60 }), hash, (members, stranger) => {
      const sets = unpackSegments({ a: packHashes(members.map(String)), b: packHashes([]) });
      for (const one of members) expect(segmentsOf(sets, one)).toEqual(['a']);
      expect(segmentsOf(sets, stranger)).toEqual(members.includes(stranger) ? ['a'] : []);
    }),
  );
});

test('every segment of a targeting is found, wanted or not', () => {
  expect(
    segmentsIn({
      and: [
        { key: 'segment', in: ['s1'] },
        { or: [{ key: 'geo.country', in: ['FR'] }, { and: [{ key: 'segment', not_in: ['s2', 's3'] }] }] },
      ],
    }),
  ).toEqual(['s1', 's2', 's3']);
});

test('a line for a segment is for its members who consented to a profile, and for nobody else', async () => {
  const base = sampleBook({
    lines: [sampleLine({ id: 'li_seg', pacing: 'asap', targeting: { and: [{ key: 'segment', in: ['seg_1'] }] } })],
    creatives: [sampleCreative({ id: 'cr_1' })],
  });
  const member = openSigner(base.signing_keys)
    .visitor(base.sites[0]?.id ?? '', 'reader-1')
    .toString();
  edge = await edgeForTests({ ...base, segments: { seg_1: packHashes([member]) } });
  const decide = async (more: object, headers: Record<string, string> = {}): Promise<Decision['line_item']> => {
    const reply = await fetch(`${edge?.origin}/v1/decisions`, {
      method: 'POST',
      headers: { 'user-agent': firefox, ...headers },
      body: JSON.stringify({ site: base.sites[0]?.domain, placements: [{ code: 'top' }], ...more }),
    });
    return DecisionReply.parse(await reply.json()).decisions[0]?.line_item ?? null;
  };
  const yes = { consent: { ads: true } };
  expect(await decide({ visitor_id: 'reader-1', ...yes })).toBe('li_seg');
  expect(await decide({ visitor_id: 'reader-2', ...yes })).toBeNull();
  expect(await decide({ visitor_id: 'reader-1' })).toBeNull();
  expect(await decide({ visitor_id: 'reader-1', consent: { ads: false } })).toBeNull();
  expect(await decide({ visitor_id: 'reader-1', ...yes }, { 'sec-gpc': '1' })).toBeNull();
  expect(await decide(yes)).toBeNull();
});
