/**
 * The bid request of OpenRTB 2.6 as far as it is used here. Objects stay open, as the specification wants: unknown fields are
 * passed over, known ones must have their type.
 */
import * as z from 'zod';

const Flag = z.union([z.literal(0), z.literal(1)], 'must be 0 or 1');
const Text = z.string().max(4096);
const Id = z.string().min(1).max(512);
const Strings = z.array(Text).max(5000);
const Integers = z.array(z.int()).max(500);
const Pixels = z.int().min(0).max(100_000);
const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR');
const Price = z.number().min(0).max(1e9);

const Banner = z.looseObject({
  format: z
    .array(z.looseObject({ w: Pixels.optional(), h: Pixels.optional() }))
    .max(100)
    .optional(),
  w: Pixels.optional(),
  h: Pixels.optional(),
  btype: Integers.optional(),
  battr: Integers.optional(),
  mimes: Strings.optional(),
  pos: z.int().optional(),
  api: Integers.optional(),
  expdir: Integers.optional(),
  topframe: Flag.optional(),
  vcm: Flag.optional(),
});

const Video = z
  .looseObject({
    mimes: Strings.min(1),
    minduration: z.int().min(0).optional(),
    maxduration: z.int().min(0).optional(),
    /** Exact lengths, instead of a range. */
    rqddurs: Integers.optional(),
    /** Ad pods of 2.6: imps of one podid are its slots; with `poddur`, one imp is filled with several ads. */
    podid: Text.optional(),
    podseq: z.int().min(-1).max(1).optional(),
    poddur: z.int().min(1).optional(),
    maxseq: z.int().min(1).optional(),
    slotinpod: z.int().min(-1).max(2).optional(),
    mincpmpersec: Price.optional(),
    startdelay: z.int().min(-2).optional(),
    placement: z.int().optional(),
    plcmt: z.int().min(1).max(4).optional(),
    playbackmethod: Integers.optional(),
    delivery: Integers.optional(),
    api: Integers.optional(),
    battr: Integers.optional(),
    minbitrate: z.int().min(0).optional(),
    maxbitrate: z.int().min(0).optional(),
    boxingallowed: Flag.optional(),
    protocols: Integers.optional(),
    w: Pixels.optional(),
    h: Pixels.optional(),
    linearity: z.int().optional(),
    skip: Flag.optional(),
    skipmin: z.int().min(0).optional(),
    skipafter: z.int().min(0).optional(),
  })
  .refine(({ rqddurs, minduration, maxduration }) => !rqddurs?.length || (minduration ?? maxduration) === undefined, {
    path: ['rqddurs'],
    message: 'must not be given together with minduration or maxduration',
  })
  .refine(({ minduration = 0, maxduration = Number.POSITIVE_INFINITY }) => minduration <= maxduration, {
    path: ['maxduration'],
    message: 'must not be less than minduration',
  });

const Native = z.looseObject({ request: z.string().min(1).max(65_536), ver: Text.optional() });

const Deal = z.looseObject({
  id: Id,
  bidfloor: Price.optional(),
  bidfloorcur: Currency.optional(),
  at: z.int().optional(),
  wseat: Strings.optional(),
  wadomain: Strings.optional(),
  guar: Flag.optional(),
  mincpmpersec: Price.optional(),
});
export type Deal = z.infer<typeof Deal>;

const ImpExt = z.looseObject({
  gpid: Text.optional(),
  placement: Text.optional(),
  data: z.looseObject({ pbadslot: Text.optional() }).optional(),
});

const Imp = z
  .looseObject({
    id: Id,
    banner: Banner.optional(),
    video: Video.optional(),
    audio: z.looseObject({ mimes: Strings.min(1) }).optional(),
    native: Native.optional(),
    pmp: z.looseObject({ private_auction: Flag.optional(), deals: z.array(Deal).max(200).optional() }).optional(),
    tagid: Text.optional(),
    bidfloor: Price.optional(),
    bidfloorcur: Currency.optional(),
    secure: Flag.optional(),
    instl: Flag.optional(),
    rwdd: Flag.optional(),
    clickbrowser: Flag.optional(),
    ssai: z.int().min(0).max(3).optional(),
    exp: z.int().min(0).optional(),
    displaymanager: Text.optional(),
    displaymanagerver: Text.optional(),
    iframebuster: Strings.optional(),
    qty: z.looseObject({ multiplier: z.number().gt(0) }).optional(),
    ext: ImpExt.optional(),
  })
  .refine(({ banner, video, audio, native }) => Boolean(banner ?? video ?? audio ?? native), {
    path: ['banner'],
    message: 'one of banner, video, audio and native must be given',
  });
export type Imp = z.infer<typeof Imp>;

const Place = { domain: Text.optional(), id: Text.optional(), name: Text.optional() };
const Site = z.looseObject({ ...Place, page: Text.optional(), ref: Text.optional() });
const App = z.looseObject({ ...Place, bundle: Text.optional(), storeurl: Text.optional() });
const Dooh = z.looseObject(Place);

const StructuredAgent = z.looseObject({
  browsers: z
    .array(z.looseObject({ brand: Text.optional() }))
    .max(50)
    .optional(),
  platform: z.looseObject({ brand: Text.optional() }).optional(),
});
const Device = z.looseObject({
  ua: Text.optional(),
  sua: StructuredAgent.optional(),
  ip: Text.optional(),
  ipv6: Text.optional(),
  geo: z.looseObject({ country: Text.optional(), lat: z.number().optional(), lon: z.number().optional() }).optional(),
  devicetype: z.int().optional(),
  language: Text.optional(),
  langb: Text.optional(),
  dnt: Flag.optional(),
  lmt: Flag.optional(),
});

const Dsa = z.looseObject({
  dsarequired: z.int().min(0).max(3).optional(),
  pubrender: z.int().min(0).max(2).optional(),
  datatopub: z.int().min(0).max(2).optional(),
});
const RegsExt = z.looseObject({
  gdpr: Flag.optional(),
  gpc: z.union([Flag, z.string()]).optional(),
  dsa: Dsa.optional(),
});
const Regs = z.looseObject({
  coppa: Flag.optional(),
  gdpr: Flag.optional(),
  us_privacy: Text.optional(),
  gpp: z.string().max(65_536).optional(),
  ext: RegsExt.optional(),
});

const Consent = z.string().max(8192).optional();
const User = z.looseObject({
  id: Text.optional(),
  buyeruid: Text.optional(),
  consent: Consent,
  ext: z.looseObject({ consent: Consent }).optional(),
});

/** Lists of which one may be given, not both. */
const exclusive = [
  ['wseat', 'bseat'],
  ['acat', 'bcat'],
  ['wlang', 'wlangb'],
] as const;

/** Who sold the request on, from the seller to us. */
const SupplyChain = z.looseObject({
  complete: Flag,
  nodes: z
    .array(z.looseObject({ asi: Text.min(1), sid: Text.min(1), hp: Flag.optional(), rid: Text.optional() }))
    .min(1)
    .max(100),
  ver: Text.min(1),
});
const Source = z.looseObject({
  fd: Flag.optional(),
  tid: Text.optional(),
  pchain: Text.optional(),
  schain: SupplyChain.optional(),
  ext: z.looseObject({ schain: SupplyChain.optional() }).optional(),
});

export const BidRequest = z
  .looseObject({
    id: Id,
    imp: z.array(Imp).min(1).max(100),
    site: Site.optional(),
    app: App.optional(),
    dooh: Dooh.optional(),
    device: Device.optional(),
    user: User.optional(),
    test: Flag.optional(),
    at: z.int().optional(),
    allimps: Flag.optional(),
    tmax: z.int().min(0).optional(),
    wseat: Strings.optional(),
    bseat: Strings.optional(),
    cur: z.array(Currency).max(200).optional(),
    wlang: Strings.optional(),
    wlangb: Strings.optional(),
    acat: Strings.optional(),
    bcat: Strings.optional(),
    cattax: z.int().optional(),
    badv: Strings.optional(),
    bapp: Strings.optional(),
    regs: Regs.optional(),
    source: Source.optional(),
  })
  .superRefine(({ imp, site, app, dooh, ...request }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const [first, second] = Object.entries({ site, app, dooh }).filter(([, value]) => value !== undefined);
    if (first && second) issue([second[0]], `must not be given together with ${first[0]}`);
    for (const [one, other] of exclusive)
      if (request[one]?.length && request[other]?.length) issue([other], `must not be given together with ${one}`);
    const seen = new Set<string>();
    for (const [index, { id }] of imp.entries()) {
      if (seen.has(id)) issue(['imp', index, 'id'], 'must be different for every imp');
      seen.add(id);
    }
  });
export type BidRequest = z.infer<typeof BidRequest>;
