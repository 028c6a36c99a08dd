/** What the parser of user agents leaves open or spells in its own way: apps with a browser inside, makers, one name per family. */

/** The parser's name → the name its makers give it; an empty one is no name. */
export const browserNames: Readonly<Record<string, string>> = {
  '360': '360 Secure Browser',
  GSA: 'Google App',
  IE: 'Internet Explorer',
  IEMobile: 'Internet Explorer',
  KAKAOTALK: 'KakaoTalk',
  Line: 'LINE',
  MIUI: 'MIUI Browser',
  PaleMoon: 'Pale Moon',
  UCBrowser: 'UC Browser',
  Yandex: 'Yandex Browser',
  'Opera Mobi': 'Opera Mobile',
};

export const systemNames: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Chromium OS': 'Chrome OS',
  KAIOS: 'KaiOS',
  PLAYSTATION: 'PlayStation',
  'webOS TV': 'webOS',
  GNU: '',
  NETTV: '',
};

export const brandNames: Readonly<Record<string, string>> = {
  Kindle: 'Amazon',
  Facebook: 'Meta',
  Vivo: 'vivo',
  'Xiaomi Tech': 'Xiaomi',
};

/** Systems that say which machine they run on, or a kernel, where others say their version. */
export const unversioned: ReadonlySet<string> = new Set([
  'Linux',
  'Solaris',
  'webOS',
  'Ubuntu',
  'Fedora',
  'FreeBSD',
  'OpenBSD',
  'NetBSD',
  'Debian',
]);

/** Apps that show pages in a browser of their own, with the version where they tell it. */
export const apps: readonly (readonly [RegExp, string])[] = [
  [/\[Pinterest\//, 'Pinterest'],
  [/\bBarcelona (\d+)/, 'Threads'],
  [/\bWhatsApp\/(\d+)/, 'WhatsApp'],
  [/\bReddit\//, 'Reddit'],
  [/\bQwant(?:Mobile|Browser)?\/(\d+)/, 'Qwant'],
  [/\bEcosia (?:android|ios)@(\d+)/i, 'Ecosia'],
  [/\bLinkedInApp\]\/?(\d*)/, 'LinkedIn'],
  [/\bGSA\/(\d+)/, 'Google App'],
  [/\bThunderbird\/(\d+)/, 'Thunderbird'],
  [/\bSlack\/(\d+)/, 'Slack'],
  [/\bTeams\/(\d+)/, 'Microsoft Teams'],
  [/\bTelegram(?:-Android)?\/(\d+)/, 'Telegram'],
  [/\bDiscord\/(\d+)/, 'Discord'],
  [/\bFlipboard\/(\d+)/, 'Flipboard'],
  [/\bChatGPT\/(\d+)/, 'ChatGPT'],
  [/\bAloha(?:Browser)?\/(\d+)/, 'Aloha'],
  [/\bPHX\/(\d+)/, 'Phoenix'],
];

/** Makers by the names of their models. */
export const makers: readonly (readonly [RegExp, string])[] = [
  [/; Pixel\b/, 'Google'],
  [/; XQ-[A-Z]{2}\d\d/, 'Sony'],
  [/; (?:KB20|LE21|IN20|HD19|GM19|AC20|DN21|NE22)\d\d\b/, 'OnePlus'],
  [/; V[12]\d{3}[A-Z]?\b/, 'vivo'],
  [/PocketBook/, 'PocketBook'],
  [/BOOX|Onyx/, 'Onyx'],
  [/MI ?BOX/i, 'Xiaomi'],
  [/Web0S|webOS\.TV/i, 'LG'],
  [/Tizen.* TV|Maple2012/, 'Samsung'],
];
