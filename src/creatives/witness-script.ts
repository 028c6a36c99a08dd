/**
 * Runs in the page before anything of the creative does, and writes down what it tries: storing, writing, sounding, asking for
 * consent, changing itself, and where its clicks lead. Plain JavaScript of the browser; it stands in the page as it is.
 */
export const witnessScript = `(() => {
  if (window.__vigieWitness) return;
  const seen = { storage: [], writes: 0, sounds: 0, consentAsked: false, updates: {}, clicks: { opened: 0, inside: 0 } };
  Object.defineProperty(window, '__vigieWitness', { value: seen });
  const note = (name) => { if (!seen.storage.includes(name)) seen.storage.push(name); };
  const closed = () => new DOMException('Storage is closed to this ad.', 'SecurityError');
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
    try { Object.defineProperty(window, name, { configurable: true, get() { note(name); throw closed(); } }); } catch {}
  try { Object.defineProperty(Document.prototype, 'cookie', { configurable: true, get: () => '', set() { note('document.cookie'); } }); } catch {}
  for (const name of ['write', 'writeln']) {
    const own = Document.prototype[name];
    Document.prototype[name] = function (...text) { seen.writes++; return own.apply(this, text); };
  }
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { if (!this.muted && this.volume > 0) seen.sounds++; return play.call(this); };
  document.addEventListener('play', ({ target }) => { if (target && !target.muted && target.volume > 0) seen.sounds++; }, true);
  for (const name of ['AudioBufferSourceNode', 'OscillatorNode'])
    if (window[name]) { const own = window[name].prototype.start; window[name].prototype.start = function (...at) { seen.sounds++; return own.apply(this, at); }; }
  // A visitor who has consented to nothing.
  window.__tcfapi = (command, version, callback) => {
    seen.consentAsked = true;
    if (typeof callback === 'function') callback({ gdprApplies: true, tcString: '', eventStatus: 'useractioncomplete', cmpStatus: 'loaded', purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {} } }, true);
  };
  // The address is filled in where it is served: that something is opened is enough.
  window.open = () => { seen.clicks.opened++; return null; };
  window.addEventListener('click', (event) => {
    const link = event.target && event.target.closest && event.target.closest('a[href]');
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    if (link.target === '_blank') seen.clicks.opened++; else seen.clicks.inside++;
  });
  const watch = () => new MutationObserver(() => { const second = Math.floor(Date.now() / 1000); seen.updates[second] = (seen.updates[second] || 0) + 1; }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  watch();
})();`;

export type Witness = {
  storage: string[];
  writes: number;
  sounds: number;
  consentAsked: boolean;
  updates: Record<string, number>;
  clicks: { opened: number; inside: number };
};

/** What is asked of the page at the end: the shape it has grown to, and the words it shows. */
export const shapeScript = `(() => {
  const root = document.scrollingElement || document.documentElement;
  let z = 0;
  for (const element of [...document.querySelectorAll('*')].slice(0, 5000)) { const own = Number(getComputedStyle(element).zIndex); if (own > z) z = own; }
  return { width: root.scrollWidth, height: root.scrollHeight, z, words: (document.body ? document.body.innerText : '').slice(0, 20000), language: document.documentElement.lang || '' };
})()`;

export type Shape = { width: number; height: number; z: number; words: string; language: string };
