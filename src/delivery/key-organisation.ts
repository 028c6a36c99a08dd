import { createHash } from 'node:crypto';
import type { Book } from './contract.ts';

/** The organisation whose API key this is, or undefined. */
export function organisationOfKey(book: Book, key: string): string | undefined {
  const hash = createHash('sha256').update(key).digest('hex');
  return book.keys.find((known) => known.hash === hash)?.org_id;
}
