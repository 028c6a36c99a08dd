import fc from 'fast-check';
import { Refusal } from '#platform';
import { expect, test } from 'vitest';
import { readVideo } from './read-video.ts';
import { mp4Of } from './testing.ts';

const element = (id: number[], content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(id), Buffer.from([0x40 | (content.length >> 8), content.length & 255]), content]);

/** Length in milliseconds, as WebM keeps it. */
function webmOf(width: number, height: number, milliseconds: number): Buffer {
  const duration = Buffer.alloc(8);
  duration.writeDoubleBE(milliseconds);
  const pixels = Buffer.concat([
    element([0xb0], Buffer.from([width >> 8, width & 255])),
    element([0xba], Buffer.from([height >> 8, height & 255])),
  ]);
  const info = element(
    [0x15, 0x49, 0xa9, 0x66],
    Buffer.concat([element([0x2a, 0xd7, 0xb1], Buffer.from([0x0f, 0x42, 0x40])), element([0x44, 0x89], duration)]),
  );
  const tracks = element([0x16, 0x54, 0xae, 0x6b], element([0xae], element([0xe0], pixels)));
  return Buffer.concat([
    element([0x1a, 0x45, 0xdf, 0xa3], Buffer.alloc(4)),
    element([0x18, 0x53, 0x80, 0x67], Buffer.concat([info, tracks])),
  ]);
}

test.each([
  ['MP4', mp4Of(1920, 1080, 30), { media_type: 'video/mp4', width: 1920, height: 1080, duration_s: 30 }],
  ['WebM', webmOf(640, 360, 12_500), { media_type: 'video/webm', width: 640, height: 360, duration_s: 12.5 }],
])('%s', (_, bytes, facts) => expect(readVideo(bytes)).toMatchObject(facts));

test('no bytes make anything but facts or a refusal, and reading ends', () => {
  const wholes = [mp4Of(640, 360, 9), webmOf(640, 360, 9000)];
  fc.assert(
    fc.property(fc.constantFrom(...wholes), fc.nat(300), fc.uint8Array({ maxLength: 12 }), (whole, at, noise) => {
      const bytes = Buffer.from(whole);
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      try {
        readVideo(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 2000 },
  );
});
