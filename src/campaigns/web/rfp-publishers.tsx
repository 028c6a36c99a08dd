import { Button, Group, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { moveInvitation } from '#campaigns/contract';
import type { Invitation, InvitationMove, Rfp } from '#campaigns/contract';
import { useMay } from '#people/web';
import { ConfirmDialog, DataTable, EmptyState, LinkButton, Panel, useAction, useFormat, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { ChooseDialog, CounterDialog, LetterDialog } from './rfp-dialogs.tsx';
import { messages } from './rfp-messages.ts';
import { InvitationBadge } from './rfp-state.tsx';

type Asking = { row: Invitation; what: 'send' | 'remind' | 'counter' | 'choose' | 'pass_over' | 'withdraw' | 'reopen' };

/** The publishers that were asked, and what can be done with each. */
export const RfpPublishers = ({ rfp, onThread }: { rfp: Rfp; onThread: (invitation: string) => void }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  const move = useAction(moveInvitation);
  const money = (amount: number) => format.money({ amount, currency: rfp.currency });
  const columns: Column<Invitation>[] = [
    {
      key: 'publisher',
      header: words.publisher,
      value: (row) => row.publisher_name,
      cell: (row) => (
        <div>
          <Text size="sm" fw={600}>
            {row.publisher_name}
          </Text>
          <Text size="xs" c="dimmed">
            {[row.contact_name, row.email].filter(Boolean).join(' · ')}
          </Text>
        </div>
      ),
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[`state.${row.state}`],
      cell: (row) => (
        <div>
          <InvitationBadge state={row.state} />
          {row.state === 'sent' ? (
            <Text size="xs" c="dimmed">
              {row.opened_at ? words.opened(format.moment(row.opened_at)) : words.notOpened}
              {row.reminded_at ? ` · ${words.reminded(format.moment(row.reminded_at))}` : ''}
            </Text>
          ) : null}
        </div>
      ),
    },
    {
      key: 'due',
      header: words.due,
      definition: words.dueDefinition,
      value: (row) => row.due_at,
      cell: (row) => format.moment(row.due_at),
      from: 'md',
    },
    {
      key: 'total',
      header: words.total,
      definition: words.totalDefinition,
      value: (row) => (row.version > 0 ? row.total : null),
      cell: (row) => (row.version > 0 ? money(row.total) : '–'),
      align: 'right',
      from: 'xs',
    },
    {
      key: 'actions',
      header: '',
      value: () => null,
      cell: (row) => <Actions row={row} onAsk={(what) => setAsking({ row, what })} onThread={() => onThread(row.id)} />,
    },
  ];
  const sure = { pass_over: words.passSure, withdraw: words.withdrawSure, reopen: words.reopenSure };
  return (
    <Panel title={words.publishers} flush>
      <DataTable
        label={words.publishers}
        file={`publishers-${rfp.name}`}
        rows={rfp.invitations}
        columns={columns}
        rowKey={(row) => row.id}
        empty={
          <EmptyState
            icon={<IconUsersGroup size={32} aria-hidden />}
            title={words.noInvited}
            next={may('campaigns.write') ? words.noInvitedNext : undefined}
          />
        }
      />
      {asking?.what === 'send' || asking?.what === 'remind' ? (
        <LetterDialog row={asking.row} kind={asking.what} onClose={close} />
      ) : null}
      {asking?.what === 'counter' ? <CounterDialog rfp={rfp} row={asking.row} onClose={close} /> : null}
      {asking?.what === 'choose' ? <ChooseDialog rfp={rfp} row={asking.row} onClose={close} /> : null}
      {asking?.what === 'pass_over' || asking?.what === 'withdraw' || asking?.what === 'reopen' ? (
        <ConfirmDialog
          opened
          onClose={close}
          colour={asking.what === 'reopen' ? 'petrol' : 'red'}
          action={words[asking.what]}
          question={sure[asking.what]}
          reason={{ label: words.message, required: false }}
          run={(note) =>
            move.mutateAsync({ id: asking.row.id, move: asking.what as 'pass_over' | 'withdraw' | 'reopen', note })
          }
        />
      ) : null}
    </Panel>
  );
};

type ActionsProps = { row: Invitation; onAsk: (what: Asking['what']) => void; onThread: () => void };

/** The next step as a button, the others in a menu. */
const Actions = ({ row, onAsk, onThread }: ActionsProps) => {
  const words = useWords(messages);
  const may = useMay();
  const can = (move: InvitationMove) =>
    row.moves.includes(move) && may(move === 'choose' ? 'campaigns.book' : 'campaigns.write');
  const waits = row.state === 'sent' || row.state === 'countered';
  const first = can('send') ? 'send' : can('choose') ? 'choose' : can('reopen') ? 'reopen' : undefined;
  const others = (['counter', 'pass_over', 'withdraw'] as const).filter(can);
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {row.order_id ? (
        <LinkButton size="compact-xs" variant="default" to={`/orders/${row.order_id}`}>
          {words.seeOrder}
        </LinkButton>
      ) : null}
      {first ? (
        <Button size="compact-xs" onClick={() => onAsk(first)} aria-label={`${words[first]}: ${row.publisher_name}`}>
          {words[first]}
        </Button>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            rightSection={<IconChevronDown size={13} aria-hidden />}
            aria-label={`${words.actions}: ${row.publisher_name}`}
          >
            {words.actions}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onThread}>{words.seeThread}</Menu.Item>
          {waits && may('campaigns.write') ? (
            <Menu.Item onClick={() => onAsk('remind')}>{words.remind}</Menu.Item>
          ) : null}
          {others.map((what) => (
            <Menu.Item key={what} onClick={() => onAsk(what)}>
              {words[what]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
};
