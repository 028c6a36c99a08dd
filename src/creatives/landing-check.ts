/** Whether the landing page answers, and still knows where its visitor came from. */
import type { Browser } from '#platform';
import type { CreativeCheck } from './contract.ts';
import { check } from './quality.ts';

export type Landing = { status: number; finalUrl: string } | { failed: true };

/** Opened in the guarded browser, so that no address leads into a private network. */
export async function openLanding(browser: Browser, url: string): Promise<Landing> {
  const context = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: false });
  try {
    const page = await context.newPage();
    const answer = await page.goto(url, { waitUntil: 'commit', timeout: 12_000 });
    return answer ? { status: answer.status(), finalUrl: answer.url() } : { failed: true };
  } catch {
    return { failed: true };
  } finally {
    await context.close();
  }
}

/** Campaign parameters that analytics read; a redirect must hand them on. */
const isCampaign = (name: string) => /^utm_/i.test(name);

export function landingChecks(url: string, landing: Landing): CreativeCheck[] {
  if ('failed' in landing)
    return [
      check('landing_page', 'failed', 'The landing page does not answer.', {
        advice: 'Open the address by hand: it may be misspelt, or not be there yet.',
      }),
    ];
  const { status, finalUrl } = landing;
  const figures = { measured: String(status), limit: '200' };
  const answers =
    status >= 200 && status < 300
      ? check('landing_page', 'ok', `The landing page answers ${status}.`, figures)
      : check('landing_page', 'failed', `The landing page answers ${status}.`, {
          ...figures,
          advice: 'Readers would find an error: correct the address.',
        });
  const asked = [...(URL.parse(url)?.searchParams ?? [])].filter(([name]) => isCampaign(name));
  const kept = URL.parse(finalUrl)?.searchParams;
  const lost = asked.filter(([name, value]) => kept?.get(name) !== value).map(([name]) => name);
  if (asked.length === 0) return [answers];
  return [
    answers,
    lost.length === 0
      ? check('utm', 'ok', 'The campaign parameters arrive.', { measured: String(asked.length) })
      : check('utm', 'failed', `Lost on the way to the landing page: ${lost.join(', ')}.`, {
          measured: finalUrl.slice(0, 200),
          advice: 'Have the redirect keep the query, or use its target as landing page.',
        }),
  ];
}
