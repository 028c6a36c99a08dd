import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { RateModel } from '#inventory/contract';
import { useFormatCodes, usePlaces } from '#inventory/web';
import { MoneyInput, useLanguage, useWords } from '#platform/web';
import { messages as terms } from './messages.ts';
import { askedUnits, emptyAsked } from './rfp-draft.ts';
import type { AskedDraft } from './rfp-draft.ts';
import { messages } from './rfp-messages.ts';

type Props = {
  lines: AskedDraft[];
  currency: string;
  disabled: boolean;
  onChange: (lines: AskedDraft[]) => void;
};

/** What is asked for, a box a line. */
export const RfpLines = ({ lines, currency, disabled, onChange }: Props) => {
  const words = useWords(messages);
  const change = (key: string, part: Partial<AskedDraft>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  return (
    <fieldset disabled={disabled} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <Stack gap="sm">
        {lines.map((line, index) => (
          <Line
            key={line.key}
            line={line}
            title={line.name || `${words.line} ${index + 1}`}
            currency={currency}
            onChange={(part) => change(line.key, part)}
            onRemove={lines.length > 1 ? () => onChange(lines.filter(({ key }) => key !== line.key)) : undefined}
          />
        ))}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => {
            const last = lines.at(-1);
            onChange([...lines, emptyAsked({ first_day: last?.first_day ?? null, last_day: last?.last_day ?? null })]);
          }}
        >
          {words.addLine}
        </Button>
      </Stack>
    </fieldset>
  );
};

type LineProps = {
  line: AskedDraft;
  title: string;
  currency: string;
  onChange: (part: Partial<AskedDraft>) => void;
  onRemove: (() => void) | undefined;
};

const Line = ({ line, title, currency, onChange, onRemove }: LineProps) => {
  const words = useWords(messages);
  const lineWords = useWords(terms);
  const { language } = useLanguage();
  const places = usePlaces();
  const codes = useFormatCodes();
  const external = [...places.placement.values()]
    .filter(({ site_id }) => places.site.get(site_id)?.kind === 'external')
    .map(({ id }) => ({ value: id, label: places.nameOf(id) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  return (
    <Paper p="sm" withBorder role="group" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Text fw={600} size="sm">
          {title}
        </Text>
        {onRemove ? (
          <ActionIcon variant="subtle" color="gray" aria-label={`${words.removeLine}: ${title}`} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        ) : null}
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="sm">
        <TextInput
          label={words.name}
          required
          maxLength={200}
          value={line.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextInput
          label={words.where}
          placeholder={words.whereHint}
          maxLength={300}
          value={line.where}
          onChange={(event) => onChange({ where: event.currentTarget.value })}
        />
        <Select
          label={words.placement}
          placeholder={words.placementHint}
          searchable
          clearable
          data={external}
          value={line.placement_id}
          onChange={(placement_id) => onChange({ placement_id })}
        />
        <TagsInput label={words.sizes} data={codes} value={line.sizes} onChange={(sizes) => onChange({ sizes })} />
        <DatePickerInput
          type="range"
          label={words.dates}
          required
          locale={language}
          valueFormat="D MMM YYYY"
          value={[line.first_day, line.last_day]}
          onChange={([first_day, last_day]) => onChange({ first_day, last_day })}
        />
        <Group grow gap="xs" wrap="nowrap" align="flex-end">
          <NumberInput
            label={words.quantity}
            placeholder={words.theirsToSay}
            min={0}
            allowDecimal={false}
            hideControls
            thousandSeparator={language === 'fr' ? '\u202f' : ','}
            value={line.quantity ?? ''}
            onChange={(quantity) => onChange({ quantity: typeof quantity === 'number' ? quantity : null })}
          />
          <Select
            label={words.unit}
            allowDeselect={false}
            data={askedUnits.map((value) => ({ value, label: lineWords[value] }))}
            value={line.unit}
            onChange={(unit) => onChange({ unit: askedUnits.find((one) => one === unit) ?? 'impressions' })}
          />
        </Group>
        <Group grow gap="xs" wrap="nowrap" align="flex-end">
          <MoneyInput
            label={words.price}
            currency={currency}
            amount={line.amount}
            onChange={(amount) => onChange({ amount })}
          />
          <Select
            label={words.model}
            allowDeselect={false}
            data={RateModel.options.map((value) => ({ value, label: lineWords[value] }))}
            value={line.model}
            onChange={(model) => onChange({ model: RateModel.parse(model) })}
          />
        </Group>
        <TextInput
          label={words.note}
          maxLength={1000}
          value={line.note}
          onChange={(event) => onChange({ note: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Paper>
  );
};
