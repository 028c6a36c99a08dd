/**
 * What edges tell each other of what they decide and count, by a stream in Valkey: exposures of visitors to lines with frequency
 * caps, and events of a decision that another edge made. Every edge reads all of it, a fraction of a second later.
 */
import type { ValkeyCommand } from '#platform';
import type { AdEventKind } from '../price.ts';
import type { Exposure } from '../frequency.ts';

export type Told =
  | { what: 'decided'; visitor: string; exposure: Exposure; at: number }
  | { what: 'shown'; visitor: string; exposure: Exposure; decidedAt: number; at: number }
  /** An event of a decision of the edge with this number. */
  | { what: 'came'; line: string; kind: AdEventKind; decidedAt: number; owner: number };

export type Exchange = {
  tell(told: Told): void;
  /** The commands that send what was told, and as many entries as they take. */
  sending(now: number): { commands: ValkeyCommand[]; sent: () => void };
  reading(): ValkeyCommand;
  /** Takes the reply of `reading`; true when there is more. */
  read(reply: unknown, hear: (told: Told) => void): boolean;
  position(): string;
  /** Reads from the beginning: the stream is another one. What was heard is not heard again. */
  startAnew(): void;
  /** Told and not sent. */
  waiting(): number;
};

const kinds: readonly AdEventKind[] = ['impression', 'viewable', 'click'];
/** Of one entry: reading it holds the edge up for less than a millisecond. */
const mostTold = 200;
const mostEntries = 50;
const mostSent = 20;
/** While Valkey is away so many wait to be told; of more, the oldest are let go. */
const mostWaiting = 200_000;

type Written = { things: [string, string, string, string][]; told: (string | number)[][] };

/** `position`: of the last entry that was read before a restart. `keptMs`: how long entries are kept for edges that come back. */
export function openExchange({
  key,
  edge,
  start,
  position = '0',
  keptMs,
}: {
  key: string;
  edge: string;
  /** Of this start of the edge. */
  start: string;
  position?: string | undefined;
  keptMs: number;
}): Exchange {
  let waiting: Told[] = [];
  /** Written, and on their way until Valkey has answered: what is sent twice carries the same number and is heard once. */
  let written: { number: number; text: string }[] = [];
  let numbers = 0;
  let last = position;
  const heard = new Map<string, { start: string; number: number }>();

  function isNew(from: string, of: string): boolean {
    const [begun = '', number = '0'] = of.split(' ');
    const known = heard.get(from);
    if (known?.start === begun && known.number >= Number(number)) return false;
    heard.set(from, { start: begun, number: Number(number) });
    return true;
  }

  return {
    waiting: () => waiting.length,
    position: () => last,
    startAnew: () => void (last = '0'),
    tell(told) {
      if (waiting.length >= mostWaiting) waiting = waiting.slice(mostWaiting / 2);
      waiting.push(told);
    },
    sending(now) {
      while (waiting.length > 0 && written.length < mostSent) {
        written.push({ number: ++numbers, text: write(waiting.slice(0, mostTold)) });
        waiting = waiting.slice(mostTold);
      }
      const all = written;
      const commands: ValkeyCommand[] = all.map(({ number, text }) => [
        'xadd',
        key,
        'MINID',
        '~',
        now - keptMs,
        '*',
        'e',
        edge,
        'n',
        `${start} ${number}`,
        'j',
        text,
      ]);
      if (commands.length > 0) commands.push(['pexpire', key, keptMs]);
      return { commands, sent: () => (written = written.filter((one) => !all.includes(one))) };
    },
    reading: () => ['xread', 'COUNT', mostEntries, 'STREAMS', key, last],
    read(reply, hear) {
      const [stream] = Array.isArray(reply) ? reply : [];
      const entries = Array.isArray(stream) && Array.isArray(stream[1]) ? stream[1] : [];
      for (const entry of entries) {
        const [id, fields] = Array.isArray(entry) ? entry : [];
        const [, from = '', , number = '', , text = ''] = Array.isArray(fields) ? fields.map(String) : [];
        if (text !== '' && from !== edge && isNew(from, number)) for (const told of parse(text)) hear(told);
        last = String(id);
      }
      return entries.length >= mostEntries;
    },
  };
}

function write(all: readonly Told[]): string {
  const places = new Map<string, number>();
  const things: Written['things'] = [];
  const placeOf = ({ line, creative, order = '', advertiser = '' }: Exposure) => {
    const name = `${line} ${creative}`;
    let place = places.get(name);
    if (place === undefined) {
      places.set(name, (place = things.length));
      things.push([line, creative, order, advertiser]);
    }
    return place;
  };
  const told = all.map((one) =>
    one.what === 'came'
      ? [one.line, kinds.indexOf(one.kind), one.decidedAt, one.owner]
      : one.what === 'decided'
        ? [placeOf(one.exposure), one.visitor, one.at]
        : [placeOf(one.exposure), one.visitor, one.at, one.decidedAt],
  );
  return JSON.stringify({ things, told } satisfies Written);
}

function* parse(text: string): Iterable<Told> {
  const { things, told }: Written = JSON.parse(text);
  for (const [first = '', second = '', third = 0, fourth] of told) {
    if (typeof first === 'string') {
      const kind = kinds[Number(second)];
      if (kind) yield { what: 'came', line: first, kind, decidedAt: Number(third), owner: Number(fourth) };
      continue;
    }
    const [line = '', creative = '', order, advertiser] = things[first] ?? [];
    const exposure = { line, creative, order: order || undefined, advertiser: advertiser || undefined };
    const [visitor, at] = [String(second), Number(third)];
    yield fourth === undefined
      ? { what: 'decided', visitor, exposure, at }
      : { what: 'shown', visitor, exposure, at, decidedAt: Number(fourth) };
  }
}
