/**
 * `/vigie.behaviour.js`, loaded by the core once the page is there: clicks that leave, downloads, forms sent, pages not found, and
 * web vitals. Events carry the names that Plausible's script gives them, so that goals and reports know both. `data-without` of
 * the tag leaves things out (`links downloads forms missing vitals`).
 */
import { onCLS, onINP, onLCP } from 'web-vitals';
import type { Hit } from './wire.ts';

const tag = document.querySelector<HTMLScriptElement>('script[src*="/vigie."]:not([src$="/vigie.behaviour.js"])');
const without = (tag?.dataset['without'] ?? '').split(' ');
const edge = tag ? new URL(tag.src).origin : '';

/** Files that are taken away rather than read in the browser. */
const files =
  /\.(pdf|xlsx?|docx?|odt|ods|odp|csv|rtf|txt|exe|key|pps|pptx?|zip|rar|7z|gz|tar|dmg|pkg|iso|apk|deb|msi|avi|mov|mp4|m4v|mpe?g|mp3|m4a|ogg|wav|flac|midi?|wma|wmv|epub)$/i;

const say = (name: string, props: Record<string, string>): void => window.vigie?.('event', name, { props });
const does = (what: string): boolean => !without.includes(what);

function follow(event: MouseEvent): void {
  // The middle button opens a tab too; the right one opens a menu.
  if (event.type === 'auxclick' && event.button !== 1) return;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
  if (!link || !/^https?:$/.test(link.protocol) || link.origin === edge) return;
  // What stands behind the path may name a person, and stays in the page.
  const url = (link.origin + link.pathname).slice(0, 2000);
  if (does('downloads') && (link.hasAttribute('download') || files.test(link.pathname))) say('File Download', { url });
  else if (does('links') && link.host !== location.host) say('Outbound Link: Click', { url });
}

addEventListener('click', follow, true);
addEventListener('auxclick', follow, true);

if (does('forms'))
  addEventListener('submit', ({ target }) => {
    if (!(target instanceof HTMLFormElement)) return;
    // Attributes, since a field may be called `name` or `id`. What was typed stays in the page.
    const form = target.getAttribute('id') ?? target.getAttribute('name') ?? '';
    say('Form: Submission', { path: location.pathname, ...(form && { form: form.slice(0, 200) }) });
  });

const [navigation] = performance.getEntriesByType('navigation');
if (does('missing') && navigation instanceof PerformanceNavigationTiming && navigation.responseStatus === 404)
  say('404', { path: location.pathname });

if (does('vitals')) {
  const url = location.href;
  const vitals: NonNullable<Hit['vitals']> = {};
  let isTold = false;
  const note =
    (name: keyof typeof vitals) =>
    ({ value }: { value: number }): void => {
      vitals[name] = value;
    };
  const all = { reportAllChanges: true };
  onLCP(note('lcp'), all);
  onINP(note('inp'), all);
  onCLS(note('cls'), all);
  const tell = (): void => {
    if (isTold || vitals.lcp === undefined) return;
    isTold = true;
    window.vigie?.hit?.({ name: 'engagement', url, vitals });
  };
  addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && tell());
  addEventListener('pagehide', tell);
}
