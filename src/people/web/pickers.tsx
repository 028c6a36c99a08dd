import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { listAdvertisers, listPublishers } from '#people/contract';
import { useList, useSearch, useWords } from '#platform/web';
import { messages } from './messages.ts';

type Props = {
  label: ReactNode;
  value: string | null;
  onChange: (id: string | null) => void;
  error?: ReactNode;
  required?: boolean;
  clearable?: boolean;
  description?: ReactNode;
  disabled?: boolean;
  placeholder?: string;
  'aria-label'?: string;
};

export const useAdvertisers = () => useList(listAdvertisers, { limit: 200 }, { whole: true });
export const usePublishers = (enabled = true) => useList(listPublishers, { limit: 200 }, { whole: true, enabled });

const optionsOf = (rows: { id: string; name: string }[] | undefined) =>
  (rows ?? []).map(({ id, name }) => ({ value: id, label: name })).toSorted((a, b) => a.label.localeCompare(b.label));

export const AdvertiserPicker = (props: Props) => (
  <Select searchable data={optionsOf(useAdvertisers().rows)} {...props} />
);
export const PublisherPicker = (props: Props) => (
  <Select searchable clearable data={optionsOf(usePublishers().rows)} {...props} />
);

/** Narrows a list to an advertiser, in the address as `advertiser`; `also` is what changes with it. */
export const AdvertiserFilter = ({ also }: { also?: Record<string, undefined> }) => {
  const words = useWords(messages);
  const { one, set } = useSearch();
  return (
    <AdvertiserPicker
      label={undefined}
      aria-label={words.advertiser}
      placeholder={words.anyAdvertiser}
      clearable
      value={one('advertiser') ?? null}
      onChange={(value) => set({ advertiser: value ?? undefined, ...also })}
    />
  );
};
