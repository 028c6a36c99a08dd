/** What a user agent says of the machine: type, brand, browser and system, with major versions only. */
import { UAParser } from 'ua-parser-js';
import type { Device } from './contract.ts';
import { apps, brandNames, browserNames, honorModels, makers, systemNames, unversioned } from './device-names.ts';

export const noDevice: Device = { type: '', brand: '', browser: '', browser_version: '', os: '', os_version: '' };

const types: Readonly<Record<string, Device['type']>> = {
  mobile: 'phone',
  wearable: 'phone',
  tablet: 'tablet',
  smarttv: 'tv',
  console: 'tv',
};

/** Reads a user agent; all texts are empty when it is. */
export function deviceOf(userAgent: string): Device {
  if (userAgent === '') return noDevice;
  const text = userAgent.slice(0, 1024);
  const { browser, os, device } = new UAParser(text).getResult();
  const [system, version] = systemOf(text, os.name ?? '', os.version ?? '');
  const said = (browser.name ?? '').replace(/^Mobile /, '');
  const app = appIn(text);
  const vendor = (device.vendor ?? makers.find(([pattern]) => pattern.test(text))?.[1] ?? '').trim();
  return {
    type: typeIn(text, device.vendor) ?? types[device.type ?? ''] ?? typeWithout(text, system, browser.name),
    brand: vendor === 'Huawei' && honorModels.test(text) ? 'Honor' : (brandNames[vendor] ?? vendor),
    ...(app ?? browserOf(said, versionOf(said, browser.version, text), system)),
    os: system,
    os_version: version,
  };
}

type Browser = Pick<Device, 'browser' | 'browser_version'>;

/** All apps at once: most agents name none. */
const anyApp = new RegExp(apps.map(([pattern]) => pattern.source).join('|'), 'i');

function appIn(text: string): Browser | undefined {
  if (!anyApp.test(text)) return undefined;
  for (const [pattern, browser] of apps) {
    const found = pattern.exec(text);
    if (found) return { browser, browser_version: found[1] ?? '' };
  }
  return undefined;
}

function browserOf(said: string, version: string | undefined, system: string): Browser {
  // An app of Apple's that shows pages says nothing but the engine and its build.
  if (said === 'WebKit' && (system === 'iOS' || system === 'macOS'))
    return { browser: 'Safari WebView', browser_version: '' };
  if (said === 'WebKit' && system === 'PlayStation') return { browser: 'PlayStation Browser', browser_version: '' };
  return { browser: browserNames[said] ?? said, browser_version: major(version) };
}

/** Internet Explorer in its compatibility view passes for version 7; the engine tells which one it is. */
function versionOf(said: string, version: string | undefined, text: string): string | undefined {
  const trident = said === 'IE' ? /\bTrident\/(\d+)/.exec(text)?.[1] : undefined;
  return trident === undefined ? version : String(Number(trident) + 4);
}

function systemOf(text: string, said: string, version: string): [system: string, version: string] {
  if (/Apple ?TV/.test(text)) return ['tvOS', / OS (\d+)_/.exec(text)?.[1] ?? ''];
  const watch = /\bWatch ?OS[ /](\d+)/i.exec(text);
  if (watch) return ['watchOS', watch[1] ?? ''];
  if (isPadAsMac(text)) return ['iOS', ''];
  const vidaa = /\bVIDAA\/(\d+)/.exec(text);
  if (vidaa) return ['VIDAA', vidaa[1] ?? ''];
  // Sony's televisions and Amazon's tablets hide their Android from sites that would send the pages of a phone.
  const android = /\bAndr0id (\d+)/.exec(text);
  if (android) return ['Android', android[1] ?? ''];
  if (/\bSilk\//.test(text) && /^(?:Linux|Mac OS|)$/.test(said)) return ['Android', ''];
  const kaiOs = /KAIOS\/(\d+)/.exec(text);
  if (kaiOs) return ['KaiOS', kaiOs[1] ?? ''];
  if (/\bRoku\b/.test(text)) return ['Roku OS', /DVP-(\d+)/.exec(text)?.[1] ?? ''];
  // A Java phone of old, which is no Apple's.
  if (text.includes('J2ME')) return ['', ''];
  const system = systemNames[said] ?? said;
  return [system, system === '' || unversioned.has(system) ? '' : systemVersion(system, version)];
}

/** An app on an iPad asks for the pages of a computer, yet tells the build of a mobile system, as no Mac does. */
const isPadAsMac = (text: string) => text.includes('(Macintosh;') && /\bMobile\/\d+[A-Z]\d+/.test(text);

/** What the text says outright of the type, where the parser decides otherwise; `vendor` is set where it knows the model. */
function typeIn(text: string, vendor: string | undefined): Device['type'] | undefined {
  if (televisions.test(text)) return 'tv';
  if (isPadAsMac(text) || /FBID\/tablet|\bSilk\/.*Silk-Accelerated|; iPad\b|\(iPad\d*[;,]/.test(text)) return 'tablet';
  if (/\(Android(?: [\d.]+)?; Mobile;/.test(text)) return 'phone';
  // Without a model's name the parser takes every Android that does not say `Mobile Safari` for a tablet.
  return vendor === undefined && /\bAndroid\b.*\bMobile\b(?! VR)/.test(text) ? 'phone' : undefined;
}

/** Words by which televisions, boxes and sticks say what they are. */
const televisions =
  /MI ?BOX|\bHbbTV\b|\bVIDAA\b|SmartCast|\bChromecast\b|\b(?:Android|Google|Smart|Apple|Free(?:box)?|Net|D|Inet|Fire|Opera|Yahoo|Mi|SFR|Bbox)[ -]?TV\b|Freebox Player|\bDecoder|\bBRAVIA\b|\bSTB\b|Safari\/[\d.]+ TV\b|\) TV Safari|\bAFT[A-Z]{1,4}\d?\b|; [\w ]+ TV[;)]/i;

/** The type of a device that the parser does not name: what runs Android or a mini browser is a phone; nothing is known of a bare name. */
function typeWithout(userAgent: string, system: string, browser: string | undefined): Device['type'] {
  if (system === 'webOS') return 'tv';
  if (
    /Opera (?:Mini|Mobi)|\bMobile\b|Profile\/MIDP|\bBREW\b|\bBMP\b|DoCoMo\/|UP\.Browser/.test(userAgent) ||
    phoneSystems.has(system)
  )
    return 'phone';
  return system === '' && (browser === undefined || browser === 'WebKit') ? '' : 'desktop';
}

const phoneSystems: ReadonlySet<string> = new Set([
  'Android',
  'KaiOS',
  'Symbian',
  'Series40',
  'BlackBerry',
  'Bada',
  'watchOS',
]);

const major = (version: string | undefined) => version?.split('.')[0] ?? '';

/** Major version; two figures for macOS 10.x, whose second figure is the release; Windows' own names as they are. */
function systemVersion(system: string, version: string): string {
  if (system === 'Windows') return version;
  if (system === 'macOS' && version.startsWith('10.')) return version.split('.').slice(0, 2).join('.');
  return major(version);
}
