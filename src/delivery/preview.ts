/**
 * Creatives forced onto a real page: the page's address carries a sealed, expiring word, made by control. What is answered then
 * has no impression or viewable address, is decided by nothing and counted nowhere.
 */
import { createHash } from 'node:crypto';
import { openSealed } from '#platform';
import * as z from 'zod';
import { asciiJson } from './ascii-json.ts';
import type { BookCreative, DecisionRequest } from './contract.ts';
import type { LoadedBook } from './load-book.ts';
import { assetsOf, markupOf, tokenMark } from './markup.ts';
import { emptyText } from './reply-template.ts';
import { nameOf } from './token.ts';

/** Made of the delivery key, so that an edge has it with its book. */
export const previewKeyOf = (signingKey: string): string =>
  createHash('sha256').update(`creative previews ${signingKey}`).digest('base64url');

/** Creative, organisation, end in seconds, placement. */
const Word = z.strictObject({ c: z.string(), o: z.string(), e: z.number(), p: z.string().optional() });
type Word = z.infer<typeof Word>;

/** Begins the token of a preview's click. */
export const previewMark = 'preview~';

/** The word, when it was sealed by this installation and holds at `now` (milliseconds). */
function read(book: LoadedBook, sealed: string, now: number): Word | undefined {
  const key = book.book.signing_keys[0]?.key;
  const word = key === undefined ? undefined : Word.safeParse(openSealed(previewKeyOf(key), sealed));
  return word?.success && word.data.e * 1000 > now ? word.data : undefined;
}

/** Whether an address asks for a preview at all: looked at before anything is parsed. */
export const asksPreview = (url: string | undefined): boolean => url?.includes('vigie_preview=') === true;

/** The JSON of a reply that shows the creative; undefined when the word is not ours, over, or of another organisation. */
export function answerPreview(
  book: LoadedBook,
  request: DecisionRequest,
  { base, now }: { base: string; now: number },
): string | undefined {
  const sealed = URL.parse(request.url ?? '')?.searchParams.get('vigie_preview') ?? '';
  const word = read(book, sealed, now);
  const site = book.sites.get(request.site) ?? book.sites.get(request.site.toLowerCase());
  if (!word || site?.site.org_id !== word.o) return undefined;
  // Not heard of yet: nothing is shown, rather than an ad that would count.
  const creative = book.creativesByName.get(nameOf(word.c));
  const token = `${previewMark}${sealed}`;
  const decisions = request.placements.map(({ code, sizes }) => {
    const head = { id: `preview-${code}`.replace(/[^\w.-]/g, ''), code: asciiJson(code) };
    const formats = [...(site.placements.get(code)?.formats ?? [])].filter(
      (format) => sizes?.includes(format) !== false,
    );
    const isHere = (one: BookCreative) =>
      word.p === undefined ? fills(one).some((format) => formats.includes(format)) : word.p === code;
    return creative && isHere(creative)
      ? shown(creative, head, { base, token })
      : `${emptyText('no_line_item', head)}}`;
  });
  return `{"decisions":[${decisions.join(',')}]}`;
}

const fills = ({ kind, width, height }: BookCreative): string[] =>
  kind === 'native' || kind === 'text' || kind === 'video' ? [kind] : [`${width}x${height}`, 'interstitial'];

function shown(
  creative: BookCreative,
  { id, code }: { id: string; code: string },
  { base, token }: { base: string; token: string },
): string {
  const dressing = { base, advertiser: creative.name, payer: creative.name, label: 'Aperçu', language: 'fr' as const };
  const { kind, width, height } = creative;
  const markup = markupOf(creative, dressing)
    ?.replaceAll(`/why/${tokenMark}?lang=fr`, '/health')
    .replaceAll(tokenMark, token);
  const assets = assetsOf(creative, dressing);
  const inside = asciiJson({
    id: creative.id,
    kind,
    width,
    height,
    label: dressing.label,
    advertiser: '',
    ...(assets ? { assets } : {}),
    ...(markup === undefined ? {} : { markup }),
  });
  const click = asciiJson(`${base}/c/${token}`);
  return `{"id":"${id}","placement":${code},"line_item":null,"creative":${inside},"impression_url":null,"viewable_url":null,"click_url":${click},"why_url":null}`;
}

/** Where the click of a preview leads; undefined when its word is over. */
export function previewLanding(book: LoadedBook, token: string, now: number): string | undefined {
  const word = read(book, token.slice(previewMark.length), now);
  return word && book.creativesByName.get(nameOf(word.c))?.landing_url;
}
