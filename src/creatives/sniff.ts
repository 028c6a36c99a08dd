/** What a file is by its first bytes, for the types that a creative may hold (WHATWG MIME Sniffing, section 6). */

const signatures: readonly { is: string; test: (bytes: Buffer) => boolean }[] = [
  { is: 'image/png', test: (bytes) => bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n' },
  { is: 'image/jpeg', test: (bytes) => bytes.toString('latin1', 0, 3) === '\xff\xd8\xff' },
  { is: 'image/gif', test: (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6)) },
  { is: 'image/webp', test: (bytes) => /^RIFF....WEBP/s.test(bytes.toString('latin1', 0, 12)) },
  { is: 'image/avif', test: (bytes) => /^....ftypavi[fs]/s.test(bytes.toString('latin1', 0, 12)) },
  { is: 'font/woff', test: (bytes) => bytes.toString('latin1', 0, 4) === 'wOFF' },
  { is: 'font/woff2', test: (bytes) => bytes.toString('latin1', 0, 4) === 'wOF2' },
  { is: 'video/webm', test: (bytes) => bytes.length > 4 && bytes.readUInt32BE(0) === 0x1a45dfa3 },
  { is: 'video/mp4', test: (bytes) => /^....ftyp/s.test(bytes.toString('latin1', 0, 8)) },
  { is: 'application/pdf', test: (bytes) => bytes.toString('latin1', 0, 5) === '%PDF-' },
  { is: 'a program', test: (bytes) => /^(MZ|\x7fELF|#!\/)/.test(bytes.toString('latin1', 0, 4)) },
  {
    is: 'text/html',
    test: (bytes) => /^\s*(<!doctype html|<html|<head|<script|<body|<iframe)/i.test(bytes.toString('utf8', 0, 200)),
  },
];

/** The type by content; undefined where it has no signature. */
export const sniffed = (bytes: Buffer): string | undefined => signatures.find(({ test }) => test(bytes))?.is;

/** What a file truly is, where that is not what its name says; undefined when they agree or nothing can be told. */
export function isInTruth(mediaType: string, bytes: Buffer): string | undefined {
  const named = mediaType.split(';')[0] ?? '';
  const is = sniffed(bytes);
  if (is === named || bytes.length === 0) return undefined;
  // Pictures, fonts and films have a signature: without it, they are something else.
  const hasSignature = /^(image\/(png|jpeg|gif|webp|avif)|font\/woff2?|video\/)/.test(named);
  if (is === undefined) return hasSignature ? 'something else' : undefined;
  return /^(application\/json|text\/plain|application\/xml|image\/svg\+xml)/.test(named) && is === 'text/html'
    ? undefined
    : is;
}
