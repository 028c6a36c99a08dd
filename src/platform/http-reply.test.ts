import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { route } from './contract.ts';
import { type FileReply, serve } from './served.ts';
import { callerOf, noDatabase, openTestApi, type TestApi } from './testing.ts';

const Thing = z.object({ id: z.string(), name: z.string() });
const things = route({
  method: 'GET',
  path: '/api/things',
  can: 'signed-in',
  input: z.strictObject({ q: z.string().optional() }),
  reply: Thing,
  summary: '',
});
const gone = route({
  method: 'DELETE',
  path: '/api/things/:id',
  can: 'signed-in',
  input: z.strictObject({ id: z.string() }),
  reply: z.strictObject({}),
  status: 204,
  summary: '',
});
const file = route({
  method: 'POST',
  path: '/api/download',
  can: 'public',
  kind: 'file',
  input: z.strictObject({ name: z.string(), media: z.string().default('text/plain') }),
  reply: z.any(),
  summary: '',
});
const row = { id: 'a', password_hash: 'secret' };
const routes = [
  serve(things, async ({ q }) => ({ ...row, name: q ?? '' })),
  serve(gone, async () => ({})),
  serve(file, async ({ name, media }): Promise<FileReply> => ({
    bytes: 'bytes',
    media_type: media,
    file_name: name === 'broken' ? 'half \ud800.pdf' : name,
    inline: true,
  })),
];

const writer = callerOf('writer');
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ routes, db: noDatabase, may: () => true });
});
afterAll(async () => {
  await api.close();
});

describe('replies', () => {
  test('columns the schema does not know fall away', async () => {
    expect((await api.call(writer, 'GET', '/api/things?q=b')).body).toEqual({ id: 'a', name: 'b' });
  });

  test('204 has no body', async () => {
    expect(await api.call(writer, 'DELETE', '/api/things/a')).toMatchObject({ status: 204, text: '' });
  });

  test('broken percent-encoding in a query is read as it stands', async () => {
    expect(await api.call(writer, 'GET', '/api/things?q=%zz')).toMatchObject({ status: 200, body: { name: '%zz' } });
  });

  test.each([
    ['a\r\nset-cookie: x=1.pdf'],
    ['été "1"; x=2.pdf'],
    ['../../etc/passwd'],
    ['broken'],
    ['名前.png'],
    ["it's (1)*.csv"],
    ['\u2028\u0085.txt'],
  ])('a file name cannot write headers: %j', async (name) => {
    const reply = await api.call(undefined, 'POST', '/api/download', { name });
    expect(reply.status).toBe(200);
    expect(reply.headers['set-cookie']).toBeUndefined();
    const [, plain = '', full = ''] =
      /^inline; filename="([\w.\- ]*)"; filename\*=UTF-8''([\w.~!-]|%[0-9A-F]{2})*$/.exec(
        String(reply.headers['content-disposition']),
      ) ?? [];
    expect(plain.length + full.length).toBeGreaterThan(0);
  });

  test('an inline page or drawing is boxed in, a picture needs no box', async () => {
    for (const media of ['text/html', 'image/svg+xml'])
      expect(
        (await api.call(undefined, 'POST', '/api/download', { name: 'a', media })).headers['content-security-policy'],
      ).toBe('sandbox');
    expect(
      (await api.call(undefined, 'POST', '/api/download', { name: 'a', media: 'image/png' })).headers[
        'content-security-policy'
      ],
    ).toBeUndefined();
  });
});
