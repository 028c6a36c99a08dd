import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Batch, type Journal, type JournalOptions, openJournal, type Position } from './index.ts';

const clock = () => new Date('2026-03-02T10:00:00Z');
const folders: string[] = [];
const folder = async () => {
  const made = await mkdtemp(join(tmpdir(), 'vigie-journal-'));
  folders.push(made);
  return made;
};
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true });
});

const open = (at: string, more: Partial<JournalOptions> = {}) =>
  openJournal({ folder: at, clock, gatherMs: 1, retryMs: { first: 1, most: 5 }, ...more });

async function linesOf(journal: Journal, from?: Position): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line } of journal.replay(from)) lines.push(line);
  return lines;
}

const segmentsOf = async (at: string) => (await readdir(at)).filter((name) => name.endsWith('.journal')).toSorted();

describe('appending', () => {
  test('lines come back in order after a restart, whatever they hold and however they are grouped', async () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .filter((text) => !text.includes('\n') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 8 }),
        fc.integer({ min: 20, max: 400 }),
        async (turns, segmentBytes) => {
          const at = await folder();
          const journal = await open(at, { segmentBytes });
          for (const turn of turns) await Promise.all(turn.map((text) => journal.append(text)));
          await journal.close();
          const again = await open(at, { segmentBytes });
          expect(await linesOf(again)).toEqual(turns.flat());
          expect(again.pending()).toBe(turns.flat().length);
          await again.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a tail torn at any byte is cut off; what was acknowledged before it stays and appending goes on', async () => {
    const at = await folder();
    const journal = await open(at);
    await journal.append('first');
    const [name = ''] = await segmentsOf(at);
    const kept = (await stat(join(at, name))).size;
    await journal.append('second');
    await journal.close();
    const whole = await readFile(join(at, name));
    for (let bytes = kept; bytes < whole.length; bytes++) {
      await truncate(join(at, name), kept);
      await appendFile(join(at, name), whole.subarray(kept, bytes));
      const again = await open(at);
      expect(again.cutBytes).toBe(bytes - kept);
      await again.append('third');
      expect(await linesOf(again)).toEqual(['first', 'third']);
      await again.close();
    }
  });

  test('a flipped bit in the last frame is noticed', async () => {
    const at = await folder();
    const journal = await open(at);
    await journal.append('first');
    await journal.append('second');
    await journal.close();
    const [name = ''] = await segmentsOf(at);
    const whole = await readFile(join(at, name));
    whole.writeUInt8((whole.at(-2) ?? 0) ^ 1, whole.length - 2);
    await truncate(join(at, name), 0);
    await appendFile(join(at, name), whole);
    const again = await open(at);
    expect(await linesOf(again)).toEqual(['first']);
    await again.close();
  });

  test('a line with a newline is refused', async () => {
    const journal = await open(await folder());
    await expect(journal.append('two\nlines')).rejects.toThrow('newline');
    await journal.close();
  });

  test('mark divides what was appended before it from what came after, in the same commit too', async () => {
    const journal = await open(await folder());
    for (let round = 0; round < 20; round++) {
      const appends = [journal.append(`a${round}`)];
      if (round % 3 === 0) await appends[0];
      if (round % 3 === 1) await new Promise(setImmediate);
      const mark = journal.mark();
      appends.push(journal.append(`b${round}`));
      await Promise.all(appends);
      expect(await linesOf(journal, await mark)).toEqual([`b${round}`]);
    }
    await journal.close();
  });
});

/** A receiver that keeps batches by token and fails when told to, before or after keeping. */
function receiver(mood: (call: number) => 'take' | 'refuse' | 'take-then-fail' = () => 'take') {
  const batches = new Map<string, string>();
  let calls = 0;
  let running = 0;
  const send = async ({ token, lines }: Batch) => {
    if (++running > 1) throw new Error('two at a time');
    await new Promise(setImmediate);
    running--;
    const doing = mood(calls++);
    if (doing === 'refuse') throw new Error('refused');
    const known = batches.get(token);
    if (known !== undefined) expect(lines.toString()).toBe(known);
    batches.set(token, lines.toString());
    if (doing === 'take-then-fail') throw new Error('the answer was lost');
  };
  return { send, lines: () => [...batches.values()].join('').split('\n').slice(0, -1), calls: () => calls };
}

describe('shipping', () => {
  test('everything arrives once and in order, over segments, refusals and lost answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.string({ maxLength: 30 }).filter((text) => !text.includes('\n')),
            { minLength: 1, maxLength: 5 },
          ),
          { minLength: 1, maxLength: 10 },
        ),
        fc.array(fc.constantFrom('take', 'refuse', 'take-then-fail'), { maxLength: 10 }),
        fc.integer({ min: 30, max: 300 }),
        async (turns, moods, segmentBytes) => {
          const target = receiver((call) => moods[call] ?? 'take');
          const journal = await open(await folder(), { segmentBytes, batchBytes: 60 });
          const shipper = journal.ship(target.send);
          for (const turn of turns) await Promise.all(turn.map((text) => journal.append(text)));
          await shipper.drain();
          expect(target.lines()).toEqual(turns.flat());
          expect(journal.pending()).toBe(0);
          await journal.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('a batch whose answer never came goes again after a restart under the same token, with the same bytes', async () => {
    const at = await folder();
    const target = receiver((call) => (call === 0 ? 'take-then-fail' : 'refuse'));
    const journal = await open(at);
    await journal.append('one');
    journal.ship(target.send);
    while (target.calls() < 2) await new Promise(setImmediate);
    await journal.append('two');
    await journal.close();

    const again = await open(at);
    expect(again.pending()).toBe(2);
    const second = receiver();
    const tokens: string[] = [];
    const shipper = again.ship((batch, signal) => {
      void signal;
      tokens.push(batch.token);
      return second.send(batch);
    });
    await shipper.drain();
    expect(second.lines()).toEqual(['one', 'two']);
    expect(new Set(tokens).size).toBe(2);
    await again.close();
  });

  test('segments go once they were sent and kept long enough, never before', async () => {
    const at = await folder();
    let now = Date.parse('2026-03-02T10:00:00Z');
    const journal = await open(at, { segmentBytes: 10, keepMs: 600_000, clock: () => new Date(now) });
    for (const text of ['one', 'two', 'three']) await journal.append(text);
    expect(await segmentsOf(at)).toHaveLength(3);
    const shipper = journal.ship(receiver().send);
    await shipper.drain();
    now += 599_000;
    await journal.append('four');
    await shipper.drain();
    expect(await segmentsOf(at)).toHaveLength(4);
    now += 2_000;
    await journal.append('five');
    await shipper.drain();
    expect((await segmentsOf(at)).length).toBeLessThanOrEqual(3);
    expect((await linesOf(journal)).at(-1)).toBe('five');
    await journal.close();
  });
});
