import { audit } from '#people';
import { newId, Refusal, type Caller, type Database, type FileStore, type Sql, type UploadedFile } from '#platform';
import type * as z from 'zod';
import type { Creative, CreativeContent, CreativeKind, createCreative as createRoute } from './contract.ts';
import { readCreative } from './creative.ts';
import { checkLandingUrl } from './landing-url.ts';
import { readImage } from './read-image.ts';

type Input = z.output<(typeof createRoute)['input']>;
type Services = { db: Database; files: FileStore };

/** What is stored of a creative beside its name and landing page. */
type Body = {
  kind: CreativeKind;
  width: number | null;
  height: number | null;
  file_hash: string | null;
  file_name: string | null;
  media_type: string | null;
  weight_bytes: number | null;
  content: CreativeContent | null;
};

const refuse = (field: string, why: string): never => {
  throw new Refusal('bad-input', `${field}: ${why}.`, { field });
};

/**
 * Stores an uploaded image, or the content of a native or text creative, and leaves it waiting for approval. The file
 * is on disk before its row exists: a row never points to nothing.
 */
export async function createCreative(
  { db, files }: Services,
  caller: Caller,
  input: Input,
  uploads: readonly UploadedFile[],
): Promise<Creative> {
  const landing_url = checkLandingUrl(input.landing_url);
  const kind = kindOf(input, uploads);
  await checkAdvertiser(db, caller, input.advertiser_id);
  const body = kind === 'image' ? await imageBody(files, input, uploads) : await contentBody(db, caller, kind, input);
  const name = input.name ?? body.file_name ?? body.content?.title ?? kind;

  return db.transaction(async (tx) => {
    await checkAdvertiser(tx, caller, input.advertiser_id);
    const id = newId('cr');
    await tx.query(
      `insert into creatives (id, org_id, advertiser_id, name, kind, width, height, landing_url, state, file_hash, file_name, media_type, weight_bytes, content)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $12, $13)`,
      [
        id,
        caller.org_id,
        input.advertiser_id,
        name,
        body.kind,
        body.width,
        body.height,
        landing_url,
        body.file_hash,
        body.file_name,
        body.media_type,
        body.weight_bytes,
        body.content === null ? null : JSON.stringify(body.content),
      ],
    );
    const creative = await readCreative(tx, caller, id);
    await audit(tx, caller, {
      action: 'creative.create',
      subject: { kind: 'creative', id },
      before: null,
      after: creative,
    });
    return creative;
  });
}

function kindOf(input: Input, uploads: readonly UploadedFile[]): 'image' | 'native' | 'text' {
  const stray = uploads.find((upload) => upload.field !== 'file');
  if (stray) return refuse(stray.field.slice(0, 64), 'is not a known field; send the file in `file`');
  if (uploads.length > 1) return refuse('file', 'send one file at a time');

  const kind = input.kind ?? (uploads.length > 0 ? 'image' : input.content ? 'native' : 'image');
  if (kind !== 'image' && kind !== 'native' && kind !== 'text')
    return refuse('kind', `${kind} creatives cannot be uploaded yet; send an image, native or text one`);
  if (kind === 'image' && uploads.length === 0)
    return refuse('file', 'is missing; send the image as multipart/form-data');
  if (kind === 'image' && input.content) return refuse('content', 'belongs to native and text creatives');
  if (kind !== 'image' && uploads.length > 0)
    return refuse(
      'file',
      `a ${kind} creative has no file; upload its image apart and name its file_hash in content.image`,
    );
  if (kind !== 'image' && !input.content)
    return refuse('content', `is missing; a ${kind} creative needs at least a title`);
  return kind;
}

async function imageBody(files: FileStore, input: Input, uploads: readonly UploadedFile[]): Promise<Body> {
  const [file] = uploads;
  if (!file) return refuse('file', 'is missing');
  const { media_type, extension, width, height, weight_bytes } = readImage(file.bytes);
  for (const [field, told, seen] of [
    ['width', input.width, width],
    ['height', input.height, height],
  ] as const) {
    if (told !== undefined && told !== seen) return refuse(field, `says ${told}, but the file is ${width}×${height}`);
  }
  const { hash } = await files.put(file.bytes);
  return {
    kind: 'image',
    width,
    height,
    file_hash: hash,
    file_name: safeFileName(file.name, extension),
    media_type,
    weight_bytes,
    content: null,
  };
}

async function contentBody(sql: Sql, caller: Caller, kind: 'native' | 'text', input: Input): Promise<Body> {
  if (!input.content) return refuse('content', 'is missing');
  const facts = await imageOfContent(sql, caller, input.advertiser_id, kind, input.content);
  return { kind, width: null, height: null, ...facts, content: input.content };
}

type FileFacts = Pick<Body, 'file_hash' | 'file_name' | 'media_type' | 'weight_bytes'>;

/** The file behind `content.image`: an image creative of the same advertiser, so that no hash opens another's file. */
export async function imageOfContent(
  sql: Sql,
  caller: Caller,
  advertiserId: string,
  kind: CreativeKind,
  content: CreativeContent,
): Promise<FileFacts> {
  if (content.image === undefined) return { file_hash: null, file_name: null, media_type: null, weight_bytes: null };
  if (kind === 'text') return refuse('content.image', 'a text creative has no image');
  const found = await sql.one<FileFacts>(
    `select file_hash, file_name, media_type, weight_bytes from creatives
     where org_id = $1 and advertiser_id = $2 and kind = 'image' and file_hash = $3 limit 1`,
    [caller.org_id, advertiserId, content.image],
  );
  return found ?? refuse('content.image', 'is not the file_hash of an image creative of this advertiser');
}

async function checkAdvertiser(sql: Sql, caller: Caller, id: string): Promise<void> {
  const found = await sql.one('select id from advertisers where id = $1 and org_id = $2 for key share', [
    id,
    caller.org_id,
  ]);
  if (!found) throw new Refusal('not-found', 'advertiser_id: there is no such advertiser.', { field: 'advertiser_id' });
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
