/** The page: where the script came from, whether anything may be sent, and how it is sent. */
import type { Consent } from './wire.ts';

const script =
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>('script[src*="/vigie."]');

/** Origin of the edge, or empty when the script's own address is unknown: then nothing is sent. */
export const edge = script?.src ? new URL(script.src).origin : '';

export const site = script?.dataset['site'] || location.hostname;

const isLocal =
  location.protocol === 'file:' ||
  (/^(localhost|127\..*|\[::1\]|.*\.localhost|)$/.test(location.hostname) && script?.dataset['local'] === undefined);

const optOutKey = 'vigie_optout';

/** Storage may be forbidden, and then throws on being named. */
export function stored(change: (storage: Storage) => string | null | void): string | null {
  try {
    return change(localStorage) ?? null;
  } catch {
    return null;
  }
}

/** Nothing leaves a local page, nor one whose reader has opted out; read each time, so that opting out takes effect at once. */
export const mayCall = (): boolean => edge !== '' && !isLocal && !stored((storage) => storage.getItem(optOutKey));

/** Opts the reader of this browser out of all that the tag does, or in again: `isOut === false`. */
export function optOut(isOut?: unknown): void {
  stored((storage) => (isOut === false ? storage.removeItem(optOutKey) : storage.setItem(optOutKey, '1')));
}

let given: Consent | undefined;

export function setConsent(consent: Consent): void {
  given = consent;
}

/** What the reader said about advertising; Global Privacy Control is a no that nothing overrules. Undefined: nothing said. */
export const consentNow = (): Consent | undefined =>
  'globalPrivacyControl' in navigator && navigator.globalPrivacyControl ? { ads: false } : given;

/** A further script of the edge, for what not every page needs at once. */
export function loadMore(name: string): void {
  const script = document.createElement('script');
  script.src = edge + name;
  document.head.append(script);
}

/** 128 random bits; `crypto.randomUUID` would need https. */
export const randomId = (): string =>
  [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');

/**
 * One-way message that outlives the page, without cookies. A string body travels as text/plain: no preflight.
 * Without `body` it is a GET: a signed beacon.
 */
export function send(url: string, body?: object): void {
  const text = body && JSON.stringify(body);
  if ('keepalive' in Request.prototype) {
    void fetch(url, {
      method: text ? 'POST' : 'GET',
      body: text ?? null,
      keepalive: true,
      mode: 'no-cors',
      credentials: 'omit',
    }).catch(() => {});
  } else if (text) {
    navigator.sendBeacon(url, text);
  } else {
    new Image().src = url;
  }
}
