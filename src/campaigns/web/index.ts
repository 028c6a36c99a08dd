import { LinksPage } from './links-page.tsx';
import type { Action, Screen } from '#platform/web';
import { EditLinePage, NewLinePage } from './line-form-pages.tsx';
import { LineGridPage } from './line-grid-page.tsx';
import { OccupancyPage } from './occupancy-page.tsx';
import { OrdersPage } from './orders-page.tsx';
import { EditPlanPage, NewPlanPage } from './plan-form.tsx';
import { PlanCalendarPage } from './plan-calendar-page.tsx';
import { PlanPage } from './plan-page.tsx';
import { PlansPage } from './plans-page.tsx';
import { EditProposalPage, NewProposalPage } from './proposal-editor.tsx';
import { ProposalPage } from './proposal-page.tsx';
import { ProposalsPage } from './proposals-page.tsx';
import { EditRfpPage, NewRfpPage } from './rfp-editor.tsx';
import { RfpPage } from './rfp-page.tsx';
import { RfpsPage } from './rfps-page.tsx';

export type { LineProgress, LineSlots, OrderSlots } from './line-progress.ts';
export { LineItemPage } from './line-item-page.tsx';
export { LineItemsPage } from './line-items-page.tsx';
export { OrderPage } from './order-page.tsx';
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
  { path: '/links', component: LinksPage },
  { path: '/orders', component: OrdersPage },
  { path: '/orders/$id/new-line', component: NewLinePage },
  { path: '/line-items/grid', component: LineGridPage },
  { path: '/line-items/$id/edit', component: EditLinePage },
  { path: '/occupancy', component: OccupancyPage },
  { path: '/plans', component: PlansPage },
  { path: '/plans/new', component: NewPlanPage },
  { path: '/plans/calendar', component: PlanCalendarPage },
  { path: '/plans/$id', component: PlanPage },
  { path: '/plans/$id/edit', component: EditPlanPage },
  { path: '/proposals', component: ProposalsPage },
  { path: '/proposals/new', component: NewProposalPage },
  { path: '/proposals/$id', component: ProposalPage },
  { path: '/proposals/$id/edit', component: EditProposalPage },
  { path: '/rfps', component: RfpsPage },
  { path: '/rfps/new', component: NewRfpPage },
  { path: '/rfps/$id', component: RfpPage },
  { path: '/rfps/$id/edit', component: EditRfpPage },
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
