import { expect, test } from 'vitest';
import { servingChecks } from './serving-checks.ts';

const now = new Date('2026-11-24T12:00:00Z');
const line = {
  state: 'live' as const,
  start: '2026-11-20T00:00:00Z',
  end: '2026-11-30T00:00:00Z',
  sizes: ['300x250'],
  goal: { unit: 'impressions' as const, quantity: 1000 },
};
const creative = { creative_state: 'approved' as const, width: 300, height: 250, start: null, end: null };
const failing = (facts: Partial<Parameters<typeof servingChecks>[0]>) =>
  servingChecks({ line, assignments: [creative], delivered: 10, now, ...facts })
    .filter(({ passed }) => !passed)
    .map(({ reason }) => reason);

test.each([
  ['all is well', {}, []],
  ['paused', { line: { ...line, state: 'paused' as const } }, ['not_live']],
  ['before its start', { line: { ...line, start: '2026-11-25T00:00:00Z' } }, ['not_started']],
  ['at the very end, which is exclusive', { now: new Date(line.end) }, ['ended']],
  [
    'a creative not yet approved',
    { assignments: [{ ...creative, creative_state: 'waiting' as const }] },
    ['no_creative'],
  ],
  [
    'a creative whose own dates are over',
    { assignments: [{ ...creative, end: '2026-11-22T00:00:00Z' }] },
    ['no_creative'],
  ],
  ['a creative of another size', { assignments: [{ ...creative, width: 728, height: 90 }] }, ['wrong_size']],
  ['the goal met', { delivered: 1000 }, ['goal_met']],
  ['figures not known yet', { delivered: undefined }, []],
])('%s', (_, facts, wanted) => expect(failing(facts)).toEqual(wanted));
