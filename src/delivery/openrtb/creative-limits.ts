/** What a request allows of a creative itself, whatever its medium: languages, attributes, secure addresses. */
import type { BookCreative } from '../contract.ts';
import type { BidRequest, Imp } from './bid-request.ts';

/** AdCOM, List: Creative Attributes. 16: a film with a button to skip it. Others are not known of a creative here. */
export function attributesOf({ kind, content }: BookCreative, { video }: Imp): number[] {
  const skips = content?.['skip_after_s'];
  return kind === 'video' && typeof skips === 'number' && skips > 0 && video?.skip !== 0 ? [16] : [];
}

/**
 * Whether the creative's language is one of those asked for: `wlang` by ISO 639-1, `wlangb` by the ranges of BCP 47 (`fr` takes
 * `fr-CA`). One that names no language is taken: most pictures have none.
 */
export function speaks({ language }: BookCreative, { wlang, wlangb }: BidRequest): boolean {
  if (!language) return true;
  const own = language.toLowerCase();
  const [base = own] = own.split('-');
  if (wlang && wlang.length > 0) return wlang.some((one) => one.toLowerCase() === base);
  if (!wlangb || wlangb.length === 0) return true;
  return wlangb.some((one) => own === one.toLowerCase() || own.startsWith(`${one.toLowerCase()}-`));
}

/** Language of a bid: ISO 639-1 where it has one, and BCP 47 as the creative says it. */
export function languageOfBid({ language }: BookCreative): { language?: string; langb?: string } {
  if (!language) return {};
  const base = language.toLowerCase().split('-')[0] ?? '';
  return { ...(base.length === 2 ? { language: base } : {}), langb: language };
}

/** A browser takes an address of its own machine for secure (W3C Secure Contexts, 3.1). */
const isSecureAddress = (address: string): boolean =>
  /^https:\/\//i.test(address) || /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/i.test(address);

/** Whether everything that the creative loads is on https, ours (`base`) and what a third party's snippet or VAST names. */
export function isSecure({ kind, content }: BookCreative, base: string): boolean {
  if (!isSecureAddress(base)) return false;
  const vast = content?.['vast_url'];
  if (kind === 'video' && typeof vast === 'string') return isSecureAddress(vast);
  const html = content?.['html'];
  // Links are followed by the reader; what is loaded by itself must be secure.
  if (kind !== 'tag' || typeof html !== 'string') return true;
  return !/\b(?:src|srcset|data|poster|action)\s*=\s*["']?\s*http:\/\/|url\(\s*["']?http:\/\/|@import\s+["']http:\/\//i.test(
    html,
  );
}

/** Whether the request takes the creative on this imp. */
export function isAllowed(
  creative: BookCreative,
  { request, imp, base }: { request: BidRequest; imp: Imp; base: string },
): boolean {
  if (!speaks(creative, request)) return false;
  if (imp.secure === 1 && !isSecure(creative, base)) return false;
  const medium = creative.kind === 'video' ? imp.video : creative.kind === 'native' ? imp.native : imp.banner;
  return !attributesOf(creative, imp).some((one) => medium?.battr?.includes(one));
}
