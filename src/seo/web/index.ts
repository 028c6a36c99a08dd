import type { Screen } from '#platform/web';
import { SearchPage } from './search-page.tsx';

export const seoScreens: Screen[] = [{ path: '/search-console', component: SearchPage }];
