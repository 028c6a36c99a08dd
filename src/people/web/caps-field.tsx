import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { FrequencyCap } from '#people/contract';
import { messagesOf, useWords } from '#platform/web';

const capMessages = messagesOf(
  {
    caps: 'Frequency caps',
    addCap: 'Add a cap',
    times: 'times',
    every: 'every so many of these',
    per: 'in',
    remove: 'Remove',
    minute: 'minutes',
    hour: 'hours',
    day: 'days',
    week: 'weeks',
    month: 'months',
    lifetime: 'the whole campaign',
    visit: 'a visit',
    hint: 'Rolling windows, by identifier with consent; without one, each cap holds on the page.',
  },
  {
    caps: 'Limites de répétition',
    addCap: 'Ajouter une limite',
    times: 'fois',
    every: 'combien de ces périodes',
    per: 'en',
    remove: 'Retirer',
    minute: 'minutes',
    hour: 'heures',
    day: 'jours',
    week: 'semaines',
    month: 'mois',
    lifetime: 'toute la campagne',
    visit: 'une visite',
    hint: 'Fenêtres glissantes, par identifiant avec consentement ; sans lui, chaque limite vaut sur la page.',
  },
);

const periods = FrequencyCap.shape.per.options;
const isCounted = (per: FrequencyCap['per']): boolean => per !== 'lifetime' && per !== 'visit';

/** Several caps: so many times in so many minutes, hours … `label` says of what where it is not the form's own thing. */
export const CapsField = ({
  label,
  value,
  onChange,
  error,
}: {
  label?: string;
  value: FrequencyCap[];
  onChange: (caps: FrequencyCap[]) => void;
  error: string | undefined;
}) => {
  const words = useWords(capMessages);
  const change = (index: number, part: Partial<FrequencyCap>) =>
    onChange(value.map((cap, at) => (at === index ? { ...cap, ...part } : cap)));
  const whole = (given: string | number, otherwise: number) => (typeof given === 'number' ? given : otherwise);
  return (
    <Stack gap="xs" role="group" aria-label={label ?? words.caps}>
      <Text fw={600} size="sm">
        {label ?? words.caps}
      </Text>
      {value.map((cap, index) => (
        <Group key={index} gap="xs">
          <NumberInput
            aria-label={words.times}
            w={72}
            min={1}
            max={100_000}
            allowDecimal={false}
            value={cap.count}
            onChange={(count) => change(index, { count: whole(count, 1) })}
          />
          <Text size="sm">
            {words.times} {words.per}
          </Text>
          {isCounted(cap.per) ? (
            <NumberInput
              aria-label={words.every}
              w={64}
              min={1}
              max={1000}
              allowDecimal={false}
              value={cap.every ?? 1}
              onChange={(every) => change(index, { every: whole(every, 1) })}
            />
          ) : null}
          <Select
            aria-label={words.per}
            w={130}
            allowDeselect={false}
            data={periods.map((per) => ({ value: per, label: words[per] }))}
            value={cap.per}
            onChange={(per) => change(index, { per: FrequencyCap.shape.per.parse(per), every: 1 })}
          />
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
      {value.length > 0 ? (
        <Text size="xs" c="dimmed">
          {words.hint}
        </Text>
      ) : null}
      <Button
        variant="default"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...value, { count: 3, per: 'day', every: 1 }])}
      >
        {words.addCap}
      </Button>
    </Stack>
  );
};
