import type { Action, Screen } from '#platform/web';
import { FormatsPage } from './formats-page.tsx';
import { PackagesPage } from './packages-page.tsx';
import { PricesPage } from './prices-page.tsx';
import { RateCardPage, RateCardsPage } from './rate-cards-page.tsx';
import { SitesPage } from './sites-page.tsx';

export { messages as inventoryMessages } from './messages.ts';
export { PriceExplained } from './price-explained.tsx';
export { messages as priceMessages } from './price-messages.ts';
export { PlacementPage } from './placement-page.tsx';
export { SitePage } from './site-page.tsx';
export type { SiteSlots } from './site-page.tsx';
export { useZone } from './use-zone.ts';
export { useFormatCodes, usePlaces, usePlacements, useSites } from './use-places.ts';

export const inventoryScreens: Screen[] = [
  { path: '/sites', component: SitesPage },
  { path: '/formats', component: FormatsPage },
  { path: '/rate-cards', component: RateCardsPage },
  { path: '/rate-cards/$id', component: RateCardPage },
  { path: '/packages', component: PackagesPage },
  { path: '/prices', component: PricesPage },
];

export const inventoryActions: Action[] = [
  {
    name: 'site.create',
    label: { en: 'Add a site', fr: 'Ajouter un site' },
    keywords: 'new nouveau',
    to: '/sites',
    search: { new: '1' },
    can: 'inventory.write',
  },
  {
    name: 'rate-card.create',
    label: { en: 'Add a rate card', fr: 'Ajouter une grille tarifaire' },
    keywords: 'new prices nouveau prix',
    to: '/rate-cards',
    search: { new: '1' },
    can: 'rate-cards.write',
  },
  {
    name: 'prices',
    label: { en: 'What does it cost?', fr: 'Combien ça coûte ?' },
    keywords: 'price quote prix devis',
    to: '/prices',
    can: 'rate-cards.read',
  },
];
