/** Resumable uploads by the tus protocol: with its own client, cut off in the middle, and as somebody else. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openUploads, routesOf, type Uploads } from '#creatives';
import { pngOf } from '#creatives/testing';
import { may } from '#people';
import { createHttp, type Database, openFiles, openLog, systemClock } from '#platform';
import { callerOf, noEvents, openTestDatabase } from '#platform/testing';
import { mountUploads } from './upload-door.ts';

let db: Database;
let app: FastifyInstance;
let uploads: Uploads;
let folder: string;
let base: string;
let role = 'studio';
let org = 'org_ours';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-uploads-test-'));
  db = await openTestDatabase();
  await db.query("insert into organisations (id, name) values ('org_ours', 'Ours'), ('org_theirs', 'Theirs')");
  await db.query("insert into advertisers (id, org_id, name) values ('adv', 'org_ours', 'Fromagerie')");
  uploads = openUploads(join(folder, 'uploads'));
  const identify = async () => (role === '' ? undefined : callerOf(role, org));
  app = await createHttp({
    routes: routesOf({ edgeUrl: 'http://edge.example', uploads }),
    services: {
      db,
      events: noEvents,
      files: openFiles(join(folder, 'files')),
      mail: { send: async () => undefined, close: () => undefined },
      clock: systemClock,
      log: openLog('test', 'error'),
    },
    identify,
    may,
    trustedProxies: [],
    mount: (server) => mountUploads(server, { db, clock: systemClock, uploads, identify }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}, 60_000);
afterAll(async () => {
  await app?.close();
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

const tus = { 'tus-resumable': '1.0.0' };
const begin = (length: number, name = 'a.png') =>
  fetch(`${base}/api/uploads`, {
    method: 'POST',
    headers: {
      ...tus,
      'upload-length': String(length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  });
const patch = (url: string, offset: number, bytes: Uint8Array) =>
  fetch(base + url, {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  });
const finish = (url: string, more: object = {}) =>
  fetch(`${base}/api/uploads/${url.split('/').at(-1)}/creative`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advertiser_id: 'adv', landing_url: 'https://a.example/', ...more }),
  });

test('the protocol’s own client sends a file in pieces, which becomes a creative', async () => {
  const bytes = Buffer.concat([pngOf(300, 250, { comment: 3_000_000 })]);
  const url = await new Promise<string>((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${base}/api/uploads`,
      chunkSize: 500_000,
      metadata: { filename: 'été.png' },
      onError: reject,
      onSuccess: () => resolve(new URL(upload.url ?? '').pathname),
    });
    upload.start();
  });
  const made = await finish(url);
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({
    width: 300,
    height: 250,
    file_name: 'été.png',
    file_hash: createHash('sha256').update(bytes).digest('hex'),
  });
  expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  expect((await finish(url)).status).toBe(404);
});

test('goes on after it was cut off, at the offset that is there', async () => {
  const bytes = pngOf(300, 250, { comment: 1000 });
  const url = (await begin(bytes.length)).headers.get('location') ?? '';
  expect((await patch(url, 0, bytes.subarray(0, 400))).status).toBe(204);
  const early = await finish(url);
  expect([early.status, await early.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'wrong-state', field: 'id' }),
  ]);
  expect((await patch(url, 0, bytes)).status).toBe(409);
  const head = await fetch(base + url, { method: 'HEAD', headers: tus });
  expect(head.headers.get('upload-offset')).toBe('400');
  expect((await patch(url, 400, bytes.subarray(400))).status).toBe(204);
  expect((await finish(url)).status).toBe(201);
});

test('is closed to others: another organisation, a role without the right, nobody', async () => {
  const url = (await begin(10)).headers.get('location') ?? '';
  org = 'org_theirs';
  expect((await fetch(base + url, { method: 'HEAD', headers: tus })).status).toBe(404);
  expect((await patch(url, 0, randomBytes(10))).status).toBe(404);
  expect((await fetch(base + url, { method: 'DELETE', headers: tus })).status).toBe(404);
  expect((await finish(url)).status).toBe(404);
  org = 'org_ours';
  role = 'analyst';
  expect((await begin(10)).status).toBe(403);
  role = '';
  expect((await begin(10)).status).toBe(401);
  role = 'studio';
  expect((await fetch(base + url, { method: 'DELETE', headers: tus })).status).toBe(204);
  const stranger = await fetch(`${base}/api/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': '5', 'x-vigie-link': 'x'.repeat(43) },
  });
  expect(stranger.status).toBe(404);
});

test('is bounded: too large a file, and a path in its id', async () => {
  expect((await begin(65 * 1024 * 1024)).status).toBe(413);
  expect((await fetch(`${base}/api/uploads/..%2f..%2fsecret`, { method: 'HEAD', headers: tus })).status).toBe(404);
});
