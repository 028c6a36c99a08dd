/** How long an animated picture runs, read from its container: GIF89a, APNG (W3C PNG, 3rd edition), animated WebP (RFC 9649). */

/** Pictures and seconds of one pass, and passes in all; `Infinity`: for ever. */
export type Animation = { frames: number; seconds: number; plays: number };

/** Undefined for a still picture. */
export function animationOf(bytes: Buffer): Animation | undefined {
  try {
    if (bytes.toString('latin1', 0, 3) === 'GIF') return ofGif(bytes);
    if (bytes.toString('latin1', 1, 4) === 'PNG') return ofPng(bytes);
    if (bytes.toString('latin1', 8, 12) === 'WEBP') return ofWebp(bytes);
  } catch {
    // Cut short: what plays up to there is not known.
  }
  return undefined;
}

const animation = (frames: number, seconds: number, plays: number): Animation | undefined =>
  frames > 1 ? { frames, seconds, plays } : undefined;

function ofGif(bytes: Buffer): Animation | undefined {
  const table = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + table(bytes.readUInt8(10));
  let [frames, hundredths, plays] = [0, 0, 1];
  const pastBlocks = (from: number) => {
    let next = from;
    for (let size = bytes.readUInt8(next); size > 0; size = bytes.readUInt8(next)) next += size + 1;
    return next + 1;
  };
  while (at < bytes.length) {
    const mark = bytes.readUInt8(at);
    if (mark === 0x3b) break;
    if (mark === 0x21) {
      const label = bytes.readUInt8(at + 1);
      // Browsers show a frame of no or 10 ms for 100 ms.
      if (label === 0xf9) hundredths += bytes.readUInt16LE(at + 4) < 2 ? 10 : bytes.readUInt16LE(at + 4);
      if (label === 0xff && bytes.toString('latin1', at + 3, at + 14) === 'NETSCAPE2.0') {
        const loops = bytes.readUInt16LE(at + 16);
        plays = loops === 0 ? Infinity : loops + 1;
      }
      at = pastBlocks(at + 2);
    } else if (mark === 0x2c) {
      frames++;
      at = pastBlocks(at + 11 + table(bytes.readUInt8(at + 9)));
    } else break;
  }
  return animation(frames, hundredths / 100, plays);
}

function ofPng(bytes: Buffer): Animation | undefined {
  let [frames, seconds, plays] = [0, 0, 1];
  for (let at = 8; at + 8 <= bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') plays = bytes.readUInt32BE(at + 12) || Infinity;
    if (type !== 'fcTL') continue;
    frames++;
    seconds += bytes.readUInt16BE(at + 28) / (bytes.readUInt16BE(at + 30) || 100);
  }
  return animation(frames, seconds, plays);
}

function ofWebp(bytes: Buffer): Animation | undefined {
  let [frames, milliseconds, plays] = [0, 0, 1];
  for (let at = 12; at + 8 <= bytes.length;) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (type === 'ANIM') plays = bytes.readUInt16LE(at + 12) || Infinity;
    if (type === 'ANMF') {
      frames++;
      milliseconds += bytes.readUIntLE(at + 20, 3);
    }
    at += 8 + size + (size % 2);
  }
  return animation(frames, milliseconds / 1000, plays);
}
