import { Button, Group, SimpleGrid } from '@mantine/core';
import { IconAd2, IconCopy, IconPencil, IconPlus } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { readOrderSummary } from '#campaigns/contract';
import { AuditTable, CommentsPanel, useMay } from '#people/web';
import {
  Answer,
  DataTable,
  EmptyState,
  Figure,
  FormDialog,
  Link,
  LinkButton,
  Page,
  Panel,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { ChangeRequests } from './change-requests-panel.tsx';
import { bulkMessages } from './bulk-messages.ts';
import { CopyOrderForm } from './copy-order.tsx';
import { ImportLines } from './import-lines.tsx';
import { InvoicePanel } from './invoice-panel.tsx';
import type { OrderSlots } from './line-progress.ts';
import { MakeGoods } from './make-goods.tsx';
import { messages } from './messages.ts';
import { MoveMenu } from './move-menu.tsx';
import { OrderForm } from './order-form.tsx';
import { CancelOrder, OrderPapers } from './order-papers.tsx';
import type { LineSummary } from './shapes.ts';
import { StateBadge, useStateName, useSpan, useTerms } from './terms.tsx';

/** One order: its lines, where each stands, what they are worth. `slots` come from the domains below. */
export const OrderPage = ({ slots }: { slots: (order: string) => OrderSlots }) => {
  const words = useWords(messages);
  const bulk = useWords(bulkMessages);
  const navigate = useNavigate();
  const format = useFormat();
  const span = useSpan();
  const may = useMay();
  const terms = useTerms();
  const stateName = useStateName();
  const { id = '' } = useParams({ strict: false });
  const { one, set } = useSearch();
  const asked = useRoute(readOrderSummary, { id });
  const { Progress, actions, figures } = slots(id);
  return (
    <Answer of={asked}>
      {({ order, lines, booked }) => {
        const columns: Column<LineSummary>[] = [
          {
            key: 'name',
            header: words.name,
            value: (row) => row.name,
            cell: (row) => <Link to={`/line-items/${row.id}`}>{row.name}</Link>,
          },
          {
            key: 'state',
            header: words.state,
            value: (row) => stateName(row.state),
            cell: (row) => <StateBadge state={row.state} />,
          },
          {
            key: 'progress',
            header: words.progress,
            value: (row) => row.goal.quantity,
            cell: (row) => <Progress line={row} />,
            from: 'sm',
          },
          {
            key: 'dates',
            header: words.dates,
            value: (row) => row.start,
            cell: (row) => <span style={{ whiteSpace: 'nowrap' }}>{span(row.start, row.end)}</span>,
            from: 'sm',
          },
          { key: 'goal', header: words.goal, value: (row) => terms.goal(row.goal), from: 'lg' },
          { key: 'rate', header: words.rate, value: (row) => terms.rate(row.rate), align: 'right', from: 'md' },
          {
            key: 'booked',
            header: words.booked,
            value: (row) => row.booked_amount?.amount,
            cell: (row) => format.money(row.booked_amount),
            align: 'right',
            from: 'md',
          },
          ...(may('campaigns.book')
            ? [
                {
                  key: 'move',
                  header: '',
                  value: () => null,
                  cell: (row: LineSummary) => <MoveMenu id={row.id} compact />,
                },
              ]
            : []),
        ];
        const addLine = may('campaigns.write') ? (
          <LinkButton to={`/orders/${id}/new-line`} icon={<IconPlus size={16} aria-hidden />}>
            {words.newLine}
          </LinkButton>
        ) : null;
        return (
          <Page
            title={order.name}
            trail={[{ label: words.orders, to: '/orders' }]}
            under={
              <Group gap={8}>
                <span>{order.advertiser_name}</span>·<span>{words[order.side]}</span>
                {order.publisher_name ? <span>· {order.publisher_name}</span> : null}
                {order.po_number ? <span>· {order.po_number}</span> : null}
                {order.start && order.end ? <span>· {span(order.start, order.end)}</span> : null}
              </Group>
            }
            actions={
              <>
                {may('campaigns.write') ? (
                  <Button
                    variant="default"
                    leftSection={<IconPencil size={16} aria-hidden />}
                    onClick={() => set({ edit: '1' })}
                  >
                    {words.edit}
                  </Button>
                ) : null}
                {may('campaigns.write') ? (
                  <Button
                    variant="default"
                    leftSection={<IconCopy size={16} aria-hidden />}
                    onClick={() => set({ copy: '1' })}
                  >
                    {bulk.copy}
                  </Button>
                ) : null}
                {order.lines > 0 ? <CancelOrder order={order.id} /> : null}
                {actions}
                {addLine}
              </>
            }
          >
            <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
              <Figure label={words.count} value={format.number(lines.length)} />
              {booked.length ? (
                booked.map((sum) => (
                  <Figure
                    key={sum.currency}
                    label={words.booked}
                    definition={words.bookedDefinition}
                    value={format.money(sum)}
                  />
                ))
              ) : (
                <Figure label={words.booked} definition={words.bookedDefinition} value="–" />
              )}
            </SimpleGrid>
            {figures}
            <Panel
              title={words.lines}
              flush
              actions={
                may('campaigns.write') ? (
                  <>
                    <Button size="compact-sm" variant="default" onClick={() => set({ import: '1' })}>
                      {bulk.import}
                    </Button>
                    {lines.length > 0 ? (
                      <LinkButton size="compact-sm" variant="default" to="/line-items/grid" search={{ order: id }}>
                        {bulk.grid}
                      </LinkButton>
                    ) : null}
                  </>
                ) : null
              }
            >
              <DataTable
                label={words.lines}
                file={`order-${order.name}`}
                rows={lines}
                columns={columns}
                rowKey={(row) => row.id}
                empty={
                  <EmptyState
                    icon={<IconAd2 size={36} aria-hidden />}
                    title={words.noLines}
                    next={words.noLinesNext}
                    action={addLine}
                  />
                }
              />
            </Panel>
            <ChangeRequests order={order.id} lines={lines} />
            <MakeGoods order={order.id} />
            <OrderPapers order={order.id} />
            <InvoicePanel order={order.id} />
            <CommentsPanel kind="order" id={order.id} />
            {may('audit.read') ? (
              <Panel title={words.history} flush>
                <AuditTable kind="order" id={order.id} />
              </Panel>
            ) : null}
            <FormDialog title={words.edit} opened={one('edit') === '1'} onClose={() => set({ edit: undefined })}>
              <OrderForm order={order} onDone={() => set({ edit: undefined })} />
            </FormDialog>
            <FormDialog title={bulk.copyTitle} opened={one('copy') === '1'} onClose={() => set({ copy: undefined })}>
              <CopyOrderForm order={order} onDone={(made) => void navigate({ to: `/orders/${made.id}`, search: {} })} />
            </FormDialog>
            <FormDialog
              title={bulk.importTitle}
              opened={one('import') === '1'}
              onClose={() => set({ import: undefined })}
              size="xl"
            >
              <ImportLines order={id} onDone={() => set({ import: undefined })} />
            </FormDialog>
          </Page>
        );
      }}
    </Answer>
  );
};
