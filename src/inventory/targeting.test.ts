import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDaypart, parseDaypart, isWithin } from './daypart.ts';
import { addressOf, fits, fitsGlob, isInSection } from './glob.ts';
import { matches, type TargetingRequest } from './matches.ts';
import { faultOf, maxDepth, TargetingGroup, type TargetingCondition } from './targeting.ts';

const request: TargetingRequest = {
  country: 'FR',
  region: 'FR-IDF',
  city: 'Paris',
  device: 'phone',
  browser: 'Chrome',
  os: 'Android',
  language: 'fr-CA',
  site: ['site_1', 'news.example'],
  section: ['sec_1', 'sec_2'],
  placement: ['plc_1', 'top'],
  url: 'https://news.example/sport/tennis/open.html?page=2',
  referrer: 'https://www.google.com/search?q=tennis',
  local: { weekday: 0, minute: 8 * 60 },
  kv: { team: ['OM', 'psg'] },
  segments: ['seg_1'],
};

describe('a condition', () => {
  test.each<[string, string[], boolean]>([
    ['geo.country', ['FR'], true],
    ['geo.country', ['BE', 'CH'], false],
    ['geo.region', ['FR-IDF'], true],
    ['geo.city', ['paris'], true],
    ['device', ['desktop', 'phone'], true],
    ['device', ['tv'], false],
    ['browser', ['chrome'], true],
    ['os', ['iOS'], false],
    ['language', ['fr'], true],
    ['language', ['fr-ca'], true],
    ['language', ['frr', 'de'], false],
    ['language', ['fr-FR'], false],
    ['site', ['news.example'], true],
    ['site', ['site_2'], false],
    ['section', ['sec_2', 'sec_9'], true],
    ['placement', ['top'], true],
    ['placement', ['plc_2'], false],
    ['segment', ['seg_1'], true],
    ['kv.team', ['om'], true],
    ['kv.team', ['asse'], false],
    ['kv.constructor', ['om'], false],
    ['url', ['/sport/*'], true],
    ['url', ['/sport'], false],
    ['url', ['news.example/sport/*'], true],
    ['url', ['NEWS.example'], true],
    ['url', ['https://news.example'], true],
    ['url', ['http://news.example'], false],
    ['referrer', ['*.google.com'], true],
    ['referrer', ['*.google.*/search*'], true],
    ['referrer', ['google.com'], false],
    ['daypart', ['mon 08:00-12:00'], true],
    ['daypart', ['mon 07:00-08:00'], false],
    ['daypart', ['sat-mon 00:00-24:00'], true],
    ['daypart', ['tue-sun 00:00-24:00'], false],
  ])('%s in %j: %s, and not_in the opposite', (key, values, expected) => {
    const group = (operator: 'in' | 'not_in') => TargetingGroup.parse({ and: [{ key, [operator]: values }] });
    expect(matches(group('in'), request)).toBe(expected);
    expect(matches(group('not_in'), request)).toBe(!expected);
  });

  test('about a language is a whole tag or a part of it up to a hyphen', () => {
    const french: TargetingCondition = { key: 'language', in: ['fr'] };
    const spoken = ['fr', 'FR-ca', 'frr', 'en-fr', undefined];
    expect(spoken.map((language) => matches({ and: [french] }, { language }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('about something unknown is never in, always not in', () => {
    for (const [key, value] of Object.entries({
      'geo.country': 'FR',
      url: '*',
      daypart: 'mon 00:00-24:00',
      'kv.a': 'b',
      language: 'fr',
    })) {
      expect(matches(TargetingGroup.parse({ and: [{ key, in: [value] }] }), {}), key).toBe(false);
      expect(matches(TargetingGroup.parse({ and: [{ key, not_in: [value] }] }), {}), key).toBe(true);
    }
  });
});

const condition: fc.Arbitrary<TargetingCondition> = fc
  .record({
    key: fc.constantFrom('geo.country' as const, 'device' as const, 'kv.team' as const, 'language' as const),
    values: fc.array(fc.constantFrom('FR', 'BE', 'phone', 'desktop', 'OM', 'fr', 'fr-CA'), {
      minLength: 1,
      maxLength: 3,
    }),
    negated: fc.boolean(),
  })
  .map(({ key, values, negated }) => (negated ? { key, not_in: values } : { key, in: values }));

const { group } = fc.letrec<{ group: TargetingGroup; member: TargetingGroup | TargetingCondition }>((tie) => ({
  group: fc.oneof(
    { maxDepth: 4 },
    fc.array(condition, { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('member'), { maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('member'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
  ),
  member: fc.oneof({ maxDepth: 4 }, condition, tie('group')),
}));

const requests: fc.Arbitrary<TargetingRequest> = fc.record({
  country: fc.constantFrom('FR', 'BE', undefined),
  device: fc.constantFrom('phone', 'desktop', undefined),
  language: fc.constantFrom('fr', 'fr-CA', 'fr-FR', undefined),
  kv: fc.constantFrom({}, { team: ['OM'] }, { team: ['psg', 'OM'] }),
});

type Member = TargetingCondition | TargetingGroup;

/** The opposite of a targeting by de Morgan's laws; an empty `and` has no opposite in the grammar. */
function opposite(member: Member): Member | undefined {
  if ('key' in member)
    return 'in' in member ? { key: member.key, not_in: member.in } : { key: member.key, in: member.not_in };
  const members = ('and' in member ? member.and : member.or).map(opposite);
  const known = members.filter((one) => one !== undefined);
  if (known.length < members.length || known.length === 0) return undefined;
  return 'and' in member ? { or: known } : { and: known };
}

describe('the matcher, on any targeting and any request', () => {
  const holds = (member: Member, asked: TargetingRequest) => matches({ and: [member] }, asked);

  test('obeys de Morgan', () => {
    fc.assert(
      fc.property(group, requests, (targeting, asked) => {
        const against = opposite(targeting);
        fc.pre(against !== undefined);
        expect(holds(against, asked)).toBe(!holds(targeting, asked));
      }),
    );
  });

  test('does not mind the order of members, and one more "and" only narrows', () => {
    fc.assert(
      fc.property(group, condition, requests, (targeting, extra, asked) => {
        const turned: TargetingGroup =
          'and' in targeting ? { and: targeting.and.toReversed() } : { or: targeting.or.toReversed() };
        expect(matches(turned, asked)).toBe(matches(targeting, asked));
        if (matches({ and: [targeting, extra] }, asked)) expect(matches(targeting, asked)).toBe(true);
        if (matches(targeting, asked)) expect(matches({ or: [targeting, extra] }, asked)).toBe(true);
      }),
    );
  });

  test('the parser takes what the matcher reads, unchanged, whatever the depth allowed', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: maxDepth }), (asked, depth) => {
        let nested: TargetingGroup = { or: [{ key: 'geo.country', in: ['FR'] }] };
        for (let level = 1; level < depth; level++) nested = { and: [nested] };
        expect(TargetingGroup.parse(nested)).toEqual(nested);
        expect(matches(nested, asked)).toBe(asked.country === 'FR');
      }),
    );
  });
});

describe('a targeting that is wrong', () => {
  const nest = (levels: number): unknown => (levels === 0 ? { and: [] } : { and: [nest(levels - 1)] });
  const deep = (levels: number): unknown => {
    let value: unknown = { and: [] };
    for (let level = 0; level < levels; level++) value = { and: [value] };
    return value;
  };
  const wrongs: [what: string, value: unknown, path: string][] = [
    ['no object', 'FR', ''],
    ['a list', [], ''],
    ['null', null, ''],
    ['nothing', {}, ''],
    ['both', { and: [], or: [] }, ''],
    ['a bare condition', { key: 'device', in: ['tv'] }, ''],
    ['an empty or', { or: [] }, 'or'],
    ['no list', { and: { key: 'device' } }, 'and'],
    ['an unknown key', { and: [{ key: 'geo.county', in: ['FR'] }] }, 'and.0.key'],
    ['a key of Object', { and: [{ key: 'toString', in: ['FR'] }] }, 'and.0.key'],
    ['a nameless kv', { and: [{ key: 'kv.', in: ['FR'] }] }, 'and.0.key'],
    ['two operators', { and: [{ key: 'device', in: ['tv'], not_in: ['tv'] }] }, 'and.0'],
    ['another operator', { and: [{ key: 'device', like: ['tv'] }] }, 'and.0'],
    ['no values', { and: [{ key: 'device', in: [] }] }, 'and.0.in'],
    ['values that are no list', { and: [{ key: 'device', in: 'tv' }] }, 'and.0.in'],
    ['a number', { and: [{ key: 'device', in: [4] }] }, 'and.0.in.0'],
    ['too many values', { and: [{ key: 'kv.a', in: Array(501).fill('x') }] }, 'and.0.in'],
    ['a country in lower case', { and: [{ key: 'geo.country', in: ['FR', 'be'] }] }, 'and.0.in.1'],
    ['a country that is none', { and: [{ key: 'geo.country', not_in: ['ZZ'] }] }, 'and.0.not_in.0'],
    ['a region of no country', { and: [{ key: 'geo.region', in: ['ZZ-A'] }] }, 'and.0.in.0'],
    ['an unknown device', { and: [{ or: [{ key: 'device', in: ['mobile'] }] }] }, 'and.0.or.0.in.0'],
    ['a language that is none', { and: [{ key: 'language', in: ['français'] }] }, 'and.0.in.0'],
    ['a daypart that is none', { and: [{ key: 'daypart', in: ['monday 8-12'] }] }, 'and.0.in.0'],
    ['one level too many', nest(maxDepth), Array(maxDepth).fill('and.0').join('.')],
    ['a depth that would exhaust the stack', deep(50_000), Array(maxDepth).fill('and.0').join('.')],
  ];

  test.each(wrongs)('%s is refused at its place', (_, value, path) => {
    expect(faultOf(value)?.path.join('.')).toBe(path);
    const seen = TargetingGroup.safeParse(value);
    expect(seen.error?.issues[0]?.path.join('.')).toBe(path);
  });

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 6 }), (value) => {
        expect(() => TargetingGroup.safeParse(value)).not.toThrow();
      }),
    );
  });
});

describe('a daypart', () => {
  test.each([
    ['mon 08:00-12:00', [0], 480, 720],
    ['fri-mon 00:00-24:00', [4, 5, 6, 0], 0, 1440],
    ['sun 23:59-24:00', [6], 1439, 1440],
  ])('%s', (text, days, from, to) => {
    expect(parseDaypart(text)).toEqual({ days, from, to });
  });

  test.each([
    '',
    'mon',
    'mon 8:00-12:00',
    'mon 12:00-08:00',
    'mon 08:00-08:00',
    'mon 08:60-09:00',
    'mon 08:00-24:01',
    'Mon 08:00-12:00',
    'mon 08:00-12:00 ',
  ])('is not %j', (text) => expect(isDaypart(text)).toBe(false));

  test('is from its first minute up to, not including, its last', () => {
    const daypart = { days: [2], from: 480, to: 720 };
    expect([479, 480, 719, 720].map((minute) => isWithin(daypart, 2, minute))).toEqual([false, true, true, false]);
    expect(isWithin(daypart, 3, 600)).toBe(false);
  });
});

describe('a glob', () => {
  test('fits exactly as the regular expression that it stands for', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const escaped = pattern.replaceAll('.', '\\.').replaceAll('*', '.*');
        expect(fits(pattern, text)).toBe(new RegExp(`^${escaped}$`, 's').test(text));
      }),
      { numRuns: 500 },
    );
  });

  test('does not fit what is no web address', () => {
    expect(addressOf('javascript:alert(1)')).toBeUndefined();
    expect(addressOf('/relative')).toBeUndefined();
  });

  test('keeps the case of the path, not of the host', () => {
    const address = addressOf('https://News.Example/Sport/');
    expect(address && [fitsGlob('news.EXAMPLE/Sport/', address), fitsGlob('news.example/sport/', address)]).toEqual([
      true,
      false,
    ]);
  });
});

test.each([
  ['/sport', '/sport', true],
  ['/sport', '/sport/tennis', true],
  ['/sport/', '/sport', true],
  ['/sport', '/sports', false],
  ['/', '/anything', true],
  ['/*/live', '/sport/live', true],
  ['/*/live', '/sport/live/2', false],
  ['/sport*', '/sports/x', true],
])('section %s, path %s: %s', (pattern, path, expected) => {
  expect(isInSection(pattern, path)).toBe(expected);
});
