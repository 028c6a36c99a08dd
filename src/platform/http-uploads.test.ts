import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { route } from './contract.ts';
import { serve } from './served.ts';
import type { Database } from './sql.ts';
import { callerOf, openTestApi, openTestDatabase, type TestApi } from './testing.ts';

const upload = route({
  method: 'POST',
  path: '/api/files',
  can: 'signed-in',
  kind: 'upload',
  input: z.strictObject({ title: z.string() }),
  reply: z.object({ got: z.array(z.string()) }),
  summary: 'Upload',
});
const routes = [
  serve(upload, async ({ title }, { uploads }) => ({
    got: [title, ...uploads.map((f) => `${f.field} ${f.name} ${f.bytes.byteLength}`)],
  })),
];

const writer = callerOf('writer');
let db: Database;
let api: TestApi;
beforeAll(async () => {
  db = await openTestDatabase();
  api = await openTestApi({ routes, db, may: () => true });
});
afterAll(async () => {
  await api.close();
  await db.close();
});

describe('uploads', () => {
  const boundary = 'xxBOUNDARYxx';
  type Part = { name: string; file?: string; body: string | Buffer };
  const send = (parts: Part[], headers: Record<string, string> = {}) => {
    const chunks = parts.flatMap(({ name, file: given, body }) => [
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${given === undefined ? '' : `; filename="${given}"\r\ncontent-type: image/png`}\r\n\r\n`,
      ),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]);
    return api.call(writer, 'POST', '/api/files', Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]), {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...headers,
    });
  };

  test('fields and files arrive, larger than a JSON body may be', async () => {
    const reply = await send([
      { name: 'title', body: 'été' },
      { name: 'file', file: 'a.png', body: Buffer.alloc(5 << 20) },
    ]);
    expect(reply).toMatchObject({ status: 200, body: { got: ['été', `file a.png ${5 << 20}`] } });
  });

  test('a folder in a file name is dropped', async () => {
    expect(
      (
        await send([
          { name: 'title', body: 't' },
          { name: 'file', file: '../../a.png', body: 'x' },
        ])
      ).body,
    ).toEqual({ got: ['t', 'file a.png 1'] });
  });

  test.each<[string, Part[], number]>([
    ['a file of 21 MB', [{ name: 'file', file: 'a', body: Buffer.alloc(21 << 20) }], 413],
    [
      'four files of 19 MB',
      Array.from({ length: 4 }, () => ({ name: 'file', file: 'a', body: Buffer.alloc(19 << 20) })),
      413,
    ],
    ['21 files', Array.from({ length: 21 }, () => ({ name: 'file', file: 'a', body: 'x' })), 413],
    ['51 fields', Array.from({ length: 51 }, (_, n) => ({ name: `f${n}`, body: 'x' })), 413],
    ['a field of 65 KB', [{ name: 'title', body: 'x'.repeat(65 << 10) }], 413],
    [
      'an unknown field',
      [
        { name: 'title', body: 't' },
        { name: 'colour', body: 'red' },
      ],
      400,
    ],
    ['a prototype key', [{ name: '__proto__', body: 't' }], 400],
    ['NUL in a field', [{ name: 'title', body: 'a\0' }], 400],
    ['no field', [], 400],
  ])('%s is refused', async (_, parts, status) => {
    const reply = await send(parts);
    expect(reply).toMatchObject({ status, body: { status, detail: expect.any(String) } });
  });

  test('a body that is cut off is refused', async () => {
    const reply = await api.call(
      writer,
      'POST',
      '/api/files',
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc`,
      { 'content-type': `multipart/form-data; boundary=${boundary}` },
    );
    expect(reply.status).toBe(400);
  });

  test('under one key, another file is another request', async () => {
    const once = (body: string) =>
      send(
        [
          { name: 'title', body: 't' },
          { name: 'file', file: 'a', body },
        ],
        { 'idempotency-key': 'upload-1' },
      );
    expect((await once('x')).status).toBe(200);
    expect((await once('x')).status).toBe(200);
    expect(await once('y')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
