/** Placements of the page: found, reserved, asked for together, filled, and told apart when seen. */
import { consentKnown, visitorId } from './consent.ts';
import { consentNow, edge, loadMore, mayCall, send, site } from './page.ts';
import { observe, shareNeeded, unseen, type View, viewableAfter } from './viewable.ts';
import type { Decision, DecisionsReply, DecisionsRequest } from './wire.ts';

/** Placements that appear together are asked for together; after a change of route the application gets longer to build its page. Milliseconds. */
const gathering = 50;
const settling = 150;

/** The request each placement was last part of: an answer that comes after another request was made is dropped. */
let asked = new WeakMap<HTMLElement, object>();
const leaveOff = new WeakMap<HTMLElement, () => void>();
/** Line item of the ad that a placement shows. */
const shown = new WeakMap<HTMLElement, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Loads the placements of the page, and those that come into it later. */
export function start(): void {
  // From the first moment, so that space is reserved as the page is parsed.
  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  find();
}

/** Loads again the placements in the page that a new route builds. */
export function refresh(): void {
  asked = new WeakMap();
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), settling);
}

/** Loads, or loads again, the placement `within` or all those inside it; without it, all of the page. */
export function load(within?: Element): void {
  for (const slot of slots()) if (!within || within.contains(slot)) asked.delete(slot);
  find();
}

const slots = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-vigie-placement]')];

function find(): void {
  for (const slot of slots()) {
    if (asked.has(slot) || isFar(slot)) continue;
    reserve(slot);
    timer ??= setTimeout(() => void ask(), gathering);
  }
}

/** Placements with `data-lazy` wait until they are that many pixels from the viewport; only then is anything asked for. */
const far = new Set<Element>();
const near = new WeakSet<Element>();

function isFar(slot: HTMLElement): boolean {
  const { lazy } = slot.dataset;
  if (lazy === undefined || near.has(slot) || far.has(slot)) return far.has(slot);
  far.add(slot);
  reserve(slot);
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      far.delete(slot);
      near.add(slot);
      find();
    },
    { rootMargin: (parseInt(lazy) || 200) + 'px' },
  );
  observer.observe(slot);
  return true;
}

/** Formats beyond a place in the page come as a second file, when a placement asks for one. */
let hasMore = false;

function tell(slot: HTMLElement): void {
  const { format, refresh, passback } = slot.dataset;
  if (!format && !refresh && !passback) return;
  if (!hasMore) loadMore('/vigie.formats.js');
  hasMore = true;
  slot.dispatchEvent(new Event('vigie', { bubbles: true }));
}

async function ask(): Promise<void> {
  timer = undefined;
  if (document.readyState === 'loading') {
    document.addEventListener('DOMContentLoaded', find, { once: true });
    return;
  }
  const turn = {};
  const batch = slots().filter((slot) => {
    if (asked.has(slot) || far.has(slot)) return false;
    asked.set(slot, turn);
    return reserve(slot);
  });
  if (!batch[0] || !mayCall()) return;
  await consentKnown();
  const decisions = await decide(batch);
  for (const slot of batch) {
    if (asked.get(slot) !== turn || !slot.isConnected) continue;
    const place = decisions.findIndex((decision) => decision.placement === slot.dataset['vigiePlacement']);
    fill(slot, decisions.splice(place, place < 0 ? 0 : 1)[0]);
    tell(slot);
  }
}

/** One request for all; without an answer the placements stay empty. */
async function decide(batch: HTMLElement[]): Promise<Decision[]> {
  const consent = consentNow();
  const visitor = visitorId();
  const kv: Record<string, string[]> = {};
  const placements = batch.map((slot) => {
    collect(kv, slot.dataset['kv']);
    const sizes = sizesThatFit(slot);
    return { code: slot.dataset['vigiePlacement'] ?? '', ...(slot.dataset['sizes'] && { sizes }) };
  });
  const { lang } = document.documentElement;
  const beside = slots().flatMap((slot) => (!batch.includes(slot) && shown.get(slot)) || []);
  const request: DecisionsRequest = {
    site,
    url: location.href,
    placements,
    ...(document.referrer && { referrer: document.referrer }),
    ...(Object.keys(kv)[0] && { kv }),
    ...(visitor && { visitor_id: visitor }),
    ...(lang && { language: lang.slice(0, 35) }),
    ...(beside[0] && { on_page: beside.slice(0, 50) }),
    ...(consent && { consent }),
  };
  try {
    const answer = await fetch(edge + '/v1/decisions', {
      method: 'POST',
      body: JSON.stringify(request),
      credentials: 'omit',
    });
    const reply: Partial<DecisionsReply> = await answer.json();
    return reply.decisions ?? [];
  } catch {
    return [];
  }
}

/** Key-values stand for the page: those of its placements are joined. */
function collect(kv: Record<string, string[]>, json = '{}'): void {
  try {
    for (const [name, values] of Object.entries<string[]>(JSON.parse(json)))
      kv[name] = [...new Set([...(kv[name] ?? []), ...values])];
  } catch {
    // Not JSON: as if it were not there.
  }
}

/** `data-sizes` without those wider than the placement. Sizes without figures, such as `native`, always fit. */
const sizesThatFit = (slot: HTMLElement): string[] =>
  (slot.dataset['sizes'] ?? '').split(/[\s,]+/).filter((size) => size && !(parseInt(size) > slot.clientWidth));

/** Makes room for the tallest size that may come, so that its coming moves nothing; false when the placement is hidden or too narrow for all. */
function reserve(slot: HTMLElement): boolean {
  const { style, dataset } = slot;
  style.display = '';
  const fitting = sizesThatFit(slot);
  const height = Math.max(
    ...fitting.map((size) => Number(size.split('x')[1]) || 0),
    parseFloat(getComputedStyle(slot).minHeight) || 0,
  );
  if (!dataset['format']) style.minHeight = height + 'px';
  return slot.clientWidth > 0 && (!dataset['sizes'] || fitting.length > 0);
}

function fill(slot: HTMLElement, decision: Decision | undefined): void {
  leaveOff.get(slot)?.();
  const creative = decision?.creative;
  const isFilled = decision !== undefined && creative?.markup;
  slot.dataset['vigieState'] = isFilled ? 'filled' : 'empty';
  shown.set(slot, (isFilled && decision.line_item) || '');
  if (!isFilled) {
    slot.replaceChildren();
    // Closed only where closing moves nothing that is being looked at.
    if (slot.getBoundingClientRect().top > innerHeight) slot.style.display = 'none';
    return;
  }
  // Texts take the width of their place, now and when it changes, and the height they need in it.
  const isText = /^(text|native)$/.test(creative.kind);
  const width = creative.width || slot.clientWidth;
  const height = creative.height || parseFloat(slot.style.minHeight);
  const frame = document.createElement('iframe');
  frame.width = String(width);
  frame.height = String(height);
  frame.title =
    slot.dataset['label'] || (document.documentElement.lang.startsWith('fr') ? 'Publicité' : 'Advertisement');
  frame.style.cssText = 'border:0;display:block;margin:0 auto;color-scheme:light';
  if (isText) frame.style.width = '100%';
  // Texts are measured once they are there, which takes the page's origin: without scripts, it opens nothing.
  frame.setAttribute(
    'sandbox',
    'allow-popups allow-popups-to-escape-sandbox' +
      (isText ? ' allow-same-origin' : creative.kind === 'image' ? '' : ' allow-scripts'),
  );
  // A third party's snippet may ask for what the page told of the placement: Prebid's asks for the bid that won.
  const { kv } = slot.dataset;
  const markup = kv ? creative.markup?.replace('?', `?kv=${encodeURIComponent(kv)}&`) : creative.markup;
  // Relative addresses are the edge's; a link that names no target must not open inside the ad.
  frame.srcdoc = `<!doctype html><base href="${edge}/" target="_blank"><style>body{margin:0;overflow:hidden}img{display:block}</style>${markup}`;
  frame.addEventListener(
    'load',
    () => {
      if (isText) {
        fitText(frame);
        frame.contentWindow?.addEventListener('resize', () => fitText(frame));
      }
      if (decision.impression_url) send(decision.impression_url);
      if (decision.viewable_url) leaveOff.set(slot, watch(frame, shareNeeded(width, height), decision.viewable_url));
    },
    { once: true },
  );
  // An ad that will lie over the page must not push it first.
  if (slot.dataset['format']) slot.style.cssText = 'position:fixed;left:-9999px';
  slot.replaceChildren(frame);
}

function fitText(frame: HTMLIFrameElement): void {
  frame.height = String(Math.max(frame.contentDocument?.body.scrollHeight ?? 0, 1));
}

/**
 * Tells `url` once the frame has been viewable; answers how to stop watching.
 * In focus means the tab in front (MRC): a window beside another one is being looked at as well.
 */
function watch(frame: HTMLElement, share: number, url: string): () => void {
  let view: View = unseen;
  let isInViewport = false;
  let due: ReturnType<typeof setTimeout> | undefined;
  const observer = new IntersectionObserver(take, { threshold: share });

  function take(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      isInViewport = entry.intersectionRatio >= share;
      look(entry.time);
    }
  }
  function look(now: number): void {
    clearTimeout(due);
    view = observe(view, now, isInViewport && document.visibilityState === 'visible');
    if (view.done) {
      stop();
      send(url);
    } else if (view.since !== null) {
      due = setTimeout(
        () => {
          // A drop not told yet carries its own time.
          take(observer.takeRecords());
          if (!view.done) look(performance.now());
        },
        view.since + viewableAfter - performance.now(),
      );
    }
  }
  const onVisibility = (): void => look(performance.now());
  function stop(): void {
    clearTimeout(due);
    observer.disconnect();
    document.removeEventListener('visibilitychange', onVisibility);
  }
  document.addEventListener('visibilitychange', onVisibility);
  observer.observe(frame);
  return stop;
}
