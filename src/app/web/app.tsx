import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import 'dayjs/locale/fr';
import { me } from '#people/contract';
import { isSignedOut, LanguageProvider, ProblemError, theme, useLanguage } from '#platform/web';
import { Gate } from './gate.tsx';
import { router } from './router.tsx';

const queries: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) =>
        count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
    },
  },
  queryCache: new QueryCache({
    onError: (error, failed) => {
      // Any answer "not signed in" means the session ended: ask who is calling, and the gate shows the sign-in page in place.
      if (isSignedOut(error) && failed.queryKey[0] !== `GET ${me.path}`)
        void queries.invalidateQueries({ queryKey: [`GET ${me.path}`] });
    },
  }),
});

export const App = () => (
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <Localised />
      </QueryClientProvider>
    </LanguageProvider>
  </MantineProvider>
);

const Localised = () => {
  const { language } = useLanguage();
  return (
    <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>
      <Notifications position="bottom-right" autoClose={5000} />
      <Gate>
        <RouterProvider router={router} />
      </Gate>
    </DatesProvider>
  );
};
