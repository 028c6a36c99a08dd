/** An edge on another machine has the files of its book, by their hash, and no others. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BookFollower } from '#delivery';
import type { Book } from '#delivery/contract';
import { openFiles, openLog } from '#platform';
import { followFiles } from './follow-files.ts';

let folder: string;
let control: Server;
let url: string;
const asked: string[] = [];
const kept = new Map<string, string>();
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-files-'));
  asked.length = 0;
  kept.clear();
  control = createServer((request, response) => {
    const hash = request.url?.split('/').at(-1) ?? '';
    asked.push(hash);
    const text = request.headers.authorization === 'Bearer s' ? kept.get(hash) : undefined;
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
});
afterEach(async () => {
  control.close();
  await rm(folder, { recursive: true, force: true });
});

const creative = (file_hash: string | null, content: object | null = null) => ({ kind: 'image', file_hash, content });
const bookOf = (...creatives: object[]) => ({ creatives }) as unknown as Book;

function follower(first: Book): BookFollower & { change(book: Book): void } {
  let book = first;
  let tell: ((book: Book) => void) | undefined;
  return {
    current: () => book,
    onChange: (told) => (tell = told),
    heard: () => 0,
    close: () => undefined,
    change(next) {
      book = next;
      tell?.(next);
    },
  };
}

test('fetches what is missing, once; what is not its hash is not kept', async () => {
  const [banner, wrong, later] = [hashOf('banner'), hashOf('right'), hashOf('later')];
  kept.set(banner, 'banner').set(wrong, 'something else').set(later, 'later');
  const files = openFiles(folder);
  const lines: string[] = [];
  const book = follower(bookOf(creative(banner), creative(null)));
  const followed = followFiles({
    book,
    files,
    url,
    secret: 's',
    log: openLog('edge', 'warn', (line) => lines.push(line)),
  });
  await vi.waitUntil(async () => (await files.get(banner))?.toString() === 'banner');
  expect(await readFile(files.path(banner), 'utf8')).toBe('banner');
  book.change(bookOf(creative(banner), creative(later)));
  await vi.waitUntil(async () => (await files.get(later))?.toString() === 'later');
  book.change(bookOf(creative(banner), creative(later), creative(wrong)));
  await vi.waitUntil(() => lines.length === 1);
  expect(lines[0]).toContain('another file');
  expect(await files.get(wrong)).toBeUndefined();
  expect(asked).toEqual([banner, later, wrong]);
  followed.close();
});
