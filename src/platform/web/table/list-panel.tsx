import type { ComponentProps } from 'react';
import { Panel } from '../page.tsx';
import { ErrorState } from '../states.tsx';
import type { useList } from '../use-route.ts';
import type { ServerSide } from '../use-sorted-list.ts';
import { DataTable } from './data-table.tsx';

type List<T> = Pick<
  ReturnType<typeof useList<T, never>>,
  'rows' | 'error' | 'retry' | 'hasMore' | 'isLoadingMore' | 'more'
> & {
  /** Of a list that the server sorts and exports. */
  server?: ServerSide;
};

/** A list of the API as a table of its own: what went wrong with it, its rows, and the way to more of them. */
export const ListPanel = <T extends object>({
  list,
  ...table
}: { list: List<T> } & Omit<ComponentProps<typeof DataTable<T>>, 'rows' | 'more' | 'server'>) => (
  <>
    {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
    <Panel flush>
      <DataTable
        {...table}
        rows={list.rows}
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        {...(list.server ? { server: list.server } : {})}
      />
    </Panel>
  </>
);
