import { describe, expect, test } from 'vitest';
import { may, rights, rightsOf, roles } from './policy.ts';
import { routes } from './routes.ts';

describe('the policy', () => {
  test('knows every right that a route asks for', () => {
    const asked = new Set(routes.map(({ route }) => route.can));
    for (const right of asked) expect(['public', 'signed-in', ...Object.keys(rights)]).toContain(right);
  });

  test('lets a client write nothing', () => {
    expect(rightsOf('client').filter((right) => !right.endsWith('.read'))).toEqual([]);
  });

  test('gives an admin every right', () => {
    expect(rightsOf('admin')).toEqual(Object.keys(rights));
  });

  test('gives nothing to unknown roles, and unknown rights to nobody', () => {
    expect(rightsOf('king')).toEqual([]);
    for (const role of roles)
      for (const right of ['toString', '__proto__', '', 'campaigns.*']) expect(may(role, right)).toBe(false);
  });

  test.each([
    ['sales', 'campaigns.book', true],
    ['studio', 'campaigns.book', false],
    ['studio', 'creatives.write', true],
    ['studio', 'creatives.approve', false],
    ['traffic_manager', 'people.manage', false],
    ['client', 'inventory.read', false],
    ['client', 'audience.read', false],
    ['analyst', 'audience.read', true],
  ])('%s and %s: %s', (role, right, expected) => {
    expect(may(role, right)).toBe(expected);
  });
});
