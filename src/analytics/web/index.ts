import type { Screen } from '#platform/web';
import { AudiencePage } from './audience-page.tsx';

export { messages as analyticsMessages } from './messages.ts';
export { useLive } from './use-live.ts';
export type { Live } from './use-live.ts';
export { useDimensionLabel, useMetric, useTimeLabel, useValueName } from './words.ts';

export const analyticsScreens: Screen[] = [{ path: '/audience', component: AudiencePage }];
