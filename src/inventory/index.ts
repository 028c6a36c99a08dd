import { onNewOrganisation } from '#people';
import { createDefaultFormats } from './default-formats.ts';

export { isWithin, parseDaypart } from './daypart.ts';
export { type ExternalPlace, externalPlace } from './external-place.ts';
export { addressOf, fitsGlob, isInSection } from './glob.ts';
export { matches, type TargetingRequest } from './matches.ts';
export { ledgerVersion, lockLedger, release, reservationsBetween, reserve } from './reservation.ts';
export { findSite, siteByDomain } from './site.ts';
export { listRates, netRates } from './list-rates.ts';
export { routes } from './routes.ts';

onNewOrganisation(createDefaultFormats);
