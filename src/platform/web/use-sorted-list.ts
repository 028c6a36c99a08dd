import type { Route } from '#platform/contract';
import { addressOf } from './call.ts';
import type { InputOf } from './call.ts';
import { useList } from './use-route.ts';
import { useSearch } from './use-search.ts';

type Page<T> = { items: T[]; next: string | null };

/** A list that the server sorts and exports; which column leads stands in the address as `sort`, `otherwise` without it. */
export const useSortedList = <T, R extends Route, X extends Route>(
  route: R & { reply: { _zod: { output: Page<T> } } },
  exported: X,
  filters: Omit<InputOf<R>, 'cursor' | 'limit' | 'order_by'>,
  { otherwise, ...options }: { every?: number; enabled?: boolean; otherwise?: string } = {},
) => {
  const { one, set } = useSearch();
  const asked = one('sort');
  const shape = route.input.shape['order_by'];
  const order_by = asked !== undefined && shape?.safeParse(asked).success ? asked : otherwise;
  const sorted = { ...filters, ...(order_by === undefined ? {} : { order_by }) };
  const list = useList<T, R>(route, { limit: 200, ...sorted } as Omit<InputOf<R>, 'cursor'>, options);
  return {
    ...list,
    server: {
      order_by,
      onOrder: (next: string | undefined) => set({ sort: next }),
      csv: addressOf(exported, sorted).url,
    },
  };
};

export type ServerSide = ReturnType<typeof useSortedList>['server'];
