import {
  Button,
  Checkbox,
  CopyButton,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useState } from 'react';
import { createChangeRequest } from '#campaigns/contract';
import type { ChangedLine } from '#campaigns/contract';
import { useZone } from '#inventory/web';
import { dayIn, ErrorState, lastDay, MoneyInput, useAction, useLanguage, useNow, useWords } from '#platform/web';
import { messages } from './change-messages.ts';
import type { LineSummary } from './shapes.ts';

type Wanted = {
  quantity: number | null;
  rate: number | null;
  first: string | null;
  last: string | null;
  cancel: boolean;
};

/** What is to change, a row a sold line. */
export const ChangeForm = ({ order, lines }: { order: string; lines: readonly LineSummary[] }) => {
  const words = useWords(messages);
  const zone = useZone();
  const termsOf = (line: LineSummary): Wanted => ({
    quantity: line.goal.quantity,
    rate: line.rate.amount,
    first: dayIn(zone, new Date(line.start)),
    last: lastDay(line.end, zone),
    cancel: false,
  });
  const [wanted, setWanted] = useState<Record<string, Wanted>>({});
  const [askedOf, setAskedOf] = useState<'us' | 'them'>('them');
  const [note, setNote] = useState('');
  const ask = useAction(createChangeRequest);
  const changed = lines.flatMap((line): ChangedLine[] => {
    const [was, now] = [termsOf(line), wanted[line.id]];
    if (!now) return [];
    if (now.cancel) return [{ line_item_id: line.id, cancel: true }];
    const part = {
      ...(now.quantity !== null && now.quantity !== was.quantity ? { quantity: now.quantity } : {}),
      ...(now.rate !== null && now.rate !== was.rate ? { rate: now.rate } : {}),
      ...(now.first && now.first !== was.first ? { first_day: now.first } : {}),
      ...(now.last && now.last !== was.last ? { last_day: now.last } : {}),
    };
    return Object.keys(part).length > 0 ? [{ line_item_id: line.id, ...part }] : [];
  });
  if (ask.data) return <Asked path={ask.data.path} />;
  return (
    <Stack>
      {lines.map((line) => (
        <LineRow
          key={line.id}
          line={line}
          value={wanted[line.id] ?? termsOf(line)}
          onChange={(value) => setWanted({ ...wanted, [line.id]: value })}
        />
      ))}
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          {words.askOf}
        </Text>
        <SegmentedControl
          aria-label={words.askOf}
          value={askedOf}
          onChange={(value) => setAskedOf(value === 'us' ? 'us' : 'them')}
          data={[
            { value: 'them', label: words.them },
            { value: 'us', label: words.us },
          ]}
        />
      </Stack>
      <Textarea
        label={words.why}
        autosize
        minRows={2}
        maxLength={5000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {ask.error ? <ErrorState error={ask.error} /> : null}
      <Group justify="flex-end">
        {changed.length === 0 ? (
          <Text size="sm" c="dimmed">
            {words.nothing}
          </Text>
        ) : null}
        <Button
          loading={ask.isPending}
          disabled={changed.length === 0}
          onClick={() => ask.mutate({ id: order, asked_of: askedOf, note: note.trim(), lines: changed })}
        >
          {words.ask}
        </Button>
      </Group>
    </Stack>
  );
};

const LineRow = ({
  line,
  value,
  onChange,
}: {
  line: LineSummary;
  value: Wanted;
  onChange: (value: Wanted) => void;
}) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const hasBegun = Date.parse(line.start) <= useNow().getTime();
  const change = (part: Partial<Wanted>) => onChange({ ...value, ...part });
  return (
    <div role="group" aria-label={line.name}>
      <Text size="sm" fw={600}>
        {line.name}
        {hasBegun ? (
          <Text span size="xs" c="dimmed">
            {' '}
            · {words.begun}
          </Text>
        ) : null}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
        <NumberInput
          label={words.quantity}
          min={0}
          allowDecimal={false}
          hideControls
          disabled={value.cancel}
          thousandSeparator={language === 'fr' ? '\u202f' : ','}
          value={value.quantity ?? ''}
          onChange={(quantity) => change({ quantity: typeof quantity === 'number' ? quantity : null })}
        />
        {hasBegun ? null : (
          <MoneyInput
            label={words.price}
            currency={line.rate.currency}
            amount={value.rate}
            onChange={(rate) => change({ rate })}
          />
        )}
        <DatePickerInput
          type="range"
          label={words.dates}
          locale={language}
          valueFormat="D MMM YYYY"
          disabled={value.cancel}
          value={[value.first, value.last]}
          onChange={([first, last]) => change({ first: hasBegun ? value.first : first, last })}
        />
      </SimpleGrid>
      <Checkbox
        mt={6}
        size="xs"
        label={words.cancel}
        checked={value.cancel}
        onChange={(event) => change({ cancel: event.currentTarget.checked })}
      />
    </div>
  );
};

/** The private link, once; nothing to show where an approver of ours was asked. */
const Asked = ({ path }: { path: string | null }) => {
  const words = useWords(messages);
  if (path === null) return <Text role="status">{words.done}</Text>;
  const link = `${window.location.origin}${path}`;
  return (
    <Stack>
      <Text size="sm">{words.linkOnce}</Text>
      <TextInput label={words.link} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
      <Group justify="flex-end">
        <CopyButton value={link}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>}
        </CopyButton>
      </Group>
    </Stack>
  );
};
