import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

export { messages as inventoryMessages } from './messages.ts';
export { PriceExplained } from './price-explained.tsx';
export { messages as priceMessages } from './price-messages.ts';
export const PlacementPage = lazyRouteComponent(() => import('./placement-page.tsx'), 'PlacementPage');
export const SitePage = lazyRouteComponent(() => import('./site-page.tsx'), 'SitePage');
export type { SiteSlots } from './site-page.tsx';
export { useZone } from './use-zone.ts';
export { useFormatCodes, usePlaces, usePlacements, useSites } from './use-places.ts';

export const inventoryScreens: Screen[] = [
  { path: '/sites', component: lazyRouteComponent(() => import('./sites-page.tsx'), 'SitesPage') },
  { path: '/formats', component: lazyRouteComponent(() => import('./formats-page.tsx'), 'FormatsPage') },
  { path: '/rate-cards', component: lazyRouteComponent(() => import('./rate-cards-page.tsx'), 'RateCardsPage') },
  { path: '/rate-cards/$id', component: lazyRouteComponent(() => import('./rate-cards-page.tsx'), 'RateCardPage') },
  { path: '/packages', component: lazyRouteComponent(() => import('./packages-page.tsx'), 'PackagesPage') },
  { path: '/prices', component: lazyRouteComponent(() => import('./prices-page.tsx'), 'PricesPage') },
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
