/** The document of `/v1/frame/:placement`: an ad for pages that only take an iframe, counted without any script of the page. */
import type { Headers } from './http-io.ts';
import { createHash } from 'node:crypto';
import type { Decision } from './contract.ts';
import { escapeHtml } from './markup.ts';
import { adLabels, type PageLanguage } from './transparency.ts';

/** Half of the pixels (30 % from 242,500 px² up) for one second without a break, in the tab in front (MRC, display). */
const watch = `(()=>{const a=document.body,u=a.dataset.viewable;if(!u||!window.IntersectionObserver)return;
const s=innerWidth*innerHeight>=242500?.3:.5;let t,v=false;
const l=()=>{clearTimeout(t);if(v&&document.visibilityState==='visible')t=setTimeout(()=>{o.disconnect();document.removeEventListener('visibilitychange',l);new Image().src=u},1000)};
const o=new IntersectionObserver(e=>{for(const x of e)v=x.intersectionRatio>=s;l()},{threshold:s});
document.addEventListener('visibilitychange',l);o.observe(a)})()`;

const watchHash = createHash('sha256').update(watch).digest('base64');

export function frameHeaders(base: string): Headers {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; img-src ${base} 'self'; frame-src ${base}; style-src 'unsafe-inline'; script-src 'sha256-${watchHash}'; base-uri 'none'; form-action 'none'`,
    'referrer-policy': 'origin',
    'x-content-type-options': 'nosniff',
  };
}

/**
 * The address of another ad server's click counter (`click=`, percent-encoded by its macro), which a click passes by before ours.
 * Undefined unless it is one of http or https; a macro that nobody filled is none.
 */
export const outerClickOf = (asked: string | null): string | undefined =>
  asked && asked.length <= 2048 && /^https?:\/\/[^\s"'<>\\]+$/i.test(asked) ? asked : undefined;

/** The ad with its impression as an image, or an empty document when nothing runs. */
export function frameDocument(
  decision: Decision | undefined,
  { language, outerClick }: { language: PageLanguage; outerClick: string | undefined },
): string {
  const head = `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${adLabels[language]}</title><style>html,body{margin:0;height:100%;overflow:hidden}</style>`;
  const ours = decision?.creative?.markup;
  if (!ours || !decision.impression_url) return `${head}<body></body></html>`;
  // Both stand in attributes of our own making, the second also inside of an address.
  const click = decision.click_url ?? '';
  const passed = outerClick && outerClick + encodeURIComponent(click);
  const markup = passed
    ? ours
        .replaceAll(`?clickTag=${click}`, () => `?clickTag=${encodeURIComponent(passed)}`)
        .replaceAll(`href="${click}"`, () => `href="${escapeHtml(passed)}"`)
    : ours;
  const pixel = `<img src="${escapeHtml(decision.impression_url)}" width="1" height="1" alt="" style="position:absolute;left:0;top:0;opacity:0">`;
  return `${head}<body data-viewable="${escapeHtml(decision.viewable_url ?? '')}">${markup}${pixel}<script>${watch}</script></body></html>`;
}
