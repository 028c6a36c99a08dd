import {
  IconAd2,
  IconBuildingStore,
  IconChartAreaLine,
  IconFileText,
  IconLayoutGrid,
  IconPhoto,
  IconReceipt,
  IconRulerMeasure,
  IconSettings,
  IconSunrise,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import { campaignActions } from '#campaigns/web';
import { creativeActions } from '#creatives/web';
import { inventoryActions } from '#inventory/web';
import { peopleActions } from '#people/web';
import type { Action } from '#platform/web';
import { reportingActions } from '#reporting/web';

/** Where one can go, in the order of the navigation. */
export const places = {
  today: { name: 'today', label: { en: 'Today', fr: 'Aujourd’hui' }, icon: IconSunrise, to: '/', keys: 'g t' },
  audience: {
    name: 'audience',
    label: { en: 'Audience', fr: 'Audience' },
    keywords: 'visits visitors visites visiteurs sources pages',
    icon: IconChartAreaLine,
    to: '/audience',
    can: 'audience.read',
    keys: 'g a',
  },
  orders: {
    name: 'orders',
    label: { en: 'Orders', fr: 'Bons de commande' },
    keywords: 'campaigns campagnes',
    icon: IconReceipt,
    to: '/orders',
    can: 'campaigns.read',
    keys: 'g o',
  },
  lines: {
    name: 'lines',
    label: { en: 'Line items', fr: 'Lignes' },
    keywords: 'campaigns campagnes delivery diffusion',
    icon: IconAd2,
    to: '/line-items',
    can: 'campaigns.read',
    keys: 'g l',
  },
  creatives: {
    name: 'creatives',
    label: { en: 'Creatives', fr: 'Créations' },
    keywords: 'banners bannières library bibliothèque',
    icon: IconPhoto,
    to: '/creatives',
    can: 'creatives.read',
    keys: 'g c',
  },
  reports: {
    name: 'reports',
    label: { en: 'Reports', fr: 'Rapports' },
    keywords: 'pdf xlsx bilan',
    icon: IconFileText,
    to: '/reports',
    can: 'reports.read',
    keys: 'g r',
  },
  sites: {
    name: 'sites',
    label: { en: 'Sites', fr: 'Sites' },
    keywords: 'inventory inventaire placements emplacements tags',
    icon: IconWorld,
    to: '/sites',
    can: 'inventory.read',
    keys: 'g i',
  },
  formats: {
    name: 'formats',
    label: { en: 'Formats', fr: 'Formats' },
    icon: IconLayoutGrid,
    to: '/formats',
    can: 'inventory.read',
  },
  rateCards: {
    name: 'rate-cards',
    label: { en: 'Rate cards', fr: 'Grilles tarifaires' },
    keywords: 'prices prix',
    icon: IconRulerMeasure,
    to: '/rate-cards',
    can: 'rate-cards.read',
  },
  advertisers: {
    name: 'advertisers',
    label: { en: 'Advertisers', fr: 'Annonceurs' },
    keywords: 'clients',
    icon: IconBuildingStore,
    to: '/advertisers',
    can: 'advertisers.read',
  },
  publishers: {
    name: 'publishers',
    label: { en: 'Publishers', fr: 'Éditeurs' },
    icon: IconUsersGroup,
    to: '/publishers',
    can: 'publishers.read',
  },
  settings: {
    name: 'settings',
    label: { en: 'Settings', fr: 'Réglages' },
    keywords: 'users utilisateurs keys clés audit',
    icon: IconSettings,
    to: '/settings',
    can: 'people.read',
    keys: 'g s',
  },
} satisfies Record<string, Action>;

/** Everything the command palette offers. */
export const actions: Action[] = [
  ...Object.values(places),
  ...campaignActions,
  ...creativeActions,
  ...reportingActions,
  ...inventoryActions,
  ...peopleActions,
];
