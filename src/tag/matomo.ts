/**
 * `/matomo.js` (and `/piwik.js`): the commands that pages already give to `_paq`, sent to `/matomo.php` of the edge. A page that was
 * tracked by Matomo needs a new address only. No cookie and no identifier, whatever the page asks for; time is counted while the
 * page is visible and focused.
 */
type Item = [sku: string, name: string, category: unknown, price: number, quantity: number];
type Command = [name: string | (() => void), ...given: unknown[]];
type Queue = { push: (...commands: Command[]) => void };

declare global {
  interface Window {
    _paq?: Command[] | Queue;
  }
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
const optOutKey = 'vigie_optout';

let trackerUrl = script ? new URL('matomo.php', script.src).href : '';
let site = '';
let customUrl = '';
let referrer: string | undefined;
let title = '';
let user = '';
let needsConsent = false;
let hasConsent = false;
let respectsDoNotTrack = false;
let usesLinks = false;
let pageView = '';
let extensions =
  'pdf|xlsx?|docx?|od[tsp]|csv|zip|rar|7z|gz|tar|dmg|pkg|iso|apk|exe|msi|deb|avi|mov|mp4|mp3|ogg|wav|epub|pptx?|rtf|txt'.split(
    '|',
  );
let ownHosts: string[] = [location.hostname];
const dimensions = new Map<string, string>();
const variables: Record<string, Record<string, [string, string]>> = { visit: {}, page: {} };
const cart = new Map<string, Item>();
let product: Record<string, string> = {};
let held: (() => void)[] = [];

const stored = (change: (storage: Storage) => string | null | void): string | null => {
  try {
    return change(localStorage) ?? null;
  } catch {
    return null;
  }
};
const isOut = (): boolean =>
  stored((storage) => storage.getItem(optOutKey)) !== null ||
  (respectsDoNotTrack &&
    (navigator.doNotTrack === '1' || ('globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true)));

const randomId = (): string =>
  [...crypto.getRandomValues(new Uint32Array(2))]
    .map((part) => part.toString(36))
    .join('')
    .slice(0, 12);
const textOf = (value: unknown): string =>
  value === undefined || value === null || value === false ? '' : String(value);

function send(fields: Record<string, string>): void {
  if (isOut() || trackerUrl === '' || site === '') return;
  const all: Record<string, string> = {
    idsite: site,
    rec: '1',
    url: customUrl || location.href,
    urlref: referrer ?? document.referrer,
    res: `${screen.width}x${screen.height}`,
    lang: navigator.language,
    pv_id: pageView,
    rand: randomId(),
    send_image: '0',
    ...(user === '' ? {} : { uid: user }),
    ...Object.fromEntries([...dimensions].map(([id, value]) => [`dimension${id}`, value])),
    ...(Object.keys(variables['visit'] ?? {}).length > 0 ? { _cvar: JSON.stringify(variables['visit']) } : {}),
    ...(Object.keys(variables['page'] ?? {}).length > 0 ? { cvar: JSON.stringify(variables['page']) } : {}),
    ...fields,
  };
  const params = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
  const go = (): void => {
    if (isOut()) return;
    if (!navigator.sendBeacon?.(trackerUrl, params))
      void fetch(trackerUrl, { method: 'POST', body: params, keepalive: true });
  };
  if (needsConsent && !hasConsent) held.push(go);
  else go();
}

let engaged = 0;
let since: number | undefined;
function attend(): void {
  const now = performance.now();
  if (since !== undefined) engaged += now - since;
  since = document.visibilityState === 'visible' && document.hasFocus() ? now : undefined;
}
function flush(): void {
  attend();
  if (engaged < 1_000 || pageView === '') return;
  send({ ping: '1', engaged_ms: String(Math.round(engaged)) });
  engaged = 0;
}
for (const name of ['visibilitychange', 'focus', 'blur', 'pagehide'])
  addEventListener(name, () => (name === 'focus' ? attend() : flush()));

function follow({ target, type, button }: MouseEvent): void {
  if (!usesLinks || (type === 'auxclick' && button !== 1)) return;
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href],area[href]') : null;
  if (!link || !/^https?:$/.test(link.protocol) || /(?:piwik|matomo)_ignore/.test(link.className)) return;
  const isFile =
    link.hasAttribute('download') ||
    /(?:piwik|matomo)_download/.test(link.className) ||
    new RegExp(`\\.(?:${extensions.join('|')})$`, 'i').test(link.pathname);
  const isOwn = ownHosts.some(
    (host) => link.hostname === host || (host.startsWith('*.') && `.${link.hostname}`.endsWith(host.slice(1))),
  );
  if (isFile) send({ download: link.href });
  else if (!isOwn || /(?:piwik|matomo)_link/.test(link.className)) send({ link: link.href });
}
addEventListener('click', follow, true);
addEventListener('auxclick', follow, true);

const items = (): string => JSON.stringify([...cart.values()]);
const amount = (value: unknown): string => (value === false ? '' : textOf(value));

/** What a page may ask for, by the names of Matomo's own tracker. Commands about cookies and identifiers have nothing to do here. */
const commands: Record<string, (...given: unknown[]) => void> = {
  setTrackerUrl: (url) => (trackerUrl = new URL(textOf(url), location.href).href),
  setSiteId: (id) => (site = textOf(id)),
  setCustomUrl: (url) => (customUrl = new URL(textOf(url), location.href).href),
  setReferrerUrl: (url) => (referrer = textOf(url)),
  setDocumentTitle: (text) => (title = textOf(text)),
  setUserId: (id) => (user = textOf(id)),
  resetUserId: () => (user = ''),
  setDomains: (hosts) =>
    (ownHosts = (Array.isArray(hosts) ? hosts : [hosts]).map((host) => textOf(host).split('/')[0] ?? '')),
  setDownloadExtensions: (given) => (extensions = Array.isArray(given) ? given.map(textOf) : textOf(given).split('|')),
  addDownloadExtensions: (given) =>
    (extensions = [...extensions, ...(Array.isArray(given) ? given.map(textOf) : textOf(given).split('|'))]),
  setDoNotTrack: (on) => (respectsDoNotTrack = on === true),
  enableLinkTracking: (on) => (usesLinks = on !== false),
  setCustomDimension: (id, value) => dimensions.set(textOf(id), textOf(value)),
  deleteCustomDimension: (id) => dimensions.delete(textOf(id)),
  setCustomVariable: (index, name, value, scope) => {
    const held = variables[textOf(scope) || 'visit'];
    if (held) held[textOf(index)] = [textOf(name), textOf(value)];
  },
  requireConsent: () => (needsConsent = true),
  setConsentGiven: () => {
    hasConsent = true;
    for (const go of held) go();
    held = [];
  },
  rememberConsentGiven: () => commands['setConsentGiven']?.(),
  forgetConsentGiven: () => (hasConsent = false),
  optUserOut: () => void stored((storage) => storage.setItem(optOutKey, '1')),
  forgetUserOptOut: () => void stored((storage) => storage.removeItem(optOutKey)),
  trackPageView: (name) => {
    flush();
    engaged = 0;
    pageView = randomId().slice(0, 6);
    attend();
    send({ action_name: textOf(name) || title || document.title, ...product });
    product = {};
  },
  trackEvent: (category, action, name, value) =>
    send({
      e_c: textOf(category),
      e_a: textOf(action),
      e_n: textOf(name),
      e_v: Number.isFinite(value) ? textOf(value) : '',
      ca: '1',
    }),
  trackGoal: (id, revenue) => send({ idgoal: textOf(id), revenue: amount(revenue) }),
  trackSiteSearch: (word, category, count) => {
    pageView = randomId().slice(0, 6);
    send({
      search: textOf(word),
      search_cat: Array.isArray(category) ? '' : textOf(category),
      search_count: textOf(count),
    });
  },
  trackLink: (url, kind) => send({ [textOf(kind) === 'download' ? 'download' : 'link']: textOf(url) }),
  trackContentImpression: (name, piece, target) =>
    send({ c_n: textOf(name), c_p: textOf(piece), c_t: textOf(target), ca: '1' }),
  trackContentInteraction: (interaction, name, piece, target) =>
    send({ c_i: textOf(interaction), c_n: textOf(name), c_p: textOf(piece), c_t: textOf(target), ca: '1' }),
  setEcommerceView: (sku, name, category, price) => {
    product = {
      _pks: amount(sku),
      _pkn: amount(name),
      _pkc: Array.isArray(category) ? JSON.stringify(category) : amount(category),
      _pkp: amount(price),
    };
  },
  addEcommerceItem: (sku, name, category, price, quantity) =>
    cart.set(textOf(sku), [textOf(sku), textOf(name), category ?? '', Number(price ?? 0), Number(quantity ?? 1)]),
  removeEcommerceItem: (sku) => cart.delete(textOf(sku)),
  clearEcommerceCart: () => cart.clear(),
  trackEcommerceCartUpdate: (total) => send({ idgoal: '0', revenue: amount(total), ec_items: items() }),
  trackEcommerceOrder: (id, total, subTotal, tax, shipping, discount) => {
    send({
      idgoal: '0',
      ec_id: textOf(id),
      revenue: amount(total),
      ec_st: amount(subTotal),
      ec_tx: amount(tax),
      ec_sh: amount(shipping),
      ec_dt: amount(discount),
      ec_items: items(),
    });
    cart.clear();
  },
};

/** What functions pushed to `_paq` find as `this`. */
const self = {
  ...commands,
  getVisitorId: () => '',
  getUserId: () => user,
  getSiteId: () => site,
  getTrackerUrl: () => trackerUrl,
  getCustomUrl: () => customUrl,
  isUserOptedOut: isOut,
  hasConsent: () => hasConsent,
};

function run([name, ...given]: Command): void {
  if (typeof name === 'function') name.apply(self as never);
  else commands[name]?.(...given);
}

const before = Array.isArray(window._paq) ? window._paq : [];
if (Array.isArray(window._paq) || window._paq === undefined) {
  // Where to and for whom hold for every command, wherever they stand; so does a wish not to be counted.
  const first = (command: Command): boolean =>
    /^(?:setTrackerUrl|setSiteId|setDoNotTrack|requireConsent|optUserOut)$/.test(String(command[0]));
  window._paq = { push: (...given) => given.forEach(run) };
  before.filter(first).forEach(run);
  before.filter((command) => !first(command)).forEach(run);
}
export {};
