import type { LineItem, OrderSummary } from '#campaigns/contract';

export type LineSummary = OrderSummary['lines'][number];
export type { LineItem };
