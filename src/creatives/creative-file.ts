import { Refusal, type Caller, type FileReply, type FileStore, type Sql } from '#platform';
import { creativeRow } from './creative.ts';

/**
 * The bytes of a creative, fenced in: the sniffed media type, no sniffing by the browser, and a sandbox in case the
 * bytes are ever read as a document. Only images and films are shown in place; anything else is downloaded.
 */
export async function creativeFile(
  { db, files }: { db: Sql; files: FileStore },
  caller: Caller,
  id: string,
): Promise<FileReply> {
  const row = await creativeRow(db, caller, id);
  if (row.file_hash === null || row.media_type === null) throw new Refusal('not-found', 'This creative has no file.');
  const bytes = await files.get(row.file_hash);
  if (!bytes) throw new Refusal('not-found', 'The file of this creative is no longer kept.');

  return {
    bytes,
    media_type: row.media_type,
    file_name: row.file_name ?? 'creative',
    inline: /^(image|video)\//.test(row.media_type),
    headers: { ...fence, 'content-security-policy': row.media_type === 'image/svg+xml' ? drawing : none },
  };
}

const none = "default-src 'none'; sandbox";
/** A drawing has its styles and pictures inside of it. */
const drawing = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
const fence = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, max-age=300',
};

/** The bytes as they came, always as a download: nobody has cleaned them. Throws not-found. */
export async function originalFile(
  { db, files }: { db: Sql; files: FileStore },
  caller: Caller,
  id: string,
): Promise<FileReply> {
  const row = await creativeRow(db, caller, id);
  const bytes = row.original_hash === null ? undefined : await files.get(row.original_hash);
  if (!bytes) throw new Refusal('not-found', 'This creative is kept as it came.');
  return {
    bytes,
    media_type: 'application/octet-stream',
    file_name: `original-${row.file_name ?? 'creative'}`,
    headers: { ...fence, 'content-security-policy': none },
  };
}
