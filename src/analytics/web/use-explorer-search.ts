import { useSearch } from '#platform/web';

/** The search of a link to the explorer that keeps what the view is about (site, period, filters) and asks something of it. */
export const useExplorerSearch = () => {
  const { search } = useSearch();
  const kept = Object.fromEntries(
    Object.entries(search).filter(([name]) => !name.startsWith('tab.') && name !== 'more' && name !== 'graph'),
  );
  return (asked: Record<string, string | string[]>): Record<string, string | string[]> => ({ ...kept, ...asked });
};
