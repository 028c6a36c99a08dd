import { Button, Group, Stack, Text } from '@mantine/core';
import { IconReplace } from '@tabler/icons-react';
import { useState } from 'react';
import { answerChangeRequest, listChangeRequests } from '#campaigns/contract';
import type { ChangeMove, ChangeRequest, ChangeRequestState } from '#campaigns/contract';
import { useMay } from '#people/web';
import {
  Answer,
  ConfirmDialog,
  DataTable,
  EmptyState,
  FormDialog,
  Panel,
  StateMark,
  useAction,
  useFormat,
  useRoute,
  useSearch,
  useWords,
} from '#platform/web';
import type { Column, Tone } from '#platform/web';
import { ChangeForm } from './change-form.tsx';
import { messages } from './change-messages.ts';
import { useDifference } from './proposal-thread.tsx';
import type { LineSummary } from './shapes.ts';

const tones: Record<ChangeRequestState, Tone> = {
  waiting: 'orange',
  applied: 'green',
  refused: 'red',
  withdrawn: 'gray',
};

/** What was asked to change of an order since it was agreed, and what was answered. */
export const ChangeRequests = ({ order, lines }: { order: string; lines: readonly LineSummary[] }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const [asking, setAsking] = useState<{ id: string; move: ChangeMove }>();
  const answer = useAction(answerChangeRequest);
  const sold = lines.filter(({ state }) => state === 'booked' || state === 'live' || state === 'paused');
  const columns: Column<ChangeRequest>[] = [
    {
      key: 'what',
      header: words.what,
      value: (row) => row.differences.map(({ line, field }) => `${line}: ${field}`).join('; '),
      cell: (row) => <What row={row} />,
    },
    {
      key: 'state',
      header: words.state,
      value: (row) => words[`state.${row.state}`],
      cell: (row) => <StateMark tone={tones[row.state]}>{words[`state.${row.state}`]}</StateMark>,
    },
    {
      key: 'when',
      header: words.when,
      value: (row) => row.created_at,
      cell: (row) => `${format.moment(row.created_at)} · ${row.asked_by}`,
      from: 'sm',
    },
    { key: 'of', header: words.askOf, value: (row) => words[row.asked_of], from: 'md' },
    {
      key: 'answer',
      header: words.answer,
      value: (row) => row.answer?.name,
      cell: (row) =>
        row.answer ? (
          <Text size="sm">
            {row.answer.name}, {format.moment(row.answer.at)}
            {row.answer.address ? `, ${row.answer.address}` : ''}
            {row.answer.note ? ` · ${row.answer.note}` : ''}
          </Text>
        ) : (
          <Group gap={4}>
            {row.moves.map((move) => (
              <Button
                key={move}
                size="compact-xs"
                variant={move === 'approve' ? 'filled' : 'default'}
                onClick={() => setAsking({ id: row.id, move })}
              >
                {words[move]}
              </Button>
            ))}
          </Group>
        ),
    },
  ];
  const ask =
    may('campaigns.write') && sold.length > 0 ? (
      <Button variant="default" size="compact-sm" onClick={() => set({ change: '1' })}>
        {words.ask}
      </Button>
    ) : null;
  return (
    <Panel title={words.changes} note={words.changesNote} actions={ask} flush>
      <Answer of={useRoute(listChangeRequests, { id: order })}>
        {({ items }) => (
          <DataTable
            label={words.changes}
            file="change-requests"
            rows={items}
            columns={columns}
            rowKey={(row) => row.id}
            empty={<EmptyState icon={<IconReplace size={32} aria-hidden />} title={words.none} next={words.noneNext} />}
          />
        )}
      </Answer>
      <FormDialog
        title={words.ask}
        opened={one('change') === '1' && sold.length > 0}
        onClose={() => set({ change: undefined })}
        size="xl"
      >
        <ChangeForm order={order} lines={sold} />
      </FormDialog>
      <ConfirmDialog
        opened={asking !== undefined}
        onClose={() => setAsking(undefined)}
        colour={asking?.move === 'approve' ? 'petrol' : 'red'}
        action={asking ? words[asking.move] : ''}
        question={asking ? words[`${asking.move}Sure`] : ''}
        reason={{ label: words.note, required: false }}
        run={(note) => (asking ? answer.mutateAsync({ ...asking, note }) : Promise.resolve())}
      />
    </Panel>
  );
};

const What = ({ row }: { row: ChangeRequest }) => {
  const words = useWords(messages);
  const said = useDifference();
  return (
    <Stack gap={2} style={{ minWidth: 180 }}>
      {row.differences.map((one) => {
        const { field, before, after } = said(one);
        return (
          <Text key={`${one.line_id} ${one.field}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {one.line} ·{' '}
            {one.field === 'line' ? (
              words.lineGone
            ) : (
              <>
                {field} : <del>{before || '–'}</del> →{' '}
                <ins style={{ textDecoration: 'none', fontWeight: 600 }}>{after || '–'}</ins>
              </>
            )}
          </Text>
        );
      })}
      {row.note ? (
        <Text size="xs" c="dimmed">
          {row.note}
        </Text>
      ) : null}
    </Stack>
  );
};
