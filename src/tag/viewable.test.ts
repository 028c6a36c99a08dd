import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observe, shareNeeded, unseen, type View } from './viewable.ts';

type Moment = [at: number, ratio: number, isTabInFront?: boolean];

/** Is the ad viewable after these moments? */
function isViewable([width, height]: [number, number], moments: Moment[]): boolean {
  let view: View = unseen;
  for (const [at, ratio, isTabInFront = true] of moments) {
    view = observe(view, at, isTabInFront && ratio >= shareNeeded(width, height));
  }
  return view.done;
}

const cases: { name: string; size: [number, number]; moments: Moment[]; viewable: boolean }[] = [
  {
    name: '999 ms is too short',
    size: [300, 250],
    moments: [
      [0, 1],
      [999, 0],
      [5_000, 0],
    ],
    viewable: false,
  },
  {
    name: '1,000 ms is enough',
    size: [300, 250],
    moments: [
      [0, 1],
      [1_000, 1],
    ],
    viewable: true,
  },
  {
    name: 'a drop noticed at 1,000 ms comes too late',
    size: [300, 250],
    moments: [
      [0, 1],
      [1_000, 0],
    ],
    viewable: true,
  },
  {
    name: '600 ms, a drop and 600 ms do not add up',
    size: [300, 250],
    moments: [
      [0, 1],
      [600, 0.2],
      [601, 1],
      [1_201, 0],
    ],
    viewable: false,
  },
  {
    name: 'after a drop a whole second counts',
    size: [300, 250],
    moments: [
      [0, 1],
      [600, 0],
      [700, 1],
      [1_700, 1],
    ],
    viewable: true,
  },
  {
    name: '49.9 % is too little',
    size: [300, 250],
    moments: [
      [0, 0.499],
      [9_000, 0.499],
    ],
    viewable: false,
  },
  {
    name: '50 % is enough',
    size: [300, 250],
    moments: [
      [0, 0.5],
      [1_000, 0.5],
    ],
    viewable: true,
  },
  {
    name: '30 % of a billboard is enough',
    size: [970, 250],
    moments: [
      [0, 0.3],
      [1_000, 0.3],
    ],
    viewable: true,
  },
  {
    name: '29.9 % of a billboard is too little',
    size: [970, 250],
    moments: [
      [0, 0.299],
      [1_000, 0.299],
    ],
    viewable: false,
  },
  {
    name: '30 % of a rectangle is too little',
    size: [300, 250],
    moments: [
      [0, 0.3],
      [1_000, 0.3],
    ],
    viewable: false,
  },
  {
    name: '30 % of 242,499 px² is too little',
    size: [242_499, 1],
    moments: [
      [0, 0.3],
      [1_000, 0.3],
    ],
    viewable: false,
  },
  {
    name: 'a tab behind another does not count',
    size: [300, 250],
    moments: [
      [0, 1, false],
      [5_000, 1, false],
    ],
    viewable: false,
  },
  {
    name: 'going behind another tab breaks the view',
    size: [300, 250],
    moments: [
      [0, 1],
      [500, 1, false],
      [600, 1],
      [1_599, 1],
    ],
    viewable: false,
  },
  {
    name: 'seen once stays seen',
    size: [300, 250],
    moments: [
      [0, 1],
      [1_000, 1],
      [1_001, 0],
      [2_000, 0],
    ],
    viewable: true,
  },
];

test.each(cases)('$name', ({ size, moments, viewable }) => {
  expect(isViewable(size, moments)).toBe(viewable);
});

test('whatever the sequence, an ad is viewable exactly when some unbroken view lasted a second', () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 1_500 }), isInView: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = 0;
      let view: View = unseen;
      let run = 0;
      let longest = 0;
      let was = false;
      for (const { wait, isInView } of steps) {
        now += wait;
        run = was ? run + wait : 0;
        longest = Math.max(longest, run);
        view = observe(view, now, isInView);
        was = isInView;
      }
      expect(view.done).toBe(longest >= 1_000);
    }),
  );
});
