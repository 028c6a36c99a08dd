/** Lines gathered as bytes: no texts are kept meanwhile, so that a large batch costs its size and nothing more. */
export type LineBuffer = {
  add(line: string): void;
  /** The lines so far, a newline after each. They stay valid until the buffer is cleared. */
  bytes(): Buffer;
  clear(): void;
};

export function lineBuffer(startBytes: number): LineBuffer {
  let buffer = Buffer.allocUnsafe(startBytes);
  let length = 0;
  return {
    add(line) {
      // A UTF-16 unit takes three bytes of UTF-8 at most.
      const room = line.length * 3 + 1;
      if (length + room > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + room));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      length += buffer.write(line, length);
      buffer[length++] = 0x0a;
    },
    bytes: () => buffer.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
