/**
 * A creative as the page gets it: HTML for what is displayed in a frame, assets for what the page draws itself. All texts come
 * from people and are escaped; the click goes through our own address, whose target is looked up, never read from the address.
 */
import type { BookCreative } from './contract.ts';

/** Stand where the addresses of one decision go; no text of a creative can hold them, as it cannot hold a NUL. */
export const clickMark = '\u0000c';

export type Dressing = { base: string; advertiser: string; label: string };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\u0000]/g, (character) => entities[character] ?? '');
}
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const notice =
  'position:absolute;top:0;right:0;padding:1px 4px;font:10px/1.3 sans-serif;color:#333;background:rgba(255,255,255,.85)';

/** The mark that this is an ad, and on whose behalf (Regulation (EU) 2022/2065, article 26). */
const noticeOf = ({ label, advertiser }: Dressing): string =>
  `<span style="${notice}" title="${escapeHtml(`${label} – ${advertiser}`)}">${escapeHtml(label)}</span>`;

const linkOf = (inside: string, style: string): string =>
  `<a href="${clickMark}" target="_blank" rel="noopener sponsored" style="${style}">${inside}</a>`;

/** HTML with `clickMark` where the click address goes; undefined for kinds a page does not get as HTML. */
export function markupOf(creative: BookCreative, dressing: Dressing): string | undefined {
  const { width, height } = creative;
  const box = `position:relative;overflow:hidden${width && height ? `;width:${width}px;height:${height}px` : ''}`;
  const inside = insideOf(creative, dressing);
  return inside === undefined ? undefined : `<div style="${box}">${inside}${noticeOf(dressing)}</div>`;
}

function insideOf(creative: BookCreative, { base, advertiser }: Dressing): string | undefined {
  if (creative.kind === 'image') {
    if (!creative.file_hash) return undefined;
    const size = creative.width && creative.height ? ` width="${creative.width}" height="${creative.height}"` : '';
    const source = `${base}/creatives/${creative.file_hash}`;
    return linkOf(
      `<img src="${escapeHtml(source)}"${size} alt="${escapeHtml(advertiser)}" style="display:block;border:0">`,
      'display:block',
    );
  }
  if (creative.kind !== 'text' && creative.kind !== 'native') return undefined;
  const text = (name: string) => escapeHtml(textOf(creative.content, name));
  const image = textOf(creative.content, 'image');
  const picture = /^[0-9a-f]{64}$/.test(image)
    ? `<img src="${escapeHtml(`${base}/creatives/${image}`)}" alt="" style="display:block;max-width:100%;height:auto">`
    : '';
  const callToAction = text('call_to_action');
  return linkOf(
    `${picture}<strong>${text('title')}</strong><br><span>${text('body')}</span>` +
      `<br><small>${escapeHtml(textOf(creative.content, 'sponsored_by') || advertiser)}</small>` +
      (callToAction ? `<br><u>${callToAction}</u>` : ''),
    'display:block;padding:8px;font:14px/1.4 sans-serif;color:inherit;text-decoration:none',
  );
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
