/** Ads of one pod that may not resemble each other (AdCOM, List: Pod Deduplication). */
import type { BookCreative } from '../contract.ts';
import type { LoadedLine } from '../load-book.ts';
import { advertiserDomain } from './imp-terms.ts';

export type Ad = { line: LoadedLine; creative: BookCreative };

/** What two ads of a pod may not have in common, by the number of the list. */
const marks: Readonly<Record<number, (ad: Ad) => unknown>> = {
  1: ({ creative }) => advertiserDomain(creative),
  2: ({ line }) => line.line.category,
  3: ({ creative }) => creative.id,
  4: ({ creative }) => creative.content?.['vast_url'] ?? creative.file_hash,
};

/** Whether an ad repeats what the pod holds already, in a way that the request does not want. */
export const repeats = (pod: readonly Ad[], ad: Ad, settings: readonly number[] | undefined): boolean =>
  settings?.some((setting) => {
    const mark = marks[setting]?.(ad);
    return mark !== undefined && mark !== null && pod.some((other) => marks[setting]?.(other) === mark);
  }) ?? false;
