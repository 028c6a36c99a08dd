import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

export { useImportProblem } from './import-problems.ts';
export { VisitRulesPanel } from './visit-rules-panel.tsx';

export const measurementScreens: Screen[] = [
  { path: '/history', component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage') },
  { path: '/privacy', component: lazyRouteComponent(() => import('./privacy-page.tsx'), 'PrivacyPage') },
];

export const measurementActions: Action[] = [
  {
    name: 'history.import',
    label: { en: 'Import from another product', fr: 'Importer depuis un autre produit' },
    keywords: 'plausible matomo google analytics ga4 umami migration',
    to: '/history',
    search: { new: '1' },
    can: 'imports.write',
  },
];
