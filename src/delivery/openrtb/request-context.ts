/** Who and where a bid request is about, in the words of a decision request. */
import type { Visit } from '../answer-decisions.ts';
import type { DecisionRequest } from '../contract.ts';
import type { LoadedBook, LoadedSite } from '../load-book.ts';
import type { BidRequest, Imp } from './bid-request.ts';
import { alpha2 } from './country-codes.ts';
import { consentOf, saysNo } from './privacy.ts';

/** The site of a domain or a page: as named, without `www.`, or the nearest parent domain that is a site here. */
export function siteOf({ sites }: LoadedBook, { site, app, dooh }: BidRequest): LoadedSite | undefined {
  const page = site?.page === undefined ? undefined : URL.parse(site.page)?.hostname;
  for (const name of [site?.domain, page, app?.domain, app?.bundle, dooh?.domain]) {
    let domain = name?.toLowerCase().slice(0, 253) ?? '';
    while (domain !== '') {
      const found = sites.get(domain);
      if (found) return found;
      const dot = domain.indexOf('.');
      domain = dot === -1 ? '' : domain.slice(dot + 1);
    }
  }
  return undefined;
}

/** Code of the placement that an imp names: `tagid`, then the extensions in use; of a path the last part counts as well. */
export function placementOf({ placements }: LoadedSite, { tagid, ext }: Imp): string | undefined {
  const named = [tagid, ext?.placement, ext?.gpid, ext?.data?.pbadslot].flatMap((name) => {
    const [path = ''] = (name ?? '').split('#');
    return name ? [name, path, path.split('/').at(-1) ?? ''] : [];
  });
  return named.find((code) => placements.has(code));
}

/** AdCOM, List: Device Types. */
const deviceTypes: Readonly<Record<number, string>> = {
  1: 'phone',
  2: 'desktop',
  3: 'tv',
  4: 'phone',
  5: 'tablet',
  7: 'tv',
};

/** What the exchange tells of reader and device that no address or user agent would. */
export type Told = {
  country: string | undefined;
  device: { type: string; browser: string; os: string } | undefined;
};

export function toldBy({ device }: BidRequest): Told {
  const { ua, sua, devicetype, geo } = device ?? {};
  const isTold = !ua && (sua !== undefined || devicetype !== undefined);
  const browser = sua?.browsers?.at(-1)?.brand ?? '';
  return {
    country: alpha2(geo?.country),
    device: isTold ? { type: deviceTypes[devicetype ?? 0] ?? '', browser, os: sua?.platform?.brand ?? '' } : undefined,
  };
}

export function visitOf(request: BidRequest): Visit {
  const { device } = request;
  return {
    ip: device?.ip ?? device?.ipv6 ?? '',
    userAgent: (device?.ua ?? '').slice(0, 1024),
    acceptLanguage: device?.langb ?? device?.language ?? '',
    globalPrivacyControl: saysNo(request),
    key: undefined,
  };
}

type Asked = Pick<DecisionRequest, 'url' | 'referrer' | 'visitor_id' | 'language' | 'consent'>;

/** Page, visitor and consent. An identifier counts with a TCF string that consents, or where the GDPR is said not to apply. */
export function askedOf(request: BidRequest): Asked {
  const { site, app, dooh, user } = request;
  const visitor = user?.buyeruid || user?.id;
  const content = (site ?? app ?? dooh)?.content;
  const language = content?.langb || content?.language;
  const consent = consentOf(request);
  return {
    ...(site?.page ? { url: site.page } : {}),
    ...(site?.ref ? { referrer: site.ref } : {}),
    ...(visitor ? { visitor_id: visitor.slice(0, 128) } : {}),
    ...(language ? { language: language.slice(0, 35) } : {}),
    ...(consent ? { consent } : {}),
  };
}
