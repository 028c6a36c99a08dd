/** What an image file is, read from its bytes: never from its name or from what the sender says. */
import { imageSize } from 'image-size';
import { Refusal } from '#platform';

export type ImageFacts = { media_type: string; extension: string; width: number; height: number; weight_bytes: number };

export const maxImageBytes = 5 * 1024 * 1024;
export const maxImagePixels = 8192;
/** In all: 40 million take 160 MB when they are decoded. */
export const maxPixels = 40_000_000;

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

/** Reads type, size in pixels and weight. Throws bad-input or too-large, naming `file`. */
export function readImage(bytes: Buffer): ImageFacts {
  if (bytes.length === 0) return refuse('is empty');
  if (bytes.length > maxImageBytes) {
    throw new Refusal('too-large', 'file: an image may weigh at most 5 MB.', { field: 'file', bytes: bytes.length });
  }
  const kind = imageKinds.find((candidate) => candidate.is(bytes));
  if (!kind) return refuse('must be a PNG, JPEG, WebP, AVIF, GIF or SVG image');
  if (!kind.isWhole(bytes)) return refuse(`the ${kind.name} image is cut short or damaged`);

  const { width, height } = pixelsOf(bytes, kind.name);
  if (width < 1 || height < 1) return refuse(`the ${kind.name} image has no size`);
  if (width > maxImagePixels || height > maxImagePixels) {
    return refuse(`an image may have at most ${maxImagePixels} pixels a side, this one has ${width}×${height}`);
  }
  if (width * height > maxPixels)
    return refuse(`an image may have at most ${maxPixels / 1e6} million pixels, this one has ${width}×${height}`);
  return { media_type: kind.media_type, extension: kind.extension, width, height, weight_bytes: bytes.length };
}

type ImageKind = {
  name: string;
  media_type: string;
  extension: string;
  is: (bytes: Buffer) => boolean;
  isWhole: (bytes: Buffer) => boolean;
};

const text = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);

// Signatures: PNG (ISO/IEC 15948 §5.2), JPEG (ITU-T T.81 B.1.1.3), GIF89a §17, WebP container (RFC 9649 §2.4), AVIF (ftyp box, ISO/IEC 14496-12 §4.3).
const imageKinds: ImageKind[] = [
  {
    name: 'PNG',
    media_type: 'image/png',
    extension: 'png',
    is: (bytes) => text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n',
    isWhole: (bytes) => bytes.includes('IEND', 33, 'latin1'),
  },
  {
    name: 'JPEG',
    media_type: 'image/jpeg',
    extension: 'jpg',
    is: (bytes) => text(bytes, 0, 3) === '\xff\xd8\xff',
    isWhole: (bytes) => bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 2,
  },
  {
    name: 'GIF',
    media_type: 'image/gif',
    extension: 'gif',
    is: (bytes) => /^GIF8[79]a$/.test(text(bytes, 0, 6)),
    isWhole: (bytes) => bytes.lastIndexOf(0x3b) > 13,
  },
  {
    name: 'WebP',
    media_type: 'image/webp',
    extension: 'webp',
    is: (bytes) => text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP',
    isWhole: (bytes) => bytes.length >= 30 && bytes.readUInt32LE(4) + 8 <= bytes.length,
  },
  {
    name: 'AVIF',
    media_type: 'image/avif',
    extension: 'avif',
    is: (bytes) => text(bytes, 4, 8) === 'ftyp' && /avi[fs]/.test(text(bytes, 8, Math.min(bytes.readUInt32BE(0), 64))),
    isWhole: (bytes) => bytes.includes('mdat', 16, 'latin1'),
  },
];

/** Width and height as a browser shows them: EXIF orientations 5 to 8 lie on their side. */
function pixelsOf(bytes: Buffer, name: string): { width: number; height: number } {
  try {
    const { width, height, orientation } = imageSize(bytes);
    return orientation !== undefined && orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return refuse(`the ${name} image is damaged: its size cannot be read`);
  }
}
