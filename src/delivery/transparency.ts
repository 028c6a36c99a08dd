/** Why an ad is shown, for its reader: whose it is, who pays, and which parameters chose it (Regulation (EU) 2022/2065, article 26). */
import { escapeHtml } from './markup.ts';
import type { BookLine } from './contract.ts';

export type PageLanguage = 'fr' | 'en';
type Language = PageLanguage;

const keysOf = (node: unknown): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(keysOf);
  const own = 'key' in node && typeof node.key === 'string' ? [node.key] : [];
  return [...own, ...('and' in node ? keysOf(node.and) : []), ...('or' in node ? keysOf(node.or) : [])];
};

/** The keys that a line item's targeting asks about, each once; key-values without their names. */
export const targetingKeys = ({ targeting }: Pick<BookLine, 'targeting'>): string[] => [
  ...new Set(keysOf(targeting).map((key) => (key.startsWith('kv.') ? 'kv' : key))),
];

const parameters: Record<Language, Readonly<Record<string, string>>> = {
  en: {
    'geo.country': 'the country you seem to be in',
    'geo.region': 'the region you seem to be in',
    'geo.city': 'the city you seem to be in',
    device: 'the type of your device',
    browser: 'your browser',
    os: 'the operating system of your device',
    language: 'the language of your browser',
    site: 'the site you are on',
    section: 'the section of the site you are on',
    placement: 'the place on the page',
    url: 'the address of the page',
    referrer: 'the page you came from',
    daypart: 'the day and the hour',
    kv: 'what the page says of its content',
    segment: 'a group of readers that your consent allows to build',
  },
  fr: {
    'geo.country': 'le pays où vous semblez être',
    'geo.region': 'la région où vous semblez être',
    'geo.city': 'la ville où vous semblez être',
    device: 'le type de votre appareil',
    browser: 'votre navigateur',
    os: 'le système de votre appareil',
    language: 'la langue de votre navigateur',
    site: 'le site que vous consultez',
    section: 'la rubrique que vous consultez',
    placement: "l'emplacement sur la page",
    url: "l'adresse de la page",
    referrer: "la page d'où vous venez",
    daypart: "le jour et l'heure",
    kv: 'ce que la page dit de son contenu',
    segment: 'un groupe de lecteurs que votre consentement permet de constituer',
  },
};

const words = {
  en: {
    title: 'Why this ad?',
    ad: 'This is an advertisement.',
    advertiser: 'On behalf of',
    payer: 'Paid by',
    shown: 'Shown on',
    parameters: 'What it was chosen by',
    any: 'the site and the place on the page; nothing about you',
    visitor: 'How often you have seen it, by an identifier that you consented to',
    change: 'How to change it',
    how: 'Change or withdraw your consent in the privacy settings of the site. Without consent, ads are chosen by the page alone. Global Privacy Control in your browser is honoured.',
  },
  fr: {
    title: 'Pourquoi cette publicité ?',
    ad: 'Ceci est une publicité.',
    advertiser: 'Pour le compte de',
    payer: 'Payée par',
    shown: 'Affichée sur',
    parameters: 'Ce qui l’a fait choisir',
    any: "le site et l'emplacement sur la page ; rien sur vous",
    visitor: "Le nombre de fois où vous l'avez vue, par un identifiant que vous avez accepté",
    change: 'Comment modifier cela',
    how: 'Modifiez ou retirez votre consentement dans les réglages de confidentialité du site. Sans consentement, les publicités sont choisies selon la page seule. Le signal Global Privacy Control de votre navigateur est respecté.',
  },
} as const;

export type Explained = {
  advertiser: string;
  payer: string;
  site: string;
  keys: readonly string[];
  isIdentified: boolean;
};

/** What marks an ad as one. */
export const adLabels: Readonly<Record<PageLanguage, string>> = { fr: 'Publicité', en: 'Advertisement' };

/**
 * Language of what stands beside an ad: the page's own, English where that is neither; without one, the first of the reader's
 * that is spoken here.
 */
export function languageBeside(page: string | undefined, reader: string): PageLanguage {
  if (page !== undefined && page !== '') return /^fr\b/i.test(page) ? 'fr' : 'en';
  let known = spoken.get(reader);
  if (known === undefined) {
    known = languageOf(reader);
    if (spoken.size >= 1000) spoken.clear();
    spoken.set(reader, known);
  }
  return known;
}
const spoken = new Map<string, PageLanguage>();

/** `text`: a `lang` parameter or an Accept-Language header. French is what the sites mostly are, so it is the default. */
export const languageOf = (text: string): Language => {
  const tags = text
    .toLowerCase()
    .split(',')
    .map((tag) => tag.trim().slice(0, 2));
  return tags.find((tag) => tag === 'fr' || tag === 'en') === 'en' ? 'en' : 'fr';
};

/** A page of its own, without script or outside resource. */
export function whyPage({ advertiser, payer, site, keys, isIdentified }: Explained, language: Language): string {
  const say = words[language];
  const chosenBy = keys.flatMap((key) => parameters[language][key] ?? []);
  const items = [...(chosenBy.length > 0 ? chosenBy : [say.any]), ...(isIdentified ? [say.visitor] : [])];
  const term = (name: string, value: string) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`;
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta name="robots" content="noindex"><title>${escapeHtml(say.title)}</title><style>` +
    `:root{color-scheme:light dark}body{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}dt{font-weight:bold}dd{margin:0 0 .5rem}` +
    `</style></head><body><main><h1>${escapeHtml(say.title)}</h1><p>${escapeHtml(say.ad)}</p>` +
    `<dl>${term(say.advertiser, advertiser)}${term(say.payer, payer)}${term(say.shown, site)}</dl>` +
    `<h2>${escapeHtml(say.parameters)}</h2><ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>` +
    `<h2>${escapeHtml(say.change)}</h2><p>${escapeHtml(say.how)}</p></main></body></html>`
  );
}

/** The mark over a video that leads to the page. */
export const whyIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20" role="img" aria-label="Pub"><rect width="20" height="20" rx="4" fill="#fff" fill-opacity=".9"/><circle cx="10" cy="5.5" r="1.5" fill="#333"/><rect x="8.75" y="8.5" width="2.5" height="7" rx="1" fill="#333"/></svg>';
