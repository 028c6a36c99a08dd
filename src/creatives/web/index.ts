import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

export { CreativeStateBadge, CreativeThumb } from './creative-thumb.tsx';
export { messages as creativeMessages } from './messages.ts';
export { messages as creativeRequestMessages } from './request-messages.ts';
export const CreativePage = lazyRouteComponent(() => import('./creative-page.tsx'), 'CreativePage');
export { messages as creativeReviewMessages } from './review-messages.ts';
export { TagCheckForm } from './tag-check-form.tsx';

export const creativeScreens: Screen[] = [
  { path: '/creatives', component: lazyRouteComponent(() => import('./library-page.tsx'), 'LibraryPage') },
  { path: '/creative-requests', component: lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage') },
  { path: '/creative-limits', component: lazyRouteComponent(() => import('./limits-page.tsx'), 'LimitsPage') },
];

export const creativeActions: Action[] = [
  {
    name: 'creative.upload',
    label: { en: 'Upload creatives', fr: 'Déposer des créations' },
    keywords: 'banner bannière image',
    to: '/creatives',
    search: { upload: '1' },
    can: 'creatives.write',
    keys: 'n c',
  },
  {
    name: 'creatives.waiting',
    label: { en: 'Creatives to approve', fr: 'Créations à approuver' },
    to: '/creatives',
    search: { state: 'waiting' },
    can: 'creatives.read',
  },
  {
    name: 'creative-requests.late',
    label: { en: 'Late creatives', fr: 'Créations en retard' },
    keywords: 'deadline échéance relance',
    to: '/creative-requests',
    search: { late: '1' },
    can: 'creatives.read',
  },
];
