import type { Action, Screen } from '#platform/web';
import { EditLinePage, NewLinePage } from './line-form-pages.tsx';
import { OrdersPage } from './orders-page.tsx';

export type { LineProgress, LineSlots, OrderSlots } from './line-progress.ts';
export { LineItemPage } from './line-item-page.tsx';
export { LineItemsPage } from './line-items-page.tsx';
export { OrderPage } from './order-page.tsx';
export type { LineSummary } from './shapes.ts';
export { messages as campaignMessages } from './messages.ts';
export { StateBadge, useStateName, useTerms } from './terms.tsx';

export const campaignScreens: Screen[] = [
  { path: '/orders', component: OrdersPage },
  { path: '/orders/$id/new-line', component: NewLinePage },
  { path: '/line-items/$id/edit', component: EditLinePage },
];

export const campaignActions: Action[] = [
  {
    name: 'order.create',
    label: { en: 'New order', fr: 'Nouveau bon de commande' },
    keywords: 'create campaign créer campagne',
    to: '/orders',
    search: { new: '1' },
    can: 'campaigns.write',
    keys: 'n o',
  },
  {
    name: 'lines.live',
    label: { en: 'Live line items', fr: 'Lignes en ligne' },
    to: '/line-items',
    search: { state: 'live' },
    can: 'campaigns.read',
  },
  {
    name: 'lines.draft',
    label: { en: 'Draft line items', fr: 'Lignes en brouillon' },
    to: '/line-items',
    search: { state: 'draft' },
    can: 'campaigns.read',
  },
];
