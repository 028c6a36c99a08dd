import { Stack, Table, Text } from '@mantine/core';
import { type LineFunnel, readLineFunnel } from '#delivery/contract';
import { Answer, useFormat, useRoute, useWords } from '#platform/web';
import { funnelMessages } from './funnel-messages.ts';

/** From the requests of its placements to clicks: what each step keeps and loses, and what was told but does not count. */
export const FunnelOfLine = ({ lineId }: { lineId: string }) => {
  const asked = useRoute(readLineFunnel, { id: lineId });
  return <Answer of={asked}>{(funnel) => <Told funnel={funnel} />}</Answer>;
};

const Told = ({ funnel: { steps, invalid } }: { funnel: LineFunnel }) => {
  const words = useWords(funnelMessages);
  const format = useFormat();
  return (
    <Stack gap="xs" mt="md">
      <Text size="sm" fw={600}>
        {words.title}
      </Text>
      <Table aria-label={words.title} withRowBorders={false} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.step}</Table.Th>
            <Table.Th ta="right">{words.count}</Table.Th>
            <Table.Th ta="right">{words.kept}</Table.Th>
            <Table.Th ta="right">{words.lost}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map(({ step, count, percent, lost }) => (
            <Table.Tr key={step}>
              <Table.Td>{words[step]}</Table.Td>
              <Table.Td ta="right">{format.number(count)}</Table.Td>
              <Table.Td ta="right">{percent === null ? '–' : `${format.number(percent)} %`}</Table.Td>
              <Table.Td ta="right">{lost === null ? '–' : format.number(lost)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed">
        {invalid.length === 0
          ? words.noInvalid
          : words.invalid(
              invalid
                .map(
                  ({ kind, reason, events }) => `${format.number(events)} × ${words.of(kind)}: ${words.reason(reason)}`,
                )
                .join(' · '),
            )}
      </Text>
    </Stack>
  );
};
