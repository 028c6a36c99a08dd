/**
 * An OpenRTB 2.6 auction answered from the book. Every line item with a price per impression may bid, and the rules and priorities
 * of the page choose among them: a direct line item keeps its rank, the price it bids is its own. Line items without such a price
 * (flat fees, days, shares, house) stay out.
 */
import { randomUUID } from 'node:crypto';
import type { AnswerDecisions } from '../answer-decisions.ts';
import type { BookCreative, DecisionReply } from '../contract.ts';
import type { LoadedBook, LoadedLine } from '../load-book.ts';
import { narrowBook } from '../narrow-book.ts';
import type { BidRequest, Imp } from './bid-request.ts';
import { formatsOf, mediumOf } from './imp-media.ts';
import { dealKey, termsOf } from './imp-terms.ts';
import { readNativeRequest } from './native.ts';
import { noBid } from './no-bid.ts';
import { type Ad, repeats } from './pod.ts';
import { askedOf, placementOf, siteOf, type Told, toldBy, visitOf } from './request-context.ts';
import { type Bid, type Bidding, bidOf } from './write-bid.ts';

export type Auction = {
  book: LoadedBook;
  /** Decides over the book given, for a reader of whom the exchange told something. */
  answerFrom: (book: LoadedBook, told: Told) => AnswerDecisions;
  base: string;
  /** What is known of the reader: programs and data centres are bid nothing. */
  judge: { isBot(userAgent: string): boolean; isDataCentre(ip: string): boolean };
};

/** Milliseconds under which no answer arrives in time. */
const leastTime = 2;

function refusesReader({ device, tmax }: BidRequest, judge: Auction['judge']): number | undefined {
  if (tmax !== undefined && tmax < leastTime) return noBid.insufficientTime;
  if (device?.ua && judge.isBot(device.ua)) return noBid.spider;
  const ip = device?.ip ?? device?.ipv6;
  return ip && judge.isDataCentre(ip) ? noBid.dataCentre : undefined;
}

/** Answers the body of a bid response; throws a Refusal for a native request that cannot be read. `now` in milliseconds. */
export function answerBid({ book, answerFrom, base, judge }: Auction, request: BidRequest, now: number) {
  const none = (nbr: number) => ({ id: request.id, seatbid: [], nbr });
  const natives = request.imp.map(({ native }, index) =>
    native ? readNativeRequest(native.request, `imp.${index}.native.request`) : undefined,
  );
  const site = siteOf(book, request);
  if (!site) return none(noBid.unknownSite);
  const refused = refusesReader(request, judge);
  if (refused !== undefined) return none(refused);
  const currency = currencyOf(request, site.site.currency);
  const chosen: LoadedLine[] = [];
  const pods = new Map<string, Ad[]>();
  let why: number = noBid.unknownPlacement;
  const bids = request.imp.flatMap((imp, index): Bid[] => {
    const code = placementOf(site, imp);
    const placement = code === undefined ? undefined : site.placements.get(code);
    if (code === undefined || !placement) return [];
    const formats = formatsOf(imp);
    why = Math.max(why, noBid.noFormat);
    if (formats && !formats.some((format) => placement.formats.has(format))) return [];
    why = noBid.noLineItem;
    const bidding: Bidding = { book, base, request, imp, currency, native: natives[index], chosen };
    const inPod: LoadedLine[] = [];
    const podName = imp.video?.podid ?? `imp ${imp.id}`;
    const pod = pods.get(podName) ?? [];
    pods.set(podName, pod);
    let left = imp.video?.poddur ?? Number.POSITIVE_INFINITY;
    const narrowed = () =>
      narrowBook(book, site.site.domain, [code], (line, creative) => {
        if (inPod.includes(line) || secondsOf(creative) > left) return false;
        if (repeats(pod, { line, creative }, imp.video?.poddedupe)) return false;
        if (termsOf(line, creative, bidding) === undefined) return false;
        return mediumOf(creative, { ...bidding, advertiser: line.line.advertiser }) !== undefined;
      });
    const deals = imp.pmp?.deals?.map(({ id }) => id).slice(0, 50) ?? [];
    const asked = () => ({
      site: site.site.domain,
      placements: [{ code, ...(formats ? { sizes: formats } : {}) }],
      ...askedOf(request),
      ...(deals.length > 0 ? { kv: { [dealKey]: deals } } : {}),
      // Several imps are one page: what holds between the placements of a page holds between them.
      ...(chosen.length > 0 ? { on_page: chosen.map(({ line }) => line.id).slice(-50) } : {}),
    });
    const made: Bid[] = [];
    // A pod without fixed slots is filled with one ad after the other, each of another line item, as long as its time lasts.
    for (let slots = slotsOf(imp); slots > 0; slots--) {
      const answer = answerFrom(narrowed(), toldBy(request));
      const { decisions }: DecisionReply = JSON.parse(answer(asked(), visitOf(request), now));
      const bid = decisions[0] && bidOf(bidding, decisions[0]);
      if (!bid) break;
      made.push(bid);
      pod.push(bid.ad);
      const own = chosen.at(-1);
      if (own) inPod.push(own);
      left -= typeof bid.bid['dur'] === 'number' ? bid.bid['dur'] : 0;
    }
    return made;
  });
  if (bids.length === 0) return none(why);
  const seatbid = [...Map.groupBy(bids, ({ seat }) => seat)].map(([seat, ofSeat]) => ({
    seat,
    bid: ofSeat.map(({ bid }) => bid),
  }));
  return { id: request.id, bidid: randomUUID(), cur: currency, seatbid };
}

/** Ads that one imp may take: several in a pod without fixed slots, at most ten. */
const slotsOf = ({ video }: Imp): number => (video?.poddur === undefined ? 1 : Math.min(video.maxseq ?? 10, 10));

const secondsOf = ({ content }: BookCreative): number => {
  const seconds = content?.['duration_s'];
  return typeof seconds === 'number' ? seconds : 0;
};

/** One currency a response: that of the floors where they have one, else the site's, else the first allowed. */
function currencyOf({ cur, imp }: BidRequest, own: string): string {
  const floors = imp.flatMap(({ bidfloor, bidfloorcur }) => (bidfloor ? [bidfloorcur ?? 'USD'] : []));
  const isAllowed = (currency: string) => !cur || cur.length === 0 || cur.includes(currency);
  return [...floors, own].find(isAllowed) ?? cur?.[0] ?? own;
}
