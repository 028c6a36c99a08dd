import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { listAdvertisers, listPublishers } from '#people/contract';
import { useList } from '#platform/web';

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
