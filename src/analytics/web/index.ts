import type { Screen } from '#platform/web';
import { AttributionPage } from './attribution-page.tsx';
import { AudiencePage } from './audience-page.tsx';
import { ExplorerPage } from './explorer-page.tsx';
import { FlowPage } from './flow-page.tsx';
import { FunnelsPage } from './funnels-page.tsx';
import { CostsPage } from './costs-page.tsx';
import { GoalsPage } from './goals-page.tsx';
import { RealTimePage } from './real-time-page.tsx';
import { RetentionPage } from './retention-page.tsx';
import { SegmentsPage } from './segments-page.tsx';

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
  { path: '/audience', component: AudiencePage },
  { path: '/costs', component: CostsPage },
  { path: '/goals', component: GoalsPage },
  { path: '/attribution', component: AttributionPage },
  { path: '/explorer', component: ExplorerPage },
  { path: '/segments', component: SegmentsPage },
  { path: '/funnels', component: FunnelsPage },
  { path: '/flow', component: FlowPage },
  { path: '/retention', component: RetentionPage },
  { path: '/real-time', component: RealTimePage },
];
