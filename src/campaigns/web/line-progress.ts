import type { ComponentType, ReactNode } from 'react';
import type { LineItem, LineSummary } from './shapes.ts';

/** What other domains lend to the screens of campaigns; the app joins them (see src/app/web/screens.tsx). */
export type LineProgress = ComponentType<{ line: LineSummary }>;
export type OrderSlots = { Progress: LineProgress; actions?: ReactNode; figures?: ReactNode };
export type LineSlots = {
  Progress: LineProgress;
  Figures: ComponentType<{ line: LineItem }>;
  Why: ComponentType<{ line: LineItem }>;
};
