/** What a consent manager says (IAB TCF v2), and the identifier that only consent to advertising allows. */
import { consentNow, randomId, setConsent, stored } from './page.ts';

/** The part of TCF's `TCData` that is read here. */
type TcData = { tcString?: string; eventStatus?: string; purpose?: { consents?: Record<number, boolean> } };

declare global {
  interface Window {
    __tcfapi?: (command: 'addEventListener', version: 2, tell: (data: TcData | null, isGood: boolean) => void) => void;
  }
}

/** Longest wait for the consent manager before ads are asked for without it, milliseconds. */
const patience = 500;

/** CNIL: a tracker lives 13 months at most and is not prolonged by visits; days. */
const lifetime = 390;

const idKey = 'vigie_id';

let answer: Promise<void> | undefined;
let mayIdentify = false;

/** Settles when the consent manager of the page has spoken, has none, or takes too long; later changes of mind are followed. */
export const consentKnown = (): Promise<void> =>
  (answer ??= new Promise((settle) => {
    const ask = window.__tcfapi;
    if (!ask) return settle();
    setTimeout(settle, patience);
    ask('addEventListener', 2, (data, isGood) => {
      // While its window is open the string is the one from before.
      if (!isGood || !data?.tcString || data.eventStatus === 'cmpuishown') return;
      const consents = data.purpose?.consents;
      // Purpose 1: store on the device. Purpose 2: select basic ads, which is where TCF puts frequency capping.
      mayIdentify = Boolean(consents?.[1] && consents[2]);
      setConsent({ tcf: data.tcString });
      settle();
    });
  }));

/** First-party identifier of this browser: made with consent to advertising, removed when that is refused, never touched before. */
export function visitorId(): string | undefined {
  const consent = consentNow();
  if (!consent) return undefined;
  if (!('ads' in consent ? consent.ads : mayIdentify)) {
    stored((storage) => storage.removeItem(idKey));
    return undefined;
  }
  const today = Math.floor(Date.now() / 86_400_000);
  const [kept, madeOn] = (stored((storage) => storage.getItem(idKey)) ?? '').split('.');
  if (kept && today - Number(madeOn) < lifetime) return kept;
  const id = randomId();
  stored((storage) => storage.setItem(idKey, id + '.' + today));
  return id;
}
