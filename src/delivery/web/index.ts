import type { Action, Screen } from '#platform/web';
import { NewSimulationPage } from './simulation-form.tsx';
import { SimulationPage } from './simulation-page.tsx';
import { SimulationsPage } from './simulations-page.tsx';

export { messages as deliveryMessages } from './messages.ts';
export { simulationMessages } from './simulation-messages.ts';
export { WhyPanel } from './why-panel.tsx';

export const deliveryScreens: Screen[] = [
  { path: '/simulations', component: SimulationsPage },
  { path: '/simulations/new', component: NewSimulationPage },
  { path: '/simulations/$id', component: SimulationPage },
];

export const deliveryActions: Action[] = [
  {
    name: 'simulation.create',
    label: { en: 'New simulation', fr: 'Nouvelle simulation' },
    keywords: 'what if forecast et si prévision',
    to: '/simulations/new',
    can: 'forecast.read',
  },
];
