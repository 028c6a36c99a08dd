import { existsSync, readFileSync } from 'node:fs';
import { VASTParser } from '@dailymotion/vast-client';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { edgeForTests, firefox } from '../edge-for-tests.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from '../sample-book.ts';
import { vastVersions } from './vast-ad.ts';
import { clockText } from './write-vast.ts';

const film = (id: string, content: Record<string, unknown> | null, more = {}) =>
  sampleCreative({
    id,
    name: 'Film <1> & "co"',
    kind: 'video',
    width: 1280,
    height: 720,
    media_type: 'video/mp4',
    content,
    ...more,
  });
const videoPlace = (id: string) => samplePlacement({ id: `pl_${id}`, code: id, formats: ['video', '300x250'] });
const line = (id: string, creatives: string[], more = {}) =>
  sampleLine({
    id: `li_${id}`,
    placements: [`pl_${id}`],
    creatives: creatives.map((one) => ({ id: one, weight: 100, start: null, end: null })),
    ...more,
  });

const book = sampleBook({
  placements: ['film', 'wrapped', 'empty', 'broken', 'pod'].map(videoPlace),
  lines: [
    line('film', ['cr_film', 'cr_image'], { advertiser: 'Maison & Fils' }),
    line('wrapped', ['cr_wrapped']),
    line('broken', ['cr_without_duration']),
    line('pod', ['cr_film']),
  ],
  creatives: [
    film('cr_film', {
      duration_s: 20.5,
      bitrate_kbps: 1800,
      skip_after_s: 5,
      verifications: [
        { vendor: 'measure.example-omid', url: 'https://measure.example/omid.js', parameters: '{"a":1}' },
      ],
      universal_ad_id: { registry: 'ad-id.org', id: 'CNPA0484000H' },
    }),
    film(
      'cr_wrapped',
      {
        vast_url: 'https://ads.example/vast?x=1&y=[CACHEBUSTING]&z=1',
        verifications: [{ vendor: 'measure.example-omid', url: 'https://measure.example/omid.js' }],
      },
      { file_hash: null, media_type: null },
    ),
    film('cr_without_duration', null),
    sampleCreative({ id: 'cr_image' }),
  ],
});

let edge: Awaited<ReturnType<typeof edgeForTests>>;
beforeAll(async () => {
  edge = await edgeForTests(book);
});
afterAll(() => edge.close());

const html = { 'user-agent': firefox };
const ask = (query: string, headers: Record<string, string> = html) =>
  fetch(`${edge.origin}/vast?${query}`, { headers });
const asked = async (placement: string, more = '') =>
  (await ask(`site=journal.example&placement=${placement}${more}`)).text();

/** Parsed by the client that players use, without fetching anything. */
async function parsed(xml: string) {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  // The client counts on a browser's DOM: its own type, another implementation.
  return new VASTParser().parseVAST(document as unknown as XMLDocument, { resolveAll: false });
}

const folder = new URL('../../../../shared/data/vast/', import.meta.url);
const schemas = {
  '2.0': 'vast_2.0.1.xsd',
  '3.0': 'vast3_draft.xsd',
  '4.0': 'vast4.xsd',
  '4.1': 'vast_4.1.xsd',
  '4.2': 'vast_4.2.xsd',
  // None was published: nothing of what is written changed.
  '4.3': 'vast_4.2.xsd',
};

test.each<[string, string, string]>([
  ['placement=film', 'site', 'site: must be given'],
  ['site=journal.example', 'placement', 'placement: must be given'],
  ['site=journal.example&placement=film&v=9', 'v', 'must be one of'],
  ['site=journal.example&placement=film&pod=0', 'pod', 'whole number'],
  ['site=journal.example&placement=film&skip=soon', 'skip', 'number'],
  ['site=journal.example&placement=film&error=javascript:1', 'error', 'address'],
])('%s is refused, naming %s', async (query, field, says) => {
  const reply = await ask(query);
  expect(reply.status).toBe(400);
  const problem: { field: string; detail: string } = JSON.parse(await reply.text());
  expect(problem.field).toBe(field);
  expect(problem.detail).toContain(says);
});

describe.skipIf(!existsSync(folder))("the IAB's schemas (skipped where ../shared is absent)", () => {
  const cases = vastVersions.flatMap((version) =>
    ['film', 'wrapped', 'empty', 'pod'].map((placement) => [version, placement] as const),
  );
  test.each(cases)('VAST %s of "%s" is valid', async (version, placement) => {
    const written = await asked(
      placement,
      `&v=${version}&pod=3&error=${encodeURIComponent('https://player.example/?e=[ERRORCODE]&z=1')}`,
    );
    expect(written).toContain(`version="${version}"`);
    if (placement === 'film') expect(written).toContain('[ERRORCODE]');
    // Players put values in the place of macros; square brackets are no part of an address, as the schema checks it.
    const contents = written.replace(/\[([A-Z]+)\](?!\]>)/g, '$1');
    const schema = readFileSync(new URL(schemas[version], folder), 'utf8').replace(/^\uFEFF/, '');
    const { valid, errors } = await validateXML({
      xml: { fileName: 'ad.xml', contents },
      schema: { fileName: 'vast.xsd', contents: schema },
    });
    expect(errors.map(({ message }) => message)).toEqual([]);
    expect(valid).toBe(true);
  });
});

describe('a player', () => {
  test.each(vastVersions)('reads VAST %s', async (version) => {
    const { ads } = await parsed(await asked('film', `&v=${version}`));
    expect(ads).toHaveLength(1);
    const [ad] = ads;
    expect(ad?.title).toBe('Film <1> & "co"');
    expect(ad?.impressionURLTemplates[0]?.url).toMatch(/\/i\/[\w-]+$/);
    const linear = ad?.creatives.find(({ type }: { type: string }) => type === 'linear');
    expect(linear).toMatchObject({ duration: 20.5, skipDelay: version === '2.0' ? -1 : 5 });
    expect(linear?.mediaFiles[0]).toMatchObject({
      mimeType: 'video/mp4',
      width: 1280,
      height: 720,
      bitrate: 1800,
      deliveryType: 'progressive',
    });
    expect(linear?.videoClickThroughURLTemplate?.url).toMatch(/\/c\/[\w-]+$/);
    expect(Object.keys(linear?.trackingEvents ?? {})).toEqual(
      expect.arrayContaining(['start', 'firstQuartile', 'midpoint', 'thirdQuartile', 'complete', 'mute', 'pause']),
    );
    const companion = ad?.creatives.find(({ type }: { type: string }) => type === 'companion');
    expect(companion?.variations[0]).toMatchObject({ id: 'cr_image', width: '300', height: '250' });
  });

  test('its events are counted once each, errors with their code, a click by its landing page', async () => {
    const [ad] = (await parsed(await asked('film'))).ads;
    const linear = ad?.creatives.find(({ type }: { type: string }) => type === 'linear');
    const start: string = linear?.trackingEvents['start'][0];
    for (const url of [
      ad?.impressionURLTemplates[0]?.url,
      start,
      start,
      ad?.errorURLTemplates[0]?.replace('[ERRORCODE]', '303'),
    ])
      expect((await fetch(url ?? '', { headers: html })).status).toBe(200);
    const decision = ad?.id;
    const rows = (await edge.rows()).filter(({ decision_id }) => decision_id === decision);
    expect(rows.map(({ kind, invalid, detail }) => [kind, invalid, detail])).toEqual([
      ['impression', '', undefined],
      ['video_start', '', undefined],
      ['video_start', 'replayed', undefined],
      ['video_error', '', '303'],
    ]);
    expect((await fetch(`${start.replace('/start', '/unheard-of')}`, { headers: html })).status).toBe(400);
  });

  test('a wrapper leads to the other server and counts with ours', async () => {
    const text = await asked('wrapped');
    expect(text).toContain(
      '<VASTAdTagURI><![CDATA[https://ads.example/vast?x=1&y=[CACHEBUSTING]&z=1]]></VASTAdTagURI>',
    );
    const click = /<ClickTracking><!\[CDATA\[(.*?)\]\]>/.exec(text)?.[1] ?? '';
    const impression = /<Impression id="vigie"><!\[CDATA\[(.*?)\]\]>/.exec(text)?.[1] ?? '';
    expect((await fetch(impression, { headers: html })).status).toBe(200);
    expect((await fetch(click, { headers: html, redirect: 'manual' })).status).toBe(200);
    const rows = (await edge.rows()).filter(({ line_item_id }) => line_item_id === 'li_wrapped');
    expect(rows.map(({ kind, invalid }) => [kind, invalid])).toEqual([
      ['impression', ''],
      ['click', ''],
    ]);
  });

  test('nothing to show is an empty document, with the error address asked for', async () => {
    expect(await asked('empty')).toContain('<VAST version="4.2" xmlns="http://www.iab.com/VAST"/>');
    expect(await asked('broken')).not.toContain('<Ad');
    expect(await asked('film', '&maxduration=10')).not.toContain('<Ad');
    expect(await asked('empty', '&error=https://p.example/e')).toContain(
      '<Error><![CDATA[https://p.example/e]]></Error>',
    );
  });

  test('a pod is in sequence, skipping is as asked', async () => {
    const text = await asked('pod', '&pod=2&skip=7.5');
    expect([...text.matchAll(/ sequence="(\d)"/g)].map(([, n]) => n)).toEqual(['1', '2']);
    expect(text).toContain('skipoffset="00:00:07.500"');
    expect(await asked('film', '&skip=0')).not.toContain('skipoffset');
  });

  test('macros that a player does not know or fill are as good as absent; those of VAST 4 are taken', async () => {
    const macros =
      'url=[PAGEURL]&tcf=[GDPRCONSENT]&limit=[LIMITADTRACKING]&regs=-2&skip=-1&w=[PLAYERSIZE]&visitor_id=%5BIFA%5D';
    expect(await asked('film', `&${macros}`)).toContain('<Linear skipoffset="00:00:05"');
  });

  test('who measures, under which number the film is known, and until when the answer holds', async () => {
    const text = await asked('film', '&v=4.3');
    expect(text).toContain('<UniversalAdId idRegistry="ad-id.org">CNPA0484000H</UniversalAdId>');
    expect(text).toContain(
      '<JavaScriptResource apiFramework="omid" browserOptional="true"><![CDATA[https://measure.example/omid.js]]>',
    );
    expect(text).toContain('<VerificationParameters><![CDATA[{"a":1}]]></VerificationParameters>');
    expect(text).toContain('<Expires>3600</Expires>');
    expect(await asked('film', '&v=3.0')).toContain('<Extension type="AdVerifications"><AdVerifications>');
    const failed =
      /event="verificationNotExecuted"><!\[CDATA\[(.*?)\]\]>/.exec(text)?.[1]?.replace('[REASON]', '2') ?? '';
    expect((await fetch(failed, { headers: html })).status).toBe(200);
    expect(await edge.rows()).toContainEqual(
      expect.objectContaining({ kind: 'video_verification_not_executed', detail: '2', invalid: '' }),
    );
  });

  test('another origin may ask with credentials', async () => {
    const { headers } = await ask('site=journal.example&placement=film', { ...html, origin: 'https://player.example' });
    expect(headers.get('access-control-allow-origin')).toBe('https://player.example');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
  });
});

test('why this ad: whose, paid by whom, chosen by what, in two languages', async () => {
  const [ad] = (await parsed(await asked('film'))).ads;
  const url = String(ad?.impressionURLTemplates[0]?.url).replace('/i/', '/why/');
  const french = await (await fetch(url)).text();
  expect(french).toContain('<html lang="fr">');
  expect(french).toContain('<dt>Payée par</dt><dd>Maison &amp; Fils</dd>');
  expect(await (await fetch(`${url}?lang=en`)).text()).toContain('Why this ad?');
  expect((await fetch(`${edge.origin}/why/nothing`)).status).toBe(404);
});

test.each([
  [20.5, '00:00:20.500'],
  [3661, '01:01:01'],
  [59.9996, '00:01:00'],
])('%d seconds are %s', (seconds, text) => expect(clockText(seconds)).toBe(text));

test('the film is sent in pieces where a player asks for them', async () => {
  const film = `${edge.origin}/creatives/${'a'.repeat(64)}`;
  const part = await fetch(film, { headers: { range: 'bytes=1-2' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/5', 'yt']);
  expect((await fetch(film, { headers: { range: 'bytes=9-' } })).status).toBe(200);
});
