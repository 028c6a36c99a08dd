/** Tells a measured site which line item's ad a visit comes from, so that what the visit leads to is known beside what the ad cost. */
import type { LoadedBook } from './load-book.ts';
import type { Claim } from './token.ts';

/**
 * The landing address with `vigie_line=ID` where it lies on a site of the line item's organisation (its domain, or a host below it); any
 * other address as it is. The id names a campaign, not a click: no reader can be told from another by it.
 */
export function landingWithLine(book: LoadedBook, claim: Claim, landing: string): string {
  const line = book.linesByName.get(claim.line)?.line;
  const url = line && URL.parse(landing);
  if (!line || !url || url.searchParams.has('vigie_line')) return landing;
  if (!isMeasured(book, line.org_id, url.hostname)) return landing;
  url.searchParams.append('vigie_line', line.id);
  return url.href;
}

function isMeasured(book: LoadedBook, org_id: string, host: string): boolean {
  for (let name = host.toLowerCase(); name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const found = book.sites.get(name);
    if (found) return found.site.org_id === org_id;
  }
  return false;
}
