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
  'Opera Tablet': 'Opera Mobile',
  HeyTap: 'HeyTap Browser',
  QQBrowser: 'QQ Browser',
  LBBROWSER: 'Cheetah Browser',
  NokiaBrowser: 'Nokia Browser',
  OviBrowser: 'Nokia Ovi Browser',
  Dragon: 'Comodo Dragon',
  Avant: 'Avant Browser',
};

export const systemNames: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Chromium OS': 'Chrome OS',
  KAIOS: 'KaiOS',
  PLAYSTATION: 'PlayStation',
  'webOS TV': 'webOS',
  'Windows Phone OS': 'Windows Phone',
  'RIM Tablet OS': 'BlackBerry',
  GNU: '',
  NETTV: '',
};

export const brandNames: Readonly<Record<string, string>> = {
  Kindle: 'Amazon',
  Facebook: 'Meta',
  Generic: '',
  LGE: 'LG',
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
  [/\[Pinterest\/|\bPinterest for \w+\/(\d*)/, 'Pinterest'],
  [/\b(?:FB_IAB\/(?:MESSENGER|Orca[\w-]*)|FBAN\/Messenger\w*);FBAV\/(\d+)/, 'Messenger'],
  [/\bMetaIAB Facebook\b/, 'Facebook'],
  [/\bMetaIAB Instagram\b/, 'Instagram'],
  [/\btrill_(\d{2})\d{4}\b/, 'TikTok'],
  [/\bBluesky\/(\d+)/, 'Bluesky'],
  [/\bMastodon\/(\d+)/, 'Mastodon'],
  [/\bClaude(?:Desktop)?\/(\d+)/, 'Claude'],
  [/\bPerplexity\/(\d+)/, 'Perplexity'],
  [/\bCode\/(\d+)/, 'Visual Studio Code'],
  [/\bobsidian\/(\d+)/, 'Obsidian'],
  [/\b(?:MS-?)?Outlook-(?:iOS|Android)|\bMicrosoft Outlook (\d+)/, 'Outlook'],
  [/\bBrave\/(\d+)|\bBrave(?: Chrome\/|$)/, 'Brave'],
  [/\bNintendoBrowser\/(\d+)/, 'Nintendo Browser'],
  [/\bOppoBrowser\/(\d+)/, 'HeyTap Browser'],
  [/\bCCleaner\/(\d+)/, 'CCleaner Browser'],
  [/\bNorton\/(\d+)/, 'Norton Private Browser'],
  [/\bcoc_coc_browser\/(\d+)/, 'Coc Coc'],
  [/\bSznProhlizec\/(\d+)/, 'Seznam Browser'],
  [/\bFxiOS\/(\d+).* Focus\b/, 'Firefox Focus'],
  [/\b(?:Shiretoko|GranParadiso|Minefield|Namoroka|BonEcho)\/(\d+)/, 'Firefox'],
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
  [/\bSilk\/|\bKindle\b|\bAFT[A-Z]{1,4}\d?\b|\bKF[A-Z]{2,5}WI\b/, 'Amazon'],
  [/\b(?:iPhone|iPad|iPod)\b|Apple ?(?:TV|Watch)/, 'Apple'],
  [/; XT\d{4}\b|; moto\b/i, 'Motorola'],
  [/; (?:Mi|Redmi|POCO)[ _-]/i, 'Xiaomi'],
  [/; Wiko\b|; W_[A-Z]\d{3}/i, 'Wiko'],
  [/; Nothing Phone/, 'Nothing'],
  [/; T\d{3}[A-Z]\b|; TCL\b|\bTCL_/, 'TCL'],
  [/; P[A-Z]{2,3}[MT]?\d{1,2}0\b|; OPD\d{4}\b/, 'OPPO'],
  [/\bHarmonyOS\b/, 'Huawei'],
  [/\bHisense\b/i, 'Hisense'],
  [/\bSmartCast\b|\bVizio\b/i, 'Vizio'],
  [/\bChromecast\b|; Nexus (?:One|Q)\b/, 'Google'],
  [/Freebox/i, 'Free'],
  [/\btolino\b/i, 'Tolino'],
  [/\bToshiba|TSBNetTV/i, 'Toshiba'],
  [/\bPanasonic\b/i, 'Panasonic'],
  [/\bPhilips\b/i, 'Philips'],
  [/\bSharp\b|AQUOSBrowser|; SH-?\d{2}[A-Z]?\b/i, 'Sharp'],
  [/; Crosscall\b/i, 'Crosscall'],
  [/\bQtCarBrowser\b/, 'Tesla'],
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

/** Models that Honor has sold since it left Huawei (2021), whose numbers look like Huawei's. */
export const honorModels =
  /; (?:ABR|ADT|ALI|ALT|AMG|ANY|BVL|CLK|CMA|CRT|DNN|DNP|ELI|ELP|FCP|FNE|FRI|GDI|GIA|HPB|JDY|LGE|LGN|LLY|LRA|MAA|MBH|NTH|NTN|PGT|PTP|RBN|REA|REP|RKY|RMO|RNA|ROD|TFY|TNA|VER|VNE|WDY)-(?:[ALN]\w{2,3}|AN\d0\w?|NX\d)\b/;
