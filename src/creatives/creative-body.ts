/** From what is sent to what is kept of a creative beside its name and landing page, by kind. */
import { Refusal, refusalOfZod, type Caller, type FileStore, type Sql, type UploadedFile } from '#platform';
import * as z from 'zod';
import { cleanSvg, looksLikeSvg } from './clean-svg.ts';
import { macrosIn } from './click-macros.ts';
import type { CreativeKind } from './contract.ts';
import { type CreativeContent, type CreativeContentInput, contentInputs } from './creative-content.ts';
import { refuseBomb, refuseHostile, refusePolyglot } from './hostile.ts';
import { readBundle } from './read-bundle.ts';
import { readImage } from './read-image.ts';
import { isVideo, readVideo } from './read-video.ts';
import { isZip } from './unzip-bundle.ts';

export type Sent = {
  advertiser_id: string;
  kind?: CreativeKind | undefined;
  width?: number | undefined;
  height?: number | undefined;
  content?: CreativeContentInput | undefined;
};

export type FileFacts = {
  file_hash: string | null;
  file_name: string | null;
  media_type: string | null;
  weight_bytes: number | null;
};
export type Body = FileFacts & {
  kind: CreativeKind;
  width: number | null;
  height: number | null;
  content: CreativeContent | null;
  /** Of the bytes as they came, when what is kept was made of them. */
  original_hash?: string | null;
};

const refuse = (field: string, why: string): never => {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
};
const noFile: FileFacts = { file_hash: null, file_name: null, media_type: null, weight_bytes: null };

type Store = { sql: Sql; files: FileStore; caller: Caller };

/** Reads the upload by its kind and stores its files. Throws a Refusal that names the field. */
export async function bodyOf(store: Store, sent: Sent, uploads: readonly UploadedFile[]): Promise<Body> {
  const file = oneFile(uploads);
  const kind = sent.kind ?? kindOf(sent, file);
  if (kind === 'image' || kind === 'html5') {
    if (!file)
      return refuse('file', `is missing; send the ${kind === 'image' ? 'image' : 'zip'} as multipart/form-data`);
    if (sent.content) return refuse('content', `an ${kind} creative has none`);
    return kind === 'image' ? imageBody(store.files, sent, file) : html5Body(store.files, sent, file);
  }
  if (kind === 'video' && file) return videoBody(store.files, sent, file);
  if (file) {
    const instead = kind === 'native' ? '; upload its image apart and name its file_hash in content.image' : '';
    return refuse('file', `a ${kind} creative has no file${instead}`);
  }
  return { kind, width: null, height: null, ...noFile, content: null, ...(await contentBody(store, kind, sent)) };
}

function oneFile(uploads: readonly UploadedFile[]): UploadedFile | undefined {
  const stray = uploads.find((upload) => upload.field !== 'file');
  if (stray) return refuse(stray.field.slice(0, 64), 'is not a known field; send the file in `file`');
  if (uploads.length > 1) return refuse('file', 'send one file at a time');
  return uploads[0];
}

function kindOf({ content }: Sent, file: UploadedFile | undefined): CreativeKind {
  if (file) return isZip(file.bytes) ? 'html5' : isVideo(file.bytes) ? 'video' : 'image';
  if (content?.html !== undefined) return 'tag';
  if (content?.vast_url !== undefined) return 'video';
  return content ? 'native' : 'image';
}

/** What is said of the size must be what the file has. */
function checkSize(sent: Sent, seen: { width: number; height: number }, what = 'the file is'): void {
  for (const field of ['width', 'height'] as const) {
    const told = sent[field];
    if (told !== undefined && told !== seen[field])
      return refuse(field, `says ${told}, but ${what} ${seen.width}×${seen.height}`);
  }
}

async function imageBody(files: FileStore, sent: Sent, file: UploadedFile): Promise<Body> {
  if (looksLikeSvg(file.bytes)) return drawingBody(files, sent, file);
  const { media_type, extension, width, height, weight_bytes } = readImage(file.bytes);
  refusePolyglot(file.bytes, 'it');
  refuseBomb(file.bytes, 'it');
  checkSize(sent, { width, height });
  const { hash } = await files.put(file.bytes);
  const file_name = safeFileName(file.name, extension);
  return { kind: 'image', width, height, file_hash: hash, file_name, media_type, weight_bytes, content: null };
}

async function drawingBody(files: FileStore, sent: Sent, file: UploadedFile): Promise<Body> {
  const { bytes, width, height, wasChanged } = await cleanSvg(file.bytes);
  checkSize(sent, { width, height });
  const { hash } = await files.put(bytes);
  return {
    kind: 'image',
    width,
    height,
    file_hash: hash,
    file_name: safeFileName(file.name, 'svg'),
    media_type: 'image/svg+xml',
    weight_bytes: bytes.length,
    content: null,
    original_hash: wasChanged ? (await files.put(file.bytes)).hash : null,
  };
}

async function html5Body(files: FileStore, sent: Sent, file: UploadedFile): Promise<Body> {
  const noSize = () => refuse('width', 'the page has no <meta name="ad.size">: add it, or send width and height');
  const { content, size } = await readBundle(files, file.bytes, (told) => {
    if (told) checkSize(sent, told, 'ad.size is');
    else if (!sent.width || !sent.height) noSize();
  });
  const { width, height } = size ?? sent;
  if (!width || !height) return noSize();
  const { hash } = await files.put(file.bytes);
  return {
    kind: 'html5',
    width,
    height,
    file_hash: hash,
    file_name: safeFileName(file.name, 'zip'),
    media_type: 'application/zip',
    weight_bytes: content.files.reduce((sum, { gzip_bytes }) => sum + gzip_bytes, 0),
    content,
  };
}

async function videoBody(files: FileStore, sent: Sent, file: UploadedFile): Promise<Body> {
  const { media_type, extension, width, height, duration_s, bitrate_kbps } = readVideo(file.bytes);
  const given = sent.content === undefined ? {} : checked(contentInputs.video, sent.content);
  if (given.vast_url !== undefined) return refuse('content.vast_url', 'send a film or the address of a VAST, not both');
  checkSize(sent, { width, height });
  const { hash } = await files.put(file.bytes);
  return {
    kind: 'video',
    width,
    height,
    file_hash: hash,
    file_name: safeFileName(file.name, extension),
    media_type,
    weight_bytes: file.bytes.length,
    content: { ...given, duration_s, bitrate_kbps },
  };
}

type ContentKind = keyof typeof contentInputs;

/** The content, by the fields of its kind. Throws bad-input naming `content.…`. */
function checked<T>(shape: z.ZodType<T>, sent: CreativeContentInput | undefined): T {
  if (!sent) return refuse('content', 'is missing; this kind of creative needs it');
  const read = z.object({ content: shape }).safeParse({ content: sent });
  if (!read.success) throw refusalOfZod(read.error);
  return read.data.content;
}

/** Of kinds that have no file of their own: content, and what follows from it. */
export async function contentBody(store: Store, kind: ContentKind, sent: Sent): Promise<Partial<Body>> {
  if (kind === 'text') return { content: checked(contentInputs.text, sent.content) };
  if (kind === 'native') {
    const content = checked(contentInputs.native, sent.content);
    return { content, ...(await imageOfContent(store, sent.advertiser_id, content.image)) };
  }
  const size = { width: sent.width ?? null, height: sent.height ?? null };
  if (kind === 'video') {
    const content = checked(contentInputs.video, sent.content);
    if (content.vast_url === undefined) return refuse('file', 'is missing; send a film, or content.vast_url');
    return { content, ...size };
  }
  const content = checked(contentInputs.tag, sent.content);
  refuseHostileTag(content.html);
  if (size.width === null || size.height === null) return refuse('width', 'a tag needs its width and height');
  const page = Buffer.from(pageOfTag(content.html));
  const { hash } = await store.files.put(page);
  return {
    content: { ...content, macros: macrosIn(content.html) },
    ...size,
    file_hash: hash,
    file_name: 'tag.html',
    media_type: 'text/html; charset=utf-8',
    weight_bytes: page.length,
  };
}

/** The same words for a snippet, which is a field and no file. */
function refuseHostileTag(html: string): void {
  try {
    refuseHostile(html, 'the tag');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse('content.html', error.message.replace(/^file: /, '').replace(/\.$/, ''));
  }
}

/** The page that a snippet runs in, alone and without our origin. */
const pageOfTag = (html: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"><style>html,body{margin:0;overflow:hidden}</style></head><body>${html}</body></html>`;

/** The file behind `content.image`: an image creative of the same advertiser, so that no hash opens another's file. */
async function imageOfContent(
  { sql, caller }: Store,
  advertiserId: string,
  image: string | undefined,
): Promise<FileFacts> {
  if (image === undefined) return noFile;
  const found = await sql.one<FileFacts>(
    `select file_hash, file_name, media_type, weight_bytes from creatives
     where org_id = $1 and advertiser_id = $2 and kind = 'image' and file_hash = $3 limit 1`,
    [caller.org_id, advertiserId, image],
  );
  return found ?? refuse('content.image', 'is not the file_hash of an image creative of this advertiser');
}

/** The sender's file name without folders or characters that trouble a file system, with the true extension. */
export function safeFileName(sent: string, extension: string): string {
  const base = (sent.split(/[/\\]/).at(-1) ?? '')
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N}_. -]+/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(0, 100);
  return `${base || 'creative'}.${extension}`;
}
