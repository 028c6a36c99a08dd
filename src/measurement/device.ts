/** What a user agent says of the machine: type, brand, browser and system, with major versions only. */
import { UAParser } from 'ua-parser-js';
import type { Device } from './contract.ts';

export const noDevice: Device = { type: '', brand: '', browser: '', browser_version: '', os: '', os_version: '' };

const types: Readonly<Record<string, Device['type']>> = {
  mobile: 'phone',
  wearable: 'phone',
  tablet: 'tablet',
  smarttv: 'tv',
  console: 'tv',
};

const systems: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Chromium OS': 'Chrome OS',
  'Chrome OS': 'Chrome OS',
};

/** Reads a user agent; all texts are empty when it is. */
export function deviceOf(userAgent: string): Device {
  if (userAgent === '') return noDevice;
  const { browser, os, device } = new UAParser(userAgent.slice(0, 1024)).getResult();
  const isAppleTv = userAgent.includes('AppleTV');
  const system = isAppleTv ? 'tvOS' : (systems[os.name ?? ''] ?? os.name ?? '');
  return {
    type: types[device.type ?? ''] ?? typeWithout(userAgent, system, browser.name),
    brand: system === 'webOS TV' ? 'LG' : (device.vendor ?? ''),
    browser: (browser.name ?? '').replace(/^Mobile /, ''),
    browser_version: major(browser.version),
    os: system,
    os_version: isAppleTv ? (/ OS (\d+)_/.exec(userAgent)?.[1] ?? '') : systemVersion(system, os.version ?? ''),
  };
}

/** The type of a device that the parser does not name: what runs Android or a mini browser is a phone; nothing is known of a bare name. */
function typeWithout(userAgent: string, system: string, browser: string | undefined): Device['type'] {
  if (system === 'webOS TV') return 'tv';
  if (/Opera (?:Mini|Mobi)|\bMobile\b/.test(userAgent) || system === 'Android' || system === 'KAIOS') return 'phone';
  return system === '' && (browser === undefined || browser === 'WebKit') ? '' : 'desktop';
}

const major = (version: string | undefined) => version?.split('.')[0] ?? '';

/** Major version; two figures for macOS 10.x, whose second figure is the release; Windows' own names as they are. */
function systemVersion(system: string, version: string): string {
  if (system === 'Windows') return version;
  if (system === 'macOS' && version.startsWith('10.')) return version.split('.').slice(0, 2).join('.');
  return major(version);
}
