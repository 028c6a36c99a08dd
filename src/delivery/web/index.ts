import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';

export { messages as deliveryMessages } from './messages.ts';
export { simulationMessages } from './simulation-messages.ts';
export { trafficMessages } from './traffic-messages.ts';
export { WhyPanel } from './why-panel.tsx';

export const deliveryScreens: Screen[] = [
  { path: '/traffic', component: lazyRouteComponent(() => import('./traffic-page.tsx'), 'TrafficPage') },
  { path: '/simulations', component: lazyRouteComponent(() => import('./simulations-page.tsx'), 'SimulationsPage') },
  {
    path: '/simulations/new',
    component: lazyRouteComponent(() => import('./simulation-form.tsx'), 'NewSimulationPage'),
  },
  { path: '/simulations/$id', component: lazyRouteComponent(() => import('./simulation-page.tsx'), 'SimulationPage') },
];

export const deliveryActions: Action[] = [
  {
    name: 'simulation.create',
    label: { en: 'New simulation', fr: 'Nouvelle simulation' },
    keywords: 'what if forecast et si prévision',
    to: '/simulations/new',
    can: 'forecast.read',
  },
  {
    name: 'traffic.review',
    label: { en: 'Review invalid traffic again', fr: 'Réviser le trafic invalide' },
    keywords: 'fraud bots ivt fraude robots',
    to: '/traffic',
    search: { review: '1' },
    can: 'delivery.write',
  },
];
