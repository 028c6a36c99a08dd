import { ActionIcon, Anchor, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { createExploration, listExplorations, removeExploration } from '#analytics/contract';
import { useMay } from '#people/web';
import { useAction, useList, useWords } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';

/** What the explorer shows, kept by name for everybody of the organisation; each is a link. */
export const KeptExplorations = ({ onProblem }: { onProblem: (sentence: string | undefined) => void }) => {
  const words = useWords(explorerMessages);
  const may = useMay();
  const [name, setName] = useState('');
  const list = useList(listExplorations, { limit: 200 });
  const create = useAction(createExploration, { onDone: () => setName('') });
  const remove = useAction(removeExploration);
  const rows = list.rows ?? [];
  return (
    <Popover width={300} trapFocus position="bottom-end">
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconBookmark size={14} aria-hidden />}>
          {words.kept}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              {words.noneKept}
            </Text>
          ) : null}
          {rows.map((row) => (
            <Group key={row.id} justify="space-between" wrap="nowrap" gap="xs">
              <Anchor size="sm" href={`/explorer?${row.search}`}>
                {row.name}
              </Anchor>
              {may('goals.write') ? (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={words.remove(row.name)}
                  onClick={() => remove.mutate({ id: row.id })}
                >
                  <IconTrash size={14} aria-hidden />
                </ActionIcon>
              ) : null}
            </Group>
          ))}
          {may('goals.write') ? (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                onProblem(undefined);
                if (name.trim() !== '')
                  create.mutate(
                    { name, search: location.search.slice(1) || 'm=visitors' },
                    { onError: (problem) => onProblem(problem.message) },
                  );
              }}
            >
              <Group gap="xs" wrap="nowrap" align="end">
                <TextInput
                  label={words.name}
                  style={{ flex: 1 }}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <Button type="submit" size="xs" loading={create.isPending}>
                  {words.keep}
                </Button>
              </Group>
            </form>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
};
