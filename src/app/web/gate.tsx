import { Center } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { firstRunState } from '#people/contract';
import { FirstRunPage, SignInPage, useMe } from '#people/web';
import { ErrorState, isSignedOut, Loading, useRoute } from '#platform/web';

/** Lets the signed-in in; shows the others the sign-in page, or the first-run page on a new installation. */
export const Gate = ({ children }: { children: ReactNode }) => {
  const who = useMe();
  const signedOut = isSignedOut(who.error);
  const firstRun = useRoute(firstRunState, {}, { enabled: signedOut });
  // Noted while it is drawn, as React advises for what follows from what was drawn before.
  const [wasIn, setWasIn] = useState(false);
  if (who.data && !who.error && !wasIn) setWasIn(true);

  if (signedOut) {
    if (firstRun.isPending) return <Loading height={400} />;
    return firstRun.data?.needed ? <FirstRunPage /> : <SignInPage expired={wasIn} />;
  }
  if (who.data) return children;
  if (who.error) {
    return (
      <Center mih="60vh" p="md">
        <ErrorState error={who.error} retry={() => void who.refetch()} />
      </Center>
    );
  }
  return <Loading height={400} />;
};
