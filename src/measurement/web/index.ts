import type { Action, Screen } from '#platform/web';
import { HistoryPage } from './history-page.tsx';
import { PrivacyPage } from './privacy-page.tsx';

export { VisitRulesPanel } from './visit-rules-panel.tsx';

export const measurementScreens: Screen[] = [
  { path: '/history', component: HistoryPage },
  { path: '/privacy', component: PrivacyPage },
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
