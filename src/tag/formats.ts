/**
 * `/vigie.formats.js`, loaded when a placement asks for it: ads that stick to an edge of the screen, lie over the page, load
 * again while they are looked at, and what stands in when nothing comes.
 *
 * `data-format`: `sticky-top`, `sticky-bottom`, `overlay` (over the page, which goes on) or `interstitial` (the page waits);
 * `data-refresh`: seconds in view after which the ad is asked for anew, 30 at least, `data-refresh-most` times (10 unless said);
 * `data-passback`: id of a `<template>` that stands in when there is no ad: its HTML runs in a frame; placements in it are asked
 * for in the page, and may have a passback of their own.
 */

const isFrench = document.documentElement.lang.startsWith('fr');
const refreshed = new WeakMap<HTMLElement, number>();
const timers = new WeakMap<HTMLElement, ReturnType<typeof setInterval>>();

/** Above what pages use, under what browsers do. */
const layer = 'position:fixed;z-index:2147483000;margin:0;';
const looks: Readonly<Record<string, string>> = {
  'sticky-top': layer + 'left:0;right:0;top:0;display:flex;justify-content:center;background:rgba(255,255,255,.92)',
  'sticky-bottom':
    layer + 'left:0;right:0;bottom:0;display:flex;justify-content:center;background:rgba(255,255,255,.92)',
  overlay: layer + 'right:16px;bottom:16px;box-shadow:0 4px 24px rgba(0,0,0,.4)',
  interstitial:
    layer +
    'inset:0;display:flex;align-items:center;justify-content:center;background:rgba(0,0,0,.75);overscroll-behavior:contain',
};

function apply(slot: HTMLElement): void {
  clearInterval(timers.get(slot));
  const { vigieState, format = '', refresh } = slot.dataset;
  if (vigieState === 'empty') return standIn(slot);
  const look = looks[format];
  if (look) dress(slot, look, format === 'interstitial');
  if (refresh) watch(slot, Math.max(30, Number(refresh) || 30));
}

/** Lays the placement over the page where it is: moving a frame would load it again. */
function dress(slot: HTMLElement, look: string, isModal: boolean): void {
  slot.style.cssText = look;
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = '×';
  close.setAttribute('aria-label', isFrench ? 'Fermer la publicité' : 'Close the ad');
  close.style.cssText =
    'position:absolute;top:4px;left:4px;width:44px;height:44px;padding:0;border:2px solid #fff;border-radius:50%;background:#222;color:#fff;font:28px/1 sans-serif;cursor:pointer';
  slot.append(close);
  const before = document.activeElement;
  const { overflow } = document.documentElement.style;

  function end(): void {
    clearInterval(timers.get(slot));
    removeEventListener('keydown', onKey, true);
    slot.replaceChildren();
    slot.style.cssText = 'display:none';
    delete slot.dataset['refresh'];
    if (!isModal) return;
    document.documentElement.style.overflow = overflow;
    slot.removeAttribute('role');
    if (before instanceof HTMLElement) before.focus();
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') end();
    // The page waits: the keyboard stays with the ad and its button.
    if (event.key === 'Tab' && isModal && document.activeElement !== close) {
      event.preventDefault();
      close.focus();
    }
  }
  close.addEventListener('click', end);
  addEventListener('keydown', onKey, true);
  if (!isModal) return;
  slot.setAttribute('role', 'dialog');
  slot.setAttribute('aria-modal', 'true');
  slot.setAttribute('aria-label', isFrench ? 'Publicité' : 'Advertisement');
  document.documentElement.style.overflow = 'hidden';
  close.focus();
}

/** Counts the seconds during which half of the placement is in the viewport of the tab in front. */
function watch(slot: HTMLElement, seconds: number): void {
  let seen = 0;
  const timer = setInterval(() => {
    if (!slot.isConnected) return clearInterval(timer);
    const { top, bottom, left, right, width, height } = slot.getBoundingClientRect();
    const shown =
      Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)) *
      Math.max(0, Math.min(right, innerWidth) - Math.max(left, 0));
    if (document.visibilityState !== 'visible' || shown < (width * height) / 2 || shown === 0) return;
    if (++seen < seconds) return;
    clearInterval(timer);
    const times = (refreshed.get(slot) ?? 0) + 1;
    if (times > (Number(slot.dataset['refreshMost']) || 10)) return;
    refreshed.set(slot, times);
    window.vigie?.('ads', slot);
  }, 1_000);
  timers.set(slot, timer);
}

/** In a frame, so that what is written with document.write stays inside. */
function standIn(slot: HTMLElement): void {
  const template = document.getElementById(slot.dataset['passback'] ?? '');
  if (!(template instanceof HTMLTemplateElement)) return;
  slot.style.display = '';
  // Another placement of ours goes on in the page itself, where the tag finds it; it may name what stands in for it in turn.
  if (template.content.querySelector('[data-vigie-placement]')) {
    slot.replaceChildren(template.content.cloneNode(true));
    return;
  }
  const frame = document.createElement('iframe');
  const [, width, height] = /(\d+)x(\d+)/.exec(slot.dataset['sizes'] ?? '') ?? [];
  frame.width = width ?? String(slot.clientWidth);
  frame.height = height ?? '0';
  frame.title = isFrench ? 'Publicité' : 'Advertisement';
  frame.style.cssText = 'border:0;display:block;margin:0 auto';
  frame.srcdoc = `<!doctype html><base target="_blank"><style>body{margin:0}</style>${template.innerHTML}`;
  slot.replaceChildren(frame);
}

const isSlot = (target: unknown): target is HTMLElement => target instanceof HTMLElement;

document.addEventListener('vigie', ({ target }) => isSlot(target) && apply(target));
for (const slot of document.querySelectorAll<HTMLElement>('[data-vigie-state]')) apply(slot);
