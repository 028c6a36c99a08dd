import { useNavigate, useSearch as useRouterSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Search } from './search.ts';

/** One text of the address, or a list of them, whatever way it was written. */
export const oneOf = (search: Search, name: string): string | undefined => {
  const value = search[name];
  return Array.isArray(value) ? value[0] : value;
};
export const manyOf = (search: Search, name: string): string[] => {
  const value = search[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
};

/** View state in the address: `set` changes some names and keeps the others; undefined removes one. */
export const useSearch = () => {
  const search: Search = useRouterSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback(
    (change: Record<string, string | string[] | undefined>, { push = false } = {}) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace: !push,
        resetScroll: false,
      }),
    [navigate],
  );
  return { search, set, one: (name: string) => oneOf(search, name), many: (name: string) => manyOf(search, name) };
};
