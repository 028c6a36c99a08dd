/** From the query of a player to a VAST document: the same decision as on a page, told in the player's language. */
import type { AnswerDecisions, Visit } from '../answer-decisions.ts';
import type { Decision, DecisionReply } from '../contract.ts';
import type { LoadedBook } from '../load-book.ts';
import { narrowBook } from '../narrow-book.ts';
import { nameOf } from '../token.ts';
import type { VastQuery } from './read-vast-query.ts';
import { type Companion, measuredBy, skipOf, type VastAd, videoSourceOf } from './vast-ad.ts';
import { writeVast } from './write-vast.ts';

export type VastAsking = {
  book: () => LoadedBook;
  /** Decides over the book given. */
  answerFrom: (book: LoadedBook) => AnswerDecisions;
  base: () => string;
};

export function vastAnswerer({ book, answerFrom, base }: VastAsking) {
  return function answerVast(query: VastQuery, visit: Visit, now: number): string {
    const { request, minDuration, maxDuration } = query;
    const codes = request.placements.map(({ code }) => code);
    const playable = narrowBook(book(), request.site.toLowerCase(), codes, (_, creative) => {
      const source = videoSourceOf(creative);
      if (!source) return false;
      return source.duration === undefined || (source.duration >= minDuration && source.duration <= maxDuration);
    });
    const reply: DecisionReply = JSON.parse(answerFrom(playable)(request, visit, now));
    const ads = reply.decisions.flatMap(
      (decision) => adOfDecision(book(), decision, { base: base(), skip: query.skip }) ?? [],
    );
    return writeVast(query.version, ads, query.error);
  };
}

/** What VAST says of a decision; undefined when it is empty, or not a video. */
export function adOfDecision(
  { creativesByName, linesByName, signer, book }: LoadedBook,
  decision: Decision,
  how: {
    base: string;
    skip?: number | undefined;
    price?: VastAd['price'];
    /** Sizes of companions that there is room for; undefined: all. */
    companions?: ReadonlySet<string> | undefined;
  },
): VastAd | undefined {
  const token = decision.impression_url?.split('/i/').at(-1);
  const claim = token === undefined ? undefined : signer.verify(token);
  const creative = claim && creativesByName.get(claim.creative);
  const line = claim && linesByName.get(claim.line)?.line;
  const source = creative && videoSourceOf(creative);
  if (!claim || !creative || !line || !source || token === undefined) return undefined;
  const { base } = how;
  const companions = line.creatives.flatMap(({ id }): Companion[] => {
    const image = book.creatives.find((one) => one.id === id);
    if (image?.kind !== 'image' || !image.file_hash || !image.media_type || !image.width || !image.height) return [];
    const click = `${base}/c/${signer.sign({ ...claim, creative: nameOf(id) })}`;
    const { width, height, media_type: mediaType } = image;
    if (how.companions?.has(`${width}x${height}`) === false) return [];
    return [{ id, width, height, mediaType, source: `${base}/creatives/${image.file_hash}`, click }];
  });
  const skip = how.skip ?? skipOf(creative);
  return {
    decision: decision.id,
    creative,
    source,
    advertiser: line.advertiser,
    payer: creative.payer || line.advertiser,
    price: how.price,
    skipAfter: skip === 0 ? undefined : skip,
    companions,
    ...measuredBy(creative),
    urls: {
      impression: `${base}/i/${token}`,
      viewable: `${base}/w/${token}`,
      click: `${base}/c/${token}`,
      why: `${base}/why/${token}`,
      icon: `${base}/why.svg`,
      media: source.kind === 'file' ? `${base}/creatives/${source.fileHash}` : source.url,
    },
    tracking: (event) => `${base}/t/${token}/${event}`,
  };
}
