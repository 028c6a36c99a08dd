/** The section of a path: the longest of the site's section paths that it fits. */

export type Sections = readonly { id: string; path: string }[];

/**
 * Prepares the look-up. `/sport` holds `/sport` and everything below it, not `/sports`; a path with `*` is a glob of
 * the whole path. The longest pattern that fits wins; '' when none does.
 */
export function sectionFinder(sections: Sections): (path: string) => string {
  const rules = sections
    .toSorted((a, b) => b.path.length - a.path.length || (a.id < b.id ? -1 : 1))
    .map(({ id, path }) => ({ id, fits: fitterOf(path) }));
  return (path) => rules.find(({ fits }) => fits(path))?.id ?? '';
}

function fitterOf(pattern: string): (path: string) => boolean {
  if (pattern.includes('*')) {
    const source = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
    const glob = new RegExp(`^${source}$`, 's');
    return (path) => glob.test(path);
  }
  const prefix = pattern.replace(/\/+$/, '');
  return (path) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
