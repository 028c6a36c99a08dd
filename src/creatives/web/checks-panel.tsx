import { Alert, Button, Group, Table, Text } from '@mantine/core';
import { checkCreative } from '#creatives/contract';
import type { Creative, CreativeCheck } from '#creatives/contract';
import { useMay } from '#people/web';
import { Panel, useAction, useLanguage, useWords } from '#platform/web';
import { checkIn } from '../check-words.ts';
import { messages } from './messages.ts';

const order: Record<CreativeCheck['level'], number> = { failed: 0, warning: 1, ok: 2 };
const colours: Record<CreativeCheck['level'], string> = {
  failed: 'var(--bad)',
  warning: 'var(--warn)',
  ok: 'var(--good)',
};

/** Every check with its verdict, the worst first, and pictures of how the creative ran. */
export const ChecksPanel = ({ creative }: { creative: Creative }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const may = useMay();
  const again = useAction(checkCreative);
  const levels = { failed: words.failedCheck, warning: words.warning, ok: words.ok };
  const checks = creative.checks
    .toSorted((a, b) => order[a.level] - order[b.level])
    .map((check) => ({ code: check.code, level: check.level, ...checkIn(language, check) }));
  return (
    <Panel title={words.checks}>
      {creative.checked_at === null ? (
        <Text size="sm" role="status" mb="xs">
          {words.notCheckedYet}
        </Text>
      ) : null}
      <Table.ScrollContainer minWidth={560} type="native" role="region" tabIndex={0} aria-label={words.checks}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.checks}</Table.Th>
              <Table.Th>{words.measured}</Table.Th>
              <Table.Th>{words.limit}</Table.Th>
              <Table.Th>{words.rule}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {checks.map(({ code, level, sentence, measured, limit, source, advice }) => (
              <Table.Tr key={code}>
                <Table.Td>
                  <Text span size="sm" fw={600} style={{ color: colours[level] }}>
                    {levels[level]}
                  </Text>{' '}
                  <Text span size="sm" fw={600}>
                    {words[`check_${code}`]}
                  </Text>
                  <Text size="sm">{sentence}</Text>
                  {level !== 'ok' && advice ? (
                    <Text size="xs" c="dimmed">
                      {advice}
                    </Text>
                  ) : null}
                </Table.Td>
                <Table.Td>{measured ?? '–'}</Table.Td>
                <Table.Td>{limit ?? '–'}</Table.Td>
                <Table.Td>
                  <Text size="xs" c="dimmed">
                    {source ?? '–'}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {creative.film.length > 0 ? (
        <figure style={{ margin: '12px 0' }}>
          <figcaption>
            <Text size="sm" mb={4}>
              {words.film}
            </Text>
          </figcaption>
          <Group gap="xs">
            {creative.film.map((address) => (
              <img key={address} src={address} alt="" style={{ maxHeight: 120, border: '1px solid var(--line)' }} />
            ))}
          </Group>
        </figure>
      ) : null}
      {again.error ? (
        <Alert color="red" variant="light" role="alert" mb="xs">
          {again.error.message}
        </Alert>
      ) : null}
      {may('creatives.write') ? (
        <Button variant="default" loading={again.isPending} onClick={() => again.mutate({ id: creative.id })}>
          {words.checkAgain}
        </Button>
      ) : null}
    </Panel>
  );
};
