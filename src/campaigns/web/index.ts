import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

export type { LineProgress, LineSlots, OrderSlots } from './line-progress.ts';
export const LineItemPage = lazyRouteComponent(() => import('./line-item-page.tsx'), 'LineItemPage');
export const LineItemsPage = lazyRouteComponent(() => import('./line-items-page.tsx'), 'LineItemsPage');
export const OrderPage = lazyRouteComponent(() => import('./order-page.tsx'), 'OrderPage');
export type { LineSummary } from './shapes.ts';
export { messages as changeMessages } from './change-messages.ts';
export { bulkMessages } from './bulk-messages.ts';
export { messages as campaignMessages } from './messages.ts';
export { messages as occupancyMessages } from './occupancy-messages.ts';
export { messages as paperMessages } from './paper-messages.ts';
export { messages as planMessages } from './plan-messages.ts';
export { messages as pushMessages } from './push-messages.ts';
export { messages as proposalMessages } from './proposal-messages.ts';
export { fieldOf, TargetingField, targetingOf } from './targeting-builder.tsx';
export { messages as rfpMessages } from './rfp-messages.ts';
export { WaitingPanel } from './waiting-panel.tsx';
export { StateBadge, useStateName, useTerms } from './terms.tsx';

export const campaignScreens: Screen[] = [
  { path: '/links', component: lazyRouteComponent(() => import('./links-page.tsx'), 'LinksPage') },
  { path: '/orders', component: lazyRouteComponent(() => import('./orders-page.tsx'), 'OrdersPage') },
  { path: '/orders/$id/new-line', component: lazyRouteComponent(() => import('./line-form-pages.tsx'), 'NewLinePage') },
  { path: '/line-items/grid', component: lazyRouteComponent(() => import('./line-grid-page.tsx'), 'LineGridPage') },
  {
    path: '/line-items/$id/edit',
    component: lazyRouteComponent(() => import('./line-form-pages.tsx'), 'EditLinePage'),
  },
  { path: '/occupancy', component: lazyRouteComponent(() => import('./occupancy-page.tsx'), 'OccupancyPage') },
  { path: '/plans', component: lazyRouteComponent(() => import('./plans-page.tsx'), 'PlansPage') },
  { path: '/plans/new', component: lazyRouteComponent(() => import('./plan-form.tsx'), 'NewPlanPage') },
  {
    path: '/plans/calendar',
    component: lazyRouteComponent(() => import('./plan-calendar-page.tsx'), 'PlanCalendarPage'),
  },
  { path: '/plans/$id', component: lazyRouteComponent(() => import('./plan-page.tsx'), 'PlanPage') },
  { path: '/plans/$id/edit', component: lazyRouteComponent(() => import('./plan-form.tsx'), 'EditPlanPage') },
  { path: '/proposals', component: lazyRouteComponent(() => import('./proposals-page.tsx'), 'ProposalsPage') },
  { path: '/proposals/new', component: lazyRouteComponent(() => import('./proposal-editor.tsx'), 'NewProposalPage') },
  { path: '/proposals/$id', component: lazyRouteComponent(() => import('./proposal-page.tsx'), 'ProposalPage') },
  {
    path: '/proposals/$id/edit',
    component: lazyRouteComponent(() => import('./proposal-editor.tsx'), 'EditProposalPage'),
  },
  { path: '/rfps', component: lazyRouteComponent(() => import('./rfps-page.tsx'), 'RfpsPage') },
  { path: '/rfps/new', component: lazyRouteComponent(() => import('./rfp-editor.tsx'), 'NewRfpPage') },
  { path: '/rfps/$id', component: lazyRouteComponent(() => import('./rfp-page.tsx'), 'RfpPage') },
  { path: '/rfps/$id/edit', component: lazyRouteComponent(() => import('./rfp-editor.tsx'), 'EditRfpPage') },
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
    name: 'plan.create',
    label: { en: 'New media plan', fr: 'Nouveau plan média' },
    keywords: 'brief budget objective objectif',
    to: '/plans/new',
    can: 'campaigns.write',
    keys: 'n m',
  },
  {
    name: 'proposal.create',
    label: { en: 'New proposal', fr: 'Nouvelle proposition' },
    keywords: 'offer quote offre devis',
    to: '/proposals/new',
    can: 'campaigns.write',
    keys: 'n p',
  },
  {
    name: 'rfp.create',
    label: { en: 'New request for proposals', fr: 'Nouvelle demande de proposition' },
    keywords: 'buy publishers rfp acheter éditeurs appel offres',
    to: '/rfps/new',
    can: 'campaigns.write',
  },
  {
    name: 'lines.grid',
    label: { en: 'Edit line items in a grid', fr: 'Modifier les lignes en tableau' },
    keywords: 'bulk spreadsheet en masse tableur',
    to: '/line-items/grid',
    can: 'campaigns.write',
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
