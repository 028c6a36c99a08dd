import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, type TargetingRequest } from '#inventory';
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';
import { compileTargeting, type Matcher } from './targeting.ts';

const among = (...values: string[]) => fc.subarray(values, { minLength: 1 });
const conditionOf = (key: TargetingCondition['key'], ...values: string[]): fc.Arbitrary<TargetingCondition> =>
  fc.oneof(
    among(...values).map((some): TargetingCondition => ({ key, in: some })),
    among(...values).map((some): TargetingCondition => ({ key, not_in: some })),
  );
const condition = fc.oneof(
  conditionOf('geo.country', 'FR', 'BE', 'CH'),
  conditionOf('device', 'phone', 'desktop', 'tablet'),
  conditionOf('browser', 'Firefox', 'chrome'),
  conditionOf('language', 'fr', 'fr-CA', 'en'),
  conditionOf('section', 'sec_sport', 'sec_food'),
  conditionOf('placement', 'pl_top', 'top', 'pl_side'),
  conditionOf('kv.mood', 'Happy', 'sad', 'calm'),
  conditionOf('kv.toString', 'a'),
  conditionOf('segment', 'seg_1', 'seg_2'),
  conditionOf('daypart', 'mon 08:00-12:00', 'tue-sun 10:00-24:00'),
  conditionOf('url', '/sport/*', 'journal.example/food*'),
);
const group: fc.Arbitrary<TargetingGroup> = fc.letrec<{
  group: TargetingGroup;
  member: TargetingGroup | TargetingCondition;
}>((tie) => ({
  group: fc.oneof(
    { maxDepth: 3 },
    fc.array(condition, { maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie('member'), { maxLength: 4 }).map((and) => ({ and })),
    fc.array(tie('member'), { minLength: 1, maxLength: 4 }).map((or) => ({ or })),
  ),
  member: fc.oneof({ maxDepth: 3 }, condition, tie('group')),
})).group;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const request: fc.Arbitrary<TargetingRequest> = fc.record({
  country: maybe(fc.constantFrom('FR', 'BE', 'US')),
  device: maybe(fc.constantFrom('phone', 'desktop')),
  browser: maybe(fc.constantFrom('Firefox', 'Chrome', 'Safari')),
  language: maybe(fc.constantFrom('fr', 'fr-ca', 'fr-CA-x-a', 'en-GB', 'frr')),
  section: maybe(fc.subarray(['sec_sport', 'sec_food'])),
  placement: fc.constantFrom(['pl_top', 'top'], ['pl_side', 'side']),
  kv: maybe(fc.record({ mood: fc.subarray(['happy', 'SAD', 'calm', 'other']) })),
  segments: maybe(fc.subarray(['seg_1', 'seg_2'])),
  local: maybe(fc.record({ weekday: fc.nat(6), minute: fc.nat(1439) })),
  url: maybe(fc.constantFrom('https://journal.example/sport/a', 'https://journal.example/food', 'nonsense')),
});

function allOf(matcher: Matcher, asked: TargetingRequest, at?: number): number[] {
  const all: number[] = [];
  matcher.start(asked, at);
  for (let count = matcher.more(); count > 0; count = matcher.more()) all.push(...matcher.found.subarray(0, count));
  return all;
}

test('the compiled matcher finds exactly the items that a plain reading finds, in their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(group, { nil: null }), { maxLength: 80 }),
      fc.array(request, { minLength: 1, maxLength: 10 }),
      fc.func(fc.boolean()),
      (items, requests, isCandidate) => {
        const candidates = items.map((_, index) => index).filter((index) => isCandidate(index));
        const matcher = compileTargeting(
          candidates.map((index) => ({ targeting: items[index] ?? null, number: index, mark: index % 4 })),
        );
        for (const one of requests) {
          const wanted = candidates.filter((index) => matches(items[index] ?? null, one));
          expect(allOf(matcher, one)).toEqual(wanted.map((index) => index * 4 + (index % 4)));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a targeting that would explode into conjunctions is evaluated as it stands', () => {
  const pair: TargetingGroup = {
    or: [
      { key: 'device', in: ['phone'] },
      { key: 'geo.country', in: ['FR'] },
    ],
  };
  const items: TargetingGroup[] = [{ and: Array.from({ length: 20 }, () => pair) }];
  const matcher = compileTargeting(items.map((targeting, number) => ({ targeting, number })));
  expect(allOf(matcher, { device: 'phone' })).toEqual([0]);
  expect(allOf(matcher, { device: 'tv' })).toEqual([]);
});

test('what is held back is passed over no longer than it was told, and found again when time goes back', () => {
  const two = () => compileTargeting([0, 1].map((number) => ({ targeting: null, number })));
  fc.assert(
    fc.property(
      fc.array(fc.record({ after: fc.integer({ min: -20, max: 60 }), holds: fc.option(fc.nat(120), { nil: null }) })),
      (steps) => {
        const matcher = two();
        let at = 1_000_000;
        let held = { from: 0, until: 0 };
        for (const { after, holds } of steps) {
          at += after;
          const found = allOf(matcher, {}, at);
          expect(found).toContain(4);
          if (at < held.from || at >= held.until) expect(found).toEqual([0, 4]);
          expect(allOf(matcher, {})).toEqual([0, 4]);
          if (holds === null || found.length < 2) continue;
          allOf(matcher, {}, at);
          matcher.hold(0, at + holds);
          held = { from: at, until: at + holds };
        }
      },
    ),
  );
  const matcher = two();
  allOf(matcher, {}, 2_000_000);
  matcher.hold(0, 2_000_250);
  expect(allOf(matcher, {}, 2_000_049)).toEqual([4]);
  expect(allOf(matcher, {}, 2_000_050)).toEqual([0, 4]);
});
