import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { listLineItems, readLineItem } from '#campaigns/contract';
import { call, useRoute } from '#platform/web';

type Props = {
  label: string;
  description: string;
  value: string[];
  error: ReactNode;
  onChange: (ids: string[]) => void;
};

/** Picks line items by name or order: the server is asked while one types, so that thousands of them are no burden. */
export const LinePicker = ({ label, description, value, error, onChange }: Props) => {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed, 200);
  const found = useRoute(listLineItems, { limit: 50, side: 'sell', ...(q ? { q } : {}) }, { keep: true });
  const chosen = useQueries({
    queries: value.map((id) => ({
      queryKey: [`${readLineItem.method} ${readLineItem.path}`, { id }],
      queryFn: () => call(readLineItem, { id }),
      staleTime: 60_000,
    })),
  });
  const lines = [...chosen.flatMap(({ data }) => data ?? []), ...(found.data?.items ?? [])];
  const options = new Map(lines.map((line) => [line.id, `${line.name} · ${line.order_name}`]));
  for (const id of value) if (!options.has(id)) options.set(id, id);
  return (
    <MultiSelect
      label={label}
      description={description}
      error={error}
      searchable
      hidePickedOptions
      limit={60}
      data={[...options].map(([id, name]) => ({ value: id, label: name }))}
      // What the server found by order or by name is shown as it is.
      filter={({ options: all }) => all}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      onChange={onChange}
    />
  );
};
