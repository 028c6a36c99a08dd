import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

/** What screens may use of reporting: the options of the charts, so that a report's chart and the screen's are the same. */
export { type ChartInk, type DailyChart, dailyChart, paper } from '../charts/daily.ts';
export { DeliveryPanel } from './delivery-panel.tsx';
export { messages as reportingMessages } from './messages.ts';
export { LineProgress, ProgressBar, StatusBadge } from './progress-bar.tsx';
export { standingOf, useLineTotals } from './use-line-totals.ts';
export type { Standing } from './use-line-totals.ts';

export const reportingScreens: Screen[] = [
  { path: '/reports', component: lazyRouteComponent(() => import('./reports-page.tsx'), 'ReportsPage') },
  { path: '/reports/$id', component: lazyRouteComponent(() => import('./report-page.tsx'), 'ReportPage') },
];

export const reportingActions: Action[] = [
  {
    name: 'report.create',
    label: { en: 'New report', fr: 'Nouveau rapport' },
    keywords: 'pdf bilan',
    to: '/reports',
    search: { new: '1' },
    can: 'reports.write',
    keys: 'n r',
  },
];
