import { may } from '#people';
import type { Database } from '#platform';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from '#platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Creative } from './contract.ts';
import { routesOf } from './routes.ts';
import { jpegOf, mp4Of, multipartOf, pngOf, zipOf } from './testing.ts';

let db: Database;
let api: TestApi;
const manager = callerOf('traffic_manager');
const stranger = callerOf('admin', 'org_other');
const client = callerOf('client', 'org_test', 'adv_acme');

beforeAll(async () => {
  db = await openTestDatabase();
  const allow = (role: string, right: string) => may(role as Parameters<typeof may>[0], right);
  api = await openTestApi({ routes: routesOf({ edgeUrl: 'http://edge.example' }), db, may: allow });
  for (const org of ['org_test', 'org_other'])
    await db.query('insert into organisations (id, name) values ($1, $1)', [org]);
  await db.query(
    `insert into advertisers (id, org_id, name) values ('adv_acme', 'org_test', 'Acme'), ('adv_globex', 'org_test', 'Globex'), ('adv_other', 'org_other', 'Other')`,
  );
  await db.query(
    `insert into formats (id, org_id, code, name, kind, width, height, max_initial_kb) values ('fmt_1', 'org_test', '300x250', 'Medium rectangle', 'display', 300, 250, 150)`,
  );
});
afterAll(async () => {
  await api.close();
  await db.close();
});

type Upload = { fields?: Record<string, string>; files?: Parameters<typeof multipartOf>[1]; caller?: typeof manager };
const good = { advertiser_id: 'adv_acme', name: 'Autumn', landing_url: 'https://acme.example/offer' };

async function upload({
  fields = {},
  files = [{ name: 'autumn.png', bytes: pngOf(300, 250) }],
  caller = manager,
}: Upload = {}) {
  const { body, headers } = await multipartOf({ ...good, ...fields }, files);
  return api.call(caller, 'POST', '/api/creatives', body, headers);
}
const uploaded = async (options: Upload = {}) => Creative.parse((await upload(options)).body);
const counted = async () => (await db.one<{ count: number }>('select count(*) as count from creatives'))?.count;

describe('who may not', () => {
  test('nobody who is not signed in, no analyst, no client may upload', async () => {
    for (const [caller, status] of [
      [undefined, 401],
      [callerOf('analyst'), 403],
      [client, 403],
    ] as const) {
      const { body, headers } = await multipartOf(good, []);
      expect((await api.call(caller, 'POST', '/api/creatives', body, headers)).status).toBe(status);
    }
  });

  test('studio uploads but does not approve', async () => {
    const { id } = await uploaded({ caller: callerOf('studio') });
    expect((await api.call(callerOf('studio'), 'POST', `/api/creatives/${id}/approve`)).status).toBe(403);
  });

  test('another organisation sees and touches nothing', async () => {
    const { id } = await uploaded();
    for (const [method, url, body] of [
      ['GET', `/api/creatives/${id}`, undefined],
      ['GET', `/api/creatives/${id}/file`, undefined],
      ['PATCH', `/api/creatives/${id}`, { name: 'x' }],
      ['DELETE', `/api/creatives/${id}`, undefined],
      ['POST', `/api/creatives/${id}/approve`, undefined],
      ['POST', `/api/creatives/${id}/reject`, { reason: 'x' }],
      ['POST', `/api/creatives/${id}/retire`, undefined],
    ] as const) {
      expect((await api.call(stranger, method, url, body)).status, `${method} ${url}`).toBe(404);
    }
    expect((await api.call(stranger, 'GET', '/api/creatives')).body).toEqual({ items: [], next: null });
    expect((await upload({ caller: stranger })).status).toBe(404);
  });

  test('a client sees its own advertiser only', async () => {
    const [own, foreign] = [await uploaded(), await uploaded({ fields: { advertiser_id: 'adv_globex' } })];
    expect((await api.call(client, 'GET', `/api/creatives/${own.id}`)).status).toBe(200);
    expect((await api.call(client, 'GET', `/api/creatives/${foreign.id}`)).status).toBe(404);
    expect((await api.call(client, 'GET', `/api/creatives/${foreign.id}/file`)).status).toBe(404);
    const list = (await api.call(client, 'GET', '/api/creatives?limit=200')).body as {
      items: { advertiser_id: string }[];
    };
    expect(new Set(list.items.map((item) => item.advertiser_id))).toEqual(new Set(['adv_acme']));
    expect((await api.call(client, 'GET', '/api/creatives?advertiser_id=adv_globex')).body).toEqual({
      items: [],
      next: null,
    });
  });
});

describe('uploading an image', () => {
  test('size, weight and type come from the file, and it waits for approval', async () => {
    const bytes = jpegOf(300, 250);
    const reply = await upload({ files: [{ name: 'C:\\fakepath\\été.exe', bytes, type: 'text/html' }] });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      kind: 'image',
      state: 'waiting',
      width: 300,
      height: 250,
      weight_bytes: bytes.length,
      media_type: 'image/jpeg',
      file_name: 'été.jpg',
      advertiser_name: 'Acme',
      landing_url: good.landing_url,
      checks: expect.arrayContaining([
        expect.objectContaining({ code: 'size', level: 'ok' }),
        expect.objectContaining({ code: 'weight', level: 'ok' }),
        expect.objectContaining({ code: 'landing', level: 'ok' }),
      ]),
    });
  });

  test('the file comes back byte for byte, fenced in', async () => {
    const bytes = pngOf(300, 250, { color: [200, 30, 30] });
    const { file_url } = await uploaded({ files: [{ name: 'a.png', bytes }] });
    const reply = await api.call(client, 'GET', file_url ?? '');
    expect(reply.bytes.equals(bytes)).toBe(true);
    expect(reply.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': expect.stringMatching(/^inline; filename="a\.png"/),
    });
  });

  test('the same bytes twice are two creatives with one file', async () => {
    const [first, second] = [await uploaded(), await uploaded()];
    expect(first.id).not.toBe(second.id);
    expect(first.file_hash).toBe(second.file_hash);
  });

  test('a file over its format’s weight is taken with a warning', async () => {
    const heavy = await uploaded({ files: [{ name: 'a.png', bytes: pngOf(300, 250, { comment: 160_000 }) }] });
    expect(heavy.checks).toContainEqual(expect.objectContaining({ code: 'weight', level: 'warning' }));
  });

  const image = { name: 'a.png', bytes: pngOf(300, 250) };
  test.each<[string, Upload, number, RegExp]>([
    ['no file', { files: [] }, 400, /^file: is missing/],
    ['two files', { files: [image, image] }, 400, /^file: send one file/],
    ['the file in another field', { files: [{ ...image, field: 'picture' }] }, 400, /^picture: is not a known field/],
    ['an empty file', { files: [{ name: 'a.png', bytes: Buffer.alloc(0) }] }, 400, /^file: is empty/],
    [
      'a text called .png',
      { files: [{ name: 'a.png', bytes: Buffer.from('hello'), type: 'image/png' }] },
      400,
      /^file: must be a PNG/,
    ],
    [
      'a script in an SVG',
      { files: [{ name: 'a.svg', bytes: Buffer.from('<svg><script>alert(1)</script></svg>') }] },
      400,
      /^file: the SVG holds a script/,
    ],
    ['6 MB', { files: [{ name: 'a.png', bytes: pngOf(9, 9, { comment: 6 * 1024 * 1024 }) }] }, 413, /at most 5 MB/],
    ['21 MB', { files: [{ name: 'a.png', bytes: Buffer.alloc(21 * 1024 * 1024) }] }, 413, /larger/],
    ['an unknown advertiser', { fields: { advertiser_id: 'adv_none' } }, 404, /^advertiser_id: /],
    ['another organisation’s advertiser', { fields: { advertiser_id: 'adv_other' } }, 404, /^advertiser_id: /],
    ['a script as landing page', { fields: { landing_url: 'javascript:alert(1)' } }, 400, /^landing_url: /],
    ['a password in the landing page', { fields: { landing_url: 'https://a:b@acme.example' } }, 400, /^landing_url: /],
    ['an unknown field', { fields: { colour: 'red' } }, 400, /^colour: is not a known field/],
    ['an unknown kind', { fields: { kind: 'hologram' } }, 400, /^kind: /],
    ['an image as HTML5', { fields: { kind: 'html5' } }, 400, /^file: must be a zip/],
    ['a width that is not the file’s', { fields: { width: '728' } }, 400, /^width: says 728, but the file is 300×250/],
    [
      'a file with a native creative',
      { fields: { kind: 'native', content: '{"title":"x"}' } },
      400,
      /^file: a native creative/,
    ],
    ['a broken content', { fields: { kind: 'native', content: '{"title"' }, files: [] }, 400, /^content: /],
    ['no body at all', { files: [], fields: { advertiser_id: '' } }, 400, /^advertiser_id: /],
  ])('%s is refused and nothing is kept', async (_, options, status, sentence) => {
    const before = await counted();
    const reply = await upload(options);
    expect({ status: reply.status, detail: (reply.body as { detail: string }).detail }).toEqual({
      status,
      detail: expect.stringMatching(sentence),
    });
    expect(await counted()).toBe(before);
  });

  test('a body that is no multipart is refused in words', async () => {
    for (const [body, headers] of [
      ['hello', { 'content-type': 'text/plain' }],
      ['--x\r\nContent-Disposition: form-data; name="fi', { 'content-type': 'multipart/form-data; boundary=x' }],
      ['', { 'content-type': 'multipart/form-data' }],
    ] as const) {
      const { status } = await api.call(manager, 'POST', '/api/creatives', body, headers);
      expect(status, body).toBeGreaterThanOrEqual(400);
      expect(status, body).toBeLessThan(500);
    }
  });
});

describe('native and text creatives', () => {
  const native = (content: unknown, fields: Record<string, string> = {}) =>
    upload({ files: [], fields: { kind: 'native', content: JSON.stringify(content), ...fields } });

  test('a native creative names an image of the same advertiser, and shows it as its file', async () => {
    const { file_hash } = await uploaded();
    const reply = await native({ title: 'A title', body: 'Words', sponsored_by: 'Acme', image: file_hash });
    expect(reply.status).toBe(201);
    const creative = Creative.parse(reply.body);
    expect(creative).toMatchObject({
      kind: 'native',
      width: null,
      content: { title: 'A title', image: file_hash },
      media_type: 'image/png',
    });
    expect((await api.call(manager, 'GET', creative.file_url ?? '')).headers['content-type']).toBe('image/png');
  });

  test.each([
    ['no title', { body: 'Words' }, {}, 400],
    ['an unknown asset', { title: 'x', onclick: 'y' }, {}, 400],
    ['a hash nobody knows', { title: 'x', image: 'a'.repeat(64) }, {}, 400],
    ['an image on a text creative', { title: 'x', image: 'a'.repeat(64) }, { kind: 'text' }, 400],
  ])('%s is refused', async (_, content, fields, status) => {
    expect((await native(content, fields)).status).toBe(status);
  });

  test('a hash opens no file of another advertiser', async () => {
    const { file_hash } = await uploaded({
      fields: { advertiser_id: 'adv_globex' },
      files: [{ name: 'g.png', bytes: pngOf(31, 7) }],
    });
    expect((await native({ title: 'x', image: file_hash })).status).toBe(400);
  });

  test('new content is judged again', async () => {
    const { id } = Creative.parse((await native({ title: 'Old' })).body);
    await api.call(manager, 'POST', `/api/creatives/${id}/approve`);
    const reply = await api.call(manager, 'PATCH', `/api/creatives/${id}`, { content: { title: 'New' } });
    expect(reply.body).toMatchObject({ state: 'waiting', content: { title: 'New' } });
  });
});

describe('HTML5, tags and films', () => {
  const page =
    '<!doctype html><head><meta name="ad.size" content="width=300,height=250"></head><script>var clickTag</script>';
  const zip = async (files: Record<string, string> = { 'index.html': page }) => [
    { name: 'banner.zip', bytes: await zipOf(files) },
  ];
  const tag = (content: unknown, fields: Record<string, string> = { width: '300', height: '250' }) =>
    upload({ files: [], fields: { kind: 'tag', content: JSON.stringify(content), ...fields } });

  test('a zip is known by its bytes, sized by its page, checked, and previewed on the edge', async () => {
    const creative = await uploaded({ files: await zip() });
    expect(creative).toMatchObject({
      kind: 'html5',
      width: 300,
      height: 250,
      state: 'checking',
      media_type: 'application/zip',
      preview_path: `/creatives/${creative.file_hash}/index.html`,
      content: { entry: 'index.html', click_tags: ['clickTag'] },
      checked_at: null,
    });
    const codes = creative.checks.filter(({ level }) => level === 'ok').map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['size', 'weight', 'ad_size', 'click', 'https', 'forbidden_calls']));
    const file = await api.call(manager, 'GET', creative.file_url ?? '');
    expect(file.headers['content-disposition']).toMatch(/^attachment/);
  });

  test('a zip without a size needs one; one that says otherwise is refused', async () => {
    const plain = await zip({ 'index.html': '<p>x</p>' });
    expect((await upload({ files: plain })).body).toMatchObject({ field: 'width' });
    const sized = await uploaded({ files: plain, fields: { ...good, width: '728', height: '90' } });
    expect(sized).toMatchObject({ width: 728, height: 90 });
    expect((await upload({ files: await zip(), fields: { width: '728', height: '90' } })).status).toBe(400);
  });

  test('a tag keeps its snippet and its macros; without a size or with a foreign field it is refused', async () => {
    const html = '<a href="%%CLICK_URL_UNESC%%https://third.example"><img src="https://third.example/?c=[RANDOM]"></a>';
    const reply = await tag({ html, click_hosts: ['Third.Example'] });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      kind: 'tag',
      content: { html, click_hosts: ['third.example'], macros: ['%%CLICK_URL_UNESC%%', '[RANDOM]'] },
      media_type: 'text/html; charset=utf-8',
    });
    const id = Creative.parse(reply.body).id;
    const changed = await api.call(manager, 'PATCH', `/api/creatives/${id}`, { content: { html: '<b>Without</b>' } });
    expect(changed.body).toMatchObject({ content: { macros: [] } });
    expect(Creative.parse(changed.body).checks).toContainEqual(
      expect.objectContaining({ code: 'click', level: 'failed' }),
    );
    expect((await tag({ html }, {})).body).toMatchObject({ field: 'width' });
    expect((await tag({ html, title: 'x' })).body).toMatchObject({ field: 'content.title' });
    expect((await tag({ html: ' ' })).body).toMatchObject({ field: 'content.html' });
    expect((await tag({ html, click_hosts: ['a b'] })).body).toMatchObject({ field: 'content.click_hosts.0' });
  });

  test('a film tells its size and length; a VAST address needs no film, and not both are taken', async () => {
    const film = [{ name: 'spot.mp4', bytes: mp4Of(1280, 720, 15) }];
    const creative = await uploaded({ files: film, fields: { content: '{"skip_after_s":5}' } });
    expect(creative).toMatchObject({
      kind: 'video',
      width: 1280,
      height: 720,
      media_type: 'video/mp4',
      content: { duration_s: 15, skip_after_s: 5 },
    });
    const vast = { vast_url: 'https://ads.example/vast.xml', duration_s: 20 };
    const reply = await upload({ files: [], fields: { kind: 'video', content: JSON.stringify(vast) } });
    expect(reply.body).toMatchObject({ kind: 'video', content: vast, file_hash: null });
    expect((await upload({ files: film, fields: { content: JSON.stringify(vast) } })).body).toMatchObject({
      field: 'content.vast_url',
    });
    expect((await upload({ files: [], fields: { kind: 'video', content: '{"skip_after_s":1}' } })).body).toMatchObject({
      field: 'file',
    });
    expect((await upload({ files: [{ name: 'a.mp4', bytes: mp4Of(0, 0, 15) }] })).status).toBe(400);
    expect((await upload({ files: [{ name: 'a.mp4', bytes: mp4Of(9, 9, 15).subarray(0, 60) }] })).status).toBe(400);
  });

  test('a check in the browser is kept with its pictures, of one’s own creatives only', async () => {
    const { id } = await uploaded({ files: await zip() });
    expect((await api.call(stranger, 'POST', `/api/creatives/${id}/check`)).status).toBe(404);
    expect((await api.call(client, 'POST', `/api/creatives/${id}/check`)).status).toBe(403);
    const checked = Creative.parse((await api.call(manager, 'POST', `/api/creatives/${id}/check`)).body);
    expect(checked.checks).toContainEqual(expect.objectContaining({ code: 'blank', level: 'failed' }));
    expect(checked.checked_at).not.toBeNull();
    const [first = ''] = checked.film;
    expect(checked.film).toHaveLength(5);
    expect((await api.call(manager, 'GET', first)).headers['content-type']).toBe('image/png');
    expect((await api.call(stranger, 'GET', first)).status).toBe(404);
    expect((await api.call(manager, 'GET', `/api/creatives/${id}/film/9`)).status).toBe(404);
  }, 30_000);
});

describe('approval', () => {
  const post = async (id: string, verb: string, body?: unknown) =>
    api.call(manager, 'POST', `/api/creatives/${id}/${verb}`, body);

  test('approve, again, reject with a reason, approve after all', async () => {
    const { id } = await uploaded();
    expect((await post(id, 'approve')).body).toMatchObject({ state: 'approved', state_reason: null });
    expect((await post(id, 'approve')).status).toBe(200);
    expect((await post(id, 'reject', {})).status).toBe(400);
    expect((await post(id, 'reject', { reason: '  ' })).status).toBe(400);
    expect((await post(id, 'reject', { reason: 'Logo missing' })).body).toMatchObject({
      state: 'rejected',
      state_reason: 'Logo missing',
    });
    expect((await post(id, 'approve')).body).toMatchObject({ state: 'approved', state_reason: null });
    const trail = await db.query<{ action: string }>(
      'select action from audit_entries where subject_id = $1 order by seq',
      [id],
    );
    expect(trail.map((entry) => entry.action)).toEqual([
      'creative.create',
      'creative.approve',
      'creative.reject',
      'creative.approve',
    ]);
  });

  test('a new landing page has to be approved again, a new name has not', async () => {
    const { id } = await uploaded();
    await post(id, 'approve');
    expect((await api.call(manager, 'PATCH', `/api/creatives/${id}`, { name: 'Renamed' })).body).toMatchObject({
      name: 'Renamed',
      state: 'approved',
    });
    expect(
      (await api.call(manager, 'PATCH', `/api/creatives/${id}`, { landing_url: good.landing_url })).body,
    ).toMatchObject({ state: 'approved' });
    expect(
      (await api.call(manager, 'PATCH', `/api/creatives/${id}`, { landing_url: 'https://acme.example/new' })).body,
    ).toMatchObject({ state: 'waiting' });
    expect(
      (await api.call(manager, 'PATCH', `/api/creatives/${id}`, { landing_url: 'ftp://acme.example' })).status,
    ).toBe(400);
    expect((await api.call(manager, 'PATCH', `/api/creatives/${id}`, { content: { title: 'x' } })).status).toBe(400);
  });

  test('what is retired stays so', async () => {
    const { id } = await uploaded();
    expect((await post(id, 'retire')).body).toMatchObject({ state: 'retired' });
    const reply = await post(id, 'approve');
    expect(reply.body).toMatchObject({ status: 409, code: 'wrong-state', detail: expect.stringContaining('retired') });
    expect((await api.call(manager, 'PATCH', `/api/creatives/${id}`, { name: 'x' })).status).toBe(409);
  });
});

test('lists are filtered, and paged without a gap or a twin', async () => {
  const wanted = [];
  for (let index = 0; index < 5; index++)
    wanted.push(
      (await uploaded({ fields: { name: `Paged 100% ${index}` }, files: [{ name: 'a.png', bytes: pngOf(97, 31) }] }))
        .id,
    );
  const seen: string[] = [];
  let cursor = '';
  do {
    const reply = await api.call(manager, 'GET', `/api/creatives?size=97x31&limit=2${cursor}`);
    const { items, next } = reply.body as { items: { id: string }[]; next: string | null };
    seen.push(...items.map((item) => item.id));
    cursor = next === null ? '' : `&cursor=${next}`;
  } while (cursor);
  expect(seen.toSorted()).toEqual(wanted.toSorted());
  const count = async (query: string) =>
    ((await api.call(manager, 'GET', `/api/creatives?limit=200&${query}`)).body as { items: unknown[] }).items.length;
  expect(await count('q=PAGED%20100%25')).toBe(5);
  expect(await count('size=97x31&state=approved')).toBe(0);
  expect((await api.call(manager, 'GET', '/api/creatives?size=big')).status).toBe(400);
  expect((await api.call(manager, 'GET', '/api/creatives?state=lost')).status).toBe(400);
});

test('an unused creative is deleted', async () => {
  const { id } = await uploaded();
  expect((await api.call(manager, 'DELETE', `/api/creatives/${id}`)).status).toBe(204);
  expect((await api.call(manager, 'GET', `/api/creatives/${id}`)).status).toBe(404);
});
