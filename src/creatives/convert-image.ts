/** Another format or a smaller weight for an image, made by sharp; the original stays. */
import { Refusal, type Caller, type Database, type FileStore } from '#platform';
import type { Sharp } from 'sharp';
import type * as z from 'zod';
import type { convertCreative as convertRoute, Creative } from './contract.ts';
import { keepCreative } from './create-creative.ts';
import { creativeRow } from './creative.ts';
import { safeFileName } from './creative-body.ts';
import { assignLike } from './match-creative.ts';
import { maxPixels } from './read-image.ts';

type Input = z.output<(typeof convertRoute)['input']>;
type Format = Input['format'];

const mediaTypes: Record<Format, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
};

/** Qualities that are tried, the best first; PNG and GIF go down in colours instead. */
const qualities = [90, 82, 74, 66, 58, 50, 42, 34, 26];

/** Throws bad-input naming `max_kb` when no quality is light enough. */
export async function convertImage(
  bytes: Buffer,
  { format, max_kb }: Pick<Input, 'format' | 'max_kb'>,
): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const opened = sharp(bytes, { limitInputPixels: maxPixels, animated: format === 'gif' || format === 'webp' }).timeout(
    {
      seconds: 20,
    },
  );
  const { hasAlpha } = await opened.metadata().catch(() => {
    throw new Refusal('bad-input', 'The image could not be read: it is damaged.', { field: 'id' });
  });
  // Without a weight to keep, one good quality will do.
  let lightest = Infinity;
  for (const quality of max_kb === undefined ? [82] : qualities) {
    const flat = format === 'jpeg' && hasAlpha ? opened.clone().flatten({ background: '#ffffff' }) : opened.clone();
    const made = await written(flat.rotate(), format, quality);
    if (max_kb === undefined || made.length <= max_kb * 1024) return made;
    lightest = Math.min(lightest, made.length);
  }
  throw new Refusal(
    'bad-input',
    `max_kb: the lightest ${format} of this image has ${Math.ceil(lightest / 1024)} kB; choose another format or a larger weight.`,
    { field: 'max_kb' },
  );
}

function written(image: Sharp, format: Format, quality: number): Promise<Buffer> {
  const colours = Math.max(8, Math.round((quality / 90) ** 2 * 256));
  switch (format) {
    case 'png':
      return (
        quality >= 90 ? image.png({ compressionLevel: 9 }) : image.png({ palette: true, colours, compressionLevel: 9 })
      ).toBuffer();
    case 'gif':
      return image.gif({ colours, effort: 7 }).toBuffer();
    case 'jpeg':
      return image.jpeg({ quality, mozjpeg: true }).toBuffer();
    case 'webp':
      return image.webp({ quality }).toBuffer();
    case 'avif':
      return image.avif({ quality, effort: 3 }).toBuffer();
  }
}

/** The next version of an image creative, waiting for approval in the places of the one before. */
export async function convertCreative(
  { db, files }: { db: Database; files: FileStore },
  caller: Caller,
  { id, format, max_kb }: Input,
): Promise<Creative> {
  const row = await creativeRow(db, caller, id);
  const source = row.original_hash ?? row.file_hash;
  if (row.kind !== 'image' || source === null)
    throw new Refusal('wrong-state', `Only an image is converted; this is a ${row.kind} creative.`, { kind: row.kind });
  // A cleaned SVG is drawn from the clean file, never from what came.
  const isDrawing = row.media_type === 'image/svg+xml';
  const bytes = await files.get(isDrawing ? (row.file_hash ?? source) : source);
  if (!bytes) throw new Refusal('not-found', 'The file of this creative is no longer kept.');
  const made = await convertImage(bytes, { format, max_kb });
  const { default: sharp } = await import('sharp');
  const { width, height, pages } = await sharp(made).metadata();
  const { hash } = await files.put(made);
  return db.transaction(async (tx) => {
    const input = { advertiser_id: row.advertiser_id, landing_url: row.landing_url, replaces: row.id };
    const creative = await keepCreative(tx, files, caller, input, {
      kind: 'image',
      width: width ?? row.width,
      height: pages && height ? Math.round(height / pages) : (height ?? row.height),
      file_hash: hash,
      file_name: safeFileName(row.file_name ?? 'creative', format === 'jpeg' ? 'jpg' : format),
      media_type: mediaTypes[format],
      weight_bytes: made.length,
      content: null,
      original_hash: source,
    });
    await assignLike(tx, caller, creative.id, row.id);
    return creative;
  });
}
