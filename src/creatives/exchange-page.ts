/** The page behind a private link: clean, without an account, one script of its own and nothing loaded from elsewhere. */
import { randomBytes } from 'node:crypto';
import { Refusal, type Clock, type Database, type FileReply } from '#platform';
import { holderOf } from './creative-link.ts';
import { exchangeScript } from './exchange-script.ts';
import { exchangeStyle } from './exchange-style.ts';
import { exchangeWords } from './exchange-words.ts';
import { requestSheet } from './request-sheet.ts';
import { kindsText, limitsText, type SheetLanguage, sheetWords } from './request-words.ts';
import { readExchange } from './exchange.ts';

type Desk = { db: Database; clock: Clock };
type Asked = { token: string; lang?: SheetLanguage | undefined };

const esc = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

/** JSON inside a script: the sign that could end it is written out. */
const inScript = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');

export async function exchangePage(desk: Desk, { token, lang }: Asked, edgeUrl: string): Promise<FileReply> {
  const nonce = randomBytes(16).toString('base64');
  try {
    const { link } = await holderOf(desk.db, token, { now: desk.clock(), purpose: 'exchange' });
    const language = lang ?? link.language;
    const exchange = await readExchange(desk, token, edgeUrl);
    // What a studio must keep is written out by the server; everything else follows from the data.
    const requests = exchange.requests.map((one) => ({
      ...one,
      kinds_text: kindsText(one.kinds, language),
      limits_text: limitsText(one.limits, one.kinds, language),
    }));
    const words = { ...sheetWords[language], ...exchangeWords[language] };
    const { title } = exchangeWords[language];
    const other = language === 'en' ? 'fr' : 'en';
    const body = `<header><nav><a href="?lang=${other}" lang="${other}" hreflang="${other}">${other === 'fr' ? 'Français' : 'English'}</a></nav>
<p class="over">${esc(exchange.seller)}</p><h1>${esc(title)} ${esc(words.for)} ${esc(exchange.advertiser)}</h1></header><main id="exchange" aria-live="polite"></main>
<script nonce="${nonce}">const data=${inScript({ ...exchange, requests })},words=${inScript(words)},token=${inScript(token)},lang=${inScript(language)};${exchangeScript}</script>`;
    return reply(shell(language, `${title} – ${exchange.advertiser}`, body, nonce), nonce, edgeUrl);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not-found')) throw error;
    const words = exchangeWords[lang ?? 'en'];
    const body = `<main><h1>${esc(words.gone)}</h1><p>${esc(words.goneNote)}</p></main>`;
    return reply(shell(lang ?? 'en', words.gone, body, nonce), nonce, edgeUrl);
  }
}

/** Creatives that are pages are shown from the edge, another origin; here is nothing but our own script. */
const reply = (html: string, nonce: string, edgeUrl: string): FileReply => ({
  bytes: html,
  media_type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self' ${edgeUrl}; img-src 'self'; media-src 'self'; frame-src ${edgeUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
  },
});

// The address is the key: the referrer rule keeps it from travelling on.
const shell = (lang: string, title: string, body: string, nonce: string): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${esc(title)}</title><style nonce="${nonce}">${exchangeStyle}</style></head><body>${body}</body></html>`;

/** Throws not-found for a token that leads nowhere. */
export async function exchangeSheet(desk: Desk, { token, lang }: Asked): Promise<FileReply> {
  const { link, caller } = await holderOf(desk.db, token, { now: desk.clock(), purpose: 'exchange' });
  return requestSheet(desk, caller, {
    language: lang ?? link.language,
    ...(link.order_id === null ? {} : { order_id: link.order_id }),
  });
}
