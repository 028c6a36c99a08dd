import {
  ActionIcon,
  Alert,
  Button,
  Group,
  MultiSelect,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { TargetingGroup } from '#inventory/contract';
import { usePlaces } from '#inventory/web';
import { useFormat, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { groupOf, rowKeys, rowsOf } from './targeting-rows.ts';
import type { TargetingRow } from './targeting-rows.ts';

const devices = ['desktop', 'phone', 'tablet', 'tv'] as const;
/** Countries offered by name; any other two-letter code can be typed through the API. */
const countries = [
  'FR',
  'BE',
  'CH',
  'LU',
  'MC',
  'CA',
  'DE',
  'ES',
  'IT',
  'GB',
  'NL',
  'PT',
  'IE',
  'AT',
  'DK',
  'SE',
  'NO',
  'FI',
  'PL',
  'US',
  'MA',
  'DZ',
  'TN',
  'SN',
  'CI',
  'GP',
  'MQ',
  'RE',
  'GF',
  'YT',
  'NC',
  'PF',
];

type Props = { value: TargetingRow[]; onChange: (rows: TargetingRow[]) => void; error?: string | undefined };

/** Conditions that must all hold. */
export const TargetingBuilder = ({ value, onChange, error }: Props) => {
  const words = useWords(messages);
  const change = (index: number, part: Partial<TargetingRow>) =>
    onChange(value.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Stack gap="xs" role="group" aria-label={words.targeting}>
      <Text fw={600} size="sm">
        {words.targeting}
      </Text>
      {value.length === 0 ? (
        <Text c="dimmed" size="sm">
          {words.everyone}
        </Text>
      ) : null}
      {value.map((row, index) => (
        <Group key={index} gap="xs" align="flex-start" wrap="wrap">
          <Select
            aria-label={words.targeting}
            w={150}
            allowDeselect={false}
            data={[...rowKeys, 'kv'].map((key) => ({ value: key, label: words[`key.${key}` as 'key.kv'] }))}
            value={row.key}
            onChange={(key) => change(index, { key: key ?? 'geo.country', values: [] })}
          />
          {row.key === 'kv' ? (
            <TextInput
              aria-label={words.keyName}
              placeholder={words.keyName}
              w={120}
              value={row.name}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
          ) : null}
          <Select
            aria-label={`${words.is} / ${words.isNot}`}
            w={150}
            allowDeselect={false}
            data={[
              { value: 'in', label: words.is },
              { value: 'not', label: words.isNot },
            ]}
            value={row.not ? 'not' : 'in'}
            onChange={(next) => change(index, { not: next === 'not' })}
          />
          <div style={{ flex: '1 1 200px' }}>
            <Values row={row} onChange={(values) => change(index, { values })} />
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={words.remove}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {error ? (
        <Text size="xs" c="var(--bad)" role="alert">
          {error}
        </Text>
      ) : null}
      <Button
        variant="default"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...value, { key: 'geo.country', name: '', not: false, values: [] }])}
      >
        {words.addTarget}
      </Button>
    </Stack>
  );
};

const Values = ({ row, onChange }: { row: TargetingRow; onChange: (values: string[]) => void }) => {
  const words = useWords(messages);
  const format = useFormat();
  const places = usePlaces();
  const shared = {
    'aria-label': words.values,
    placeholder: row.values.length ? '' : words.values,
    value: row.values,
    onChange,
  };
  const known = (entries: { id: string; name: string }[]) =>
    entries.map(({ id, name }) => ({ value: id, label: name }));
  if (row.key === 'geo.country') {
    const codes = [...new Set([...countries, ...row.values])];
    return (
      <MultiSelect searchable data={codes.map((code) => ({ value: code, label: format.country(code) }))} {...shared} />
    );
  }
  if (row.key === 'device')
    return <MultiSelect data={devices.map((device) => ({ value: device, label: words[device] }))} {...shared} />;
  if (row.key === 'section')
    return (
      <MultiSelect
        searchable
        data={known(
          [...places.section.values()].map(({ id, name, site_id }) => ({
            id,
            name: `${places.site.get(site_id)?.name ?? ''} › ${name}`,
          })),
        )}
        {...shared}
      />
    );
  if (row.key === 'site') return <MultiSelect searchable data={known([...places.site.values()])} {...shared} />;
  if (row.key === 'placement')
    return (
      <MultiSelect
        searchable
        data={known([...places.placement.values()].map(({ id }) => ({ id, name: places.nameOf(id) })))}
        {...shared}
      />
    );
  return <TagsInput {...shared} />;
};

/** The targeting of a line in a form: rows when they can show it, else the group itself, kept or cleared. */
export const TargetingField = ({
  value,
  onChange,
  error,
}: {
  value: { rows: TargetingRow[] } | { kept: TargetingGroup };
  onChange: (value: { rows: TargetingRow[] }) => void;
  error?: string | undefined;
}) => {
  const words = useWords(messages);
  if ('rows' in value)
    return <TargetingBuilder value={value.rows} onChange={(rows) => onChange({ rows })} error={error} />;
  return (
    <Alert color="yellow" variant="light" title={words.targetingAdvanced}>
      <Button size="compact-sm" variant="default" onClick={() => onChange({ rows: [] })}>
        {words.clearTargeting}
      </Button>
    </Alert>
  );
};

export const fieldOf = (group: TargetingGroup | null): { rows: TargetingRow[] } | { kept: TargetingGroup } => {
  const rows = rowsOf(group);
  return rows || !group ? { rows: rows ?? [] } : { kept: group };
};

export const targetingOf = (field: { rows: TargetingRow[] } | { kept: TargetingGroup }): TargetingGroup | null =>
  'kept' in field ? field.kept : groupOf(field.rows);

/** A targeting in words, nested groups in brackets. */
export const useTargetingText = () => {
  const words = useWords(messages);
  const format = useFormat();
  const places = usePlaces();
  const named = (key: string, value: string) => {
    if (key === 'geo.country') return format.country(value);
    if (key === 'section') return places.section.get(value)?.name ?? value;
    if (key === 'site') return places.site.get(value)?.name ?? value;
    if (key === 'placement') return places.nameOf(value);
    const device = key === 'device' ? devices.find((known) => known === value) : undefined;
    return device ? words[device] : value;
  };
  const textOf = (group: TargetingGroup, depth = 0): string => {
    const members = 'and' in group ? group.and : group.or;
    const text = members
      .map((member) => {
        if (!('key' in member)) return textOf(member, depth + 1);
        const label = member.key.startsWith('kv.') ? member.key.slice(3) : words[`key.${member.key}` as 'key.kv'];
        const values = 'in' in member ? member.in : member.not_in;
        return `${label} ${'in' in member ? words.is : words.isNot} ${values.map((value) => named(member.key, value)).join(', ')}`;
      })
      .join(` ${'and' in group ? words.and : words.or} `);
    return depth ? `(${text})` : text;
  };
  return (group: TargetingGroup | null) =>
    group && ('and' in group ? group.and : group.or).length ? textOf(group) : words.everyone;
};
