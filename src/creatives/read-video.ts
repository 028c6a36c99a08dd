/** Size and length of a film, read from its container: MP4 (ISO/IEC 14496-12) or WebM (a subset of Matroska, RFC 9559). */
import { Refusal } from '#platform';

export type VideoFacts = {
  media_type: string;
  extension: string;
  width: number;
  height: number;
  /** Seconds. */
  duration_s: number;
  bitrate_kbps: number;
};

const refuse = (why: string): never => {
  throw new Refusal('bad-input', `file: ${why}.`, { field: 'file' });
};

const isWebm = (bytes: Buffer) => bytes.length > 4 && bytes.readUInt32BE(0) === 0x1a45dfa3;
const isMp4 = (bytes: Buffer) =>
  bytes.length > 12 && bytes.toString('latin1', 4, 8) === 'ftyp' && !/avi[fs]/.test(bytes.toString('latin1', 8, 12));

export const isVideo = (bytes: Buffer): boolean => isWebm(bytes) || isMp4(bytes);

type Found = { width: number; height: number; duration_s: number };

/** Throws bad-input, naming `file`, for what is no film or does not tell its size and length. */
export function readVideo(bytes: Buffer): VideoFacts {
  if (!isVideo(bytes)) return refuse('must be an MP4 or WebM film');
  const webm = isWebm(bytes);
  let found: Found;
  try {
    found = webm ? readWebm(bytes) : readMp4(bytes);
  } catch {
    return refuse('the film is cut short or damaged');
  }
  const { width, height, duration_s } = found;
  if (!(width >= 1 && height >= 1 && width <= 8192 && height <= 8192)) return refuse('the film does not tell its size');
  if (!(duration_s > 0 && duration_s <= 3600))
    return refuse('the film does not tell its length, or lasts over an hour');
  return {
    ...found,
    duration_s: Math.round(duration_s * 1000) / 1000,
    media_type: webm ? 'video/webm' : 'video/mp4',
    extension: webm ? 'webm' : 'mp4',
    bitrate_kbps: Math.max(1, Math.round((bytes.length * 8) / 1000 / duration_s)),
  };
}

/** The boxes of a range: type, and where the content lies. */
function* boxes(bytes: Buffer, from: number, to: number): Generator<{ type: string; from: number; to: number }> {
  let at = from;
  while (at + 8 <= to) {
    let size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    let head = 8;
    if (size === 1) {
      size = Number(bytes.readBigUInt64BE(at + 8));
      head = 16;
    } else if (size === 0) size = to - at;
    if (size < head) return;
    yield { type, from: at + head, to: Math.min(to, at + size) };
    at += size;
  }
}

function readMp4(bytes: Buffer): Found {
  const found: Found = { width: 0, height: 0, duration_s: 0 };
  const walk = (from: number, to: number): void => {
    for (const box of boxes(bytes, from, to)) {
      if (box.type === 'moov' || box.type === 'trak') walk(box.from, box.to);
      else if (box.type === 'mvhd') {
        const long = bytes[box.from] === 1;
        const scale = bytes.readUInt32BE(box.from + (long ? 20 : 12));
        const length = long ? Number(bytes.readBigUInt64BE(box.from + 24)) : bytes.readUInt32BE(box.from + 16);
        if (scale > 0) found.duration_s = length / scale;
      } else if (box.type === 'tkhd') {
        // The last two fields, 16.16 fixed point; sound has none.
        const width = bytes.readUInt32BE(box.to - 8) >>> 16;
        const height = bytes.readUInt32BE(box.to - 4) >>> 16;
        if (width * height > found.width * found.height) Object.assign(found, { width, height });
      }
    }
  };
  walk(0, bytes.length);
  return found;
}

const ebml = {
  segment: 0x18538067,
  info: 0x1549a966,
  timescale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
} as const;
const inside: readonly number[] = [ebml.segment, ebml.info, ebml.tracks, ebml.track, ebml.video];

function readWebm(bytes: Buffer): Found {
  const found = { width: 0, height: 0, ticks: 0, scale: 1_000_000 };
  const number = (from: number, length: number) =>
    Array.from(bytes.subarray(from, from + length)).reduce((sum, byte) => sum * 256 + byte, 0);
  /** Leading zeros of the first byte tell the length of a number of one to eight bytes. */
  const lengthAt = (at: number) => Math.clz32(bytes.readUInt8(at)) - 23;
  const walk = (from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const idLength = lengthAt(at);
      const id = number(at, idLength);
      const sizeLength = lengthAt(at + idLength);
      const sizeAt = at + idLength;
      const start = sizeAt + sizeLength;
      // The mark is taken off the first byte before the others are added: with it, eight bytes would not fit in a number.
      const size =
        (bytes.readUInt8(sizeAt) & (0xff >> sizeLength)) * 256 ** (sizeLength - 1) + number(sizeAt + 1, sizeLength - 1);
      // All ones: the size is not known, the element goes on to the end.
      const end = size >= 2 ** (7 * sizeLength) - 1 ? to : Math.min(to, start + size);
      if (id === ebml.cluster) return;
      if (inside.includes(id)) walk(start, end);
      else if (id === ebml.width) found.width = number(start, end - start);
      else if (id === ebml.height) found.height = number(start, end - start);
      else if (id === ebml.timescale) found.scale = number(start, end - start);
      else if (id === ebml.duration)
        found.ticks = end - start === 4 ? bytes.readFloatBE(start) : bytes.readDoubleBE(start);
      at = Math.max(end, at + 2);
    }
  };
  walk(0, bytes.length);
  return { width: found.width, height: found.height, duration_s: (found.ticks * found.scale) / 1e9 };
}
