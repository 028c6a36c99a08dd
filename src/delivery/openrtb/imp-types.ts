/** What a bid request offers: an impression by medium, with its private deals (OpenRTB 2.6, 3.2.4 to 3.2.12). */
import * as z from 'zod';
import { Metric } from './request-context-types.ts';
import { Count, Currency, Ext, Flag, Id, Integer, Integers, Pixels, Price, Strings, Text } from './request-types.ts';

const Format = z.looseObject({
  w: Pixels.optional(),
  h: Pixels.optional(),
  wratio: Count.optional(),
  hratio: Count.optional(),
  wmin: Pixels.optional(),
  ext: Ext,
});
const Banner = z.looseObject({
  id: Text.optional(),
  format: z.array(Format).max(100).optional(),
  w: Pixels.optional(),
  h: Pixels.optional(),
  btype: Integers.optional(),
  battr: Integers.optional(),
  pos: Integer.optional(),
  mimes: Strings.optional(),
  topframe: Flag.optional(),
  expdir: Integers.optional(),
  api: Integers.optional(),
  vcm: Flag.optional(),
  ext: Ext,
});

/** A floor for films of a range of seconds; a bound that is missing is open. */
const DurationFloor = z
  .looseObject({ mindur: Count.optional(), maxdur: Count.optional(), bidfloor: Price.optional(), ext: Ext })
  .refine(({ mindur = 0, maxdur = Number.POSITIVE_INFINITY }) => mindur <= maxdur, {
    path: ['maxdur'],
    message: 'must not be less than mindur',
  });

/** What films and sounds have in common; those of one `podid` are the slots of a pod, with `poddur` one imp is a pod by itself. */
const timed = {
  mimes: Strings.min(1),
  minduration: Count.optional(),
  maxduration: Count.optional(),
  /** Exact lengths, instead of a range. */
  rqddurs: Integers.optional(),
  maxextended: z.int().min(-1).optional(),
  podid: Text.optional(),
  podseq: z.int().min(-1).max(1).optional(),
  poddur: z.int().min(1).optional(),
  maxseq: z.int().min(1).optional(),
  slotinpod: z.int().min(-1).max(2).optional(),
  mincpmpersec: Price.optional(),
  durfloors: z.array(DurationFloor).max(100).optional(),
  startdelay: z.int().min(-2).optional(),
  sequence: Integer.optional(),
  protocols: Integers.optional(),
  delivery: Integers.optional(),
  api: Integers.optional(),
  battr: Integers.optional(),
  minbitrate: Count.optional(),
  maxbitrate: Count.optional(),
  companionad: z.array(Banner).max(50).optional(),
  companiontype: Integers.optional(),
  ext: Ext,
};

type Lasting = {
  rqddurs?: number[] | undefined;
  minduration?: number | undefined;
  maxduration?: number | undefined;
};
const isExactOrRange = ({ rqddurs, minduration, maxduration }: Lasting): boolean =>
  !rqddurs?.length || (minduration ?? maxduration) === undefined;
const isRange = ({ minduration = 0, maxduration = Number.POSITIVE_INFINITY }: Lasting): boolean =>
  minduration <= maxduration;
const exactly = { path: ['rqddurs'], message: 'must not be given together with minduration or maxduration' };
const rising = { path: ['maxduration'], message: 'must not be less than minduration' };

const Video = z
  .looseObject({
    ...timed,
    placement: Integer.optional(),
    plcmt: z.int().min(1).max(4).optional(),
    linearity: z.int().optional(),
    playbackmethod: Integers.optional(),
    playbackend: Integer.optional(),
    boxingallowed: Flag.optional(),
    poddedupe: Integers.optional(),
    pos: Integer.optional(),
    w: Pixels.optional(),
    h: Pixels.optional(),
    skip: Flag.optional(),
    skipmin: Count.optional(),
    skipafter: Count.optional(),
  })
  .refine(isExactOrRange, exactly)
  .refine(isRange, rising);
export type Video = z.infer<typeof Video>;

const Audio = z
  .looseObject({ ...timed, feed: Integer.optional(), stitched: Flag.optional(), nvol: Integer.optional() })
  .refine(isExactOrRange, exactly)
  .refine(isRange, rising);

const Native = z.looseObject({
  request: z.string().min(1).max(65_536),
  ver: Text.optional(),
  api: Integers.optional(),
  battr: Integers.optional(),
  ext: Ext,
});

const Deal = z.looseObject({
  id: Id,
  bidfloor: Price.optional(),
  bidfloorcur: Currency.optional(),
  at: z.int().min(1).optional(),
  wseat: Strings.optional(),
  wadomain: Strings.optional(),
  guar: Flag.optional(),
  mincpmpersec: Price.optional(),
  durfloors: z.array(DurationFloor).max(100).optional(),
  ext: Ext,
});
export type Deal = z.infer<typeof Deal>;

const Refresh = z.looseObject({
  refsettings: z
    .array(z.looseObject({ reftype: Integer.optional(), minint: Count.optional(), ext: Ext }))
    .max(50)
    .optional(),
  count: Count.optional(),
  ext: Ext,
});

export const Imp = z
  .looseObject({
    id: Id,
    metric: z.array(Metric).max(100).optional(),
    banner: Banner.optional(),
    video: Video.optional(),
    audio: Audio.optional(),
    native: Native.optional(),
    pmp: z
      .looseObject({ private_auction: Flag.optional(), deals: z.array(Deal).max(200).optional(), ext: Ext })
      .optional(),
    displaymanager: Text.optional(),
    displaymanagerver: Text.optional(),
    instl: Flag.optional(),
    tagid: Text.optional(),
    bidfloor: Price.optional(),
    bidfloorcur: Currency.optional(),
    clickbrowser: Flag.optional(),
    secure: Flag.optional(),
    iframebuster: Strings.optional(),
    rwdd: Flag.optional(),
    ssai: z.int().min(0).max(3).optional(),
    exp: Count.optional(),
    qty: z
      .looseObject({ multiplier: z.number().gt(0), sourcetype: Integer.optional(), vendor: Text.optional(), ext: Ext })
      .optional(),
    dt: z.number().min(0).optional(),
    refresh: Refresh.optional(),
    ext: z
      .looseObject({
        gpid: Text.optional(),
        placement: Text.optional(),
        data: z.looseObject({ pbadslot: Text.optional() }).optional(),
      })
      .optional(),
  })
  .refine(({ banner, video, audio, native }) => Boolean(banner ?? video ?? audio ?? native), {
    path: ['banner'],
    message: 'one of banner, video, audio and native must be given',
  });
export type Imp = z.infer<typeof Imp>;
