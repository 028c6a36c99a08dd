import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSealed, seal } from './sealed.ts';

test('what is sealed opens with its key, and with no other', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.string({ minLength: 1 }), (content, key) => {
      const sealed = seal(key, content);
      expect(sealed).toMatch(/^[\w-]+\.[\w-]+$/);
      expect(openSealed(key, sealed)).toEqual(JSON.parse(JSON.stringify(content)));
      expect(openSealed(`${key}x`, sealed)).toBeUndefined();
    }),
  ));

test('a changed or foreign text does not open', () =>
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, at) => {
      expect(openSealed('k', text)).toBeUndefined();
      const sealed = seal('k', { c: 'cr_1', e: 1 });
      const place = at % sealed.length;
      const changed = sealed.slice(0, place) + (sealed[place] === 'A' ? 'B' : 'A') + sealed.slice(place + 1);
      // The last figure of a base64url text may carry bits that mean nothing.
      if (place < sealed.length - 1 && sealed[place] !== '.') expect(openSealed('k', changed)).toBeUndefined();
    }),
  ));
