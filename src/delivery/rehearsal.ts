/** Auctions marked as a test: decided by the same rules from counters of their own, under signatures that count for nothing. */
import { createHash } from 'node:crypto';
import { type AnswerDecisions, decisionsAnswerer, type Knowledge } from './answer-decisions.ts';
import { newCounters } from './counters.ts';
import { type LoadedBook, loadBook } from './load-book.ts';
import { openRequestCounts } from './request-counts.ts';

export type Rehearsal = {
  /** The present book, for rehearsing; made when first asked for. */
  book(): LoadedBook;
  isOf(book: LoadedBook): boolean;
  answer(book: LoadedBook, how: { knowledge: Knowledge; base: string }): AnswerDecisions;
  /** Whether a signed address comes from a rehearsal. */
  knows(token: string): boolean;
};

export function openRehearsal(current: () => LoadedBook): Rehearsal {
  let made: { of: LoadedBook; rehearsed: LoadedBook; counters: ReturnType<typeof newCounters> } | undefined;

  const rehearsed = () => {
    const of = current();
    if (made?.of === of) return made;
    const counters = newCounters();
    const signing_keys = of.book.signing_keys.slice(0, 1).map(({ id, key }) => ({
      id,
      key: createHash('sha256').update(`rehearsal ${key}`).digest('base64url'),
    }));
    made = { of, counters, rehearsed: loadBook({ ...of.book, signing_keys }, counters) };
    return made;
  };

  return {
    book: () => rehearsed().rehearsed,
    isOf: (book) => made !== undefined && book.signer === made.rehearsed.signer,
    answer: (book, { knowledge, base }) =>
      decisionsAnswerer({
        book: () => book,
        counters: rehearsed().counters,
        requests: openRequestCounts(),
        knowledge,
        base: () => base,
        simulatedTime: false,
        random: Math.random,
      }),
    knows: (token) => made?.rehearsed.signer.verify(token) !== undefined,
  };
}
