/** Edges that tell each other of exposures know the same in the end, in whatever order they hear: as one that had seen it all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFrequency, type Noted } from '../frequency.ts';
import { sampleLine } from '../sample-book.ts';
import { openExchange, type Told } from './exchange.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
/** A line for each count that can be asked about: whether it allows one more says how many were seen. */
const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const lines = counts.map((count) =>
  sampleLine({ id: `li_${count}`, order_id: `ord_${count}`, frequency_caps: [{ count, per: 'day' }] }),
);
const visitors = ['11111111111111111111', '2222222222222222222'];

type Decision = { visitor: string; at: number; isShown: boolean };

const step = fc.oneof(
  fc.record({ do: fc.constant('decide' as const), edge: fc.nat(2), visitor: fc.nat(1), after: fc.nat(3) }),
  fc.record({ do: fc.constant('show' as const), edge: fc.nat(2), pick: fc.nat(20) }),
  fc.record({ do: fc.constant('hear' as const), edge: fc.nat(2), from: fc.nat(2), many: fc.nat(4) }),
);

test('three edges, in any order of hearing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      /** By edge and by the edge that tells: what is told and not heard yet. */
      const waiting: Noted[][][] = [0, 1, 2].map(() => [[], [], []]);
      const edges = [0, 1, 2].map((n) => {
        const frequency = openFrequency(100);
        frequency.adopt(lines);
        frequency.onNoted((noted) => {
          for (const other of [0, 1, 2]) if (other !== n) waiting[other]?.[n]?.push(noted);
        });
        return frequency;
      });
      const hear = (n: number, from: number, many: number) => {
        for (const noted of waiting[n]?.[from]?.splice(0, many) ?? []) edges[n]?.hear(noted);
      };
      const decisions: Decision[] = [];
      let at = now;
      const seen = new Map<string, number>();
      for (const one of steps) {
        if (one.do === 'decide') {
          at += one.after * 400;
          const visitor = visitors[one.visitor] ?? '';
          if ((seen.get(visitor) ?? 0) >= counts.length - 1) continue;
          seen.set(visitor, (seen.get(visitor) ?? 0) + 1);
          decisions.push({ visitor, at, isShown: false });
          for (const { id } of lines) edges[one.edge]?.decided(visitor, { line: id, creative: 'cr_1' }, at);
        } else if (one.do === 'show') {
          const decision = decisions[one.pick % Math.max(1, decisions.length)];
          if (!decision || decision.isShown) continue;
          decision.isShown = true;
          const decidedAt = Math.floor(decision.at / 1000) * 1000;
          for (const { id } of lines)
            edges[one.edge]?.shown(decision.visitor, { line: id, creative: 'cr_1' }, { decidedAt, at: at + 50 });
        } else hear(one.edge, one.from, one.many * lines.length);
      }
      for (const n of [0, 1, 2]) for (const from of [0, 1, 2]) hear(n, from, 100_000);
      for (const [n, edge] of edges.entries())
        for (const visitor of visitors)
          for (const count of counts)
            expect(
              edge.allows(visitor, edge.capsOf(`li_${count}`), at + 100),
              `edge ${n} asked whether ${visitor} may see more than ${count}`,
            ).toBe((seen.get(visitor) ?? 0) < count);
    }),
    { numRuns: 300 },
  );
});

test('what is told comes out at the other edges as it went in, once, also when it is sent twice', () => {
  const told: Told[] = [
    {
      what: 'decided',
      visitor: '18446744073709551615',
      exposure: { line: 'li', creative: 'cr', order: 'o', advertiser: 'a' },
      at: now,
    },
    {
      what: 'shown',
      visitor: '7',
      exposure: { line: 'li', creative: '', order: undefined, advertiser: undefined },
      decidedAt: now - 1_000,
      at: now,
    },
    { what: 'came', line: 'li', kind: 'click', decidedAt: now, owner: 4095 },
  ];
  const from = openExchange({ key: 'k', edge: 'a', start: '1', keptMs: 1_000 });
  for (const one of told) from.tell(one);
  const { commands, sent } = from.sending(now);
  const again = from.sending(now).commands;
  sent();
  expect(again).toEqual(commands);
  expect(from.sending(now).commands).toEqual([]);
  const entry = (id: string) => [id, commands[0]?.slice(6).map(String)];
  const reply = [['k', [entry('1-0'), entry('2-0')]]];
  const heard: Told[] = [];
  const to = openExchange({ key: 'k', edge: 'b', start: '1', keptMs: 1_000 });
  expect(to.read(reply, (one) => heard.push(one))).toBe(false);
  expect(heard).toEqual(told);
  expect(to.position()).toBe('2-0');
  // Its own it does not hear.
  from.read(reply, () => expect.unreachable());
});
