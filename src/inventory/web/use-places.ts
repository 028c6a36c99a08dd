import { useMemo } from 'react';
import { listFormats, listPlacements, listSections, listSites } from '#inventory/contract';
import type { Placement, Section, Site } from '#inventory/contract';
import { useMay } from '#people/web';
import { useList } from '#platform/web';

/** A client has no right to the inventory: nothing is asked then, and ids stand for names. */
const useMayRead = () => useMay()('inventory.read');

export const useSites = () => useList(listSites, { limit: 200 }, { whole: true, enabled: useMayRead() });
export const useSections = (site_id?: string) =>
  useList(listSections, { limit: 200, ...(site_id ? { site_id } : {}) }, { whole: true, enabled: useMayRead() });
export const usePlacements = (site_id?: string) =>
  useList(listPlacements, { limit: 200, ...(site_id ? { site_id } : {}) }, { whole: true, enabled: useMayRead() });
export const useFormats = () => useList(listFormats, { limit: 200 }, { whole: true, enabled: useMayRead() });

/** The codes of the formats, as a picker wants them. */
export const useFormatCodes = (): string[] => (useFormats().rows ?? []).map(({ code }) => code);

/** Sites, sections and placements by id, with a placement's full name ("Le Courrier › Home › Top banner"). */
export const usePlaces = () => {
  const [sites, sections, placements] = [useSites(), useSections(), usePlacements()];
  return useMemo(() => {
    const byId = {
      site: new Map<string, Site>((sites.rows ?? []).map((site) => [site.id, site])),
      section: new Map<string, Section>((sections.rows ?? []).map((section) => [section.id, section])),
      placement: new Map<string, Placement>((placements.rows ?? []).map((placement) => [placement.id, placement])),
    };
    const nameOf = (id: string) => {
      const placement = byId.placement.get(id);
      if (!placement) return id;
      return `${byId.site.get(placement.site_id)?.name ?? ''} › ${placement.name}`;
    };
    return {
      ...byId,
      nameOf,
      isReady: Boolean(sites.rows && sections.rows && placements.rows),
      error: sites.error ?? sections.error ?? placements.error,
    };
  }, [sites.rows, sections.rows, placements.rows, sites.error, sections.error, placements.error]);
};
