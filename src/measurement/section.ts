/** The section of a path: the longest of the site's section paths that holds it. */
import { isInSection } from '#inventory';

export type Sections = readonly { id: string; path: string }[];

/** Prepares the look-up for a site; it answers '' for a path outside all sections. */
export function sectionFinder(sections: Sections): (path: string) => string {
  const longestFirst = sections.toSorted((a, b) => b.path.length - a.path.length || (a.id < b.id ? -1 : 1));
  return (path) => longestFirst.find((section) => isInSection(section.path, path))?.id ?? '';
}
