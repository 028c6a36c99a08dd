/** Where, on what and for whom a bid request asks: site, app, screen, device, user, rules and the way it came (OpenRTB 2.6, 3.2.2, 3.2.3, 3.2.13 ff.). */
import * as z from 'zod';
import { Count, Ext, Flag, Id, Integer, Integers, Pixels, Strings, Text } from './request-types.ts';

const Owner = z.looseObject({
  id: Text.optional(),
  name: Text.optional(),
  cattax: Integer.optional(),
  cat: Strings.optional(),
  domain: Text.optional(),
  ext: Ext,
});
const Segment = z.looseObject({ id: Text.optional(), name: Text.optional(), value: Text.optional(), ext: Ext });
const Data = z.looseObject({
  id: Text.optional(),
  name: Text.optional(),
  cids: Strings.optional(),
  segment: z.array(Segment).max(5000).optional(),
  ext: Ext,
});
const Geo = z.looseObject({
  lat: z.number().min(-90).max(90).optional(),
  lon: z.number().min(-180).max(180).optional(),
  type: Integer.optional(),
  accuracy: Integer.optional(),
  lastfix: Integer.optional(),
  ipservice: Integer.optional(),
  country: Text.optional(),
  region: Text.optional(),
  regionfips104: Text.optional(),
  metro: Text.optional(),
  city: Text.optional(),
  zip: Text.optional(),
  utcoffset: Integer.optional(),
  ext: Ext,
});
const Content = z.looseObject({
  id: Text.optional(),
  episode: Integer.optional(),
  title: Text.optional(),
  series: Text.optional(),
  season: Text.optional(),
  artist: Text.optional(),
  genre: Text.optional(),
  gtax: Integer.optional(),
  genres: Strings.optional(),
  album: Text.optional(),
  isrc: Text.optional(),
  producer: Owner.optional(),
  url: Text.optional(),
  cattax: Integer.optional(),
  cat: Strings.optional(),
  prodq: Integer.optional(),
  context: Integer.optional(),
  contentrating: Text.optional(),
  userrating: Text.optional(),
  qagmediarating: Integer.optional(),
  keywords: Text.optional(),
  kwarray: Strings.optional(),
  livestream: Flag.optional(),
  sourcerelationship: Flag.optional(),
  len: Integer.optional(),
  language: Text.optional(),
  langb: Text.optional(),
  embeddable: Flag.optional(),
  data: z.array(Data).max(500).optional(),
  network: Owner.optional(),
  channel: Owner.optional(),
  realtime: Flag.optional(),
  firstbroadcast: Flag.optional(),
  ext: Ext,
});

const place = {
  id: Text.optional(),
  name: Text.optional(),
  domain: Text.optional(),
  publisher: Owner.optional(),
  content: Content.optional(),
  keywords: Text.optional(),
  ext: Ext,
};
/** Of sites and apps. */
const pages = {
  cattax: Integer.optional(),
  cat: Strings.optional(),
  sectioncat: Strings.optional(),
  pagecat: Strings.optional(),
  privacypolicy: Flag.optional(),
  kwarray: Strings.optional(),
  inventorypartnerdomain: Text.optional(),
};
export const Site = z.looseObject({
  ...place,
  ...pages,
  page: Text.optional(),
  ref: Text.optional(),
  search: Text.optional(),
  mobile: Flag.optional(),
});
export const App = z.looseObject({
  ...place,
  ...pages,
  bundle: Text.optional(),
  storeurl: Text.optional(),
  ver: Text.optional(),
  paid: Flag.optional(),
});
export const Dooh = z.looseObject({ ...place, venuetype: Strings.optional(), venuetypetax: Integer.optional() });

const BrandVersion = z.looseObject({ brand: Text.optional(), version: Strings.optional(), ext: Ext });
const UserAgent = z.looseObject({
  browsers: z.array(BrandVersion).max(50).optional(),
  platform: BrandVersion.optional(),
  mobile: Flag.optional(),
  architecture: Text.optional(),
  bitness: Text.optional(),
  model: Text.optional(),
  source: Integer.optional(),
  ext: Ext,
});
export const Device = z.looseObject({
  geo: Geo.optional(),
  dnt: Flag.optional(),
  lmt: Flag.optional(),
  ua: Text.optional(),
  sua: UserAgent.optional(),
  ip: Text.optional(),
  ipv6: Text.optional(),
  devicetype: Integer.optional(),
  make: Text.optional(),
  model: Text.optional(),
  os: Text.optional(),
  osv: Text.optional(),
  hwv: Text.optional(),
  h: Pixels.optional(),
  w: Pixels.optional(),
  ppi: Count.optional(),
  pxratio: z.number().optional(),
  js: Flag.optional(),
  geofetch: Flag.optional(),
  flashver: Text.optional(),
  language: Text.optional(),
  langb: Text.optional(),
  carrier: Text.optional(),
  mccmnc: Text.optional(),
  connectiontype: Integer.optional(),
  ifa: Text.optional(),
  ext: Ext,
});

const Consent = z.string().max(8192).optional();
const ExtendedId = z.looseObject({
  inserter: Text.optional(),
  source: Text.optional(),
  matcher: Text.optional(),
  mm: Integer.optional(),
  uids: z
    .array(z.looseObject({ id: Text.optional(), atype: Integer.optional(), ext: Ext }))
    .max(500)
    .optional(),
  ext: Ext,
});
export const User = z.looseObject({
  id: Text.optional(),
  buyeruid: Text.optional(),
  yob: Integer.optional(),
  gender: Text.optional(),
  keywords: Text.optional(),
  kwarray: Strings.optional(),
  customdata: Text.optional(),
  geo: Geo.optional(),
  data: z.array(Data).max(500).optional(),
  consent: Consent,
  eids: z.array(ExtendedId).max(500).optional(),
  ext: z.looseObject({ consent: Consent }).optional(),
});

/** The IAB's DSA transparency extension (Regulation (EU) 2022/2065, article 26). */
const Dsa = z.looseObject({
  dsarequired: z.int().min(0).max(3).optional(),
  pubrender: z.int().min(0).max(2).optional(),
  datatopub: z.int().min(0).max(2).optional(),
  transparency: z
    .array(z.looseObject({ domain: Text.optional(), dsaparams: Integers.optional() }))
    .max(100)
    .optional(),
});
export const Regs = z.looseObject({
  coppa: Flag.optional(),
  gdpr: Flag.optional(),
  us_privacy: Text.optional(),
  gpp: z.string().max(65_536).optional(),
  gpp_sid: Integers.optional(),
  ext: z
    .looseObject({
      gdpr: Flag.optional(),
      us_privacy: Text.optional(),
      gpc: z.union([Flag, z.string()]).optional(),
      dsa: Dsa.optional(),
    })
    .optional(),
});

/** Who sold the request on, from the seller to us. */
const SupplyChain = z.looseObject({
  complete: Flag,
  nodes: z
    .array(
      z.looseObject({
        asi: Text.min(1),
        sid: z.string().min(1).max(64),
        rid: Text.optional(),
        name: Text.optional(),
        domain: Text.optional(),
        hp: Flag.optional(),
        ext: Ext,
      }),
    )
    .min(1)
    .max(100),
  ver: Text.min(1),
  ext: Ext,
});
export const Source = z.looseObject({
  fd: Flag.optional(),
  tid: Text.optional(),
  pchain: Text.optional(),
  schain: SupplyChain.optional(),
  ext: z.looseObject({ schain: SupplyChain.optional() }).optional(),
});

export const Metric = z.looseObject({ type: Id, value: z.number(), vendor: Text.optional(), ext: Ext });
