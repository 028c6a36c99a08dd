import { GVL, Segment, TCModel, TCString } from '@iabtcf/core';
import { expect, test } from 'vitest';
import { permissionsOf } from './may-identify.ts';

const vendor = (id: number) => ({
  id,
  name: `Vendor ${id}`,
  purposes: [1, 2, 3, 4, 7],
  legIntPurposes: [],
  flexiblePurposes: [],
  specialPurposes: [],
  features: [],
  specialFeatures: [],
  cookieMaxAgeSeconds: null,
  usesCookies: true,
  cookieRefresh: false,
  usesNonCookieAccess: false,
  policyUrl: 'https://vendor.example/privacy',
});
const list = {
  gvlSpecificationVersion: 3,
  vendorListVersion: 1,
  tcfPolicyVersion: 5,
  lastUpdated: '2026-01-01T00:00:00Z',
  purposes: Object.fromEntries(
    [1, 2, 3, 4, 7].map((id) => [id, { id, name: `Purpose ${id}`, description: '', descriptionLegal: '' }]),
  ),
  specialPurposes: {},
  features: {},
  specialFeatures: {},
  stacks: {},
};

/** A string as a CMP makes it: purposes and vendors consented to; the vendors disclosed in a segment of their own (2.3). */
function tcf(purposes: number[], { vendors = [], disclosed = [] }: { vendors?: number[]; disclosed?: number[] } = {}) {
  const encode = (known: number[], segments: Segment[]) => {
    const model = new TCModel(new GVL({ ...list, vendors: Object.fromEntries(known.map((id) => [id, vendor(id)])) }));
    model.cmpId = 10;
    model.cmpVersion = 1;
    model.purposeConsents.set(purposes);
    model.vendorConsents.set(vendors);
    return TCString.encode(model, { segments });
  };
  const core = encode([7, 8], [Segment.CORE]);
  // The library discloses all the vendors of its list, so the list is cut down to those that were.
  const shown = encode(disclosed, [Segment.CORE, Segment.VENDORS_DISCLOSED]).split('.')[1];
  return disclosed.length > 0 ? `${core}.${shown}` : core;
}
const none = { store: false, basicAds: false, profile: false, measure: false };
const all = { store: true, basicAds: true, profile: true, measure: true };

test.each<[string, Parameters<typeof permissionsOf>, object]>([
  ['no consent object', [undefined, false], none],
  ['a plain yes', [{ ads: true }, false], all],
  ['a plain no', [{ ads: false }, false], none],
  ['a yes under Global Privacy Control', [{ ads: true }, true], none],
  ['a text that is no string of the TCF', [{ tcf: 'COtybn4PA' }, false], none],
  ['an empty string', [{ tcf: '' }, false], none],
  ['nothing consented to', [{ tcf: tcf([]) }, false], none],
  ['purpose 1 alone: stored, not used for ads', [{ tcf: tcf([1]) }, false], { ...none, store: true }],
  ['purposes 1 and 2: frequency caps', [{ tcf: tcf([1, 2]) }, false], { ...none, store: true, basicAds: true }],
  ['purpose 3 without 4 makes no profile', [{ tcf: tcf([1, 2, 3]) }, false], { ...none, store: true, basicAds: true }],
  ['purposes 1, 2, 3, 4 and 7', [{ tcf: tcf([1, 2, 3, 4, 7]) }, false], all],
  ['all of it under Global Privacy Control', [{ tcf: tcf([1, 2, 3, 4, 7]) }, true], none],
  ['a vendor that is not named', [{ tcf: tcf([1, 2], { vendors: [7] }) }, false, 8], none],
  [
    'a vendor that is named',
    [{ tcf: tcf([1, 2], { vendors: [8] }) }, false, 8],
    { ...none, store: true, basicAds: true },
  ],
  ['a vendor named but not disclosed (2.3)', [{ tcf: tcf([1, 2], { vendors: [8], disclosed: [7] }) }, false, 8], none],
])('%s', (_, given, permissions) => {
  expect(permissionsOf(...given)).toEqual(permissions);
});
