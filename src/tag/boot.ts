/** `window.vigie`: commands given before the script came are kept in `vigie.q` by the page's one-line stub, and run when it comes. */
import { loadMore, mayCall, setConsent, optOut } from './page.ts';
import { event, hit, measure } from './measure.ts';
import type { Consent, Hit } from './wire.ts';

export type Call =
  | [name: 'event', event: string, options?: Pick<Hit, 'props' | 'revenue'>]
  | [name: 'consent', consent: Consent]
  | [name: 'optout', isOut?: boolean]
  | [name: 'ads', within?: Element];

type Vigie = { (...call: Call): void; q?: Call[]; on?: boolean; hit?: (fields: Partial<Hit>) => void };

declare global {
  interface Window {
    vigie?: Vigie;
  }
}

/** What the advertising half adds: absent in the audience script. `who`: the identifier that the reader consented to. */
export type Ads = {
  start: () => void;
  refresh: () => void;
  load: (within?: Element) => void;
  who: () => string | undefined;
};

/** Starts when there is a person to see the page: a prerendered one waits until it is shown. A page that carries the tag twice runs it once. */
export function boot(ads?: Ads): void {
  if (window.vigie?.on) return;
  if ('prerendering' in document && document.prerendering) {
    document.addEventListener('prerenderingchange', () => boot(ads), { once: true });
    return;
  }
  const before = window.vigie?.q ?? [];
  const vigie: Vigie = (...call) => run(call, ads);
  vigie.on = true;
  vigie.hit = hit;
  window.vigie = vigie;

  // A choice about privacy holds for the first page view too, wherever it stands in the queue.
  const isChoice = (call: Call): boolean => call[0] === 'consent' || call[0] === 'optout';
  const runAll = (calls: Call[]): void => calls.forEach((call) => run(call, ads));
  runAll(before.filter(isChoice));
  measure(ads?.refresh, ads?.who);
  ads?.start();
  runAll(before.filter((call) => !isChoice(call)));

  // Links, forms and web vitals wait until the page is there.
  const behaviour = (): void => loadMore('/vigie.behaviour.js');
  if (!mayCall()) return;
  if (document.readyState === 'complete') behaviour();
  else addEventListener('load', behaviour);
}

function run(call: Call, ads: Ads | undefined): void {
  if (call[0] === 'event') event(call[1], call[2]);
  else if (call[0] === 'consent') setConsent(call[1]);
  else if (call[0] === 'optout') optOut(call[1]);
  else if (call[0] === 'ads') ads?.load(call[1]);
}
