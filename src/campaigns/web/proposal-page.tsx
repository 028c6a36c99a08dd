import { SimpleGrid, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { readProposal } from '#campaigns/contract';
import type { Proposal, ProposalLine } from '#campaigns/contract';
import { AuditTable, CommentsPanel, useMay } from '#people/web';
import {
  Answer,
  DataTable,
  Detail,
  Figure,
  LinkButton,
  Page,
  Panel,
  useFormat,
  useRoute,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages as lineMessages } from './messages.ts';
import { ProposalActions } from './proposal-actions.tsx';
import { messages } from './proposal-messages.ts';
import { ProposalBadge } from './proposal-state.tsx';
import { ProposalThread } from './proposal-thread.tsx';
import { useSpan, useTerms } from './terms.tsx';

/** One proposal: what is offered, where it stands, what was said, what can be done with it. */
export const ProposalPage = () => {
  const words = useWords(messages);
  const lineWords = useWords(lineMessages);
  const format = useFormat();
  const may = useMay();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readProposal, { id }, { every: 15_000 });
  return (
    <Answer of={asked}>
      {(proposal) => (
        <Page
          title={proposal.name}
          trail={[{ label: words.proposals, to: '/proposals' }]}
          under={
            <span>
              <ProposalBadge state={proposal.state} /> {proposal.advertiser_name} · {words.version.toLowerCase()}{' '}
              {proposal.version}
              {proposal.holds && proposal.expires_at ? ` · ${words.held(format.moment(proposal.expires_at))}` : ''}
            </span>
          }
          actions={
            <>
              {proposal.order_id ? (
                <LinkButton variant="default" to={`/orders/${proposal.order_id}`}>
                  {words.seeOrder}
                </LinkButton>
              ) : null}
              <ProposalActions proposal={proposal} />
            </>
          }
        >
          <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
            <Figure
              label={words.total}
              definition={words.totalDefinition}
              value={format.money({ amount: proposal.total, currency: proposal.currency })}
            />
            <Figure label={words.lines} value={format.number(proposal.lines.length)} />
            <Figure
              label={words.largestDiscount}
              definition={words.discountDefinition}
              value={format.percent(proposal.discount)}
              unit={
                proposal.discount > proposal.approval_above
                  ? words.approvalNeeded(format.percent(proposal.approval_above))
                  : words.approvalFree(format.percent(proposal.approval_above))
              }
            />
            <Figure
              label={words.deadline}
              definition={words.deadlineDefinition}
              value={format.moment(proposal.expires_at)}
            />
          </SimpleGrid>
          <Lines proposal={proposal} />
          <Decisions proposal={proposal} />
          <Panel title={words.terms}>
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {proposal.terms || words.noTerms}
            </Text>
          </Panel>
          <ProposalThread id={id} open={proposal.state !== 'withdrawn'} />
          <CommentsPanel kind="proposal" id={id} />
          {may('audit.read') ? (
            <Panel title={lineWords.history} flush>
              <AuditTable kind="proposal" id={id} />
            </Panel>
          ) : null}
        </Page>
      )}
    </Answer>
  );
};

const Lines = ({ proposal }: { proposal: Proposal }) => {
  const words = useWords(messages);
  const format = useFormat();
  const terms = useTerms();
  const span = useSpan();
  const columns: Column<ProposalLine>[] = [
    { key: 'name', header: words.line, value: (row) => row.name },
    {
      key: 'placements',
      header: words.placements,
      value: (row) => row.placement_names.join(', '),
      cell: (row) =>
        row.placement_names.length > 3
          ? `${row.placement_names.slice(0, 3).join(', ')} +${row.placement_names.length - 3}`
          : row.placement_names.join(', '),
      from: 'md',
    },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.start,
      cell: (row) => span(row.start, row.end),
      from: 'sm',
    },
    { key: 'quantity', header: words.quantity, value: (row) => terms.goal(row.goal), align: 'right', from: 'xs' },
    { key: 'price', header: words.price, value: (row) => terms.rate(row.rate), align: 'right', from: 'md' },
    {
      key: 'discount',
      header: words.discount,
      definition: words.discountDefinition,
      value: (row) => (row.list_rate ? row.discount : null),
      cell: (row) => (row.list_rate ? format.percent(row.discount) : '–'),
      align: 'right',
      from: 'lg',
    },
    {
      key: 'amount',
      header: words.amount,
      value: (row) => row.amount?.amount,
      cell: (row) => (row.amount ? format.money(row.amount) : words.afterDelivery),
      align: 'right',
    },
  ];
  return (
    <Panel title={words.lines} note={proposal.currency} flush>
      <DataTable
        label={words.lines}
        file={`proposal-${proposal.name}`}
        rows={proposal.lines}
        columns={columns}
        rowKey={(row) => row.id}
      />
    </Panel>
  );
};

const Decisions = ({ proposal: { acceptance, approval } }: { proposal: Proposal }) => {
  const words = useWords(messages);
  const format = useFormat();
  if (!acceptance && !approval) return null;
  return (
    <Panel title={acceptance ? words.acceptance : words.approval}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        {approval ? (
          <Detail label={words.approvedBy}>
            {approval.name}, {format.moment(approval.at)}
            {approval.note ? ` – ${approval.note}` : ''}
          </Detail>
        ) : null}
        {acceptance ? (
          <>
            <Detail label={words.acceptedBy}>
              {acceptance.name}
              {acceptance.title ? `, ${acceptance.title}` : ''}
            </Detail>
            <Detail label={words.acceptedAt}>{format.moment(acceptance.at)}</Detail>
            <Detail label={words.acceptedFrom}>{acceptance.address}</Detail>
            <Detail label={words.documentHash}>
              <code>{acceptance.document_hash}</code>
            </Detail>
          </>
        ) : null}
      </SimpleGrid>
    </Panel>
  );
};
