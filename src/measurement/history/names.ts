/** Names that other products give to places and machines, as Vigie writes them. Pure. */
import { sourceWritten } from '../referral.ts';
import { channelOf } from '../channel.ts';
import { noCampaign } from '../campaign.ts';

const devices: Readonly<Record<string, string>> = {
  desktop: 'desktop',
  laptop: 'desktop',
  ordinateur: 'desktop',
  mobile: 'phone',
  phone: 'phone',
  smartphone: 'phone',
  'feature phone': 'phone',
  phablet: 'phone',
  telephone: 'phone',
  tablet: 'tablet',
  tablette: 'tablet',
  tv: 'tv',
  'smart tv': 'tv',
  smarttv: 'tv',
  console: 'tv',
};

/** `desktop`, `phone`, `tablet` or `tv`; empty where the product does not know. */
export const deviceNamed = (text: string): string =>
  devices[text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')] ?? '';

const systems: Readonly<Record<string, string>> = {
  macintosh: 'macOS',
  mac: 'macOS',
  'mac os': 'macOS',
  'mac os x': 'macOS',
  'os x': 'macOS',
  osx: 'macOS',
  'gnu/linux': 'Linux',
  'chrome os': 'Chrome OS',
  chromeos: 'Chrome OS',
};
export const systemNamed = (text: string): string => systems[text.trim().toLowerCase()] ?? blankWhenUnknown(text);

const browsers: Readonly<Record<string, string>> = {
  chrome: 'Chrome',
  crios: 'Chrome',
  'chrome mobile': 'Chrome',
  'mobile chrome': 'Chrome',
  'chrome webview': 'Chrome WebView',
  'microsoft edge': 'Edge',
  'edge-chromium': 'Edge',
  'edge-ios': 'Edge',
  firefox: 'Firefox',
  fxios: 'Firefox',
  'firefox mobile': 'Firefox',
  safari: 'Safari',
  ios: 'Safari',
  'mobile safari': 'Safari',
  samsung: 'Samsung Internet',
  'samsung browser': 'Samsung Internet',
  opera: 'Opera',
  ie: 'Internet Explorer',
  gsa: 'Google App',
  ucbrowser: 'UC Browser',
  yandex: 'Yandex Browser',
  'ios-webview': 'Safari WebView',
  'safari (in-app)': 'Safari WebView',
  'android webview': 'Chrome WebView',
  'android-webview': 'Chrome WebView',
  'chromium-webview': 'Chrome WebView',
  'chrome mobile ios': 'Chrome',
  'firefox mobile ios': 'Firefox',
  'amazon silk': 'Silk',
  'mobile silk': 'Silk',
  silk: 'Silk',
  'uc browser': 'UC Browser',
  yandexbrowser: 'Yandex Browser',
  'whale browser': 'Whale',
  miui: 'MIUI Browser',
  'mi browser': 'MIUI Browser',
  'android browser': 'Android Browser',
  android: 'Android Browser',
  'duckduckgo privacy browser': 'DuckDuckGo',
  'google search app': 'Google App',
  'opera-mini': 'Opera Mini',
};
export const browserNamed = (text: string): string => browsers[text.trim().toLowerCase()] ?? blankWhenUnknown(text);

/** What products write where they know nothing. */
const unknown = new Set(['', '(not set)', 'unknown', 'inconnu', '(none)', 'not set', 'undefined', '\\n', 'null']);
export const blankWhenUnknown = (text: string): string => (unknown.has(text.trim().toLowerCase()) ? '' : text.trim());

let byName: Map<string, string> | undefined;

/** ISO 3166-1 alpha-2 of a code or of a country's English or French name; empty where it is neither. */
export function countryNamed(text: string): string {
  const given = text.trim();
  if (/^[A-Za-z]{2}$/.test(given)) return given.toUpperCase();
  byName ??= countriesByName();
  return byName.get(plain(given)) ?? '';
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .replace(/\b(?:the|le|la|les|l)\b/g, '')
    .trim()
    .replace(/ +/g, ' ');

function countriesByName(): Map<string, string> {
  const names = new Map<string, string>([
    ['turkiye', 'TR'],
    ['turkey', 'TR'],
    ['czech republic', 'CZ'],
    ['myanmar burma', 'MM'],
    ['hong kong', 'HK'],
    ['macao', 'MO'],
    ['russia', 'RU'],
    ['ivory coast', 'CI'],
    ['united states of america', 'US'],
    ['usa', 'US'],
    ['holland', 'NL'],
    ['bosnia herzegovina', 'BA'],
    ['congo kinshasa', 'CD'],
    ['congo brazzaville', 'CG'],
  ]);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  for (const language of ['en', 'fr']) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
      // Old and exceptional codes share a name with the country that stands for them now.
      const isCurrent =
        new Intl.Locale(`und-${code}`).maximize().region === code &&
        Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`;
      const name = isCurrent ? display.of(code) : undefined;
      if (name && !names.has(plain(name))) names.set(plain(name), code);
    }
  }
  return names;
}

export type Origin = { source: string; medium: string; campaign: string; content?: string; term?: string };

const directs = new Set(['(direct)', 'direct', 'direct / none', 'direct entry', 'entree directe', '']);

/** Source and channel of what a product calls source, medium and campaign, by Vigie's own rules. */
export function originNamed({ source, medium, campaign, content = '', term = '' }: Origin) {
  const isDirect = directs.has(source.trim().toLowerCase());
  const known = isDirect ? { source: '', kind: 'none' as const } : sourceWritten(source);
  const mediumTold = /^\(?(?:none|not set|aucun|direct)\)?$/i.test(medium.trim()) ? '' : medium.trim();
  const name = /^\((?:direct|organic|referral|not set|none)\)$/i.test(campaign.trim()) ? '' : campaign.trim();
  const channel = channelOf({
    ...known,
    campaign: { ...noCampaign, source: isDirect ? '' : source, medium: mediumTold, name, content, term },
    click: undefined,
  });
  return { source: channel === 'Direct' ? '' : known.source, channel, utm_medium: mediumTold, utm_campaign: name };
}
