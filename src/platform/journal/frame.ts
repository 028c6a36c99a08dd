/**
 * What a segment is made of: frames, one per group commit. A frame is a header of 16 bytes (magic, payload bytes, CRC-32 of the
 * payload, number of lines; all little endian) and its payload, lines that each end with a newline. A frame is whole or it is not
 * there: nobody was told that a torn one is kept.
 */
import { crc32 } from 'node:zlib';

export const headerBytes = 16;
const magic = 0x31_4a_47_56; // "VGJ1"

export type Frame = { lines: number; payload: Buffer; bytes: number };

/** A frame holding `text`, `lines` newline-terminated lines. */
export function frameOf(text: string, lines: number): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  frame.write(text, headerBytes);
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(payloadBytes, 4);
  frame.writeUInt32LE(crc32(frame.subarray(headerBytes)), 8);
  frame.writeUInt32LE(lines, 12);
  return frame;
}

/** Bytes of the whole frame whose header stands at `offset`, or undefined when no header stands there. */
export function frameBytes(bytes: Buffer, offset: number): number | undefined {
  if (offset + headerBytes > bytes.length || bytes.readUInt32LE(offset) !== magic) return undefined;
  return headerBytes + bytes.readUInt32LE(offset + 4);
}

/** The frame at `offset`, or undefined when it is not all there or not as it was written. */
export function frameAt(bytes: Buffer, offset: number): Frame | undefined {
  const size = frameBytes(bytes, offset);
  if (size === undefined || offset + size > bytes.length) return undefined;
  const payload = bytes.subarray(offset + headerBytes, offset + size);
  if (crc32(payload) !== bytes.readUInt32LE(offset + 8)) return undefined;
  return { lines: bytes.readUInt32LE(offset + 12), payload, bytes: size };
}
