/** Cuts the bytes of a log into blocks of whole lines. Where it cuts depends on the bytes alone, not on the chunks they come in. */
const newline = 0x0a;

export type Cutter = {
  /** Takes bytes, which are copied; answers the blocks that are whole now, each in memory of its own. */
  take(bytes: Buffer): Buffer[];
  /** What is left, up to the end of the last whole line. */
  lines(): Buffer | undefined;
  /** All that is left. */
  rest(): Buffer | undefined;
  /** Where the next block begins in the log. */
  offset(): number;
};

/** Memory of blocks, to be used again when a block was read: fresh memory costs more than reading into it. */
export type BlockMemory = { take(least: number): Buffer; give(memory: ArrayBufferLike): void };

export function blockMemory(): BlockMemory {
  const free: ArrayBuffer[] = [];
  return {
    take(least) {
      const at = free.findIndex(({ byteLength }) => byteLength >= least);
      return Buffer.from(free.splice(at < 0 ? free.length : at, 1)[0] ?? new ArrayBuffer(least));
    },
    give(memory) {
      // Of an unusually long line nothing is kept.
      if (memory instanceof ArrayBuffer && memory.byteLength <= largest && free.length < mostFree) free.push(memory);
    },
  };
}

const largest = 16 << 20;
const mostFree = 16;
/** Beyond where a block may end: the longest line that is usual, and then some. */
const slack = 64 << 10;

/** A line that is longer is cut: what holds none is no log. */
const longestLine = 16 << 20;

/** `endOf(start)` says from where on the block that begins at `start` may end; it ends with the line that reaches there. */
export function logCutter(endOf: (start: number) => number, memory: BlockMemory = blockMemory()): Cutter {
  let held: Buffer | undefined;
  let size = 0;
  let offset = 0;

  function hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const needed = size + bytes.length;
    held ??= memory.take(Math.max(needed, Math.min(endOf(offset) - offset, largest - slack) + slack));
    if (needed > held.length) {
      const larger = memory.take(needed * 2);
      held.copy(larger, 0, 0, size);
      memory.give(held.buffer);
      held = larger;
    }
    bytes.copy(held, size);
    size = needed;
  }

  /** All that is held, as a block. */
  function cut(): Buffer {
    const block = held?.subarray(0, size) ?? Buffer.alloc(0);
    held = undefined;
    offset += size;
    size = 0;
    return block;
  }

  return {
    take(bytes) {
      const blocks: Buffer[] = [];
      let left = bytes;
      for (;;) {
        const least = endOf(offset) - offset;
        const found = size + left.length < least ? -1 : left.indexOf(newline, Math.max(0, least - 1 - size));
        const end = found >= 0 ? found + 1 : size + left.length >= least + longestLine ? least + longestLine - size : 0;
        if (end === 0) break;
        hold(left.subarray(0, end));
        blocks.push(cut());
        left = left.subarray(end);
      }
      hold(left);
      return blocks;
    },
    lines() {
      const end = (held?.subarray(0, size).lastIndexOf(newline) ?? -1) + 1;
      if (!held || end === 0) return undefined;
      const rest = Buffer.from(held.subarray(end, size));
      size = end;
      const block = cut();
      hold(rest);
      return block;
    },
    rest: () => (size > 0 ? cut() : undefined),
    offset: () => offset,
  };
}
