import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, decisionIdText, nameOf, openSigner, readDecisionId } from './token.ts';

const key = Buffer.alloc(32, 7).toString('base64url');
const older = Buffer.alloc(32, 8).toString('base64url');
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const name = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const text = fc.string({ unit: fc.constantFrom('a', '/', '-', '7'), maxLength: 120 });
const claim: fc.Arbitrary<Claim> = fc.record({
  decided: u32,
  id: fc.record({ high: u32, low: u32 }),
  line: name,
  creative: name,
  placement: name,
  country: fc.constantFrom('', 'FR', 'BE'),
  agent: fc.constantFrom('phone\tSafari\tiOS', '\t\t'),
  section: text,
  path: text,
  visitor: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined }),
  simulated: fc.boolean(),
});

describe('signed addresses', () => {
  test('what is signed is read back', () => {
    const signer = openSigner([{ id: 1, key }]);
    fc.assert(
      fc.property(claim, (one) => {
        expect(signer.verify(signer.sign(one))).toEqual(one);
      }),
    );
  });

  test('a token with any character changed, cut or added is not ours', () => {
    const signer = openSigner([{ id: 1, key }]);
    fc.assert(
      fc.property(
        claim,
        fc.nat(),
        fc.constantFrom('A', 'B', '_'),
        fc.constantFrom('change', 'cut', 'add'),
        (one, where, letter, how) => {
          const token = signer.sign(one);
          const at = where % token.length;
          const forged =
            how === 'cut'
              ? token.slice(0, at)
              : how === 'add'
                ? `${token}${letter}${letter}`
                : token.slice(0, at) + letter + token.slice(at + 1);
          // The last character of base64 may carry unused bits; then it is the same token.
          fc.pre(!Buffer.from(forged, 'base64url').equals(Buffer.from(token, 'base64url')));
          expect(signer.verify(forged)).toBeUndefined();
        },
      ),
    );
  });

  test('an older key still verifies what it signed, and signs no more', () => {
    const before = openSigner([{ id: 1, key: older }]);
    const [one] = fc.sample(claim, 1);
    if (!one) throw new Error('no sample');
    const token = before.sign(one);
    const after = openSigner([
      { id: 2, key },
      { id: 1, key: older },
    ]);
    expect(after.verify(token)).toEqual(one);
    expect(before.verify(after.sign(one))).toBeUndefined();
    expect(openSigner([{ id: 1, key }]).verify(token)).toBeUndefined();
  });

  test.each(['', 'x', '%', 'é', 'A'.repeat(5000), Buffer.alloc(60, 1).toString('base64url')])(
    '%j is not a token',
    (token) => {
      expect(openSigner([{ id: 1, key }]).verify(token)).toBeUndefined();
    },
  );

  test('a long path is cut, on a whole character', () => {
    const signer = openSigner([{ id: 1, key }]);
    const [one] = fc.sample(claim, 1);
    if (!one) throw new Error('no sample');
    expect(signer.verify(signer.sign({ ...one, path: 'é'.repeat(500) }))?.path).toBe('é'.repeat(60));
  });
});

test('a decision id keeps its second and its number', () => {
  fc.assert(
    fc.property(u32, fc.record({ high: u32, low: u32 }), (decided, id) => {
      expect(readDecisionId(decisionIdText(decided, id))).toEqual({ id, decidedAt: decided * 1000 });
    }),
  );
  expect(readDecisionId('short')).toBeUndefined();
});

test('names fit their 48 bits and differ', () => {
  const names = new Set(Array.from({ length: 2000 }, (_, i) => nameOf(`li_${i}`)));
  expect(names.size).toBe(2000);
  expect(Math.max(...names)).toBeLessThan(2 ** 48);
});
