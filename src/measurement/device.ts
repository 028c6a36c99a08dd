/** What a user agent says of the machine: type, brand, browser and system, with major versions only. */
import { UAParser } from 'ua-parser-js';
import type { Device } from './contract.ts';
import { apps, brandNames, browserNames, makers, systemNames, unversioned } from './device-names.ts';

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
  const vendor = device.vendor ?? makers.find(([pattern]) => pattern.test(text))?.[1] ?? '';
  return {
    type: typeIn(text) ?? types[device.type ?? ''] ?? typeWithout(text, system, browser.name),
    brand: brandNames[vendor] ?? vendor,
    ...(app ?? browserOf(said, browser.version, system)),
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
  // An app of Apple's phones that shows pages says nothing but the engine and its build.
  if (said === 'WebKit' && system === 'iOS') return { browser: 'Safari WebView', browser_version: '' };
  return { browser: browserNames[said] ?? said, browser_version: major(version) };
}

function systemOf(text: string, said: string, version: string): [system: string, version: string] {
  if (text.includes('AppleTV')) return ['tvOS', / OS (\d+)_/.exec(text)?.[1] ?? ''];
  const kaiOs = /KAIOS\/(\d+)/.exec(text);
  if (kaiOs) return ['KaiOS', kaiOs[1] ?? ''];
  if (/\bRoku\b/.test(text)) return ['Roku OS', /DVP-(\d+)/.exec(text)?.[1] ?? ''];
  // A Java phone of old, which is no Apple's.
  if (text.includes('J2ME')) return ['', ''];
  const system = systemNames[said] ?? said;
  return [system, system === '' || unversioned.has(system) ? '' : systemVersion(system, version)];
}

/** What the text says outright of the type, where the parser decides otherwise. */
function typeIn(text: string): Device['type'] | undefined {
  if (/MI ?BOX|\bHbbTV\b/i.test(text)) return 'tv';
  return /\(Android(?: [\d.]+)?; Mobile;/.test(text) ? 'phone' : undefined;
}

/** The type of a device that the parser does not name: what runs Android or a mini browser is a phone; nothing is known of a bare name. */
function typeWithout(userAgent: string, system: string, browser: string | undefined): Device['type'] {
  if (system === 'webOS') return 'tv';
  if (/Opera (?:Mini|Mobi)|\bMobile\b/.test(userAgent) || system === 'Android' || system === 'KaiOS') return 'phone';
  return system === '' && (browser === undefined || browser === 'WebKit') ? '' : 'desktop';
}

const major = (version: string | undefined) => version?.split('.')[0] ?? '';

/** Major version; two figures for macOS 10.x, whose second figure is the release; Windows' own names as they are. */
function systemVersion(system: string, version: string): string {
  if (system === 'Windows') return version;
  if (system === 'macOS' && version.startsWith('10.')) return version.split('.').slice(0, 2).join('.');
  return major(version);
}
