import { Box, Stack, Table, Text } from '@mantine/core';
import { readLineWhy } from '#delivery/contract';
import type { LineWhy } from '#delivery/contract';
import { Answer, Link, useFormat, useRoute, useWords } from '#platform/web';
import { changeMessages, messages, reasonMessages } from './messages.ts';

/** The last hour of a line on its placements: why it answered or not, who did instead, and the one change that would help. */
export const LastHour = ({ lineId }: { lineId: string }) => {
  const asked = useRoute(readLineWhy, { id: lineId }, { every: 30_000 });
  return <Answer of={asked}>{(why) => <Told why={why} />}</Answer>;
};

const Told = ({ why }: { why: LineWhy }) => {
  const words = useWords(messages);
  const happened = useWords(reasonMessages);
  const helps = useWords(changeMessages);
  const format = useFormat();
  return (
    <Stack gap="sm" mt="md">
      <Text size="sm" fw={600}>
        {words.lastHour(format.number(why.decisions))}
      </Text>
      {why.change ? (
        <Box role="status">
          <Text size="sm">
            {why.change.field === 'placements' && why.change.tried ? words.nothingHelps : helps[why.change.reason]}
          </Text>
          <Tried change={why.change} />
        </Box>
      ) : why.decisions > 0 ? (
        <Text size="sm" role="status">
          {words.noChange}
        </Text>
      ) : null}
      {why.reasons.length > 0 ? (
        <Table aria-label={words.byReason} withRowBorders={false} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.reason}</Table.Th>
              <Table.Th ta="right">{words.requests}</Table.Th>
              <Table.Th ta="right">{words.part}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {why.reasons.map(({ reason, decisions, percent }) => (
              <Table.Tr key={reason}>
                <Table.Td>{happened[reason]}</Table.Td>
                <Table.Td ta="right">{format.number(decisions)}</Table.Td>
                <Table.Td ta="right">{format.number(percent)} %</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
      {why.instead.length > 0 ? (
        <div>
          <Text size="sm" fw={600}>
            {words.instead}
          </Text>
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {why.instead.map(({ line_item_id, name, decisions }) => (
              <li key={line_item_id}>
                <Link to={`/line-items/${line_item_id}`}>{name}</Link> · {format.number(decisions)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Stack>
  );
};

/** The change itself, and what a trial over requests like those of the last hour says of it. */
const Tried = ({ change }: { change: NonNullable<LineWhy['change']> }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { patch, tried } = change;
  const terms = Object.entries(patch ?? {}).map(([name, value]) => words.term(name, written(value, format.money)));
  return (
    <>
      {terms.length > 0 ? (
        <Text size="sm" fw={600}>
          {terms.join(' · ')}
        </Text>
      ) : null}
      {tried ? (
        <Text size="xs" c="dimmed">
          {words.tried(format.number(tried.requests), format.number(tried.before), format.number(tried.after))}
        </Text>
      ) : null}
    </>
  );
};

/** A term as people read it: an amount as money, a goal by its number, conditions by their keys. */
function written(value: unknown, money: (of: { amount: number; currency: string }) => string): string {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((one) => written(one, money)).join(', ');
  if (typeof value !== 'object') return String(value);
  if ('amount' in value && 'currency' in value)
    return money({ amount: Number(value.amount), currency: String(value.currency) });
  if ('quantity' in value) return String(value.quantity);
  if ('count' in value && 'per' in value) return `${String(value.count)} / ${String(value.per)}`;
  if ('key' in value) return String(value.key);
  return Object.values(value)
    .map((one) => written(one, money))
    .join(', ');
}
