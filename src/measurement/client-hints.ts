/**
 * What browsers say beside the user agent (User-Agent Client Hints, https://wicg.github.io/ua-client-hints/): Brave and others pass
 * for Chrome in the text, a phone that asks for the desktop site for a computer. Models and versions are read where a site has
 * asked browsers for them.
 */
import { type Agent, agentOf, withDevice } from './agent.ts';
import { cached } from './bounded-cache.ts';
import type { Device } from './contract.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const names = [
  'user-agent',
  'sec-ch-ua',
  'sec-ch-ua-platform',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform-version',
  'sec-ch-ua-model',
] as const;

/** The agent behind a request. `userAgent` is the text that it is known by, when that is not the header's. */
export function agentIn(headers: Headers, userAgent: string): Agent {
  if (headers['sec-ch-ua'] === undefined && headers['sec-ch-ua-platform'] === undefined) return agentOf(userAgent);
  const said = names.map((name) => {
    const value = headers[name];
    return typeof value === 'string' ? value.slice(0, 300).replaceAll('\n', ' ') : '';
  });
  return hinted([userAgent.replaceAll('\n', ' '), ...said.slice(1)].join('\n'));
}

const hinted = cached((key): Agent => {
  const [userAgent = '', brands = '', platform = '', mobile = '', version = '', model = ''] = key.split('\n');
  const agent = agentOf(userAgent);
  if (agent.bot) return agent;
  const device = deviceHinted(agent.device, {
    brands,
    platform: bare(platform),
    isMobile: mobile.trim() === '?1',
    version: bare(version),
    model: bare(model),
  });
  return withDevice(agent, device);
}, 10_000);

const bare = (text: string) => text.trim().replace(/^"|"$/g, '');

type Hints = { brands: string; platform: string; isMobile: boolean; version: string; model: string };

const brandsOf = (list: string): { name: string; version: string }[] =>
  Array.from(list.matchAll(/"((?:[^"\\]|\\.)*)"\s*;\s*v="([^"]*)"/g), ([, name = '', version = '']) => ({
    name,
    version,
  }));

/** Every list holds the engine and a made-up name, so that nobody relies on its form. */
const noBrowser = /^(?:Chromium|Google Chrome|HeadlessChrome|Android WebView|.*Not.*Brand.*|.*Brand.*Not.*)$/i;

const browsers: Readonly<Record<string, string>> = {
  'Microsoft Edge': 'Edge',
  YaBrowser: 'Yandex Browser',
  Yandex: 'Yandex Browser',
  'Opera GX': 'Opera GX',
  'DuckDuckGo Privacy Browser': 'DuckDuckGo',
  AvastSecureBrowser: 'Avast Secure Browser',
  HuaweiBrowser: 'Huawei Browser',
  'Opera Mobile': 'Opera',
  OperaMobile: 'Opera',
};

function deviceHinted(device: Device, { brands, platform, isMobile, version, model }: Hints): Device {
  const own = device.browser === 'Chrome' ? brandsOf(brands).find(({ name }) => !noBrowser.test(name)) : undefined;
  // A phone or tablet that asks for the desktop site says it runs Linux.
  const isDisguised = platform === 'Android' && device.os !== 'Android' && device.type === 'desktop';
  const isNewWindows = platform === 'Windows' && Number(version.split('.')[0]) >= 13;
  return {
    ...device,
    ...(own ? { browser: browsers[own.name] ?? own.name, browser_version: own.version.split('.')[0] ?? '' } : {}),
    ...(isDisguised
      ? { type: isMobile ? 'phone' : 'tablet', os: 'Android', os_version: version.split('.')[0] ?? '' }
      : {}),
    ...(isNewWindows && device.os === 'Windows' ? { os_version: '11' } : {}),
    ...(platform === device.os && version !== '' ? frozenVersion(device.os, version) : {}),
    ...(platform === 'Windows' && model === 'Xbox'
      ? { type: 'tv' as const, brand: 'Microsoft', os: 'Xbox', os_version: '' }
      : {}),
    ...(device.brand === '' && model !== '' ? { brand: brandOfModel(model) } : {}),
  };
}

/** Where the user agent says the same version for everybody (Android 10, macOS 10.15), the hint says the true one. */
function frozenVersion(system: string, version: string): { os_version?: string } {
  const [major = '', minor = ''] = version.split('.');
  if (system === 'Android') return { os_version: major };
  if (system === 'macOS') return { os_version: major === '10' ? `${major}.${minor}` : major };
  return {};
}

/** The maker of a model, as the user agent would have said it before it was made alike for everybody. */
const brandOfModel = (model: string): string =>
  agentOf(
    `Mozilla/5.0 (Linux; Android 10; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36`,
  ).device.brand;
