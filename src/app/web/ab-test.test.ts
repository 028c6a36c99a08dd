import { expect, test } from 'vitest';
import { compareArms } from './ab-test.ts';

const arm = (id: string, impressions: number, clicks: number) => ({ id, name: id, impressions, clicks });
const verdicts = (...arms: ReturnType<typeof arm>[]) => compareArms(arms).map(({ id, verdict }) => `${id} ${verdict}`);

test.each([
  ['a clear winner', [arm('a', 10_000, 50), arm('b', 10_000, 100)], ['b leads', 'a behind']],
  ['too few to tell', [arm('a', 100, 1), arm('b', 100, 2)], ['b open', 'a open']],
  ['the same rate', [arm('a', 10_000, 50), arm('b', 20_000, 100)], ['a open', 'b open']],
  ['one alone', [arm('a', 10_000, 50)], ['a open']],
  ['one without impressions', [arm('a', 0, 0), arm('b', 10_000, 50)], ['b open', 'a open']],
  [
    'two good ones and a bad one',
    [arm('a', 1e5, 1000), arm('b', 1e5, 1010), arm('c', 1e5, 100)],
    ['b open', 'a open', 'c behind'],
  ],
])('%s', (_, arms, expected) => expect(verdicts(...arms)).toEqual(expected));
