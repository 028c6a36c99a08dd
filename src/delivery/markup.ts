/**
 * A creative as the page gets it: HTML for what is displayed in a frame, assets for what the page draws itself. All texts come
 * from people and are escaped; the click goes through our own address, whose target is looked up, never read from the address.
 */
import { bundleOf, bundlePath, sandboxOf } from './bundle.ts';
import type { BookCreative } from './contract.ts';
import type { PageLanguage } from './transparency.ts';

/** Stands where the token of one decision goes; no text of a creative can hold it, as it cannot hold a NUL. */
export const tokenMark = '\u0000c';

export type Dressing = {
  base: string;
  advertiser: string;
  /** The advertiser again, where nobody else pays. */
  payer: string;
  /** What marks it as an ad, in `language`. */
  label: string;
  language: PageLanguage;
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\u0000]/g, (character) => entities[character] ?? '');
}
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const notice =
  'position:absolute;top:0;right:0;max-width:80%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding:1px 4px;font:10px/1.3 sans-serif;color:#333;background:rgba(255,255,255,.85);text-decoration:none;z-index:2147483647';

/** From this width on, CSS pixels, there is room to name the advertiser in the mark itself. */
const roomy = 250;
const paidBy: Readonly<Record<PageLanguage, string>> = { fr: 'payée par', en: 'paid by' };

/** The mark that this is an ad, and on whose behalf; it leads to the page that says why (Regulation (EU) 2022/2065, article 26). */
function noticeOf({ base, label, advertiser, payer, language }: Dressing, width: number | null): string {
  const whose = `${label} – ${advertiser}${payer === advertiser ? '' : `, ${paidBy[language]} ${payer}`}`;
  const shown = width === null || width >= roomy ? `${label} · ${advertiser}` : label;
  return `<a href="${escapeHtml(base)}/why/${tokenMark}?lang=${language}" target="_blank" rel="noopener" lang="${language}" style="${notice}" title="${escapeHtml(whose)}" aria-label="${escapeHtml(whose)}">${escapeHtml(shown)}</a>`;
}

const linkOf = ({ base }: Dressing, inside: string, style: string): string =>
  `<a href="${escapeHtml(base)}/c/${tokenMark}" target="_blank" rel="noopener sponsored" style="${style}">${inside}</a>`;

/** HTML with `tokenMark` where the token of the decision goes; undefined for kinds a page does not get as HTML. */
export function markupOf(creative: BookCreative, dressing: Dressing): string | undefined {
  const { width, height } = creative;
  const box = `position:relative;overflow:hidden${width && height ? `;width:${width}px;height:${height}px` : ''}`;
  const inside = insideOf(creative, dressing);
  return inside === undefined ? undefined : `<div style="${box}">${inside}${noticeOf(dressing, width)}</div>`;
}

function insideOf(creative: BookCreative, dressing: Dressing): string | undefined {
  const { base, advertiser } = dressing;
  const size = creative.width && creative.height ? ` width="${creative.width}" height="${creative.height}"` : '';
  if (creative.kind === 'image') {
    if (!creative.file_hash) return undefined;
    const source = `${base}/creatives/${creative.file_hash}`;
    return linkOf(
      dressing,
      `<img src="${escapeHtml(source)}"${size} alt="${escapeHtml(advertiser)}" style="display:block;border:0">`,
      'display:block',
    );
  }
  const bundle = bundleOf(creative);
  if (bundle) {
    const source = `${escapeHtml(base + bundlePath(bundle))}?clickTag=${escapeHtml(base)}/c/${tokenMark}`;
    return `<iframe src="${source}"${size} title="${escapeHtml(advertiser)}" sandbox="${sandboxOf(creative)}" scrolling="no" style="border:0;display:block"></iframe>`;
  }
  if (creative.kind === 'text' || creative.kind === 'native') return textsOf(creative, dressing);
  return undefined;
}

function textsOf(creative: BookCreative, dressing: Dressing): string {
  const { base, advertiser } = dressing;
  const text = (name: string) => escapeHtml(textOf(creative.content, name));
  const image = textOf(creative.content, 'image');
  const isRow = textOf(creative.content, 'template') === 'row';
  const shape = isRow
    ? 'float:left;width:40%;height:auto;margin:0 12px 8px 0'
    : 'display:block;max-width:100%;height:auto';
  const picture = /^[0-9a-f]{64}$/.test(image)
    ? `<img src="${escapeHtml(`${base}/creatives/${image}`)}" alt="" style="${shape}">`
    : '';
  const sponsor = escapeHtml(textOf(creative.content, 'sponsored_by') || advertiser);
  const lines = [
    `<strong>${text('title')}</strong>`,
    `<span>${text('body')}</span>`,
    text('price') && `<b>${text('price')}</b>`,
    `<small>${sponsor}${text('display_url') && ` · ${text('display_url')}`}</small>`,
    text('call_to_action') && `<u>${text('call_to_action')}</u>`,
  ];
  // The mark that it is an ad lies over the upper edge: a picture may be under it, words may not.
  const top = picture !== '' && !isRow ? 8 : 18;
  const style = `display:block;padding:${top}px 8px 8px;font:14px/1.4 sans-serif;color:inherit;text-decoration:none`;
  return linkOf(dressing, picture + lines.filter(Boolean).join('<br>'), style);
}

const textOf = (content: BookCreative['content'], name: string): string => {
  const value = content?.[name];
  return typeof value === 'string' ? value : '';
};

/** What a page that draws native and text ads itself gets; undefined for other kinds. */
export function assetsOf(creative: BookCreative, { base }: Dressing): Record<string, unknown> | undefined {
  if (creative.kind !== 'native' && creative.kind !== 'text') return undefined;
  const { image, ...texts } = creative.content ?? {};
  return typeof image === 'string' ? { ...texts, image: `${base}/creatives/${image}` } : texts;
}
