import { GVL, PurposeRestriction, RestrictionType, Segment, TCModel, TCString } from '@iabtcf/core';
import { expect, test } from 'vitest';
import { permissionsOf } from './may-identify.ts';

/** `interests`: registered with legitimate interest for basic ads and measuring; the encoder drops what a vendor never asked for. */
const vendor = (id: number, interests: boolean) => ({
  id,
  name: `Vendor ${id}`,
  purposes: interests ? [1, 3, 4] : [1, 2, 3, 4, 7],
  legIntPurposes: interests ? [2, 7] : [],
  flexiblePurposes: [2, 7],
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
type Said = {
  vendors?: number[];
  disclosed?: number[];
  interests?: number[];
  vendorInterests?: number[];
  /** Of vendor 8, by the publisher. */
  restrictions?: [purpose: number, type: RestrictionType][];
  /** When the reader chose; before the end of the transition to 2.3 unless said otherwise. */
  created?: string;
};
function tcf(
  purposes: number[],
  {
    vendors = [],
    disclosed,
    interests = [],
    vendorInterests = [],
    restrictions = [],
    created = '2026-02-28',
  }: Said = {},
) {
  const encode = (known: number[], segments: Segment[]) => {
    const model = new TCModel(
      new GVL({
        ...list,
        vendors: Object.fromEntries(known.map((id) => [id, vendor(id, vendorInterests.length > 0)])),
      }),
    );
    model.cmpId = 10;
    model.cmpVersion = 1;
    model.purposeConsents.set(purposes);
    model.vendorConsents.set(vendors);
    model.purposeLegitimateInterests.set(interests);
    model.vendorLegitimateInterests.set(vendorInterests);
    model.publisherCountryCode = 'FR';
    for (const [purpose, type] of restrictions)
      model.publisherRestrictions.add(8, new PurposeRestriction(purpose, type));
    model.created = new Date(created);
    return TCString.encode(model, { segments });
  };
  const core = encode([7, 8], [Segment.CORE]);
  // The library discloses all the vendors of its list, so the list is cut down to those that were.
  if (disclosed === undefined) return core;
  return `${core}.${encode(disclosed, [Segment.CORE, Segment.VENDORS_DISCLOSED]).split('.')[1]}`;
}
const none = { store: false, basicAds: false, profile: false, measure: false };
const caps = { ...none, store: true, basicAds: true };
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
  ['a vendor that is not named', [{ tcf: tcf([1, 2], { vendors: [7] }) }, false, { vendor: 8 }], none],
  [
    'a vendor that is named',
    [{ tcf: tcf([1, 2], { vendors: [8] }) }, false, { vendor: 8 }],
    { ...none, store: true, basicAds: true },
  ],
  [
    'a vendor named but not disclosed (2.3)',
    [{ tcf: tcf([1, 2], { vendors: [8], disclosed: [7] }) }, false, { vendor: 8 }],
    none,
  ],
  ['the consent of Google beside the TCF says nothing here', [{ tcf: '2~70.89.93.108~dv.' }, false], none],
  [
    'legitimate interest that nobody claims',
    [{ tcf: tcf([1], { interests: [2, 7] }) }, false],
    { ...none, store: true },
  ],
  [
    'legitimate interest in basic ads and in measuring them, claimed',
    [{ tcf: tcf([1], { interests: [2, 7] }) }, false, { legitimateInterests: [2, 7] }],
    { ...none, store: true, basicAds: true, measure: true },
  ],
  [
    'claimed, and objected to',
    [{ tcf: tcf([1], { interests: [7] }) }, false, { legitimateInterests: [2, 7] }],
    { ...none, store: true, measure: true },
  ],
  [
    'storing and profiles are never a legitimate interest',
    [{ tcf: tcf([], { interests: [1, 3, 4] }) }, false, { legitimateInterests: [1, 3, 4] }],
    none,
  ],
  [
    'claimed by a vendor that the reader objected to',
    [
      { tcf: tcf([1], { vendors: [8], interests: [2], vendorInterests: [7] }) },
      false,
      { vendor: 8, legitimateInterests: [2] },
    ],
    { ...none, store: true },
  ],
  [
    'claimed by a vendor that the reader was told of',
    [
      { tcf: tcf([1], { vendors: [8], interests: [2], vendorInterests: [8], disclosed: [8] }) },
      false,
      { vendor: 8, legitimateInterests: [2] },
    ],
    caps,
  ],
  [
    'consent named, vendor disclosed (2.3)',
    [{ tcf: tcf([1, 2], { vendors: [8], disclosed: [8] }) }, false, { vendor: 8 }],
    caps,
  ],
  [
    'a string of 2.3 without the vendors disclosed',
    [{ tcf: tcf([1, 2], { vendors: [8], created: '2026-03-01' }) }, false, { vendor: 8 }],
    none,
  ],
  [
    'a string of 2.3 that disclosed nobody',
    [{ tcf: tcf([1, 2], { vendors: [8], disclosed: [] }) }, false, { vendor: 8 }],
    none,
  ],
  [
    'a string of 2.3 with the vendor disclosed',
    [{ tcf: tcf([1, 2], { vendors: [8], disclosed: [8], created: '2026-11-01' }) }, false, { vendor: 8 }],
    caps,
  ],
  [
    'a purpose that the publisher forbids',
    [{ tcf: tcf([1, 2], { vendors: [8], restrictions: [[2, RestrictionType.NOT_ALLOWED]] }) }, false, { vendor: 8 }],
    { ...none, store: true },
  ],
  [
    'a purpose that the publisher ties to consent, claimed by interest only',
    [
      {
        tcf: tcf([1], {
          vendors: [8],
          interests: [2],
          vendorInterests: [8],
          restrictions: [[2, RestrictionType.REQUIRE_CONSENT]],
        }),
      },
      false,
      { vendor: 8, legitimateInterests: [2] },
    ],
    { ...none, store: true },
  ],
  [
    'a purpose that the publisher ties to interest, with consent only',
    [{ tcf: tcf([1, 2], { vendors: [8], restrictions: [[2, RestrictionType.REQUIRE_LI]] }) }, false, { vendor: 8 }],
    { ...none, store: true },
  ],
  [
    'interests under Global Privacy Control',
    [{ tcf: tcf([1], { interests: [2] }) }, true, { legitimateInterests: [2] }],
    none,
  ],
])('%s', (_, given, permissions) => {
  expect(permissionsOf(...given)).toEqual(permissions);
});
