import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { Loading, parseSearch, writeSearch } from '#platform/web';
import { CrashPage, NotFoundPage } from './lost.tsx';
import { screens } from './screens.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: CrashPage });

/** Addresses to screens. The query part is flat text (see search.ts), so an address can be written by hand. */
export const router = createRouter({
  routeTree: root.addChildren(
    screens.map(({ path, component }) => createRoute({ getParentRoute: () => root, path, component })),
  ),
  parseSearch,
  stringifySearch: writeSearch,
  // A view's code is fetched while the pointer is on its link.
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  scrollRestoration: true,
  defaultErrorComponent: CrashPage,
});
