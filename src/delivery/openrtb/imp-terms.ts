/** On what terms a line item may bid on an imp: deals, price, seats, blocked advertisers. */
import { getDomain } from 'tldts';
import type { BookCreative } from '../contract.ts';
import type { LoadedLine } from '../load-book.ts';
import type { BidRequest, Deal, Imp } from './bid-request.ts';

/** The key-value under which deal ids reach targeting: a line item sold under a deal is targeted at `kv.deal`. */
export const dealKey = 'deal';

const dealsKnown = new WeakMap<object, ReadonlySet<string>>();

/** The deals that a line item is sold under: the values of `kv.deal` in its targeting. */
export function dealsOf({ line }: LoadedLine): ReadonlySet<string> {
  let known = dealsKnown.get(line);
  if (!known) dealsKnown.set(line, (known = new Set(dealIdsIn(line.targeting))));
  return known;
}

function dealIdsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(dealIdsIn);
  const own: unknown = 'key' in node && node.key === `kv.${dealKey}` && 'in' in node ? node.in : [];
  const ids = Array.isArray(own) ? own.filter((id) => typeof id === 'string') : [];
  return [...ids, ...('and' in node ? dealIdsIn(node.and) : []), ...('or' in node ? dealIdsIn(node.or) : [])];
}

/** Expected price of a thousand impressions, in units of the line item's currency. 0: not sold by the impression. */
const cpmOf = ({ value }: LoadedLine): number => Math.round(value / 10) / 100;

export const advertiserDomain = ({ landing_url }: BookCreative): string | undefined =>
  getDomain(landing_url, { allowPrivateDomains: true }) ?? undefined;

export type Terms = { price: number; deal: string | undefined };

/** Price (per thousand, in the currency of the response) and deal of a bid; undefined when the line item may not bid on the imp. */
export function termsOf(
  line: LoadedLine,
  creative: BookCreative,
  { request, imp, currency }: { request: BidRequest; imp: Imp; currency: string },
): Terms | undefined {
  const own = cpmOf(line);
  const seat = line.line.advertiser_id;
  const domain = advertiserDomain(creative);
  if (own <= 0 || line.line.rate.currency !== currency) return undefined;
  if (request.wseat && request.wseat.length > 0 && !request.wseat.includes(seat)) return undefined;
  if (request.bseat?.includes(seat) || isBlocked(line, domain, request)) return undefined;
  // An app is advertised by a link to its page in a store, which names it.
  if (request.bapp?.some((app) => app !== '' && creative.landing_url.includes(app))) return undefined;

  const seconds = creative.content?.['duration_s'];
  const meets = (floor: number | undefined, floorCurrency: string | undefined) =>
    !floor || (own >= floor && (floorCurrency ?? 'USD') === currency);
  /** A price for each second of a film, in the currency of the floor. */
  const meetsBySecond = (floor: number | undefined, floorCurrency: string | undefined) =>
    !floor || creative.kind !== 'video' || (typeof seconds === 'number' && meets(floor * seconds, floorCurrency));
  const deals = dealsOf(line);
  const takes = ({ id, bidfloor, bidfloorcur, mincpmpersec, durfloors, wseat, wadomain }: Deal) =>
    deals.has(id) &&
    meets(floorFor(creative, durfloors) ?? bidfloor, bidfloorcur ?? imp.bidfloorcur) &&
    meetsBySecond(mincpmpersec, bidfloorcur ?? imp.bidfloorcur) &&
    (!wseat || wseat.length === 0 || wseat.includes(seat)) &&
    (!wadomain || wadomain.length === 0 || wadomain.some((one) => isOf(domain, one)));
  const deal = deals.size > 0 ? imp.pmp?.deals?.find(takes) : undefined;
  // Under `at` 3 the floor is the price that was agreed.
  if (deal) return { price: deal.at === 3 && deal.bidfloor ? deal.bidfloor : own, deal: deal.id };
  if (deals.size > 0 || imp.pmp?.private_auction === 1) return undefined;
  const floor = floorFor(creative, creative.kind === 'video' ? imp.video?.durfloors : undefined) ?? imp.bidfloor;
  return meets(floor, imp.bidfloorcur) && meetsBySecond(imp.video?.mincpmpersec, imp.bidfloorcur)
    ? { price: own, deal: undefined }
    : undefined;
}

/** The floor for films of this length; undefined where none is said for it. */
function floorFor({ content }: BookCreative, floors: Deal['durfloors']): number | undefined {
  const seconds = content?.['duration_s'];
  if (typeof seconds !== 'number') return undefined;
  return floors?.find(({ mindur = 0, maxdur = Infinity }) => seconds >= mindur && seconds <= maxdur)?.bidfloor;
}

/** A blocked category blocks those under it: IAB1 blocks IAB1-2. */
function isBlocked({ line }: LoadedLine, domain: string | undefined, { badv, bcat, acat }: BidRequest): boolean {
  const { category } = line;
  const isIn = (list: readonly string[]) =>
    typeof category === 'string' && list.some((one) => category === one || category.startsWith(`${one}-`));
  if (acat && acat.length > 0 && !isIn(acat)) return true;
  if (badv?.some((blocked) => isOf(domain, blocked))) return true;
  return isIn(bcat ?? []);
}

const isOf = (domain: string | undefined, listed: string): boolean => {
  const one = listed.toLowerCase();
  return domain !== undefined && (domain === one || domain === getDomain(one, { allowPrivateDomains: true }));
};
