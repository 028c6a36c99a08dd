import { useSites } from './use-places.ts';

/** The calendar the screens count days by: that of the first own site, else the reader's. */
export const useZone = (): string => {
  const { rows } = useSites();
  return (
    (rows?.find(({ kind }) => kind === 'own') ?? rows?.[0])?.time_zone ??
    Intl.DateTimeFormat().resolvedOptions().timeZone
  );
};
