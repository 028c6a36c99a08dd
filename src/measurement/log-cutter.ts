/** Cuts the bytes of a log into blocks of whole lines. Where it cuts depends on the bytes alone, not on the chunks they come in. */
const newline = 0x0a;

export type Cutter = {
  /** Takes bytes; answers the blocks that are whole now. */
  take(bytes: Buffer): Buffer[];
  /** What is left, up to the end of the last whole line. */
  lines(): Buffer | undefined;
  /** All that is left. */
  rest(): Buffer | undefined;
  /** Where the next block begins in the log. */
  offset(): number;
};

/** `endOf(start)` says from where on the block that begins at `start` may end; it ends with the line that reaches there. */
export function logCutter(endOf: (start: number) => number): Cutter {
  let pieces: Buffer[] = [];
  let size = 0;
  let offset = 0;

  /** The first `length` bytes, in memory of their own: they may be moved to another thread. */
  function cut(length: number): Buffer {
    const block = Buffer.from(new ArrayBuffer(length));
    let filled = 0;
    while (filled < length) {
      const piece = pieces.shift()!;
      const part = piece.subarray(0, length - filled);
      block.set(part, filled);
      filled += part.length;
      if (part.length < piece.length) pieces.unshift(piece.subarray(part.length));
    }
    size -= length;
    offset += length;
    return block;
  }

  /** Bytes up to and with the newline that ends a block, or 0. */
  function blockLength(): number {
    const least = endOf(offset) - offset;
    if (size < least) return 0;
    let before = 0;
    for (const piece of pieces) {
      if (before + piece.length >= least) {
        const found = piece.indexOf(newline, Math.max(0, least - 1 - before));
        if (found >= 0) return before + found + 1;
      }
      before += piece.length;
    }
    return 0;
  }

  return {
    take(bytes) {
      if (bytes.length > 0) pieces.push(bytes);
      size += bytes.length;
      const blocks: Buffer[] = [];
      for (let length = blockLength(); length > 0; length = blockLength()) blocks.push(cut(length));
      return blocks;
    },
    lines() {
      let after = size;
      for (const piece of pieces.toReversed()) {
        after -= piece.length;
        const found = piece.lastIndexOf(newline);
        if (found >= 0) return cut(after + found + 1);
      }
      return undefined;
    },
    rest: () => (size > 0 ? cut(size) : undefined),
    offset: () => offset,
  };
}
