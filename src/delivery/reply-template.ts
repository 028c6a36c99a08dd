/** One decision as JSON text, put together from parts that a creative has ready: no object is built on the hot path. */
import { asciiJson } from './ascii-json.ts';
import type { BookCreative, EmptyReason } from './contract.ts';
import { assetsOf, tokenMark, type Dressing, markupOf } from './markup.ts';

/** The fields `line_item` and `creative`, cut where the token goes. */
export type ReplyTemplate = { parts: readonly string[]; base: string };

export function templateOf(lineId: string, creative: BookCreative, dressing: Dressing): ReplyTemplate {
  const { id, kind, width, height } = creative;
  const { label, advertiser, payer, base } = dressing;
  const { markup, assets } = { markup: markupOf(creative, dressing), assets: assetsOf(creative, dressing) };
  const head = asciiJson({
    id,
    kind,
    width,
    height,
    label,
    advertiser,
    ...(payer === advertiser ? {} : { payer }),
    ...(assets ? { assets } : {}),
  }).slice(0, -1);
  const text = markup === undefined ? '' : `,"markup":${asciiJson(markup)}`;
  // Only the markup is searched: elsewhere the mark would be somebody's text.
  const [before = '', ...after] = text.split(JSON.stringify(tokenMark).slice(1, -1));
  const parts = [`"line_item":${asciiJson(lineId)},"creative":${head}${before}`, ...after];
  return { parts, base };
}

export function filledText(template: ReplyTemplate, token: string, { id, code }: { id: string; code: string }): string {
  const { parts, base } = template;
  const click = `${base}/c/${token}`;
  return (
    `{"id":"${id}","placement":${code},${parts.length === 1 ? (parts[0] ?? '') : parts.join(token)}},` +
    `"impression_url":"${base}/i/${token}","viewable_url":"${base}/w/${token}","click_url":"${click}","why_url":"${base}/why/${token}"`
  );
}

export const emptyText = (reason: EmptyReason, { id, code }: { id: string; code: string }): string =>
  `{"id":"${id}","placement":${code},"line_item":null,"creative":null,"impression_url":null,"viewable_url":null,"click_url":null,"why_url":null,"reason":"${reason}"`;
