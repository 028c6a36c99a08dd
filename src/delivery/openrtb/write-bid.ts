/** A decision as a bid: price, markup by medium, notices, and whom the ad is for. */
import type { BookCreative, Decision } from '../contract.ts';
import type { LoadedBook, LoadedLine } from '../load-book.ts';
import { adOfDecision } from '../vast/answer-vast.ts';
import { writeVast } from '../vast/write-vast.ts';
import { bidDsa } from './bid-dsa.ts';
import type { BidRequest, Imp } from './bid-request.ts';
import { attributesOf, languageOfBid } from './creative-limits.ts';
import { type Medium, mediumOf, nativeImage, protocolFor, vastVersionFor } from './imp-media.ts';
import { advertiserDomain, type Terms, termsOf } from './imp-terms.ts';
import { type NativeAsked, writeNative } from './native.ts';
import type { Ad } from './pod.ts';

export type Bid = { seat: string; bid: Record<string, unknown>; ad: Ad };

export type Bidding = {
  book: LoadedBook;
  base: string;
  request: BidRequest;
  imp: Imp;
  currency: string;
  native: NativeAsked | undefined;
  /** Line items that bid on the imps before; the one of this bid is added. */
  chosen: LoadedLine[];
};

const mediumTypes: Record<Medium, number> = { banner: 1, video: 2, native: 4 };

/** Undefined for an empty decision, and for a creative whose markup cannot travel. */
export function bidOf(bidding: Bidding, decision: Decision): Bid | undefined {
  const { book, base, request, imp } = bidding;
  const token = decision.impression_url?.split('/i/').at(-1);
  const claim = token === undefined ? undefined : book.signer.verify(token);
  const line = claim && book.linesByName.get(claim.line);
  const creative = claim && book.creativesByName.get(claim.creative);
  const terms = line && creative && termsOf(line, creative, bidding);
  const medium = line && creative && mediumOf(creative, { ...bidding, advertiser: line.line.advertiser });
  const adm = terms && medium && admOf(bidding, decision, { token: token ?? '', line, medium, terms });
  if (!adm) return undefined;
  bidding.chosen.push(line);
  const domain = advertiserDomain(creative);
  const dsa = bidDsa(request, { line: line.line, payer: creative.payer || line.line.advertiser, domain });
  const attr = attributesOf(creative, imp);
  const { category } = line.line;
  const duration = creative.content?.['duration_s'];
  const notice = (event: string, query: string) => `${base}/t/${token}/${event}?${query}`;
  return {
    seat: line.line.advertiser_id,
    ad: { line, creative },
    bid: {
      id: decision.id,
      impid: imp.id,
      price: terms.price,
      nurl: notice('win', 'price=${AUCTION_PRICE}'),
      burl: notice('billed', 'price=${AUCTION_PRICE}'),
      lurl: notice('lost', 'code=${AUCTION_LOSS}'),
      adm,
      adid: creative.id,
      ...(domain === undefined ? {} : { adomain: [domain] }),
      cid: line.line.id,
      crid: creative.id,
      ...(typeof category === 'string' && /^IAB\d+(-\d+)?$/.test(category) ? { cat: [category], cattax: 1 } : {}),
      ...(attr.length > 0 ? { attr } : {}),
      ...languageOfBid(creative),
      ...(medium === 'banner' && creative.kind === 'image' ? { iurl: `${base}/creatives/${creative.file_hash}` } : {}),
      ...(medium === 'video' ? { protocol: protocolFor(creative, imp.video?.protocols) } : {}),
      ...(terms.deal === undefined ? {} : { dealid: terms.deal }),
      ...(creative.width && creative.height ? { w: creative.width, h: creative.height } : {}),
      mtype: mediumTypes[medium],
      ...(medium === 'video' && typeof duration === 'number' ? { dur: Math.round(duration) } : {}),
      exp: 3600,
      ...(dsa === undefined ? {} : { ext: { dsa } }),
    },
  };
}

type Marking = { token: string; line: LoadedLine; medium: Medium; terms: Terms };

function admOf(
  { book, base, imp, native, currency }: Bidding,
  decision: Decision,
  { token, line, medium, terms }: Marking,
): string | undefined {
  const creative = book.creativesByName.get(book.signer.verify(token)?.creative ?? -1);
  if (!creative) return undefined;
  const impression = `${base}/i/${token}`;
  if (medium === 'native' && native) {
    const ad = { creative, advertiser: line.line.advertiser, image: nativeImage(book, creative) };
    const urls = {
      base,
      impression,
      click: `${base}/c/${token}`,
      viewable: `${base}/w/${token}`,
      why: `${base}/why/${token}`,
    };
    return writeNative(native, ad, urls);
  }
  if (medium === 'video') {
    const version = vastVersionFor(creative, imp.video?.protocols);
    const ad = adOfDecision(book, decision, {
      base,
      skip: skipFor(creative, imp.video),
      companions: companionsFor(imp.video),
      price: { cpm: terms.price.toFixed(2), currency },
    });
    return version && ad ? writeVast(version, [ad]) : undefined;
  }
  const html = decision.creative?.markup;
  if (html === undefined) return undefined;
  return `${html}<img src="${impression}" width="1" height="1" alt="" style="position:absolute;visibility:hidden">`;
}

/** Seconds until the viewer may skip; 0 for never; undefined leaves it to the creative. Only longer films than `skipmin` can be skipped. */
function skipFor({ content }: BookCreative, video: Imp['video']): number | undefined {
  const seconds = content?.['duration_s'];
  if (video?.skip === 0 || (typeof seconds === 'number' && seconds <= (video?.skipmin || -1))) return 0;
  return video?.skipafter || undefined;
}

/** Sizes of the companions that the player has room for; undefined where it says nothing of them. Ours are static (1). */
function companionsFor(video: Imp['video']): ReadonlySet<string> | undefined {
  if (video?.companiontype && video.companiontype.length > 0 && !video.companiontype.includes(1)) return new Set();
  const rooms = video?.companionad?.flatMap(({ w, h, format = [] }) => [{ w, h }, ...format]);
  return rooms && new Set(rooms.map(({ w, h }) => `${w}x${h}`));
}
