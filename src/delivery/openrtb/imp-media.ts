/** Which medium of an imp a creative answers: sizes, types and durations, protocols, native assets. */
import type { BookCreative } from '../contract.ts';
import type { LoadedBook } from '../load-book.ts';
import { videoSourceOf } from '../vast/vast-ad.ts';
import type { BidRequest, Imp, Video } from './bid-request.ts';
import { isAllowed } from './creative-limits.ts';
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
  ['4.3', 15, 16],
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

/** The number of that version in the list of protocols, of an inline ad or of a wrapper. */
export function protocolFor(creative: BookCreative, asked: readonly number[] | undefined): number | undefined {
  const version = vastVersionFor(creative, asked);
  const [, inline, wrapper] = protocols.find(([one]) => one === version) ?? [];
  return videoSourceOf(creative)?.kind === 'vast' ? wrapper : inline;
}

export type Medium = 'banner' | 'video' | 'native';

export function mediumOf(
  creative: BookCreative,
  how: {
    request: BidRequest;
    imp: Imp;
    native: NativeAsked | undefined;
    advertiser: string;
    book: LoadedBook;
    base: string;
  },
): Medium | undefined {
  const { imp, native, advertiser, book } = how;
  if (!isAllowed(creative, how)) return undefined;
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
  if (!mimes || mimes.length === 0) return true;
  const taken = mimes.map((mime) => mime.toLowerCase().replace('image/jpg', 'image/jpeg'));
  if (taken.includes('text/html')) return true;
  if (creative.kind === 'image') return !creative.media_type || taken.includes(creative.media_type);
  return (
    creative.kind !== 'text' && taken.some((mime) => mime.endsWith('/javascript') || mime.endsWith('/x-javascript'))
  );
}

function fitsVideo(creative: BookCreative, video: Video): boolean {
  const source = videoSourceOf(creative);
  if (!source || video.linearity === 2 || vastVersionFor(creative, video.protocols) === undefined) return false;
  if (source.kind === 'file' && !takesFile(source, video)) return false;
  const { duration } = source;
  if (duration === undefined) return true;
  if (video.poddur !== undefined && duration > video.poddur) return false;
  if (video.rqddurs && video.rqddurs.length > 0) return video.rqddurs.includes(Math.round(duration));
  return duration >= (video.minduration ?? 0) && duration <= (video.maxduration ?? Number.POSITIVE_INFINITY);
}

type VideoFile = Extract<ReturnType<typeof videoSourceOf>, { kind: 'file' }>;

/** Type, way of delivery (List: Delivery Methods; ours is 2, progressive), bit rate, and shape where bars around it are not allowed. */
function takesFile({ mediaType, bitrate, width, height }: VideoFile, video: Video): boolean {
  if (!video.mimes.some((mime) => mime.toLowerCase() === mediaType)) return false;
  if (video.delivery && video.delivery.length > 0 && !video.delivery.includes(2)) return false;
  if (bitrate !== undefined && (bitrate < (video.minbitrate ?? 0) || bitrate > (video.maxbitrate || Infinity)))
    return false;
  const { w, h, boxingallowed } = video;
  return boxingallowed !== 0 || !w || !h || Math.abs((width / height) * (h / w) - 1) < 0.02;
}

/** The formats of the book that the imp asks for; undefined: whatever fits the placement. */
export function formatsOf({ banner, video, native }: Imp): string[] | undefined {
  const given = banner ? [...(banner.format ?? []), { w: banner.w, h: banner.h }] : [];
  const sizes = given.flatMap(({ w, h }) => (w && h ? [`${w}x${h}`] : []));
  if (banner && sizes.length === 0) return undefined;
  const named = [...(banner ? ['text'] : []), ...(video ? ['video'] : []), ...(native ? ['native'] : [])];
  return [...named, ...new Set(sizes)].slice(0, 20);
}
