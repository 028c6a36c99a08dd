import { Alert, Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { changeLineItems, LineItemState, listLineItems, mostBulkRows, Pacing, Side } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { usePlaces } from '#inventory/web';
import {
  call,
  decimalsOf,
  EmptyState,
  ErrorState,
  FormDialog,
  Loading,
  Page,
  Panel,
  useFormat,
  useList,
  useProblemSentence,
  useSearch,
  useWords,
} from '#platform/web';
import { bulkMessages } from './bulk-messages.ts';
import { LineGrid } from './line-grid.tsx';
import type { GridRow } from './line-grid.tsx';
import { cellOf, cellsOf, changeOf, faultOf, gridFields, setCells, typed } from './line-grid-draft.ts';
import type { BulkSet, Cells, Edits, GridField } from './line-grid-draft.ts';
import { messages } from './messages.ts';
import { useStateName } from './terms.tsx';

/** Line items as a spreadsheet: those of the filters in the address, which are the list's. */
export const LineGridPage = () => {
  const words = useWords(bulkMessages);
  const lines = useWords(messages);
  const places = usePlaces();
  const { one } = useSearch();
  const state = LineItemState.safeParse(one('state')).data;
  const side = Side.safeParse(one('side')).data;
  const list = useList(
    listLineItems,
    {
      limit: 1000,
      order_by: 'name',
      ...(state ? { state } : {}),
      ...(side ? { side } : {}),
      ...(one('advertiser') ? { advertiser_id: one('advertiser') } : {}),
      ...(one('order') ? { order_id: one('order') } : {}),
      ...(one('q') ? { q: one('q') } : {}),
    },
    { whole: true },
  );
  return (
    <Page title={words.grid} trail={[{ label: lines.lines, to: '/line-items' }]} under={words.gridNote}>
      {list.error ? <ErrorState error={list.error} retry={list.retry} /> : null}
      {list.rows && places.isReady ? (
        list.rows.length > 0 ? (
          <Sheet lines={list.rows} places={places} />
        ) : (
          <EmptyState title={words.noRows} />
        )
      ) : (
        <Loading height={320} />
      )}
    </Page>
  );
};

type Refusals = Readonly<Record<string, { field: GridField; sentence: string }>>;

const Sheet = ({ lines, places }: { lines: LineItem[]; places: ReturnType<typeof usePlaces> }) => {
  const words = useWords(bulkMessages);
  const format = useFormat();
  const queries = useQueryClient();
  const sentenceOf = useProblemSentence();
  const [edits, setEdits] = useState<Edits>({});
  const [refusals, setRefusals] = useState<Refusals>({});
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [setting, dialog] = useDisclosure(false);
  const edited = Object.keys(edits).length;
  useBlocker({ shouldBlockFn: () => false, enableBeforeUnload: edited > 0 });

  const kept = useMemo(() => {
    const zones = (line: LineItem) =>
      places.site.get(places.placement.get(line.placements[0] ?? '')?.site_id ?? '')?.time_zone ?? 'UTC';
    return new Map(
      lines.map((line) => [
        line.id,
        { line, zone: zones(line), cells: cellsOf(line, zones(line), { decimals: decimalsOf }) },
      ]),
    );
  }, [lines, places]);
  const rows = useMemo(
    () =>
      [...kept.values()].map(({ line, cells }): GridRow => {
        const edit = edits[line.id];
        return {
          line,
          kept: cells,
          cells: edit ? { ...cells, ...edit } : cells,
          isEdited: edit !== undefined,
          refusal: refusals[line.id],
        };
      }),
    [kept, edits, refusals],
  );
  const type = (changes: Record<string, Partial<Cells>>) => {
    let next = edits;
    for (const [id, cells] of Object.entries(changes)) {
      const line = kept.get(id);
      if (line) next = typed(next, id, line.cells, cells);
    }
    setEdits(next);
    setRefusals((before) => Object.fromEntries(Object.entries(before).filter(([id]) => !(id in changes))));
    setProblem(undefined);
  };
  const choose = (ids: string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const id of ids)
      if (isChosen) next.add(id);
      else next.delete(id);
    setChosen(next);
  };

  const send = async (dry_run: boolean) => {
    const changed = rows.filter(({ isEdited }) => isEdited);
    const faults = changed.flatMap(({ cells, line }) => gridFields.filter((field) => faultOf(field, cells, line)));
    if (faults.length > 0) return setProblem(words.fixFirst(format.number(faults.length)));
    if (changed.length > mostBulkRows) return setProblem(words.tooMany(format.number(mostBulkRows)));
    setBusy(true);
    setProblem(undefined);
    try {
      const {
        saved,
        refused,
        rows: told,
      } = await call(changeLineItems, {
        dry_run,
        changes: changed.map(({ line }) =>
          changeOf(line, edits[line.id] ?? {}, { zone: kept.get(line.id)?.zone ?? 'UTC', decimals: decimalsOf }),
        ),
      });
      setRefusals(
        Object.fromEntries(
          told.flatMap(({ id, refusal }) =>
            refusal ? [[id, { field: cellOf(refusal.field), sentence: refusal.sentence }]] : [],
          ),
        ),
      );
      if (saved) {
        notifications.show({ color: 'green', message: words.saved(format.number(changed.length)) });
        await queries.invalidateQueries();
        setEdits({});
      } else if (refused === 0) notifications.show({ color: 'green', message: words.checked });
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  const apply = (what: BulkSet) => {
    const changes: Record<string, Partial<Cells>> = {};
    for (const { line, cells } of rows)
      if (chosen.has(line.id)) changes[line.id] = setCells(what, cells, decimalsOf(line.rate.currency));
    type(changes);
    dialog.close();
  };

  return (
    <>
      <Group gap="xs">
        <Button loading={busy} disabled={edited === 0} onClick={() => void send(false)}>
          {words.save}
        </Button>
        <Button variant="default" disabled={edited === 0 || busy} onClick={() => void send(true)}>
          {words.check}
        </Button>
        <Button
          variant="default"
          disabled={edited === 0 || busy}
          onClick={() => {
            setEdits({});
            setRefusals({});
            setProblem(undefined);
          }}
        >
          {words.undo}
        </Button>
        <Button variant="default" disabled={chosen.size === 0} onClick={dialog.open}>
          {words.set}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {words.rows(format.number(rows.length))} · {words.chosen(format.number(chosen.size))} ·{' '}
          {words.changed(format.number(edited))}
        </Text>
      </Group>
      {problem ? (
        <Alert color="red" variant="light" role="alert">
          {problem}
        </Alert>
      ) : null}
      <Refused rows={rows} />
      <Panel flush>
        <LineGrid rows={rows} chosen={chosen} onChoose={choose} onType={type} />
      </Panel>
      <FormDialog title={words.set} opened={setting} onClose={dialog.close}>
        <SetChosen onApply={apply} />
      </FormDialog>
    </>
  );
};

/** Every refusal by name: its cell may be a thousand rows away. */
const Refused = ({ rows }: { rows: GridRow[] }) => {
  const words = useWords(bulkMessages);
  const format = useFormat();
  const refused = rows.flatMap(({ line, refusal }) => (refusal ? [{ line, refusal }] : []));
  if (refused.length === 0) return null;
  return (
    <Alert color="red" variant="light" role="alert" title={words.refusedTitle(format.number(refused.length))}>
      <ul style={{ margin: 0, paddingLeft: 18, maxHeight: 160, overflowY: 'auto' }}>
        {refused.map(({ line, refusal }) => (
          <li key={line.id}>
            <strong>{line.name}</strong>: {refusal.sentence}
          </li>
        ))}
      </ul>
    </Alert>
  );
};

const settable = [
  'shift',
  'start',
  'end',
  'state',
  'priority',
  'pacing',
  'amount',
  'raisePrice',
  'quantity',
  'raiseGoal',
] as const;

const SetChosen = ({ onApply }: { onApply: (what: BulkSet) => void }) => {
  const words = useWords(bulkMessages);
  const terms = useWords(messages);
  const stateName = useStateName();
  const [what, setWhat] = useState<BulkSet['what']>('shift');
  const [value, setValue] = useState('');
  const label =
    what === 'shift' ? words.days : what === 'raisePrice' || what === 'raiseGoal' ? words.percent : words.to;
  const options =
    what === 'state'
      ? LineItemState.options.map((state) => ({ value: state, label: stateName(state) }))
      : Pacing.options
          .filter((pacing) => pacing !== 'custom')
          .map((pacing) => ({ value: pacing, label: terms[pacing] }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== '') onApply({ what, value: value.trim() });
      }}
    >
      <Group align="flex-end" gap="xs">
        <Select
          label={words.what}
          flex={1}
          allowDeselect={false}
          data={settable.map((name) => ({ value: name, label: words[name] }))}
          value={what}
          onChange={(next) => {
            setWhat(settable.find((name) => name === next) ?? 'shift');
            setValue('');
          }}
        />
        {what === 'state' || what === 'pacing' ? (
          <Select label={label} flex={1} data={options} value={value} onChange={(next) => setValue(next ?? '')} />
        ) : (
          <TextInput
            label={label}
            flex={1}
            type={what === 'start' || what === 'end' ? 'date' : 'text'}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        )}
        <Button type="submit">{words.apply}</Button>
      </Group>
    </form>
  );
};
