/** What the pages behind private links share: escaping, the frame of the page, money and days in words. One small script of their own, nothing loaded. */
import { randomBytes } from 'node:crypto';
import { Refusal, type FileReply } from '#platform';
import type { Money } from '#platform/contract';
import { pageWords } from './proposal-page-words.ts';
import { pageStyle } from './proposal-page-script.ts';

export type Language = 'en' | 'fr';

export const esc = (text: string | number): string =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

/** Makes the page with a nonce of its own; a link that leads nowhere gets a page that says so. */
export async function privatePage(
  lang: Language | undefined,
  make: (nonce: string) => Promise<string>,
): Promise<FileReply> {
  const nonce = randomBytes(16).toString('base64');
  try {
    return reply(await make(nonce), nonce);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not-found')) throw error;
    const words = pageWords[lang ?? 'en'];
    const body = `<main><h1>${esc(words.gone)}</h1><p>${esc(words.goneNote)}</p></main>`;
    return reply(shell(lang ?? 'en', words.gone, body, nonce), nonce);
  }
}

const reply = (html: string, nonce: string): FileReply => ({
  bytes: html,
  media_type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
  },
});

// The address is the key: the referrer rule keeps it from travelling on.
export const shell = (lang: string, title: string, body: string, nonce: string, style = ''): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${esc(title)}</title><style nonce="${nonce}">${pageStyle}${style}</style></head><body>${body}</body></html>`;

export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export const moneyOf = ({ amount, currency }: Money, lang: Language): string =>
  new Intl.NumberFormat(lang, { style: 'currency', currency }).format(amount / 10 ** digitsOf(currency));

/** The link to the same page in the other language. */
export function otherLanguage(lang: Language): string {
  const other = lang === 'en' ? 'fr' : 'en';
  return `<nav><a href="?lang=${other}" lang="${other}" hreflang="${other}">${other === 'fr' ? 'Français' : 'English'}</a></nav>`;
}
