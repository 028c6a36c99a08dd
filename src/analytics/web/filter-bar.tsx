import { Button, Group, Pill, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { dimensions } from '#analytics/contract';
import { useLanguage, useWords } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import { operators, type PickedFilter, readFilters, writeFilter } from './filters.ts';
import { useDimensionLabel, useValueName } from './words.ts';

type Props = { texts: readonly string[]; onChange: (texts: string[]) => void; families?: readonly string[] };

/** Filters as pills, each removable, and a small form to add one. */
export const FilterBar = ({ texts, onChange, families = ['visit', 'event', 'ad', 'bot'] }: Props) => {
  const words = useWords(explorerMessages);
  const label = useDimensionLabel();
  const nameOf = useValueName();
  return (
    <Group gap={6}>
      {readFilters(texts).map((filter) => {
        const text = `${label(filter.dimension)} ${words[filter.operator]} ${nameOf(filter.dimension, filter.value)}`;
        return (
          <Pill
            key={writeFilter(filter)}
            size="md"
            withRemoveButton
            removeButtonProps={{ 'aria-label': words.removeFilter(text), 'aria-hidden': false, tabIndex: 0 }}
            onRemove={() => onChange(texts.filter((other) => other !== writeFilter(filter)))}
          >
            {text}
          </Pill>
        );
      })}
      <AddFilter families={families} onAdd={(filter) => onChange([...texts, writeFilter(filter)])} />
    </Group>
  );
};

/** Dimensions by the words that people know them under, for a select. */
export const useDimensionOptions = (families: readonly string[]) => {
  const { language } = useLanguage();
  return (
    Object.entries(dimensions)
      // Other names of the same dimensions are for other products' clients.
      .filter(([name]) => families.includes(name.split(':')[0] ?? '') && !name.endsWith('_name'))
      .map(([value, { label }]) => ({ value, label: label[language] }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language))
  );
};

const AddFilter = ({ families, onAdd }: { families: readonly string[]; onAdd: (filter: PickedFilter) => void }) => {
  const words = useWords(explorerMessages);
  const [opened, setOpened] = useState(false);
  const [dimension, setDimension] = useState<string | null>('visit:country');
  const [operator, setOperator] = useState<PickedFilter['operator']>('is');
  const [value, setValue] = useState('');
  const options = useDimensionOptions(families);
  return (
    <Popover opened={opened} onChange={setOpened} width={280} trapFocus withinPortal>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconFilterPlus size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {words.addFilter}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!dimension || value === '') return;
            onAdd({ dimension, operator, value });
            setOpened(false);
            setValue('');
          }}
        >
          <Stack gap="xs">
            <Select
              label={words.dimension}
              data={options}
              value={dimension}
              onChange={setDimension}
              searchable
              comboboxProps={{ withinPortal: false }}
            />
            <Select
              label={words.operator}
              data={operators.map((one) => ({ value: one, label: words[one] }))}
              value={operator}
              allowDeselect={false}
              onChange={(next) => setOperator(operators.find((one) => one === next) ?? 'is')}
              comboboxProps={{ withinPortal: false }}
            />
            <TextInput
              label={words.value}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" size="xs">
              {words.add}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
};
