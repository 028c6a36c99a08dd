/** Files of the edge: creatives and tags. */
import { readFile } from 'node:fs/promises';
import { type HttpRequest, type HttpResponse, Refusal } from '#platform';
import { openToAll, send, textOf } from './http-io.ts';

export type StaticFile = { body: Buffer; gzip?: Buffer; brotli?: Buffer; etag: string };

/** A creative that is one file, by the hash of it: those of the book only. Throws not-found. */
export async function sendCreative(
  { mediaTypes, files }: { mediaTypes: ReadonlyMap<string, string> | undefined; files: { path(hash: string): string } },
  response: HttpResponse,
  path: string,
): Promise<void> {
  const hash = path.slice('/creatives/'.length);
  const mediaType = mediaTypes?.get(hash);
  const content =
    mediaType && /^[0-9a-f]{64}$/.test(hash) ? await readFile(files.path(hash)).catch(() => undefined) : undefined;
  if (!mediaType || !content) throw new Refusal('not-found', 'There is no such creative.');
  // Players ask for a film in pieces (RFC 9110, section 14); a range that cannot be had is answered with the whole.
  const range = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(textOf(response.req.headers.range));
  const from = Number(range?.[1] ?? 0);
  const to = Math.min(content.length - 1, range?.[2] ? Number(range[2]) : content.length - 1);
  const isPart = range !== null && from <= to;
  send(
    response,
    isPart ? 206 : 200,
    {
      'accept-ranges': 'bytes',
      ...(isPart ? { 'content-range': `bytes ${from}-${to}/${content.length}` } : {}),
      ...openToAll,
      'content-type': mediaType,
      'cache-control': 'public, max-age=31536000, immutable',
      // An image stays an image, even an SVG opened by itself.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    },
    isPart ? content.subarray(from, to + 1) : content,
  );
}

/** A script that pages embed, packed as the browser takes it. */
export function sendTag(request: HttpRequest, response: HttpResponse, file: StaticFile): void {
  const headers = {
    ...openToAll,
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=3600',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    etag: file.etag,
    vary: 'accept-encoding',
  };
  if (request.headers['if-none-match'] === file.etag) return send(response, 304, headers);
  const accepts = textOf(request.headers['accept-encoding']);
  if (file.brotli && /\bbr\b/.test(accepts))
    return send(response, 200, { ...headers, 'content-encoding': 'br' }, file.brotli);
  if (file.gzip && /\bgzip\b/.test(accepts))
    return send(response, 200, { ...headers, 'content-encoding': 'gzip' }, file.gzip);
  send(response, 200, headers, file.body);
}
