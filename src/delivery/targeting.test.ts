import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, type TargetingRequest } from '#inventory';
import type { TargetingCondition, TargetingGroup } from '#inventory/contract';
import { compileTargeting } from './targeting.ts';

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
          const found: number[] = [];
          matcher.start(one);
          for (let item = matcher.next(); item >= 0; item = matcher.next()) {
            found.push(item);
            expect(matcher.mark()).toBe(item % 4);
          }
          expect(found).toEqual(candidates.filter((index) => matches(items[index] ?? null, one)));
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
  matcher.start({ device: 'phone' });
  expect([matcher.next(), matcher.next()]).toEqual([0, -1]);
  matcher.start({ device: 'tv' });
  expect(matcher.next()).toBe(-1);
});
