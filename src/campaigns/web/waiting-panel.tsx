import { Stack, Text } from '@mantine/core';
import { listProposals, listRfps } from '#campaigns/contract';
import { useMay } from '#people/web';
import { Link, Panel, useFormat, useList, useWords } from '#platform/web';
import { messages } from './proposal-messages.ts';

/** Negotiations in which the other side has spoken last, for *Today*; nothing where none waits. */
export const WaitingPanel = () => {
  const words = useWords(messages);
  const format = useFormat();
  const enabled = useMay()('proposals.read');
  const countered = useList(listProposals, { limit: 20, state: 'countered' }, { every: 60_000, enabled });
  const approvals = useList(listProposals, { limit: 20, state: 'awaiting_approval' }, { every: 60_000, enabled });
  const rfps = useList(listRfps, { limit: 50 }, { every: 60_000, enabled });
  const answered = (rfps.rows ?? []).flatMap((rfp) =>
    rfp.invitations
      .filter(({ state }) => state === 'answered')
      .map((row) => ({
        key: row.id,
        to: `/rfps/${rfp.id}`,
        name: rfp.name,
        what: words.waitsOffer(row.publisher_name, format.money({ amount: row.total, currency: rfp.currency })),
      })),
  );
  const ours = [
    ...(countered.rows ?? []).map((row) => ({ ...row, what: words.waitsCounter(row.advertiser_name) })),
    ...(approvals.rows ?? []).map((row) => ({ ...row, what: words.waitsApproval(format.percent(row.discount)) })),
  ].map(({ id, name, what }) => ({ key: id, to: `/proposals/${id}`, name, what }));
  const rows = [...ours, ...answered];
  if (rows.length === 0) return null;
  return (
    <Panel title={words.waits}>
      <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map((row) => (
          <li key={row.key}>
            <Link to={row.to}>{row.name}</Link>
            <Text size="xs" c="dimmed">
              {row.what}
            </Text>
          </li>
        ))}
      </Stack>
    </Panel>
  );
};
