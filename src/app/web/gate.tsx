import { Center } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { firstRunState } from '#people/contract';
import { FirstRunPage, SignInPage, useMe } from '#people/web';
import { ErrorState, isSignedOut, Loading, useRoute } from '#platform/web';

/** Lets the signed-in in; shows the others the sign-in page, or the first-run page on a new installation. */
export const Gate = ({ children }: { children: ReactNode }) => {
  const who = useMe();
  const signedOut = isSignedOut(who.error);
  const firstRun = useRoute(firstRunState, {}, { enabled: signedOut });
  const wasIn = useRef(false);
  useEffect(() => {
    if (who.data && !who.error) wasIn.current = true;
  }, [who.data, who.error]);

  if (signedOut) {
    if (firstRun.isPending) return <Loading height={400} />;
    return firstRun.data?.needed ? <FirstRunPage /> : <SignInPage expired={wasIn.current} />;
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
