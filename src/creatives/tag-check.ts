/** Opens a page of a site in the browser and says which placements answer, and with what. */
import { Refusal, type Caller, type Database } from '#platform';
import type { TagCheck } from './contract.ts';
import { withGuardedBrowser } from './guarded-browser.ts';

/** A declared crawler: what it sees is never counted. */
const userAgent =
  'Mozilla/5.0 (compatible; VigieBot/1.0; tag check) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0';
const limits = { page: 20_000, settle: 8_000, total: 45_000 };

type Slot = { code: string; sizes: string; width: number; height: number; state: string };
type Decided = {
  placement: string;
  line_item: string | null;
  creative: { kind: string; width: number | null; height: number | null } | null;
};

/** Read in the page: every placement with its box. */
const readSlots = `[...document.querySelectorAll('[data-vigie-placement]')].slice(0, 100).map((slot) => {
  const box = slot.getBoundingClientRect();
  return { code: String(slot.dataset.vigiePlacement).slice(0, 200), sizes: String(slot.dataset.sizes || '').slice(0, 500),
    width: Math.round(box.width), height: Math.round(box.height), state: slot.dataset.vigieState || '' };
})`;

/** Throws bad-input naming `url` when the page cannot be opened. `edgeUrl`: our own edge, which may be private. */
export async function checkTags(
  { db, edgeUrl }: { db: Database; edgeUrl: string },
  caller: Caller,
  input: { url: string },
): Promise<TagCheck> {
  const known = await db.query<{ code: string; name: string; formats: string[]; domain: string }>(
    'select p.code, p.name, p.formats, s.domain from placements p join sites s on s.id = p.site_id where p.org_id = $1',
    [caller.org_id],
  );
  const edge = new URL(edgeUrl);
  const allowed = new Set([`${edge.hostname}:${edge.port || (edge.protocol === 'https:' ? 443 : 80)}`]);
  return withGuardedBrowser({ allowed, timeoutMs: limits.total }, async ({ browser, proxy }) => {
    const context = await browser.newContext({
      userAgent,
      viewport: { width: 1280, height: 900 },
      serviceWorkers: 'block',
    });
    const page = await context.newPage();
    const decided: Decided[] = [];
    const sites = new Set<string>();
    const errors: string[] = [];
    const answers: Promise<void>[] = [];
    let script = false;
    page.on('pageerror', ({ message }) => errors.length < 10 && errors.push(message.slice(0, 300)));
    page.on('response', (response) => {
      const url = new URL(response.url());
      if (url.origin !== edge.origin) return;
      if (url.pathname === '/vigie.js') script = response.ok();
      if (url.pathname !== '/v1/decisions' || response.request().method() !== 'POST') return;
      const asked = response.request().postDataJSON() as { site?: unknown } | null;
      if (typeof asked?.site === 'string') sites.add(asked.site.slice(0, 253));
      answers.push(
        response
          .json()
          .then((reply: { decisions?: Decided[] }) => void decided.push(...(reply.decisions ?? [])))
          .catch(() => undefined),
      );
    });
    const answer = await page.goto(input.url, { waitUntil: 'load', timeout: limits.page }).catch((error: unknown) => {
      const blocked = proxy.refused.size > 0 ? ': its name is not known, or its address is not a public one' : '';
      const why = error instanceof Error && /timeout/i.test(error.message) ? ' in 20 s' : blocked;
      throw new Refusal('bad-input', `url: the page could not be opened${why}.`, { field: 'url' });
    });
    if (!answer || (answer.status() === 403 && proxy.refused.size > 0))
      throw new Refusal('bad-input', 'url: the page could not be opened: its address is not a public one.', {
        field: 'url',
      });
    const settled = `(() => { const all = [...document.querySelectorAll('[data-vigie-placement]')]; return all.every((slot) => slot.dataset.vigieState); })()`;
    await page.waitForFunction(settled, undefined, { timeout: limits.settle }).catch(() => undefined);
    await Promise.all(answers);
    const slots: Slot[] = await page.evaluate(readSlots);
    const site = [...sites][0];
    const placements = slots.map(({ code, sizes, width, height, state }) => {
      const registered = known.find((one) => one.code === code && (site === undefined || one.domain === site));
      const place = decided.findIndex(({ placement }) => placement === code);
      const decision = place === -1 ? undefined : decided.splice(place, 1)[0];
      const creative = decision?.creative ?? null;
      const outcome = !registered
        ? ('unknown' as const)
        : !decision
          ? ('not_asked' as const)
          : creative
            ? ('filled' as const)
            : ('empty' as const);
      return {
        code,
        name: registered?.name ?? null,
        outcome,
        sizes: sizes.split(/[\s,]+/).filter(Boolean),
        width,
        height,
        is_shown: state === 'filled',
        line_item_id: decision?.line_item ?? null,
        creative: creative && {
          kind: creative.kind,
          size: creative.width && creative.height ? `${creative.width}x${creative.height}` : null,
        },
      };
    });
    const onPage = new Set(slots.map(({ code }) => code));
    return {
      url: input.url,
      final_url: page.url(),
      status: answer.status(),
      has_script: script,
      site: site ?? null,
      placements,
      missing: known.filter(({ code, domain }) => domain === site && !onPage.has(code)).map(({ code }) => code),
      errors,
    };
  });
}
