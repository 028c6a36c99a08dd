import { Alert, Button, SimpleGrid } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { cloneLineItem, readLineItem } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { usePlaces } from '#inventory/web';
import { AuditTable, CommentsPanel, useMay } from '#people/web';
import { Answer, Detail, Link, LinkButton, Page, Panel, useAction, useFormat, useRoute, useWords } from '#platform/web';
import { AssignmentsPanel } from './assignments-panel.tsx';
import { LineAvailability } from './line-availability.tsx';
import type { LineSlots } from './line-progress.ts';
import { MakeGoodButton } from './make-goods.tsx';
import { messages } from './messages.ts';
import { MoveMenu } from './move-menu.tsx';
import { useTargetingText } from './targeting-builder.tsx';
import { StateBadge, useSpan, useTerms } from './terms.tsx';

/** One line item: what was ordered, what was delivered, what is shown, why it serves or not, what happened to it. */
export const LineItemPage = ({ Progress, Figures, Why }: LineSlots) => {
  const words = useWords(messages);
  const format = useFormat();
  const span = useSpan();
  const may = useMay();
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readLineItem, { id }, { every: 15_000 });
  const clone = useAction(cloneLineItem, {
    onDone: (made) => {
      notifications.show({ color: 'green', message: words.cloned });
      void navigate({ to: `/line-items/${made.id}`, search: {} });
    },
  });
  return (
    <Answer of={asked}>
      {(line) => (
        <Page
          title={line.name}
          trail={[
            { label: words.orders, to: '/orders' },
            { label: line.order_name, to: `/orders/${line.order_id}` },
          ]}
          under={
            <span>
              <StateBadge state={line.state} /> {line.advertiser_name} · {words[line.side]} ·{' '}
              {span(line.start, line.end)}
              {line.state === 'reserved' && line.expires_at
                ? ` · ${words.heldUntil(format.moment(line.expires_at))}`
                : ''}
              {line.state_reason ? ` · ${line.state_reason}` : ''}
            </span>
          }
          actions={
            may('campaigns.write') ? (
              <>
                <Button
                  variant="default"
                  leftSection={<IconCopy size={16} aria-hidden />}
                  loading={clone.isPending}
                  onClick={() => clone.mutate({ id })}
                >
                  {words.clone}
                </Button>
                {may('forecast.read') && line.side === 'sell' ? (
                  <LinkButton
                    variant="default"
                    to="/simulations/new"
                    search={{ line: id }}
                    icon={<IconPlayerPlay size={16} aria-hidden />}
                  >
                    {words.simulate}
                  </LinkButton>
                ) : null}
                <MakeGoodButton line={line} />
                <LinkButton variant="default" to={`/line-items/${id}/edit`} icon={<IconPencil size={16} aria-hidden />}>
                  {words.edit}
                </LinkButton>
                {may('campaigns.book') ? <MoveMenu id={id} /> : null}
              </>
            ) : null
          }
        >
          {line.warnings.map((warning) => (
            <Alert key={warning.code} color="yellow" variant="light" role="status">
              {warning.sentence}
            </Alert>
          ))}
          <Panel title={words.progress}>
            <Progress line={line} />
          </Panel>
          <Figures line={line} />
          <LineAvailability line={line} />
          <AssignmentsPanel line={line} />
          <Terms line={line} />
          <Why line={line} />
          <CommentsPanel kind="line-item" id={line.id} />
          {may('audit.read') ? (
            <Panel title={words.history} flush>
              <AuditTable kind="line-item" id={line.id} />
            </Panel>
          ) : null}
        </Page>
      )}
    </Answer>
  );
};

const Terms = ({ line }: { line: LineItem }) => {
  const words = useWords(messages);
  const format = useFormat();
  const terms = useTerms();
  const places = usePlaces();
  const targeting = useTargetingText();
  return (
    <Panel title={words.terms}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
        <Detail label={words.goal}>{terms.goal(line.goal)}</Detail>
        <Detail label={words.rate}>{terms.rate(line.rate)}</Detail>
        <Detail label={words.booked} definition={words.bookedDefinition}>
          {format.money(line.booked_amount)}
        </Detail>
        <Detail label={words.type}>
          {words[line.type]} · {words.priority.toLowerCase()} {line.priority}
        </Detail>
        <Detail label={words.pacing}>{words[line.pacing]}</Detail>
        <Detail label={words.rotation}>{words[line.rotation]}</Detail>
        <Detail label={words.caps}>
          {line.frequency_caps.length
            ? format.list(
                line.frequency_caps.map((cap) =>
                  words.capOf(
                    format.number(cap.count),
                    `${cap.every && cap.every > 1 ? `${cap.every} ` : ''}${words[cap.per]}`,
                  ),
                ),
              )
            : words.noCap}
        </Detail>
        <Detail label={words.sizes}>{line.sizes.length ? line.sizes.join(', ') : words.otherSizes}</Detail>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" mt="md">
        <Detail label={words.where}>
          {line.placements.map((placement, index) => (
            <span key={placement}>
              {index ? ', ' : ''}
              <Link to={`/placements/${placement}`}>{places.nameOf(placement)}</Link>
            </span>
          ))}
        </Detail>
        <Detail label={words.targeting}>{targeting(line.targeting)}</Detail>
      </SimpleGrid>
    </Panel>
  );
};
