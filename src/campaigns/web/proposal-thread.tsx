import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { commentProposal, readProposalThread } from '#campaigns/contract';
import type { Difference, ProposalEntry } from '#campaigns/contract';
import { usePlaces, useZone } from '#inventory/web';
import { useMay } from '#people/web';
import { Answer, dayIn, ErrorState, lastDay, Panel, useAction, useFormat, useRoute, useWords } from '#platform/web';
import { messages as terms } from './messages.ts';
import { messages } from './proposal-messages.ts';

/** What was said and done, oldest first, each new version with what it changes. */
export const ProposalThread = ({ id, open }: { id: string; open: boolean }) => {
  const words = useWords(messages);
  const may = useMay();
  const asked = useRoute(readProposalThread, { id }, { every: 15_000 });
  const comment = useAction(commentProposal);
  return (
    <Panel title={words.thread}>
      <Answer of={asked}>{({ items }) => <ThreadEntries items={items} />}</Answer>
      {open && may('campaigns.write') ? (
        <CommentBox busy={comment.isPending} error={comment.error} say={(note) => comment.mutateAsync({ id, note })} />
      ) : null}
    </Panel>
  );
};

/** What was said and done, in a list. */
export const ThreadEntries = ({ items }: { items: readonly ProposalEntry[] }) => {
  const words = useWords(messages);
  return (
    <Stack gap="md" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {items.length === 0 ? <Text c="dimmed">{words.threadNone}</Text> : null}
      {items.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </Stack>
  );
};

const Entry = ({ entry }: { entry: ProposalEntry }) => {
  const words = useWords(messages);
  const format = useFormat();
  const phrases: Record<string, unknown> = words;
  return (
    <li style={{ borderLeft: `3px solid ${entry.side === 'them' ? 'var(--warn)' : 'var(--line)'}`, paddingLeft: 12 }}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <strong>{entry.author}</strong> ({words[entry.side]}) {String(phrases[`did.${entry.kind}`] ?? entry.kind)}{' '}
        <Text span c="dimmed" size="xs">
          · {words.version.toLowerCase()} {entry.version} · <time dateTime={entry.at}>{format.moment(entry.at)}</time>
        </Text>
      </Text>
      {entry.note ? (
        <Text size="sm" mt={2} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {entry.note}
        </Text>
      ) : null}
      {entry.counter
        .filter(({ note }) => note)
        .map(({ line_id, note }) => (
          <Text key={line_id} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {note}
          </Text>
        ))}
      {entry.differences.length > 0 ? <Differences differences={entry.differences} /> : null}
    </li>
  );
};

const Differences = ({ differences }: { differences: readonly Difference[] }) => {
  const words = useWords(messages);
  const said = useDifference();
  return (
    <Stack gap={2} component="ul" p={0} m={0} mt={4} style={{ listStyle: 'none' }}>
      {differences.map((one) => {
        const { field, before, after } = said(one);
        return (
          <Text key={`${one.line_id} ${one.field}`} component="li" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {one.line} · {field}
            {one.field === 'line' ? null : (
              <>
                {' : '}
                <del aria-label={`${words.before} ${before}`}>{before || '–'}</del> →{' '}
                <ins aria-label={`${words.after} ${after}`} style={{ textDecoration: 'none', fontWeight: 600 }}>
                  {after || '–'}
                </ins>
              </>
            )}
          </Text>
        );
      })}
    </Stack>
  );
};

/** A difference in the words of the screen. The server writes quantities as "1000 impressions" and prices as "900 EUR cpm". */
export const useDifference = () => {
  const words = useWords(messages);
  const line = useWords(terms);
  const phrases: Record<string, unknown> = line;
  const format = useFormat();
  const zone = useZone();
  const places = usePlaces();
  const word = (key: string): string => {
    const phrase = phrases[key];
    return typeof phrase === 'string' ? phrase : key;
  };
  const shown = (field: string, text: string): string => {
    if (field === 'quantity') {
      const [count = '', unit = ''] = text.split(' ');
      return `${format.number(Number(count))} ${unit === 'share' ? '%' : word(unit)}`;
    }
    if (field === 'rate') {
      const [amount = '', currency = 'EUR', model = ''] = text.split(' ');
      return `${format.money({ amount: Number(amount), currency })} ${word(model)}`;
    }
    if (field === 'start') return format.day(dayIn(zone, new Date(text)));
    if (field === 'end') return format.day(lastDay(text, zone));
    if (field === 'first_day' || field === 'last_day') return format.day(text);
    if (field === 'placements') return text.split(', ').map(places.nameOf).join(', ');
    return field === 'type' ? word(text) : text;
  };
  const names: Record<string, string> = {
    name: words.name,
    placements: words.placements,
    quantity: words.quantity,
    rate: words.price,
    start: line.start,
    end: line.end,
    type: words.type,
    sizes: line.sizes,
    targeting: line.targeting,
    frequency_caps: line.caps,
    where: words.where,
    first_day: line.start,
    last_day: line.end,
    note: words.note,
  };
  return ({ field, before, after }: Difference) => ({
    field: field === 'line' ? (before === null ? words.added : words.removed) : (names[field] ?? field),
    before: before ? shown(field, before) : '',
    after: after ? shown(field, after) : '',
  });
};

type CommentProps = { busy: boolean; error: unknown; say: (note: string) => Promise<unknown> };

/** A line to the other side; what could not be sent stays in the box. */
export const CommentBox = ({ busy, error, say }: CommentProps) => {
  const words = useWords(messages);
  const [text, setText] = useState('');
  return (
    <Stack gap="xs" mt="md">
      <Textarea
        label={words.comment}
        description={words.commentHint}
        autosize
        minRows={2}
        maxLength={5000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error ? <ErrorState error={error} /> : null}
      <Group justify="flex-end">
        <Button
          variant="default"
          loading={busy}
          disabled={text.trim() === ''}
          onClick={() =>
            void say(text.trim()).then(
              () => setText(''),
              () => undefined,
            )
          }
        >
          {words.say}
        </Button>
      </Group>
    </Stack>
  );
};
