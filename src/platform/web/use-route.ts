import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Route } from '#platform/contract';
import { call } from './call.ts';
import type { InputOf, ReplyOf } from './call.ts';
import type { ProblemError } from './problem.ts';

const keyOf = (route: Route, input?: unknown) =>
  input === undefined ? [`${route.method} ${route.path}`] : [`${route.method} ${route.path}`, input];

type Options = { enabled?: boolean; every?: number; keep?: boolean };

/** The answer of a route as server state: cached by route and input, asked again every `every` milliseconds if given. */
export const useRoute = <R extends Route>(
  route: R,
  input: InputOf<R>,
  { enabled = true, every, keep = false }: Options = {},
) =>
  useQuery<ReplyOf<R>, ProblemError>({
    queryKey: keyOf(route, input),
    queryFn: ({ signal }) => call(route, input, { signal }),
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });

type Page<T> = { items: T[]; next: string | null };

/** A keyset-paged list: `rows` so far, `more()` for the next page. `whole` keeps asking until the list is complete. */
export const useList = <T, R extends Route>(
  route: R & { reply: { _zod: { output: Page<T> } } },
  input: Omit<InputOf<R>, 'cursor'>,
  { enabled = true, every, whole = false }: { enabled?: boolean; every?: number; whole?: boolean } = {},
) => {
  const query = useInfiniteQuery<Page<T>, ProblemError, Page<T>[], unknown[], string | undefined>({
    // A whole list and its first pages are two answers.
    queryKey: [...keyOf(route, input), whole ? 'whole' : 'pages'],
    queryFn: async ({ pageParam, signal }) => {
      const first = await readPage<T>(route, { ...input, ...(pageParam ? { cursor: pageParam } : {}) }, signal);
      if (!whole) return first;
      const items = [...first.items];
      for (let next = first.next; next;) {
        const following = await readPage<T>(route, { ...input, cursor: next }, signal);
        items.push(...following.items);
        next = following.next;
      }
      return { items, next: null };
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    select: (data) => data.pages,
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
  return {
    rows: query.data?.flatMap((page) => page.items),
    error: query.error,
    isPending: query.isPending,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
};

const readPage = async <T>(route: Route, input: Record<string, unknown>, signal: AbortSignal): Promise<Page<T>> =>
  (await call(route, input, { signal })) as Page<T>;

/** A write. Every screen's figures may depend on it, so all server state is asked again afterwards. */
export const useAction = <R extends Route>(route: R, options: { onDone?: (reply: ReplyOf<R>) => void } = {}) => {
  const queries = useQueryClient();
  return useMutation<ReplyOf<R>, ProblemError, InputOf<R> & { $file?: File }>({
    mutationFn: ({ $file, ...input }) => call(route, input as InputOf<R>, $file ? { file: $file } : {}),
    onSuccess: async (reply) => {
      options.onDone?.(reply);
      await queries.invalidateQueries();
    },
  });
};
