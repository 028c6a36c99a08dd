import { useNavigate } from '@tanstack/react-router';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PointerEvent as ReactPointerEvent } from 'react';
import type { Occupancy, Occupant } from '#campaigns/contract';
import { Link, useFormat, useWords } from '#platform/web';
import { messages } from './occupancy-messages.ts';
import {
  dayIndex,
  dragged,
  fullness,
  gripsOf,
  laneHeight,
  levelOf,
  periodsBetween,
  pxPerDay,
  rowsBetween,
  rowsOf,
  stripHeight,
} from './timeline-layout.ts';
import type { Grip, Row, Thresholds } from './timeline-layout.ts';
import './timeline.css';

export type Days = { first_day: string; last_day: string };
type Props = {
  occupancy: Occupancy;
  thresholds: Thresholds;
  today: string;
  mayWrite: boolean;
  /** What is dragged at this moment, for its room to be looked for; undefined when it is let go. */
  onDrag: (drag: ({ occupant: Occupant } & Days) | undefined) => void;
  /** Opens a booking, with the days it was dragged to. */
  onOpen: (occupant: Occupant, days: Days) => void;
};

const header = 30;
type Seen = { rows: [number, number]; periods: [number, number] };

/** The spaces over the days. Only what is on screen is drawn; scrolling draws anew every few rows and periods. */
export const Timeline = ({ occupancy, thresholds, today, mayWrite, onDrag, onOpen }: Props) => {
  const words = useWords(messages);
  const format = useFormat();
  const frame = useRef<HTMLDivElement>(null);
  const { from, to, by, periods } = occupancy;
  const px = pxPerDay[by];
  const rows = useMemo(() => rowsOf(occupancy.placements, occupancy.occupants), [occupancy]);
  const wrong = useMemo(() => new Set(occupancy.conflicts.flatMap(({ occupants }) => occupants)), [occupancy]);
  const [names, setNames] = useState(220);
  const [seen, setSeen] = useState<Seen>({ rows: [0, 20], periods: [0, 60] });
  const width = names + (dayIndex(from, to) + 1) * px;
  const height = header + (rows.at(-1)?.top ?? 0) + (rows.at(-1)?.height ?? 0);

  const look = useCallback(() => {
    const element = frame.current;
    if (!element) return;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = element;
    setNames(clientWidth < 560 ? 120 : 220);
    const overscan = 240;
    const nextRows = rowsBetween(rows, scrollTop - overscan, scrollTop + clientHeight + overscan);
    const first = Math.floor((scrollLeft - overscan) / px);
    const last = Math.ceil((scrollLeft + clientWidth + overscan) / px);
    const nextPeriods = periodsBetween(periods, from, [first, last]);
    // Drawn in chunks: most steps of a scroll change nothing.
    const chunked: Seen = {
      rows: [nextRows[0] - (nextRows[0] % 4), Math.ceil(nextRows[1] / 4) * 4],
      periods: [nextPeriods[0] - (nextPeriods[0] % 6), Math.ceil(nextPeriods[1] / 6) * 6],
    };
    setSeen((before) => (JSON.stringify(before) === JSON.stringify(chunked) ? before : chunked));
  }, [rows, periods, from, px]);

  useEffect(() => {
    look();
    const element = frame.current;
    if (!element) return undefined;
    let asked = 0;
    const onScroll = () => {
      asked ||= requestAnimationFrame(() => {
        asked = 0;
        look();
      });
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    const observer = new ResizeObserver(onScroll);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
      cancelAnimationFrame(asked);
    };
  }, [look]);

  const shownPeriods = periods.slice(...seen.periods);
  return (
    <div ref={frame} className="vg-timeline" role="region" aria-label={words.calendar} tabIndex={0}>
      <div style={{ position: 'relative', width, height }}>
        <div className="vg-timeline-head" style={{ width }}>
          <div className="vg-timeline-name" style={{ width: names, zIndex: 4 }}>
            {words.placement}
          </div>
          <div aria-hidden>
            {shownPeriods.map(({ start, end }) => (
              <div
                key={start}
                className="vg-timeline-period"
                style={{ left: names + dayIndex(from, start) * px, width: (dayIndex(start, end) + 1) * px }}
                title={start === end ? format.longDay(start) : format.days(start, end)}
              >
                {headOf(start, by, format)}
              </div>
            ))}
          </div>
        </div>
        {rows.slice(...seen.rows).map((row) => (
          <TimelineRow
            key={row.placement.id}
            row={row}
            names={names}
            width={width}
            occupancy={occupancy}
            firstPeriod={seen.periods[0]}
            lastPeriod={seen.periods[1]}
            thresholds={thresholds}
            today={today}
            wrong={wrong}
            mayWrite={mayWrite}
            onDrag={onDrag}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  );
};

const headOf = (start: string, by: Occupancy['by'], format: ReturnType<typeof useFormat>): string => {
  if (by === 'day') return start.endsWith('-01') ? format.shortDay(start) : String(Number(start.slice(8)));
  if (by === 'week') return format.shortDay(start);
  return new Intl.DateTimeFormat(format.language, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${start}T00:00:00Z`),
  );
};

type RowProps = Omit<Props, never> & {
  row: Row;
  names: number;
  width: number;
  firstPeriod: number;
  lastPeriod: number;
  wrong: ReadonlySet<string>;
};

const TimelineRow = memo(
  ({
    row,
    names,
    width,
    occupancy,
    firstPeriod,
    lastPeriod,
    thresholds,
    today,
    wrong,
    mayWrite,
    onDrag,
    onOpen,
  }: RowProps) => {
    const words = useWords(messages);
    const format = useFormat();
    const navigate = useNavigate();
    const { placement, bars, top, height } = row;
    const { from, to, by, periods } = occupancy;
    const px = pxPerDay[by];
    const propose = (start: string, end: string) => ({
      placement: placement.id,
      start: start < today ? today : start,
      end: end < today ? today : end,
    });
    const count = (value: number | undefined) => format.number(value ?? 0);
    return (
      <div className="vg-timeline-row" style={{ top: header + top, height, width }}>
        <div className="vg-timeline-name" style={{ width: names }}>
          <Link to={`/placements/${placement.id}`} quiet>
            {placement.name}
          </Link>
          <div className="vg-ellipsis" style={{ color: 'var(--ink-soft)', fontSize: 11 }}>
            {placement.site_name}
          </div>
          {mayWrite ? (
            <Link
              to="/proposals/new"
              search={propose(from, to)}
              className="vg-timeline-add"
              aria-label={words.proposeHere(`${placement.site_name} › ${placement.name}`)}
            >
              +
            </Link>
          ) : null}
        </div>
        <div aria-hidden>
          {periods.slice(firstPeriod, lastPeriod).map(({ start, end }, i) => {
            const at = firstPeriod + i;
            const part = fullness(placement, at);
            const cell = (dayIndex(start, end) + 1) * px;
            const isOver = end < today;
            return (
              <div
                key={start}
                className="vg-cell"
                data-level={levelOf(part, thresholds)}
                data-held={(placement.held[at] ?? 0) > 0 ? true : undefined}
                data-today={start <= today && end >= today ? true : undefined}
                style={{
                  left: names + dayIndex(from, start) * px + 1,
                  width: cell - 2,
                  cursor: mayWrite && !isOver ? 'copy' : 'default',
                }}
                title={
                  part === undefined
                    ? `${format.days(start, end)} · ${isOver ? words.over : words.unmeasured}`
                    : `${format.days(start, end)} · ${words.sold} ${count(placement.sold[at])} · ${words.held} ${count(placement.held[at])} · ${words.free} ${count(placement.free[at])}`
                }
                onClick={() =>
                  mayWrite && !isOver && void navigate({ to: '/proposals/new', search: propose(start, end) })
                }
              >
                {part === undefined ? '' : format.percent(part, 0)}
              </div>
            );
          })}
        </div>
        {bars.map(({ occupant, lane }) => (
          <BookingBar
            key={occupant.id}
            occupant={occupant}
            top={stripHeight + lane * laneHeight}
            names={names}
            from={from}
            to={to}
            px={px}
            isWrong={wrong.has(occupant.id)}
            mayDrag={mayWrite}
            onDrag={onDrag}
            onOpen={onOpen}
          />
        ))}
      </div>
    );
  },
);

type BarProps = Pick<Props, 'onDrag' | 'onOpen'> & {
  occupant: Occupant;
  top: number;
  names: number;
  from: string;
  to: string;
  px: number;
  isWrong: boolean;
  mayDrag: boolean;
};

/** Pixels at the ends of a bar by which it is stretched. */
const edge = 9;

/** A booking as a bar: a click opens it, a drag moves or stretches it; the keyboard opens it and types the days. */
const BookingBar = ({ occupant, top, names, from, to, px, isWrong, mayDrag, onDrag, onOpen }: BarProps) => {
  const words = useWords(messages);
  const format = useFormat();
  const grips = mayDrag ? gripsOf(occupant) : [];
  const [held, setHeld] = useState<{ grip: Grip; x: number; by: number }>();
  const drag = useRef(false);
  const own: Days = { first_day: occupant.first_day, last_day: occupant.last_day };
  const days = held ? dragged(own, held.grip, held.by) : own;
  const first = Math.max(0, dayIndex(from, days.first_day));
  const last = Math.min(dayIndex(from, to), dayIndex(from, days.last_day));
  if (last < first) return null;

  const gripAt = (event: ReactPointerEvent<HTMLButtonElement>): Grip | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const wanted: Grip = event.clientX > box.right - edge ? 'end' : event.clientX < box.left + edge ? 'start' : 'move';
    return grips.includes(wanted) ? wanted : undefined;
  };
  return (
    <button
      type="button"
      className="vg-booking"
      data-space={occupant.space}
      data-wrong={isWrong ? true : undefined}
      data-dragged={held && held.by !== 0 ? true : undefined}
      style={{ top, left: names + first * px + 1, width: Math.max(10, (last - first + 1) * px - 2) }}
      title={`${occupant.advertiser_name} – ${occupant.name} · ${format.days(days.first_day, days.last_day)}`}
      aria-label={`${occupant.advertiser_name} · ${occupant.name}, ${format.days(occupant.first_day, occupant.last_day)}, ${occupant.space === 'held' ? words.held : occupant.space === 'sold' ? words.sold : words.over}`}
      onPointerDown={(event) => {
        drag.current = false;
        const grip = event.button === 0 ? gripAt(event) : undefined;
        if (!grip) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld({ grip, x: event.clientX, by: 0 });
      }}
      onPointerMove={(event) => {
        if (!held) {
          const grip = gripAt(event);
          event.currentTarget.style.cursor = grip === 'move' ? 'grab' : grip ? 'ew-resize' : 'pointer';
          return;
        }
        const by = Math.round((event.clientX - held.x) / px);
        if (by === held.by) return;
        drag.current = true;
        setHeld({ ...held, by });
        onDrag({ occupant, ...dragged(own, held.grip, by) });
      }}
      onPointerUp={() => {
        if (held && held.by !== 0) onOpen(occupant, days);
        setHeld(undefined);
        onDrag(undefined);
      }}
      onPointerCancel={() => {
        setHeld(undefined);
        onDrag(undefined);
      }}
      onClick={() => {
        // The click that ends a drag was told by the drag.
        if (!drag.current) onOpen(occupant, own);
        drag.current = false;
      }}
    >
      {occupant.advertiser_name} · {occupant.name}
    </button>
  );
};
