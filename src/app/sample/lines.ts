/**
 * Journal lines as the bytes that are sent. A line is put together from many small texts: kept as text, the lines of a day keep all of
 * them alive, and clearing them away costs as much as living the day.
 */

/** Bytes of a batch: large enough to be cheap to insert, small enough to leave control at the service of others. */
const batchBytes = 16 * 1024 * 1024;

/** Batches of whole lines, a newline after each, and how many lines there are by table. */
export type Lines = { batches: Buffer[]; byTable: Record<string, number> };

export function gatherLines(): { add(line: string): void; all(): Lines } {
  const batches: Buffer[] = [];
  const byTable: Record<string, number> = {};
  let batch = Buffer.allocUnsafe(batchBytes);
  let end = 0;

  function close(): void {
    if (end > 0) batches.push(batch.subarray(0, end));
    end = 0;
  }

  return {
    add(line) {
      // At most three bytes a UTF-16 unit, and the newline.
      if (end + line.length * 3 + 1 > batch.length) {
        close();
        batch = Buffer.allocUnsafe(Math.max(batchBytes, line.length * 3 + 1));
      }
      end += batch.write(line, end);
      batch[end++] = 0x0a;
      // Each line begins `{"t":"TABLE"`.
      const table = line.slice(6, line.indexOf('"', 6));
      byTable[table] = (byTable[table] ?? 0) + 1;
    },
    all() {
      close();
      return { batches, byTable };
    },
  };
}
