/**
 * VAST documents (IAB Tech Lab, 2.0.1, 3.0, 4.0 to 4.3). The versions differ in the order of elements, in which elements exist
 * and in the events a player reports: the schemas of the IAB are the judge, each version is checked against its own (4.3, which has none, against that of
 * 4.2: for what is written here nothing changed).
 */
import { validity } from '../counters.ts';
import type { Companion, VastAd, VastVersion } from './vast-ad.ts';
import { address, documentOf, element, pieces, type Xml } from './xml.ts';

const namespace = 'http://www.iab.com/VAST';
const isFour = (version: VastVersion): boolean => version.startsWith('4');
const hasServingId = (version: VastVersion): boolean => isFour(version) && version !== '4.0';

const played = [
  'start',
  'firstQuartile',
  'midpoint',
  'thirdQuartile',
  'complete',
  'mute',
  'unmute',
  'pause',
  'resume',
  'rewind',
];
/** Events of a linear ad that the schema of the version knows. */
const linearEvents: Record<VastVersion, readonly string[]> = {
  '2.0': ['creativeView', ...played, 'fullscreen', 'close'],
  '3.0': ['creativeView', ...played, 'fullscreen', 'exitFullscreen', 'skip', 'closeLinear'],
  '4.0': [...played, 'skip', 'playerExpand', 'playerCollapse'],
  '4.1': ['loaded', ...played, 'skip', 'playerExpand', 'playerCollapse', 'closeLinear'],
  '4.2': ['loaded', ...played, 'skip', 'playerExpand', 'playerCollapse', 'closeLinear'],
  '4.3': ['loaded', ...played, 'skip', 'playerExpand', 'playerCollapse', 'closeLinear'],
};

/** Seconds as `HH:MM:SS.mmm` (VAST 4.2, section 3.8); milliseconds are left out where there are none. */
export function clockText(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = ms % 1000;
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

/** `errorUrl`: told of an empty answer by the player, where the schema of the version has room for it (4.x). */
export function writeVast(version: VastVersion, ads: readonly VastAd[], errorUrl?: string): string {
  const attributes = isFour(version) ? { version, xmlns: namespace } : { version: version === '2.0' ? '2.0' : version };
  if (ads.length === 0) {
    const error = errorUrl !== undefined && isFour(version) ? address('Error', {}, errorUrl) : undefined;
    return documentOf(element('VAST', attributes, error));
  }
  const isPod = ads.length > 1 && version !== '2.0';
  return documentOf(
    element('VAST', attributes, ...ads.map((ad, index) => writeAd(version, ad, isPod ? index + 1 : undefined))),
  );
}

function writeAd(version: VastVersion, ad: VastAd, sequence: number | undefined): Xml {
  const inside = ad.source.kind === 'vast' ? writeWrapper(version, ad, ad.source.url) : writeInline(version, ad);
  return element('Ad', { id: ad.decision, sequence }, inside);
}

const system = element('AdSystem', { version: '1' }, 'Vigie');
const errorOf = (ad: VastAd) => address('Error', {}, `${ad.tracking('error')}?code=[ERRORCODE]`);
const pricingOf = ({ price }: VastAd) =>
  price && element('Pricing', { model: 'CPM', currency: price.currency }, price.cpm);

/** Beside the transparency of the ad; before 4.0 measurement by third parties travels here too (Open Measurement, VAST 2 and 3). */
function extensionsOf(version: VastVersion, ad: VastAd): Xml {
  const verifications = isFour(version) ? undefined : verificationsOf('4.1', ad);
  return element(
    'Extensions',
    {},
    verifications && element('Extension', { type: 'AdVerifications' }, verifications),
    element(
      'Extension',
      { type: 'transparency' },
      element('Advertiser', {}, ad.advertiser),
      element('Payer', {}, ad.payer),
      address('WhyThisAd', {}, ad.urls.why),
    ),
  );
}

/** Scripts of Open Measurement (VAST 4.1, 3.16 and 3.17): what could not run is told. 4.0 knows neither parameters nor that. */
function verificationsOf(version: VastVersion, ad: VastAd): Xml | undefined {
  if (ad.verifications.length === 0) return undefined;
  const isFirst = version === '4.0';
  return element(
    'AdVerifications',
    {},
    ...ad.verifications.map(({ vendor, url, parameters }) =>
      element(
        'Verification',
        { vendor },
        address('JavaScriptResource', { apiFramework: 'omid', browserOptional: isFirst ? undefined : 'true' }, url),
        isFirst
          ? undefined
          : element(
              'TrackingEvents',
              {},
              address(
                'Tracking',
                { event: 'verificationNotExecuted' },
                `${ad.tracking('verificationNotExecuted')}?code=[REASON]`,
              ),
            ),
        isFirst || parameters === undefined ? undefined : address('VerificationParameters', {}, parameters),
      ),
    ),
  );
}

const viewableOf = (ad: VastAd): Xml =>
  element(
    'ViewableImpression',
    { id: ad.decision },
    address('Viewable', {}, ad.urls.viewable),
    address('NotViewable', {}, ad.tracking('notViewable')),
    address('ViewUndetermined', {}, ad.tracking('viewUndetermined')),
  );

/** What 4.x says of every ad, in the order of its schema. */
const baseOfFour = (version: VastVersion, ad: VastAd): Xml =>
  pieces(
    system,
    errorOf(ad),
    extensionsOf(version, ad),
    address('Impression', { id: 'vigie' }, ad.urls.impression),
    pricingOf(ad),
    viewableOf(ad),
  );

function writeInline(version: VastVersion, ad: VastAd): Xml {
  const title = element('AdTitle', {}, ad.creative.name);
  const advertiser = element('Advertiser', {}, ad.advertiser);
  if (isFour(version)) {
    return element(
      'InLine',
      {},
      baseOfFour(version, ad),
      hasServingId(version) ? element('AdServingId', {}, ad.decision) : undefined,
      title,
      verificationsOf(version, ad),
      advertiser,
      writeCreatives(version, ad),
      hasServingId(version) ? element('Expires', {}, String(validity.impression / 1000)) : undefined,
    );
  }
  return element(
    'InLine',
    {},
    system,
    title,
    version === '3.0' ? pieces(advertiser, pricingOf(ad)) : undefined,
    errorOf(ad),
    address('Impression', { id: 'vigie' }, ad.urls.impression),
    writeCreatives(version, ad),
    extensionsOf(version, ad),
  );
}

function writeWrapper(version: VastVersion, ad: VastAd, url: string): Xml {
  const uri = address('VASTAdTagURI', {}, url);
  const creatives = element(
    'Creatives',
    {},
    element(
      'Creative',
      { id: ad.creative.id },
      element(
        'Linear',
        {},
        trackingOf(version, ad),
        element('VideoClicks', {}, address('ClickTracking', {}, ad.tracking('click'))),
      ),
    ),
  );
  if (isFour(version)) {
    // Scripts of third parties around an ad of another server: 4.0 has no room for them.
    const verifications = version === '4.0' ? undefined : verificationsOf(version, ad);
    return element('Wrapper', {}, baseOfFour(version, ad), verifications, creatives, uri);
  }
  return element(
    'Wrapper',
    {},
    system,
    uri,
    errorOf(ad),
    address('Impression', {}, ad.urls.impression),
    creatives,
    extensionsOf(version, ad),
  );
}

const trackingOf = (version: VastVersion, ad: VastAd): Xml =>
  element(
    'TrackingEvents',
    {},
    ...linearEvents[version].map((event) => address('Tracking', { event }, ad.tracking(event))),
  );

function writeCreatives(version: VastVersion, ad: VastAd): Xml {
  const universal = universalOf(version, ad);
  const creative = (...inside: (Xml | undefined)[]) =>
    element('Creative', { id: ad.creative.id }, ...inside, universal);
  return element(
    'Creatives',
    {},
    creative(writeLinear(version, ad)),
    ad.companions.length > 0
      ? creative(element('CompanionAds', {}, ...ad.companions.map((one) => writeCompanion(version, ad, one))))
      : undefined,
  );
}

function universalOf(version: VastVersion, { universalAdId: { registry, id } }: VastAd): Xml | undefined {
  if (!isFour(version)) return undefined;
  return element('UniversalAdId', { idRegistry: registry, idValue: version === '4.0' ? id : undefined }, id);
}

function writeLinear(version: VastVersion, ad: VastAd): Xml | undefined {
  const { source } = ad;
  if (source.kind !== 'file') return undefined;
  const skipoffset =
    version !== '2.0' && ad.skipAfter !== undefined && ad.skipAfter < source.duration
      ? clockText(ad.skipAfter)
      : undefined;
  const duration = element('Duration', {}, clockText(source.duration));
  const { width, height, mediaType: type, bitrate } = source;
  const media = element(
    'MediaFiles',
    {},
    address('MediaFile', { id: ad.creative.id, delivery: 'progressive', type, width, height, bitrate }, ad.urls.media),
  );
  const through = address('ClickThrough', {}, ad.urls.click);
  const clicks = element('VideoClicks', {}, through);
  const tracking = trackingOf(version, ad);
  const icons = version === '2.0' ? undefined : iconsOf(ad);
  return isFour(version)
    ? element('Linear', { skipoffset }, icons, tracking, duration, media, clicks)
    : element('Linear', { skipoffset }, icons, duration, tracking, clicks, media);
}

/** The mark "why this ad" over the video (Regulation (EU) 2022/2065, article 26). */
const iconsOf = (ad: VastAd): Xml =>
  element(
    'Icons',
    {},
    element(
      'Icon',
      { program: 'DSA', width: 20, height: 20, xPosition: 'right', yPosition: 'top' },
      address('StaticResource', { creativeType: 'image/svg+xml' }, ad.urls.icon),
      element('IconClicks', {}, address('IconClickThrough', {}, ad.urls.why)),
    ),
  );

function writeCompanion(
  version: VastVersion,
  ad: VastAd,
  { id, width, height, mediaType, source, click }: Companion,
): Xml {
  const resource = address('StaticResource', { creativeType: mediaType }, source);
  const through = address('CompanionClickThrough', {}, click);
  const alt = element('AltText', {}, ad.advertiser);
  const tracking = element(
    'TrackingEvents',
    {},
    address('Tracking', { event: 'creativeView' }, ad.tracking('companionView')),
  );
  // The schemas of 2.0.1 and 3.0 put the texts last, 4.x first.
  return isFour(version)
    ? element('Companion', { id, width, height }, resource, alt, through, tracking)
    : element('Companion', { id, width, height }, resource, tracking, through, alt);
}
