/** Which medium of an imp a creative answers: sizes, types and durations, protocols, native assets. */
import type { BookCreative } from '../contract.ts';
import type { LoadedBook } from '../load-book.ts';
import { videoSourceOf } from '../vast/vast-ad.ts';
import type { Imp } from './bid-request.ts';
import { answersAssets, type NativeAsked, type NativeImage } from './native.ts';

/** Image of a native creative, with its size, as the book knows it. */
export function nativeImage({ book }: LoadedBook, { content }: BookCreative): NativeImage | undefined {
  const hash = content?.['image'];
  if (typeof hash !== 'string') return undefined;
  const image = book.creatives.find((one) => one.kind === 'image' && one.file_hash === hash);
  return image?.width && image.height ? { hash, width: image.width, height: image.height } : undefined;
}

/** VAST protocols (AdCOM, List: Creative Subtypes - Audio/Video) by version: inline, then wrapper. */
const protocols = [
  ['4.2', 13, 14],
  ['4.1', 11, 12],
  ['4.0', 7, 8],
  ['3.0', 3, 6],
  ['2.0', 2, 5],
] as const;

/** The newest VAST in which the player takes the creative; undefined when none. Without `protocols`, 3.0: every player reads it. */
export function vastVersionFor(creative: BookCreative, asked: readonly number[] | undefined) {
  if (!asked || asked.length === 0) return '3.0';
  const isWrapper = videoSourceOf(creative)?.kind === 'vast';
  return protocols.find(([, inline, wrapper]) => asked.includes(isWrapper ? wrapper : inline))?.[0];
}

export type Medium = 'banner' | 'video' | 'native';

export function mediumOf(
  creative: BookCreative,
  how: { imp: Imp; native: NativeAsked | undefined; advertiser: string; book: LoadedBook },
): Medium | undefined {
  const { imp, native, advertiser, book } = how;
  if (creative.kind === 'video') return imp.video && fitsVideo(creative, imp.video) ? 'video' : undefined;
  if (creative.kind === 'native') {
    const ad = { creative, advertiser, image: nativeImage(book, creative) };
    return native && answersAssets(native, ad) ? 'native' : undefined;
  }
  return imp.banner && fitsBanner(creative, imp.banner) ? 'banner' : undefined;
}

function fitsBanner(creative: BookCreative, { btype, mimes }: NonNullable<Imp['banner']>): boolean {
  // List: Banner Ad Types. 1 XHTML text, 2 XHTML banner, 3 JavaScript, 4 iframe.
  const type = creative.kind === 'text' ? 1 : creative.kind === 'image' ? 2 : 4;
  if (btype?.includes(type)) return false;
  if (creative.kind !== 'image' || !creative.media_type || !mimes || mimes.length === 0) return true;
  const taken = mimes.map((mime) => mime.toLowerCase().replace('image/jpg', 'image/jpeg'));
  return taken.includes(creative.media_type) || taken.includes('text/html');
}

function fitsVideo(creative: BookCreative, video: NonNullable<Imp['video']>): boolean {
  const source = videoSourceOf(creative);
  if (!source || video.linearity === 2 || vastVersionFor(creative, video.protocols) === undefined) return false;
  if (source.kind === 'file' && !video.mimes.some((mime) => mime.toLowerCase() === source.mediaType)) return false;
  // List: Creative Attributes. 16: it can be skipped, unless the player says that it may not.
  const skips = creative.content?.['skip_after_s'];
  if (typeof skips === 'number' && skips > 0 && video.skip !== 0 && video.battr?.includes(16)) return false;
  const { duration } = source;
  if (duration === undefined) return true;
  if (video.poddur !== undefined && duration > video.poddur) return false;
  if (video.rqddurs && video.rqddurs.length > 0) return video.rqddurs.includes(Math.round(duration));
  return duration >= (video.minduration ?? 0) && duration <= (video.maxduration ?? Number.POSITIVE_INFINITY);
}

/** The formats of the book that the imp asks for; undefined: whatever fits the placement. */
export function formatsOf({ banner, video, native }: Imp): string[] | undefined {
  const given = banner ? [...(banner.format ?? []), { w: banner.w, h: banner.h }] : [];
  const sizes = given.flatMap(({ w, h }) => (w && h ? [`${w}x${h}`] : []));
  if (banner && sizes.length === 0) return undefined;
  const named = [...(banner ? ['text'] : []), ...(video ? ['video'] : []), ...(native ? ['native'] : [])];
  return [...named, ...new Set(sizes)].slice(0, 20);
}
