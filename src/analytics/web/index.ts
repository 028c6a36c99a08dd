import { lazyRouteComponent } from '@tanstack/react-router';
import type { Screen } from '#platform/web';

export { attributionMessages } from './attribution-messages.ts';
export { explorerMessages } from './explorer-messages.ts';
export { goalMessages } from './goal-messages.ts';
export { messages as analyticsMessages } from './messages.ts';
export { segmentMessages } from './segment-messages.ts';
export { waysMessages } from './ways-messages.ts';
export { useLive } from './use-live.ts';
export type { Live } from './use-live.ts';
export { useDimensionLabel, useMetric, useTimeLabel, useValueName } from './words.ts';

export const analyticsScreens: Screen[] = [
  { path: '/audience', component: lazyRouteComponent(() => import('./audience-page.tsx'), 'AudiencePage') },
  { path: '/costs', component: lazyRouteComponent(() => import('./costs-page.tsx'), 'CostsPage') },
  { path: '/goals', component: lazyRouteComponent(() => import('./goals-page.tsx'), 'GoalsPage') },
  { path: '/attribution', component: lazyRouteComponent(() => import('./attribution-page.tsx'), 'AttributionPage') },
  { path: '/explorer', component: lazyRouteComponent(() => import('./explorer-page.tsx'), 'ExplorerPage') },
  { path: '/segments', component: lazyRouteComponent(() => import('./segments-page.tsx'), 'SegmentsPage') },
  { path: '/funnels', component: lazyRouteComponent(() => import('./funnels-page.tsx'), 'FunnelsPage') },
  { path: '/flow', component: lazyRouteComponent(() => import('./flow-page.tsx'), 'FlowPage') },
  { path: '/retention', component: lazyRouteComponent(() => import('./retention-page.tsx'), 'RetentionPage') },
  { path: '/real-time', component: lazyRouteComponent(() => import('./real-time-page.tsx'), 'RealTimePage') },
];
