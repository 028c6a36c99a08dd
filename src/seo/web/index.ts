import { lazyRouteComponent } from '@tanstack/react-router';
import type { Screen } from '#platform/web';

export const seoScreens: Screen[] = [
  { path: '/search-console', component: lazyRouteComponent(() => import('./search-page.tsx'), 'SearchPage') },
];
