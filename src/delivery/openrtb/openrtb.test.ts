import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgeForTests, firefox } from '../edge-for-tests.ts';
import { sampleBook, sampleCreative, sampleLine, samplePlacement } from '../sample-book.ts';
import { alpha2 } from './country-codes.ts';

const assigned = (...ids: string[]) => ids.map((id) => ({ id, weight: 100, start: null, end: null }));
const book = sampleBook({
  placements: [
    samplePlacement({ id: 'pl_top', code: 'top', formats: ['300x250'] }),
    samplePlacement({ id: 'pl_flat', code: 'flat', formats: ['300x250'] }),
    samplePlacement({ id: 'pl_film', code: 'film', formats: ['video'] }),
    samplePlacement({ id: 'pl_pod', code: 'pod', formats: ['video'] }),
    samplePlacement({ id: 'pl_feed', code: 'feed', formats: ['native'] }),
    samplePlacement({ id: 'pl_tag', code: 'tag', formats: ['300x250'] }),
    samplePlacement({ id: 'pl_fr', code: 'fr', formats: ['300x250'] }),
    samplePlacement({ id: 'pl_skip', code: 'skip', formats: ['video'] }),
  ],
  lines: [
    sampleLine({ id: 'li_open', category: 'IAB18-1', rate: { model: 'cpm', amount: 250, currency: 'EUR' } }),
    sampleLine({
      id: 'li_deal',
      priority: 4,
      rate: { model: 'cpm', amount: 900, currency: 'EUR' },
      targeting: { and: [{ key: 'kv.deal', in: ['D-1'] }] },
    }),
    sampleLine({ id: 'li_flat', placements: ['pl_flat'], rate: { model: 'flat', amount: 100_000, currency: 'EUR' } }),
    sampleLine({ id: 'li_film', placements: ['pl_film'], creatives: assigned('cr_film') }),
    sampleLine({ id: 'li_tag', placements: ['pl_tag'], creatives: assigned('cr_tag') }),
    sampleLine({ id: 'li_fr', placements: ['pl_fr'], creatives: assigned('cr_fr') }),
    sampleLine({ id: 'li_skip', placements: ['pl_skip'], creatives: assigned('cr_skip', 'cr_1') }),
    ...['a', 'b', 'c'].map((n) =>
      sampleLine({
        id: `li_pod_${n}`,
        placements: ['pl_pod'],
        rate: { model: 'cpm', amount: 900, currency: 'EUR' },
        creatives: assigned('cr_film'),
      }),
    ),
    sampleLine({ id: 'li_feed', placements: ['pl_feed'], creatives: assigned('cr_native') }),
  ],
  creatives: [
    sampleCreative({ id: 'cr_1' }),
    sampleCreative({
      id: 'cr_film',
      kind: 'video',
      width: 640,
      height: 360,
      media_type: 'video/mp4',
      content: { duration_s: 15 },
    }),
    sampleCreative({
      id: 'cr_tag',
      kind: 'tag',
      content: { html: '<script src="http://ads.example/a.js"></script>', macros: [] },
    }),
    sampleCreative({ id: 'cr_fr', language: 'fr-CA', payer: 'Agence du Lac' }),
    sampleCreative({
      id: 'cr_skip',
      kind: 'video',
      width: 640,
      height: 360,
      media_type: 'video/mp4',
      content: { duration_s: 15, skip_after_s: 5, bitrate_kbps: 900 },
    }),
    sampleCreative({
      id: 'cr_native',
      kind: 'native',
      width: null,
      height: null,
      file_hash: null,
      media_type: null,
      content: { title: 'Printemps', body: 'Tout fleurit', image: 'a'.repeat(64) },
    }),
  ],
});

let edge: Awaited<ReturnType<typeof edgeForTests>>;
beforeAll(async () => {
  edge = await edgeForTests(book);
});
afterAll(() => edge.close());

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${edge.origin}/openrtb2/auction`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

type Reply = {
  id?: string;
  nbr?: number;
  cur?: string;
  field?: string;
  seatbid?: { seat: string; bid: Record<string, unknown>[] }[];
};
async function auction(
  request: unknown,
): Promise<{ status: number; reply: Reply; bid: Record<string, unknown> | undefined }> {
  const response = await post(JSON.stringify(request));
  const reply: Reply = JSON.parse(await response.text());
  return { status: response.status, reply, bid: reply.seatbid?.[0]?.bid[0] };
}
const banner = { id: '1', tagid: 'top', banner: { format: [{ w: 300, h: 250 }] } };
const request = (imp: object = banner, more: object = {}) => ({
  id: 'req-1',
  imp: [imp],
  site: { domain: 'www.journal.example', page: 'https://www.journal.example/sport/a' },
  device: { ua: firefox, ip: '192.0.2.1', language: 'fr' },
  ...more,
});

describe('requests that are refused', () => {
  test.each<[string, unknown, string]>([
    ['no id', { imp: [banner] }, 'id'],
    ['no imp', { id: 'a', imp: [] }, 'imp'],
    ['imp without an id', request({ banner: {} }), 'imp.0.id'],
    ['imp without a medium', request({ id: '1' }), 'imp.0.banner'],
    ['video without mimes', request({ id: '1', video: {} }), 'imp.0.video.mimes'],
    ['a price that is a text', request({ ...banner, bidfloor: '1' }), 'imp.0.bidfloor'],
    ['a currency that is none', request({ ...banner, bidfloorcur: 'euro' }), 'imp.0.bidfloorcur'],
    ['site and app', request(banner, { app: { bundle: 'x' } }), 'app'],
    ['two imps of one id', request(banner, { imp: [banner, banner] }), 'imp.1.id'],
    ['a native request that is not JSON', request({ id: '1', native: { request: '{' } }), 'imp.0.native.request'],
    [
      'a native request without assets',
      request({ id: '1', native: { request: '{"ver":"1.2"}' } }),
      'imp.0.native.request',
    ],
    [
      'a native asset of nothing',
      request({ id: '1', native: { request: '{"assets":[{"id":1}]}' } }),
      'imp.0.native.request',
    ],
    ['a flag out of range', request(banner, { test: 2 }), 'test'],
    [
      'exact lengths beside a range',
      request({ id: '1', video: { mimes: ['video/mp4'], rqddurs: [15], maxduration: 30 } }),
      'imp.0.video.rqddurs',
    ],
    ['allowed and blocked categories', request(banner, { acat: ['IAB1'], bcat: ['IAB2'] }), 'bcat'],
    ['two lists of languages', request(banner, { wlang: ['fr'], wlangb: ['fr-FR'] }), 'wlangb'],
    [
      'a supply chain without a seller',
      request(banner, { source: { schain: { complete: 1, ver: '1.0', nodes: [{ asi: 'x.example' }] } } }),
      'source.schain.nodes.0.sid',
    ],
    ['a type of metric that is missing', request({ ...banner, metric: [{ value: 0.5 }] }), 'imp.0.metric.0.type'],
    ['a format that is a text', request({ ...banner, banner: { format: [{ w: '300' }] } }), 'imp.0.banner.format.0.w'],
    ['an audio without mimes', request({ id: '1', audio: {} }), 'imp.0.audio.mimes'],
    ['a deal without an id', request({ ...banner, pmp: { deals: [{}] } }), 'imp.0.pmp.deals.0.id'],
    ['a latitude off the globe', request(banner, { device: { geo: { lat: 91 } } }), 'device.geo.lat'],
    ['sections of the GPP that are texts', request(banner, { regs: { gpp_sid: ['2'] } }), 'regs.gpp_sid.0'],
    [
      'an episode that is a text',
      request(banner, { app: { content: { episode: '4' } }, site: undefined }),
      'app.content.episode',
    ],
    [
      'an opened floor upside down',
      request({ id: '1', video: { mimes: ['video/mp4'], durfloors: [{ mindur: 30, maxdur: 15 }] } }),
      'imp.0.video.durfloors.0.maxdur',
    ],
    ['an auction type of none', request(banner, { at: 0 }), 'at'],
    [
      'a companion that is no object',
      request({ id: '1', video: { mimes: ['video/mp4'], companionad: [3] } }),
      'imp.0.video.companionad.0',
    ],
    ['a quantity of nothing', request({ ...banner, qty: { multiplier: 0 } }), 'imp.0.qty.multiplier'],
    [
      'a pod that lasts no time',
      request({ id: '1', video: { mimes: ['video/mp4'], poddur: 0 } }),
      'imp.0.video.poddur',
    ],
  ])('%s', async (_, body, field) => {
    const { status, reply } = await auction(body);
    expect([status, reply.nbr, reply.field]).toEqual([400, 2, field]);
  });

  test('not JSON, not 2.x', async () => {
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify(request()), { 'x-openrtb-version': '3.0' })).status).toBe(400);
  });
});

describe('no bid says why', () => {
  test.each<[string, unknown, number]>([
    ['another site', request(banner, { site: { domain: 'elsewhere.example' } }), 7],
    ['no placement named', request({ id: '1', banner: { w: 300, h: 250 } }), 501],
    ['another size', request({ ...banner, banner: { w: 728, h: 90 } }), 502],
    ['a floor above', request({ ...banner, bidfloor: 3, bidfloorcur: 'EUR' }), 503],
    ['a floor in another currency', request({ ...banner, bidfloor: 0.1 }), 503],
    ['another currency only', request(banner, { cur: ['JPY'] }), 503],
    ['a blocked advertiser', request(banner, { badv: ['maison-verte.example'] }), 503],
    ['a blocked category', request(banner, { bcat: ['IAB18'] }), 503],
    ['other seats', request(banner, { wseat: ['adv_9'] }), 503],
    ['a deal of nobody, privately', request({ ...banner, pmp: { private_auction: 1, deals: [{ id: 'X' }] } }), 503],
    ['a line item without a price per impression', request({ ...banner, tagid: 'flat' }), 503],
    ['a player that takes other files', request({ id: '1', tagid: 'film', video: { mimes: ['video/webm'] } }), 503],
    ['a shorter video', request({ id: '1', tagid: 'film', video: { mimes: ['video/mp4'], maxduration: 10 } }), 503],
  ])('%s', async (_, body, nbr) => {
    expect(await auction(body)).toMatchObject({ status: 200, reply: { id: 'req-1', seatbid: [], nbr } });
  });
});

describe('bids', () => {
  test('a banner: price, markup that counts once, notices, whom it is for', async () => {
    const { reply, bid } = await auction(
      request(banner, { regs: { ext: { dsa: { dsarequired: 2, pubrender: 0, datatopub: 2 } } } }),
    );
    expect([reply.id, reply.cur, reply.seatbid?.[0]?.seat]).toEqual(['req-1', 'EUR', 'adv_1']);
    expect(bid).toMatchObject({
      impid: '1',
      price: 2.5,
      adomain: ['maison-verte.example'],
      crid: 'cr_1',
      cid: 'li_open',
      cat: ['IAB18-1'],
      w: 300,
      h: 250,
      mtype: 1,
      ext: {
        dsa: {
          behalf: 'Maison Verte',
          paid: 'Maison Verte',
          adrender: 1,
          transparency: [{ domain: 'maison-verte.example', dsaparams: [2] }],
        },
      },
    });
    const impression = /src="([^"]*\/i\/[^"]*)"/.exec(String(bid?.['adm']))?.[1] ?? '';
    const won = String(bid?.['nurl']).replace('${AUCTION_PRICE}', '2.5');
    for (const url of [impression, won, won])
      expect((await fetch(url, { headers: { 'user-agent': firefox } })).status).toBe(200);
    const rows = (await edge.rows()).filter(({ decision_id }) => decision_id === bid?.['id']);
    expect(rows.map(({ kind, invalid, detail, country }) => [kind, invalid, detail, country])).toEqual([
      ['impression', '', undefined, 'FR'],
      ['auction_won', '', '2.5', 'FR'],
      ['auction_won', 'replayed', '2.5', 'FR'],
    ]);
  });

  test('a deal goes before the open auction, at 3 at the price agreed', async () => {
    const deals = [{ id: 'D-1', bidfloor: 8, bidfloorcur: 'EUR', at: 3 }];
    const { bid } = await auction(
      request({ ...banner, bidfloor: 20, bidfloorcur: 'EUR', pmp: { private_auction: 1, deals } }),
    );
    expect(bid).toMatchObject({ dealid: 'D-1', price: 8, cid: 'li_deal' });
    expect((await auction(request())).bid).toMatchObject({ cid: 'li_open' });
  });

  test('a video comes as VAST in the newest protocol taken', async () => {
    const video = { mimes: ['video/mp4'], protocols: [2, 3, 7], maxduration: 30, w: 640, h: 360 };
    const { bid } = await auction(request({ id: '1', tagid: 'film', video }));
    expect(bid).toMatchObject({ mtype: 2, dur: 15, price: 5 });
    expect(bid?.['adm']).toContain('<VAST version="4.0"');
    expect(bid?.['adm']).toContain('<Pricing model="CPM" currency="EUR">5.00</Pricing>');
  });

  test('a native ad answers the assets asked for', async () => {
    const native = {
      request: JSON.stringify({
        ver: '1.2',
        assets: [
          { id: 1, required: 1, title: { len: 30 } },
          { id: 2, required: 1, img: { type: 3, wmin: 100 } },
          { id: 3, data: { type: 1 } },
          { id: 4, data: { type: 6 } },
        ],
      }),
    };
    const { bid } = await auction(request({ id: '1', tagid: '/123/journal/feed#1', native }));
    expect(bid).toMatchObject({ mtype: 4, cid: 'li_feed' });
    const adm: { assets: unknown[]; link: unknown } = JSON.parse(String(bid?.['adm']));
    expect(adm.assets).toEqual([
      { id: 1, title: { text: 'Printemps' } },
      { id: 2, img: { type: 3, url: `${edge.origin}/creatives/${'a'.repeat(64)}`, w: 300, h: 250 } },
      { id: 3, data: { type: 1, value: 'Maison Verte' } },
    ]);
    const told = {
      request: JSON.stringify({
        assets: [{ id: 1, title: { len: 30 } }],
        eventtrackers: [{ event: 2, methods: [1, 2] }],
      }),
    };
    const { bid: viewed } = await auction(request({ id: '1', tagid: 'feed', native: told }));
    const markup: { eventtrackers: { event: number }[]; imptrackers: string[] } = JSON.parse(String(viewed?.['adm']));
    expect(markup.eventtrackers.map(({ event }) => event)).toEqual([2]);
    expect(markup.imptrackers).toHaveLength(1);
    const short = { request: '{"assets":[{"id":1,"required":1,"title":{"len":3}}]}' };
    expect((await auction(request({ id: '1', tagid: 'feed', native: short }))).reply.nbr).toBe(503);
  });

  test('a test bids and counts for nothing; gzip is read', async () => {
    const before = (await edge.rows()).length;
    const { bid } = await auction(request(banner, { test: 1 }));
    const impression = /src="([^"]*\/i\/[^"]*)"/.exec(String(bid?.['adm']))?.[1] ?? '';
    expect((await fetch(impression, { headers: { 'user-agent': firefox } })).status).toBe(200);
    expect((await edge.rows()).length).toBe(before);
    const zipped = await post(gzipSync(JSON.stringify(request())), { 'content-encoding': 'gzip' });
    expect([zipped.status, zipped.headers.get('x-openrtb-version')]).toEqual([200, '2.6']);
  });
});

const folder = new URL('../../../../shared/data/openrtb/examples/', import.meta.url);
describe.skipIf(!existsSync(folder))("the specification's examples (skipped where ../shared is absent)", () => {
  const requests = ['04.json', '06.json'];
  test.each(existsSync(folder) ? readdirSync(folder) : [])('%s is answered', async (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const response = await post(text);
    const reply: Reply = JSON.parse(await response.text());
    // Two are whole requests, of sites that are not here; the others are parts of requests, and responses.
    if (requests.includes(name)) expect([response.status, reply.nbr]).toEqual([200, 7]);
    else expect([response.status, reply.nbr, typeof reply.field]).toEqual([400, 2, 'string']);
  });
});

test.each([
  ['FRA', 'FR'],
  ['gbr', 'GB'],
  ['DE', 'DE'],
  ['XXX', undefined],
  [undefined, undefined],
])('country %s is %s', (given, code) => expect(alpha2(given)).toBe(code));

describe('pods, blocks and prices by the second', () => {
  const pod = (video: object, more: object = {}) =>
    request({ id: '1', tagid: 'pod', video: { mimes: ['video/mp4'], ...video }, ...more });
  const bids = async (body: object) =>
    (await auction(body)).reply.seatbid?.flatMap(({ bid }) => bid.map(({ cid }) => cid)) ?? [];

  test('a pod without fixed slots takes several line items, each once, within its time and number', async () => {
    const all = await bids(pod({ poddur: 60 }));
    expect(new Set(all)).toEqual(new Set(['li_pod_a', 'li_pod_b', 'li_pod_c']));
    expect(await bids(pod({ poddur: 60, maxseq: 2 }))).toHaveLength(2);
    expect(await bids(pod({ poddur: 35 }))).toHaveLength(2);
    expect(await bids(pod({ poddur: 14 }))).toHaveLength(0);
    expect(await bids(pod({}))).toHaveLength(1);
  });

  test('ads of a pod do not resemble each other where the request says so', async () => {
    for (const setting of [1, 3, 4]) expect(await bids(pod({ poddur: 60, poddedupe: [setting] }))).toHaveLength(1);
    expect(await bids(pod({ poddur: 60, poddedupe: [2] }))).toHaveLength(3);
    const slots = ['1', '2'].map((id) => ({
      id,
      tagid: 'pod',
      video: { mimes: ['video/mp4'], podid: 'break', poddedupe: [3] },
    }));
    expect(await bids(request(undefined, { imp: slots }))).toHaveLength(1);
  });

  test('a price by the second is met by the whole film, or not', async () => {
    expect(await bids(pod({ mincpmpersec: 0.6 }, { bidfloorcur: 'EUR' }))).toHaveLength(1);
    expect(await bids(pod({ mincpmpersec: 0.61 }, { bidfloorcur: 'EUR' }))).toHaveLength(0);
    expect(await bids(pod({ mincpmpersec: 0.6 }))).toHaveLength(0);
  });

  test('allowed categories leave the others out; an app that is blocked is known by its address', async () => {
    expect((await auction(request(banner, { acat: ['IAB18'] }))).bid).toBeDefined();
    expect((await auction(request(banner, { acat: ['IAB2'] }))).bid).toBeUndefined();
    const { bid } = await auction(request());
    expect(bid).toBeDefined();
    const landing = book.creatives.find(({ id }) => id === 'cr_1')?.landing_url ?? '';
    expect((await auction(request(banner, { bapp: [new URL(landing).hostname] }))).bid).toBeUndefined();
    expect((await auction(request(banner, { bapp: ['com.example.app'] }))).bid).toBeDefined();
  });
});

describe('what a request allows of a creative', () => {
  const tagged = { id: '1', tagid: 'tag', banner: { w: 300, h: 250 } };
  const french = { id: '1', tagid: 'fr', banner: { w: 300, h: 250 } };
  const film = (video: object) => ({ id: '1', tagid: 'skip', video: { mimes: ['video/mp4'], ...video } });
  test.each<[string, unknown, boolean]>([
    ['a snippet that loads by http', request(tagged), true],
    ['a snippet that loads by http, where all must be secure', request({ ...tagged, secure: 1 }), false],
    ['a picture of ours, where all must be secure', request({ ...banner, secure: 1 }), true],
    ['French asked for', request(french, { wlang: ['fr'] }), true],
    ['English asked for', request(french, { wlang: ['en'] }), false],
    ['French of anywhere', request(french, { wlangb: ['en-GB', 'fr'] }), true],
    ['French of France', request(french, { wlangb: ['fr-FR'] }), false],
    ['a creative of no language', request(banner, { wlang: ['en'] }), true],
    ['a film that may be skipped', request(film({})), true],
    ['no films that may be skipped', request(film({ battr: [16] })), false],
    ['no films that may be skipped, by a player that never does', request(film({ battr: [16], skip: 0 })), true],
    ['pages of scripts, not of pictures', request({ ...banner, banner: { w: 300, h: 250, btype: [2] } }), false],
    ['other pictures', request({ ...banner, banner: { w: 300, h: 250, mimes: ['image/webp'] } }), false],
    ['a bit rate below', request(film({ minbitrate: 1000 })), false],
    ['a bit rate above', request(film({ maxbitrate: 800 })), false],
    ['a bit rate between', request(film({ minbitrate: 300, maxbitrate: 1500 })), true],
    ['streams only', request(film({ delivery: [1] })), false],
    ['a square player without bars', request(film({ w: 400, h: 400, boxingallowed: 0 })), false],
    ['a wide player without bars', request(film({ w: 1280, h: 720, boxingallowed: 0 })), true],
    ['a floor for long films', request(film({ durfloors: [{ mindur: 30, bidfloor: 90 }] })), true],
    [
      'a floor for films like it',
      request({ ...film({ durfloors: [{ maxdur: 29, bidfloor: 90 }] }), bidfloorcur: 'EUR' }),
      false,
    ],
    [
      'a low floor for films like it, under a high one',
      request({ ...film({ durfloors: [{ bidfloor: 1 }] }), bidfloor: 90, bidfloorcur: 'EUR' }),
      true,
    ],
  ])('%s', async (_, body, bids) => expect((await auction(body)).bid !== undefined).toBe(bids));

  test('a bid says its language, who pays, its picture, its protocol and what it does', async () => {
    const dsa = { regs: { ext: { dsa: { dsarequired: 3, pubrender: 0, datatopub: 2 } } } };
    const { bid } = await auction(request(french, dsa));
    expect(bid).toMatchObject({
      language: 'fr',
      langb: 'fr-CA',
      ext: { dsa: { behalf: 'Maison Verte', paid: 'Agence du Lac' } },
    });
    expect(bid?.['iurl']).toBe(`${edge.origin}/creatives/${'a'.repeat(64)}`);
    const { bid: skipped } = await auction(request(film({ protocols: [2, 3], skip: 1, skipafter: 7 })));
    expect(skipped).toMatchObject({ attr: [16], protocol: 3, mtype: 2 });
    expect(skipped?.['adm']).toContain('skipoffset="00:00:07"');
    const { bid: short } = await auction(request(film({ skip: 1, skipmin: 20 })));
    expect(short?.['adm']).not.toContain('skipoffset');
  });

  test('companions come in the sizes that the player has room for', async () => {
    const adm = async (video: object) => String((await auction(request(film(video)))).bid?.['adm']);
    expect(await adm({})).toContain('<Companion');
    expect(await adm({ companionad: [{ w: 300, h: 250 }], companiontype: [1, 2] })).toContain('<Companion');
    expect(await adm({ companionad: [{ w: 728, h: 90 }] })).not.toContain('<Companion');
    expect(await adm({ companionad: [{ w: 300, h: 250 }], companiontype: [3] })).not.toContain('<Companion');
  });

  test('the mark of the ad is in the language of the content', async () => {
    const page = (langb: string) => ({ site: { domain: 'journal.example', content: { langb } } });
    expect((await auction(request(banner, page('en-US')))).bid?.['adm']).toContain('>Advertisement · ');
    expect((await auction(request(banner, page('fr')))).bid?.['adm']).toContain('>Publicité · ');
  });
});

describe('whom nothing is bid for', () => {
  test.each<[string, object, number]>([
    ['a crawler', { device: { ua: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' } }, 3],
    ['no time', { tmax: 1 }, 15],
  ])('%s', async (_, more, nbr) => expect((await auction(request(banner, more))).reply.nbr).toBe(nbr));
});
