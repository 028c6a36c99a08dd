import { Button, SimpleGrid, Text } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { commentInvitation, deleteRfp, readInvitationThread, readRfp } from '#campaigns/contract';
import type { Rfp } from '#campaigns/contract';
import { usePlaces } from '#inventory/web';
import { AuditTable, useMay } from '#people/web';
import {
  Answer,
  ConfirmDialog,
  DataTable,
  Figure,
  LinkButton,
  Page,
  Panel,
  useAction,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages as lineMessages } from './messages.ts';
import { CommentBox, ThreadEntries } from './proposal-thread.tsx';
import { RfpCompare } from './rfp-compare.tsx';
import { InviteDialog } from './rfp-dialogs.tsx';
import { messages } from './rfp-messages.ts';
import { RfpPublishers } from './rfp-publishers.tsx';

/** One request: whom it went to, what they offer side by side, what was said, and the choice. */
export const RfpPage = () => {
  const words = useWords(messages);
  const lineWords = useWords(lineMessages);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { one, set } = useSearch();
  const { id = '' } = useParams({ strict: false });
  const [leaving, setLeaving] = useState(false);
  const remove = useAction(deleteRfp, { onDone: () => void navigate({ to: '/rfps', search: {} }) });
  return (
    <Answer of={useRoute(readRfp, { id }, { every: 15_000 })}>
      {(rfp) => {
        const shown = rfp.invitations.find((row) => row.id === one('with'));
        const isUnsent = rfp.invitations.every(({ state }) => state === 'draft');
        const count = (state: string) => rfp.invitations.filter((row) => row.state === state).length;
        return (
          <Page
            title={rfp.name}
            trail={[{ label: words.rfps, to: '/rfps' }]}
            under={`${rfp.advertiser_name} · ${words.due.toLowerCase()} ${format.moment(rfp.due_at)}`}
            actions={
              may('campaigns.write') ? (
                <>
                  {isUnsent ? (
                    <Button variant="default" onClick={() => setLeaving(true)}>
                      {words.remove}
                    </Button>
                  ) : null}
                  <LinkButton variant="default" to={`/rfps/${id}/edit`} icon={<IconPencil size={16} aria-hidden />}>
                    {words.edit}
                  </LinkButton>
                  <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ invite: '1' })}>
                    {words.invite}
                  </Button>
                </>
              ) : null
            }
          >
            <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
              <Figure label={words.invited} value={format.number(rfp.invitations.length)} />
              <Figure label={words['state.answered']} value={format.number(count('answered'))} />
              <Figure label={words['state.sent']} value={format.number(count('sent') + count('countered'))} />
              <Figure label={words.chosen} value={format.number(count('chosen'))} />
            </SimpleGrid>
            <RfpPublishers rfp={rfp} onThread={(invitation) => set({ with: invitation })} />
            <RfpCompare rfp={rfp} />
            {shown ? (
              <Panel title={`${words.thread} : ${shown.publisher_name}`}>
                <Thread key={shown.id} id={shown.id} open={shown.state !== 'withdrawn'} />
              </Panel>
            ) : null}
            <Asked rfp={rfp} />
            {may('audit.read') ? (
              <Panel title={lineWords.history} flush>
                <AuditTable kind="rfp" id={id} />
              </Panel>
            ) : null}
            <InviteDialog rfp={rfp} opened={one('invite') === '1'} onClose={() => set({ invite: undefined })} />
            <ConfirmDialog
              opened={leaving}
              onClose={() => setLeaving(false)}
              action={words.remove}
              question={words.removeSure}
              run={() => remove.mutateAsync({ id })}
            />
          </Page>
        );
      }}
    </Answer>
  );
};

const Thread = ({ id, open }: { id: string; open: boolean }) => {
  const may = useMay();
  const comment = useAction(commentInvitation);
  return (
    <>
      <Answer of={useRoute(readInvitationThread, { id }, { every: 15_000 })}>
        {({ items }) => <ThreadEntries items={items} />}
      </Answer>
      {open && may('campaigns.write') ? (
        <CommentBox busy={comment.isPending} error={comment.error} say={(note) => comment.mutateAsync({ id, note })} />
      ) : null}
    </>
  );
};

const Asked = ({ rfp }: { rfp: Rfp }) => {
  const words = useWords(messages);
  const lineWords = useWords(lineMessages);
  const format = useFormat();
  const places = usePlaces();
  const columns: Column<Rfp['lines'][number]>[] = [
    { key: 'name', header: words.line, value: (row) => row.name },
    {
      key: 'where',
      header: words.where,
      value: (row) => [row.placement_id ? places.nameOf(row.placement_id) : '', row.where].filter(Boolean).join(' · '),
      from: 'sm',
    },
    { key: 'sizes', header: words.sizes, value: (row) => row.sizes.join(', '), from: 'md' },
    {
      key: 'dates',
      header: words.dates,
      value: (row) => row.first_day,
      cell: (row) => format.days(row.first_day, row.last_day),
      from: 'sm',
    },
    {
      key: 'quantity',
      header: words.quantity,
      value: (row) => row.quantity,
      cell: (row) =>
        row.quantity === null ? words.theirsToSay : `${format.number(row.quantity)} ${lineWords[row.unit]}`,
      align: 'right',
    },
    {
      key: 'price',
      header: words.price,
      value: (row) => row.amount,
      cell: (row) =>
        `${row.amount === null ? words.theirsToSay : format.money({ amount: row.amount, currency: rfp.currency })} (${lineWords[row.model]})`,
      align: 'right',
      from: 'xs',
    },
  ];
  return (
    <>
      <Panel title={words.lines} flush>
        <DataTable
          label={words.lines}
          file={`request-${rfp.name}`}
          rows={rfp.lines}
          columns={columns}
          rowKey={(row) => row.id}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Panel title={words.brief}>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {rfp.brief || words.noBrief}
          </Text>
        </Panel>
        <Panel title={words.terms}>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {rfp.terms || words.noBrief}
          </Text>
        </Panel>
      </SimpleGrid>
    </>
  );
};
