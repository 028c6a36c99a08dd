/** Whether the landing page answers, safely and soon, and still knows where its visitor came from. */
import type { Browser } from '#platform';
import type { CreativeCheck } from './contract.ts';
import type { FullLimits } from './limits.ts';
import { check, measuredWithin } from './verdict.ts';

export type Landing =
  | { status: number; finalUrl: string; redirects?: number; ms?: number }
  /** `tls`: its certificate is not in order. */
  | { failed: true; tls?: boolean };

/** Opened in the guarded browser, so that no address leads into a private network. */
export async function openLanding(browser: Browser, url: string, now: () => number = Date.now): Promise<Landing> {
  const context = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: false });
  try {
    const page = await context.newPage();
    const began = now();
    const answer = await page.goto(url, { waitUntil: 'commit', timeout: 12_000 });
    if (!answer) return { failed: true };
    let redirects = 0;
    for (let before = answer.request().redirectedFrom(); before; before = before.redirectedFrom()) redirects++;
    return { status: answer.status(), finalUrl: answer.url(), redirects, ms: now() - began };
  } catch (error) {
    return { failed: true, tls: error instanceof Error && /ERR_(CERT|SSL)_/.test(error.message) };
  } finally {
    await context.close();
  }
}

/** Campaign parameters that analytics read; a redirect must hand them on. */
const isCampaign = (name: string) => /^utm_/i.test(name);

type Limits = Pick<FullLimits, 'landing_ms' | 'landing_redirects'>;

export function landingChecks(url: string, landing: Landing, limits: Limits): CreativeCheck[] {
  if ('failed' in landing)
    return landing.tls
      ? [
          check('landing_tls', 'failed', 'The certificate of the landing page is not in order.', {
            source: 'RFC 8446',
            advice: 'Have the certificate renewed, or use the right host name.',
          }),
        ]
      : [
          check('landing_page', 'failed', 'The landing page does not answer.', {
            source: 'RFC 9110',
            advice: 'Open the address by hand: it may be misspelt, or not be there yet.',
          }),
        ];
  const { status, finalUrl } = landing;
  return [
    answers(status),
    ...(/^https:/i.test(finalUrl)
      ? [check('landing_tls', 'ok', 'Its certificate is in order.', { source: 'RFC 8446' })]
      : []),
    ...journey(landing, limits),
    ...campaign(url, finalUrl),
  ];
}

function answers(status: number): CreativeCheck {
  const figures = { measured: String(status), limit: '200', source: 'RFC 9110' };
  return status >= 200 && status < 300
    ? check('landing_page', 'ok', `The landing page answers ${status}.`, figures)
    : check('landing_page', 'failed', `The landing page answers ${status}.`, {
        ...figures,
        advice: 'Readers would find an error: correct the address.',
      });
}

function journey({ redirects, ms }: { redirects?: number; ms?: number }, limits: Limits): CreativeCheck[] {
  return [
    ...(redirects === undefined
      ? []
      : [
          measuredWithin('landing_redirects', redirects, limits.landing_redirects, {
            what: 'Redirects before the landing page',
            source: 'Google Search Central: avoid redirect chains',
            advice: 'Use the last address as landing page: each step costs readers.',
            level: 'warning',
          }),
        ]),
    ...(ms === undefined
      ? []
      : [
          measuredWithin('landing_speed', Math.round(ms), limits.landing_ms, {
            what: 'The landing page answers after',
            unit: 'ms',
            source: 'web.dev, time to first byte',
            advice: 'Readers leave before it is there: have it made faster, or use another page.',
            level: 'warning',
          }),
        ]),
  ];
}

function campaign(url: string, finalUrl: string): CreativeCheck[] {
  const asked = [...(URL.parse(url)?.searchParams ?? [])].filter(([name]) => isCampaign(name));
  const kept = URL.parse(finalUrl)?.searchParams;
  const lost = asked.filter(([name, value]) => kept?.get(name) !== value).map(([name]) => name);
  if (asked.length === 0) return [];
  const source = 'Urchin tracking parameters, as analytics read them';
  return [
    lost.length === 0
      ? check('utm', 'ok', 'The campaign parameters arrive.', { measured: String(asked.length), source })
      : check('utm', 'failed', `Lost on the way to the landing page: ${lost.join(', ')}.`, {
          measured: finalUrl.slice(0, 200),
          source,
          advice: 'Have the redirect keep the query, or use its target as landing page.',
        }),
  ];
}
