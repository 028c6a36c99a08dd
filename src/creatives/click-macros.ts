/**
 * Macros that a third party's snippet leaves for the ad server: where a click goes first, and a number that keeps caches away.
 * Names as the ad servers document them: Google Ad Manager, Xandr, Revive, Equativ, Adform and the common bracket forms.
 */
const click = [
  '%%CLICK_URL_UNESC%%',
  '[CLICK_URL]',
  '[CLICKURL]',
  '${CLICK_URL}',
  '{CLICK_URL}',
  '{clickurl}',
  '[clickTag]',
];
const clickEncoded = ['%%CLICK_URL_ESC%%', '[CLICK_URL_ENC]', '${CLICK_URL_ENC}', '{CLICK_URL_ENC}', '{clickurl_enc}'];
const clickTwiceEncoded = ['%%CLICK_URL_ESC_ESC%%', '${CLICK_URL_ENC_ENC}'];
const random = [
  '%%CACHEBUSTER%%',
  '[CACHEBUSTER]',
  '[CACHE_BUSTER]',
  '${CACHEBUSTER}',
  '{CACHEBUSTER}',
  '[RANDOM]',
  '{random}',
  '[timestamp]',
];

/** Each in small letters, with how it is filled: the click address as it is or percent-encoded, or a random number. */
export type MacroFill = 'click' | 'encoded' | 'twice' | 'random';
const fills = new Map<string, MacroFill>([
  ...click.map((name): [string, MacroFill] => [name.toLowerCase(), 'click']),
  ...clickEncoded.map((name): [string, MacroFill] => [name.toLowerCase(), 'encoded']),
  ...clickTwiceEncoded.map((name): [string, MacroFill] => [name.toLowerCase(), 'twice']),
  ...random.map((name): [string, MacroFill] => [name.toLowerCase(), 'random']),
]);

const any = new RegExp([...fills.keys()].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'gi');

/** A key-value that the page told of the placement, as Google Ad Manager writes it: `%%PATTERN:hb_adid%%`. */
const pattern = /%%PATTERN:([\w.-]{1,64})%%/gi;
/** What a value keeps of its signs: nothing that could end a text of a script or an attribute. */
const unsafe = /[^\w.~:/,;@ -]/g;

/** Fills the key-values that the page told; those that it did not are left empty. `kv` is the page's JSON, whatever it holds. */
export function fillPatterns(html: string, kv: string | undefined): string {
  let told: unknown;
  try {
    told = JSON.parse(kv || '{}');
  } catch {
    told = {};
  }
  const known = new Map(Object.entries(Object(told)).map(([name, value]) => [name.toLowerCase(), value]));
  return html.replace(pattern, (_, name: string) => {
    const value = known.get(name.toLowerCase());
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' || typeof first === 'number'
      ? String(first).slice(0, 500).replace(unsafe, '')
      : '';
  });
}

/** The macros of a snippet, each once as written. */
export const macrosIn = (html: string): string[] => [...new Set(html.match(any))];

/** How a macro, as written, is filled. */
export const fillOf = (macro: string): MacroFill | undefined => fills.get(macro.toLowerCase());

/** Whether a click on the snippet passes by the ad server. */
export const countsClicks = (macros: readonly string[]): boolean =>
  macros.some((macro) => fills.get(macro.toLowerCase()) !== 'random');

/** `click` stands before an address of the third party's own, as the macros promise: it must end where that may begin. */
export function fillMacros(html: string, { click, random }: { click: string; random: string }): string {
  return html.replace(any, (macro) => {
    const fill = fills.get(macro.toLowerCase());
    if (fill === 'random') return random;
    if (fill === 'click') return click;
    return fill === 'twice' ? encodeURIComponent(encodeURIComponent(click)) : encodeURIComponent(click);
  });
}
