/** OpenRTB Native 1.2: the assets that a publisher asks for, and a native creative as the JSON markup that answers them. */
import { Refusal } from '#platform';
import * as z from 'zod';
import type { BookCreative } from '../contract.ts';

const Pixels = z.int().min(0).optional();
const Flag = z.union([z.literal(0), z.literal(1)], 'must be 0 or 1').optional();
const Integer = z.int().optional();
const Texts = z.array(z.string()).max(100).optional();
const Image = z.looseObject({ type: Integer, w: Pixels, h: Pixels, wmin: Pixels, hmin: Pixels, mimes: Texts });
const Film = z.looseObject({
  mimes: z.array(z.string()).min(1),
  minduration: z.int(),
  maxduration: z.int(),
  protocols: z.array(z.int()),
});
const Asset = z
  .looseObject({
    id: z.int(),
    required: Flag,
    title: z.looseObject({ len: z.int().min(0) }).optional(),
    img: Image.optional(),
    video: Film.optional(),
    data: z.looseObject({ type: z.int(), len: Integer }).optional(),
  })
  .refine((asset) => [asset.title, asset.img, asset.video, asset.data].filter(Boolean).length === 1, {
    path: ['title'],
    message: 'one of title, img, video and data must be given',
  });
const NativeRequest = z.looseObject({
  ver: z.string().optional(),
  context: Integer,
  contextsubtype: Integer,
  plcmttype: Integer,
  plcmtcnt: Integer,
  seq: Integer,
  assets: z.array(Asset).min(1).max(50),
  aurlsupport: Flag,
  durlsupport: Flag,
  eventtrackers: z
    .array(z.looseObject({ event: z.int(), methods: z.array(z.int()) }))
    .max(50)
    .optional(),
  privacy: Flag,
});
type Asset = z.infer<typeof Asset>;

/** `isWrapped`: asked for under a root `native`, as before 1.2; the answer then comes the same way. */
export type NativeAsked = {
  assets: readonly Asset[];
  isWrapped: boolean;
  /** Events that the publisher can tell of by an image; undefined: any. */
  events: readonly number[] | undefined;
};

/** Throws a Refusal that names the field inside of `native.request`. */
export function readNativeRequest(text: string, field: string): NativeAsked {
  const refuse = (sentence: string): never => {
    throw new Refusal('bad-input', `${field}: ${sentence}.`, { field });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('must be a JSON object as text');
  }
  const isWrapped = typeof value === 'object' && value !== null && 'native' in value;
  const read = NativeRequest.safeParse(
    isWrapped && typeof value === 'object' && value && 'native' in value ? value.native : value,
  );
  if (read.success) {
    const events = read.data.eventtrackers
      ?.filter(({ methods }) => methods.includes(byImage))
      .map(({ event }) => event);
    return { assets: read.data.assets, isWrapped, events };
  }
  const [issue] = read.error.issues;
  return refuse(`${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'is not valid'}`);
}

/** Event tracking methods, section 7.7. */
const byImage = 1;
/** Image types and data types of the specification, section 7. */
const mainImage = 3;
const dataNames: Readonly<Record<number, string>> = {
  1: 'sponsored_by',
  2: 'body',
  6: 'price',
  10: 'body',
  11: 'display_url',
  12: 'call_to_action',
};

export type NativeImage = { hash: string; width: number; height: number };
export type NativeAd = { creative: BookCreative; advertiser: string; image: NativeImage | undefined };

function answerAsset(asset: Asset, { creative, advertiser, image }: NativeAd, base: string) {
  const text = (name: string): string => {
    const value = creative.content?.[name];
    return typeof value === 'string' ? value : '';
  };
  const { id, title, img, data } = asset;
  if (title) {
    const value = text('title');
    return value !== '' && value.length <= title.len ? { id, title: { text: value } } : undefined;
  }
  if (img) {
    if (!image || (img.type !== undefined && img.type !== mainImage)) return undefined;
    if (image.width < (img.wmin ?? img.w ?? 0) || image.height < (img.hmin ?? img.h ?? 0)) return undefined;
    return { id, img: { type: mainImage, url: `${base}/creatives/${image.hash}`, w: image.width, h: image.height } };
  }
  if (data) {
    const name = dataNames[data.type] ?? '';
    const value = text(name) || (name === 'sponsored_by' ? advertiser : '');
    return value !== '' && value.length <= (data.len ?? Number.POSITIVE_INFINITY)
      ? { id, data: { type: data.type, value } }
      : undefined;
  }
  return undefined;
}

/** Whether the creative has every asset that is required. */
export const answersAssets = ({ assets }: NativeAsked, ad: NativeAd): boolean =>
  assets.every((asset) => asset.required !== 1 || answerAsset(asset, ad, '') !== undefined);

export type NativeUrls = { base: string; click: string; impression: string; viewable: string; why: string };

/** The markup as text: assets, link, trackers by event (1 impression, 2 viewable by the MRC's 50 % for a second), privacy page. */
export function writeNative({ assets, isWrapped, events }: NativeAsked, ad: NativeAd, urls: NativeUrls): string {
  const native = {
    ver: '1.2',
    assets: assets.flatMap((asset) => answerAsset(asset, ad, urls.base) ?? []),
    link: { url: urls.click },
    eventtrackers: [
      { event: 1, method: 1, url: urls.impression },
      { event: 2, method: 1, url: urls.viewable },
    ].filter(({ event }) => events?.includes(event) ?? true),
    privacy: urls.why,
  };
  // Readers from before 1.2 know only `imptrackers`; newer ones would call both, and the second call is not counted again.
  const isOld = isWrapped || events?.includes(1) === false;
  const whole = isOld ? { ...native, imptrackers: [urls.impression] } : native;
  return JSON.stringify(isWrapped ? { native: whole } : whole);
}
