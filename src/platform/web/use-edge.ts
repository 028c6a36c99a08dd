import { useQuery } from '@tanstack/react-query';

/** The edge among the origins a page may connect to; its own origin is written `'self'`. Exported for its test. */
export const edgeOf = (policy: string | null): string | undefined => {
  const connect = policy?.split(';').find((directive) => directive.trim().startsWith('connect-src'));
  return connect?.split(/\s+/).find((source) => /^https?:\/\//.test(source));
};

/**
 * Public address of the edge, as pages load it. The server writes it into the page's own policy (what the page may connect
 * to), which is the one place where the browser is told; undefined until known.
 */
export const useEdge = (): string | undefined =>
  useQuery({
    queryKey: ['edge'],
    queryFn: async () =>
      edgeOf((await fetch('/', { method: 'GET' })).headers.get('content-security-policy')) ??
      `${window.location.protocol}//${window.location.hostname}:4001`,
    staleTime: Infinity,
  }).data;
