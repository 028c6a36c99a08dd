import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#platform';
import { readImage } from './read-image.ts';
import { jpegOf, pngOf } from './testing.ts';

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

const avif = Buffer.concat([
  box('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1')),
  box('meta', u32(0), box('iprp', box('ipco', box('ispe', u32(0, 300, 250))))),
  box('mdat', Buffer.alloc(16)),
]);
const gif = Buffer.concat([
  Buffer.from('GIF89a', 'latin1'),
  Buffer.from([0x2c, 0x01, 0xfa, 0x00, 0x80, 0, 0, 255, 255, 255, 0, 0, 0]),
  Buffer.from([0x2c, 0, 0, 0, 0, 0x2c, 0x01, 0xfa, 0x00, 0, 2, 2, 0x44, 1, 0, 0x3b]),
]);
const webp = Buffer.concat([
  Buffer.from('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0', 'latin1'),
  Buffer.from([0, 0, 0, 0, 0x2b, 0x01, 0x00, 0xf9, 0x00, 0x00]),
]);
/** EXIF says: turned by 90 degrees (orientation 6). */
const turned = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 34]),
  Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1'),
  jpegOf(600, 300).subarray(2),
]);

describe('the facts of an image come from its bytes', () => {
  test.each([
    ['PNG', pngOf(300, 250), 'image/png', 300, 250],
    ['JPEG', jpegOf(728, 90), 'image/jpeg', 728, 90],
    ['JPEG on its side', turned, 'image/jpeg', 300, 600],
    ['GIF', gif, 'image/gif', 300, 250],
    ['WebP', webp, 'image/webp', 300, 250],
    ['AVIF', avif, 'image/avif', 300, 250],
  ])('%s', (_, bytes, media_type, width, height) => {
    expect(readImage(bytes)).toMatchObject({ media_type, width, height, weight_bytes: bytes.length });
  });
});

describe('what is no good image is refused in words', () => {
  test.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['text', Buffer.from('hello'), /must be a PNG/],
    ['a page that calls itself a PNG', Buffer.from('<!doctype html><script>alert(1)</script>'), /must be a PNG/],
    [
      'SVG',
      Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
      /must be a PNG, JPEG, WebP, AVIF, GIF or SVG image/,
    ],
    ['half a PNG', pngOf(300, 250).subarray(0, 60), /cut short/],
    ['half a JPEG', jpegOf(300, 250).subarray(0, 200), /cut short/],
    [
      'a PNG head with nothing behind',
      Buffer.concat([pngOf(1, 1).subarray(0, 8), Buffer.from('IEND'.repeat(20))]),
      /damaged/,
    ],
    ['too wide', pngOf(8193, 1), /at most 8192 pixels a side, this one has 8193×1/],
    ['no height', jpegOf(300, 0), /no size/],
    ['a video', box('ftyp', Buffer.from('isommp42', 'latin1')), /must be a PNG/],
  ])('%s', (_, bytes, sentence) => {
    expect(() => readImage(bytes)).toThrow(sentence);
  });

  test('more than 5 MB is too large, whatever it is', () => {
    const heavy = pngOf(10, 10, { comment: 5 * 1024 * 1024 });
    expect(() => readImage(heavy)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('no bytes make anything but facts or a refusal', () => {
    const heads = [pngOf(9, 9), jpegOf(9, 9), gif, webp, avif, turned];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.nat(80), fc.uint8Array({ maxLength: 120 }), (head, kept, noise) => {
        try {
          readImage(Buffer.concat([head.subarray(0, kept), noise, head.subarray(kept + noise.length)]));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
