/**
 * A book with fewer creatives: what a player or an auction cannot take (a duration, a price under its floor, a blocked
 * advertiser) is left out before the decision, so that the very same rules decide among the rest.
 */
import type { BookCreative } from './contract.ts';
import type { LoadedBook, LoadedLine } from './load-book.ts';

export type Takes = (line: LoadedLine, creative: BookCreative) => boolean;

/** The lines sold on the placements `codes` of a site keep only the creatives that `takes` accepts; nothing else changes. */
export function narrowBook(book: LoadedBook, siteName: string, codes: readonly string[], takes: Takes): LoadedBook {
  const site = book.sites.get(siteName);
  if (!site) return book;
  const ids = new Set(codes.flatMap((code) => site.placements.get(code)?.placement.id ?? []));
  const org = site.site.org_id;
  let changed: LoadedLine[] | undefined;
  for (const line of book.lines) {
    if (line.line.org_id !== org || !line.line.placements.some((id) => ids.has(id))) continue;
    const creatives = line.creatives.filter(({ creative }) => takes(line, creative));
    if (creatives.length === line.creatives.length) continue;
    changed ??= book.lines.slice();
    changed[line.index] = { ...line, creatives, isPlain: false };
  }
  return changed ? { ...book, lines: changed, isNarrowed: true } : book;
}
