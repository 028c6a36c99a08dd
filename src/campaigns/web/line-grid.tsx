import { useRef, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent } from 'react';
import { Pacing } from '#campaigns/contract';
import type { LineItem } from '#campaigns/contract';
import { useFormat, useWords, visibleRange } from '#platform/web';
import { bulkMessages } from './bulk-messages.ts';
import { faultOf, gridFields, mostOf, pasted, pastedCell } from './line-grid-draft.ts';
import type { Cells, GridField } from './line-grid-draft.ts';
import { messages } from './messages.ts';
import { useStateName } from './terms.tsx';

export type GridRow = {
  line: LineItem;
  kept: Cells;
  cells: Cells;
  isEdited: boolean;
  refusal: { field: GridField; sentence: string } | undefined;
};

type Props = {
  rows: GridRow[];
  chosen: ReadonlySet<string>;
  onChoose: (ids: string[], chosen: boolean) => void;
  /** Cells typed anew, by line. */
  onType: (edits: Record<string, Partial<Cells>>) => void;
};

const rowHeight = 38;
const viewHeight = 620;

/** A spreadsheet of line items: only the rows on screen are drawn, arrows and Enter go from row to row, a block can be pasted. */
export const LineGrid = ({ rows, chosen, onChoose, onType }: Props) => {
  const words = useWords(bulkMessages);
  const [scrollTop, setScrollTop] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const range = visibleRange({ scrollTop, height: viewHeight, rowHeight, count: rows.length });

  const go = (row: number, field: string) => {
    const box = frame.current;
    if (!box || row < 0 || row >= rows.length) return;
    const top = row * rowHeight;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + 3 * rowHeight > box.scrollTop + viewHeight) box.scrollTop = top - viewHeight + 3 * rowHeight;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        box.querySelector<HTMLElement>(`[data-cell="${row} ${field}"]`)?.focus();
      }),
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const [row, field] = cellOfEvent(event);
    if (row === undefined || field === undefined) return;
    const isSelect = event.target instanceof HTMLSelectElement || Reflect.get(event.target, 'type') === 'date';
    const step =
      event.key === 'Enter'
        ? event.shiftKey
          ? -1
          : 1
        : isSelect
          ? 0
          : event.key === 'ArrowDown'
            ? 1
            : event.key === 'ArrowUp'
              ? -1
              : 0;
    if (step === 0) return;
    event.preventDefault();
    go(row + step, field);
  };
  const onPaste = (event: ClipboardEvent<HTMLElement>) => {
    const block = pasted(event.clipboardData.getData('text/plain'));
    const [row, field] = cellOfEvent(event);
    if (row === undefined || (block.length < 2 && (block[0]?.length ?? 0) < 2)) return;
    event.preventDefault();
    const first = gridFields.findIndex((name) => name === field);
    const edits: Record<string, Partial<Cells>> = {};
    for (const [down, texts] of block.entries()) {
      const to = rows[row + down];
      if (!to) break;
      const cells: Partial<Cells> = {};
      for (const [right, text] of texts.entries()) {
        const name = gridFields[first + right];
        if (name && (name !== 'state' || to.line.moves.some((state) => state === text)))
          cells[name] = pastedCell(name, text);
      }
      edits[to.line.id] = cells;
    }
    onType(edits);
  };
  const all = rows.length > 0 && rows.every(({ line }) => chosen.has(line.id));
  return (
    <div
      ref={frame}
      className="vg-grid-frame"
      style={{ maxHeight: viewHeight }}
      tabIndex={0}
      role="region"
      aria-label={words.grid}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
    >
      <table className="vg-table vg-grid" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label={words.chooseAll}
                checked={all}
                onChange={(event) =>
                  onChoose(
                    rows.map(({ line }) => line.id),
                    event.currentTarget.checked,
                  )
                }
              />
            </th>
            {gridFields.map((field) => (
              <th key={field} scope="col">
                {words[field]}
              </th>
            ))}
            <th scope="col">{words.order}</th>
          </tr>
        </thead>
        <tbody>
          {range.before > 0 ? <tr aria-hidden style={{ height: range.before }} /> : null}
          {rows.slice(range.start, range.end).map((row, index) => (
            <Row
              key={row.line.id}
              row={row}
              index={range.start + index}
              isChosen={chosen.has(row.line.id)}
              onChoose={onChoose}
              onType={onType}
            />
          ))}
          {range.after > 0 ? <tr aria-hidden style={{ height: range.after }} /> : null}
        </tbody>
      </table>
    </div>
  );
};

const cellOfEvent = (event: { target: EventTarget }): [row?: number, field?: string] => {
  const cell = event.target instanceof HTMLElement ? event.target.dataset['cell'] : undefined;
  const [row, field] = cell?.split(' ') ?? [];
  return row === undefined || field === undefined ? [] : [Number(row), field];
};

type RowProps = Pick<Props, 'onChoose' | 'onType'> & { row: GridRow; index: number; isChosen: boolean };

const Row = ({ row, index, isChosen, onChoose, onType }: RowProps) => {
  const words = useWords(bulkMessages);
  const { line, isEdited } = row;
  return (
    <tr style={{ height: rowHeight }} aria-rowindex={index + 2} data-edited={isEdited || undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={words.chooseRow(line.name)}
          checked={isChosen}
          onChange={(event) => onChoose([line.id], event.currentTarget.checked)}
        />
      </td>
      {gridFields.map((field) => (
        <td key={field} data-field={field}>
          <Cell row={row} field={field} index={index} onType={onType} />
        </td>
      ))}
      <td className="vg-grid-told">{line.order_name}</td>
    </tr>
  );
};

const inputs: Partial<Record<GridField, { type?: string; inputMode?: 'numeric' | 'decimal' }>> = {
  priority: { inputMode: 'numeric' },
  quantity: { inputMode: 'numeric' },
  amount: { inputMode: 'decimal' },
  start: { type: 'date' },
  end: { type: 'date' },
};

const Cell = ({ row, field, index, onType }: Pick<RowProps, 'row' | 'index' | 'onType'> & { field: GridField }) => {
  const words = useWords(bulkMessages);
  const terms = useWords(messages);
  const format = useFormat();
  const stateName = useStateName();
  const { line, kept, cells, refusal } = row;
  const fault = faultOf(field, cells, line);
  const sentence = fault
    ? fault === 'wholeBetween'
      ? words.wholeBetween(field === 'priority' ? '1' : '0', format.number(mostOf(field, line)))
      : words[fault]
    : refusal?.field === field
      ? refusal.sentence
      : undefined;
  const common = {
    'data-cell': `${index} ${field}`,
    'data-edited': cells[field] === kept[field] ? undefined : true,
    'aria-label': `${words[field]}: ${line.name}`,
    'aria-invalid': sentence ? true : undefined,
    title: sentence,
    value: cells[field],
  } as const;
  const put = (text: string) => onType({ [line.id]: { [field]: text } });
  if (field === 'state' || field === 'pacing') {
    const options =
      field === 'state'
        ? [...new Set([line.state, ...line.moves])].map((value) => ({ value: String(value), label: stateName(value) }))
        : Pacing.options
            .filter((value) => value !== 'custom' || line.pacing === 'custom')
            .map((value) => ({ value: String(value), label: terms[value] }));
    return (
      <select {...common} onChange={(event) => put(event.currentTarget.value)}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input {...common} {...inputs[field]} autoComplete="off" onChange={(event) => put(event.currentTarget.value)} />
  );
};
