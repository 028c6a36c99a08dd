import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useWords } from './language.tsx';
import { messages } from './messages.ts';
import { useSearch } from './use-search.ts';

/** What a list is searched for, in the address as `q`. */
export const SearchBox = () => {
  const words = useWords(messages);
  const { one, set } = useSearch();
  const search = useDebouncedCallback((text: string) => set({ q: text.trim() || undefined }), 250);
  return (
    <TextInput
      aria-label={words.search}
      placeholder={words.search}
      leftSection={<IconSearch size={15} aria-hidden />}
      defaultValue={one('q') ?? ''}
      onChange={(event) => search(event.currentTarget.value)}
      w={220}
    />
  );
};
