/**
 * What an upload must not be, whatever it says it is: two kinds of file at once, a picture that explodes when it is decoded, code
 * that is known from attacks. Refused with a sentence. Every look takes time in proportion to the size of the file.
 */
import { imageSize } from 'image-size';
import { Refusal } from '#platform';
import { animationOf } from './animation.ts';
import { maxPixels } from './read-image.ts';

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

/** Pictures of an animation, and pixels of all of them together: 400 million take a browser some seconds. */
export const animationBounds = { frames: 500, pixels: 400_000_000 };

/** Bytes of one page or script: more is no ad, and every rule reads all of it. */
export const codeBytes = 2 * 1024 * 1024;

const doubles: readonly { name: string; mark: string }[] = [
  { name: 'an archive', mark: 'PK\x03\x04' },
  { name: 'an archive', mark: 'PK\x05\x06' },
  { name: 'an archive', mark: 'Rar!\x1a\x07' },
  { name: 'a page', mark: '<html' },
  { name: 'a script', mark: '<script' },
  { name: 'a script', mark: '<?php' },
  { name: 'a document', mark: '%PDF-' },
];

/** `name`: how the file is called in the sentence. Throws bad-input for a picture or film that is something else as well. */
export function refusePolyglot(bytes: Buffer, name: string): void {
  // Small and capital letters are the same to a browser that guesses; figures of a picture hold such a word in one file of a million.
  const text = bytes.toString('latin1').toLowerCase();
  const found = doubles.find(({ mark }) => text.includes(mark.toLowerCase()));
  if (found) refuse(`${name} is a picture and ${found.name} at once`);
}

/** Throws bad-input for a picture that takes too much to be decoded. */
export function refuseBomb(bytes: Buffer, name: string): void {
  let size: { width: number; height: number };
  try {
    size = imageSize(bytes);
  } catch {
    return; // not a picture that a browser shows
  }
  const pixels = size.width * size.height;
  if (pixels > maxPixels)
    refuse(`${name} has ${size.width}×${size.height} pixels, more than ${maxPixels / 1e6} million`);
  const frames = animationOf(bytes)?.frames ?? 1;
  if (frames > animationBounds.frames) refuse(`${name} has ${frames} pictures, more than ${animationBounds.frames}`);
  if (frames * pixels > animationBounds.pixels)
    refuse(`${name} has ${frames} pictures of ${size.width}×${size.height} pixels: too many to be shown`);
}

/** What attacks are made of and ads are not. */
const hostile: readonly { what: string; pattern: RegExp }[] = [
  { what: 'mines coins', pattern: /coinhive|cryptonight|coin-?imp|webminer|minero\.cc|stratum\+tcp/i },
  {
    what: 'runs code that it hides',
    pattern: /\b(eval|Function)\s*\(\s*(window\s*\.\s*)?(atob|unescape|decodeURIComponent)\s*\(/,
  },
  { what: 'runs code that it hides', pattern: /\beval\s*\(\s*String\s*\.\s*fromCharCode/ },
  { what: 'starts programs', pattern: /\b(ActiveXObject|WScript\s*\.\s*Shell|Shell\s*\.\s*Application|msfvenom)\b/i },
  { what: 'carries a program', pattern: /TVqQAAMAAAAEAAAA|data:application\/(x-msdownload|octet-stream|x-sh)/i },
  { what: 'stays in the reader’s browser', pattern: /\bserviceWorker\s*\.\s*register\b/ },
  { what: 'is the test file of virus scanners', pattern: /EICAR-STANDARD-ANTIVIRUS-TEST-FILE/ },
  { what: 'leads the page away', pattern: /<meta[^>]{0,200}http-equiv\s*=\s*["']?refresh/i },
];

/** Throws bad-input for code that is known from attacks. */
export function refuseHostile(text: string, name: string): void {
  const found = hostile.find(({ pattern }) => pattern.test(text));
  if (found) refuse(`${name} ${found.what}`);
}
