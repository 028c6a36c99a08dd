export { AudiencePanel } from './audience-panel.tsx';
export { AvailabilityPanel } from './availability-panel.tsx';
export type { AvailabilityQuestion } from './availability-panel.tsx';
export { messages as forecastingMessages } from './messages.ts';
export { useRemark } from './remark-words.ts';
