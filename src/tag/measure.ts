/** Page views, the time and depth they are read, and custom events. */
import { consentNow, edge, mayCall, randomId, send, site } from './page.ts';
import type { Hit } from './wire.ts';

/** Engagement shorter than this waits for more, milliseconds. */
const worthSending = 1_000;

let url = '';
let engaged = 0;
/** When the present stretch of attention began, or undefined while there is none. */
let attentiveSince: number | undefined;
let depth = 0;
let depthSent = 0;

/** The address without its fragment, unless the fragment is a route (`#!…`, `#/…`). */
const here = (): string => location.href.replace(/#(?![!/]).*/, '');

const isAttentive = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** Who the reader is, where they consented to being known; the audience script does not ask. */
let who: () => string | undefined = () => undefined;

export function hit(fields: Partial<Hit>): void {
  if (!mayCall()) return;
  const consent = consentNow();
  const visitor = who();
  send(edge + '/e', {
    id: randomId(),
    site,
    url,
    ...fields,
    ...(consent && { consent }),
    ...(visitor && { visitor_id: visitor }),
  });
}

/** Sends a custom event of the page being read. */
export function event(name: string, { props, revenue }: Pick<Hit, 'props' | 'revenue'> = {}): void {
  hit({ name, ...(props && { props }), ...(revenue && { revenue }) });
}

/**
 * Counts page views from now on: this one, those that a single-page application makes by changing the address, those that come back from
 * the back-forward cache. `onRoute` is told of every one but the first; `known` says who the reader is, where they agreed to that.
 */
export function measure(onRoute: () => void = () => {}, known = who): void {
  who = known;
  view(document.referrer);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (...given: Parameters<History['pushState']>) {
      original.apply(this, given);
      route();
    };
  }
  addEventListener('popstate', route);
  addEventListener('hashchange', route);
  addEventListener('pageshow', (shown) => {
    if (!shown.persisted) return;
    view('');
    onRoute();
  });
  addEventListener('scroll', look, { passive: true });
  for (const name of ['visibilitychange', 'focus', 'blur', 'pagehide']) {
    // visibilitychange is the document's, and bubbles to the window.
    addEventListener(name, () => {
      attend();
      if (name !== 'focus') flush();
    });
  }

  /** An address that stays the same (but for a fragment) is the same page view, however often it is set. */
  function route(): void {
    if (here() === url) return;
    attend();
    flush();
    view(url);
    onRoute();
  }
}

function view(referrer: string): void {
  url = here();
  engaged = depth = depthSent = 0;
  attentiveSince = undefined;
  attend();
  hit({ ...(referrer && { referrer }), language: navigator.language, width: innerWidth });
}

/** Adds up attention until now; from now on it runs or not as the page stands. */
function attend(): void {
  const now = performance.now();
  if (attentiveSince !== undefined) {
    engaged += now - attentiveSince;
    look();
  }
  attentiveSince = isAttentive() ? now : undefined;
}

/** The deepest part seen so far. The page may still grow, so a share once reached is kept. */
function look(): void {
  const { scrollHeight } = document.documentElement;
  depth = Math.max(depth, Math.min(100, Math.round(((scrollY + innerHeight) / (scrollHeight || 1)) * 100)));
}

/** What has been read since the last time, when it is worth a message. */
function flush(): void {
  if (engaged < worthSending && depth <= depthSent) return;
  hit({ name: 'engagement', engaged_ms: Math.round(engaged), scroll: depth });
  engaged = 0;
  depthSent = depth;
}
