import type { Screen } from '#platform/web';
import { AttributionPage } from './attribution-page.tsx';
import { AudiencePage } from './audience-page.tsx';
import { GoalsPage } from './goals-page.tsx';

export { attributionMessages } from './attribution-messages.ts';
export { goalMessages } from './goal-messages.ts';
export { messages as analyticsMessages } from './messages.ts';
export { useLive } from './use-live.ts';
export type { Live } from './use-live.ts';
export { useDimensionLabel, useMetric, useTimeLabel, useValueName } from './words.ts';

export const analyticsScreens: Screen[] = [
  { path: '/audience', component: AudiencePage },
  { path: '/goals', component: GoalsPage },
  { path: '/attribution', component: AttributionPage },
];
