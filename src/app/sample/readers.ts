/** Who reads the sample paper: devices as they are found on the web, addresses of real networks, habits. */
import UserAgent from 'user-agents';
import { type Random, seeded, weighted } from './random.ts';

export type Device = 'desktop' | 'phone' | 'tablet';

export type Reader = {
  device: Device;
  user_agent: string;
  ip: string;
  language: string;
  /** Width of the window, CSS pixels. */
  width: number;
  /** Reads more pages, comes back. */
  loyal: number;
  /** Blocks ads. */
  blocks: boolean;
  /** Said yes to advertising with an identifier. */
  consents: boolean;
  /** The identifier the site gives a reader who said yes. */
  id: string;
};

type Kind = { user_agent: string; width: number; height: number };

/** Of each thousand readers of a French news site. */
const deviceShare: readonly (readonly [Device, number])[] = [
  ['phone', 615],
  ['desktop', 335],
  ['tablet', 50],
];
const deviceOf = weighted(deviceShare);

const isTablet = (agent: string) => /iPad|Tablet|SM-T|SM-X|Tab /.test(agent);
const isPhone = (agent: string) => /iPhone|Android.*Mobile|Mobile.*Firefox/.test(agent);

/** Devices by kind, each as frequent as the package saw it. */
const devices = (() => {
  const found: Record<Device, [Kind, number][]> = { desktop: [], phone: [], tablet: [] };
  for (const { userAgent, weight, screenWidth, screenHeight } of UserAgent.top(10_000)) {
    const device = isTablet(userAgent)
      ? 'tablet'
      : isPhone(userAgent)
        ? 'phone'
        : /Windows|Macintosh|X11|CrOS/.test(userAgent)
          ? 'desktop'
          : undefined;
    // Screens of machines that pretend are odd; a news page is read on these.
    const fits =
      device &&
      (device === 'desktop' ? screenWidth >= 1024 : device === 'tablet' ? screenWidth >= 600 : screenWidth < 600);
    if (device && fits)
      found[device].push([{ user_agent: userAgent, width: screenWidth, height: screenHeight }, weight]);
  }
  if (found.tablet.length === 0) {
    const user_agent =
      'Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';
    found.tablet.push([{ user_agent, width: 820, height: 1180 }, 1]);
  }
  return { desktop: weighted(found.desktop), phone: weighted(found.phone), tablet: weighted(found.tablet) };
})();

/** First two numbers of IPv4 networks of access providers, by country (whole /16s according to DB-IP's country file). */
const networks: Record<string, string[]> = {
  FR: [
    '2.4',
    '2.7',
    '2.10',
    '78.193',
    '78.200',
    '78.240',
    '82.64',
    '82.66',
    '88.121',
    '88.160',
    '90.0',
    '90.20',
    '90.60',
    '90.100',
    '92.88',
    '92.92',
    '109.0',
    '109.210',
    '176.130',
    '176.150',
    '176.170',
    '37.65',
    '37.168',
    '86.200',
    '86.240',
    '91.160',
    '81.50',
    '77.130',
    '83.200',
  ],
  CH: ['85.0', '85.4', '178.195', '188.60', '83.76'],
  BE: ['81.240', '81.243', '109.130', '91.180', '78.21', '84.192'],
  CA: ['24.200', '24.202', '70.80', '184.160'],
  DE: ['91.0', '79.200', '84.130', '93.200'],
  GB: ['86.130', '81.150', '90.200'],
  IT: ['79.10', '87.10', '151.30'],
  ES: ['83.40', '88.0', '95.120'],
  LU: ['158.64'],
  RE: ['102.35'],
  MA: ['105.150', '41.140'],
  US: ['24.0', '71.200', '98.200'],
};
const countryOf = weighted<string>([
  ['FR', 868],
  ['CH', 58],
  ['BE', 26],
  ['CA', 9],
  ['DE', 8],
  ['GB', 7],
  ['IT', 6],
  ['US', 6],
  ['ES', 4],
  ['LU', 3],
  ['MA', 3],
  ['RE', 2],
]);
const languages: Record<string, string> = {
  CH: 'fr-CH',
  BE: 'fr-BE',
  CA: 'fr-CA',
  DE: 'de-DE',
  GB: 'en-GB',
  IT: 'it-IT',
  US: 'en-US',
  ES: 'es-ES',
};

export const sampleNetworks: Readonly<Record<string, readonly string[]>> = networks;

const known = new Map<number, Reader>();

/** The reader of that number: the same person each time, with the same device at the same address. */
export function readerOf(number: number): Reader {
  const reader = known.get(number) ?? makeReader(number);
  known.set(number, reader);
  return reader;
}

function makeReader(number: number): Reader {
  const random = seeded(`reader ${number}`);
  const device = deviceOf(random);
  const kind = devices[device](random);
  const country = countryOf(random);
  return {
    device,
    user_agent: kind.user_agent,
    ip: addressIn(country, random),
    language: random.chance(0.06) ? 'en-US' : (languages[country] ?? 'fr-FR'),
    width: device === 'desktop' ? Math.round(kind.width * random.between(0.8, 1)) : kind.width,
    loyal: random.next() ** 2.2,
    blocks: random.chance(device === 'desktop' ? 0.4 : 0.24),
    consents: random.chance(0.52),
    id: `lecteur-${number}`,
  };
}

function addressIn(country: string, random: Random): string {
  return `${random.pick(networks[country] ?? networks['FR'] ?? [])}.${random.int(256)}.${1 + random.int(254)}`;
}
