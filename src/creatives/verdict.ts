/** How a verdict is written: its code, its level, a sentence, the figures, the rule's source and what to do. */
import type { CreativeCheck } from './contract.ts';

export const sources = {
  iab: 'IAB New Ad Portfolio (2017)',
  lean: 'IAB LEAN principles',
  zIndex: 'IAB Display Advertising Guidelines (2015)',
  googleAds: 'Google Ads HTML5 requirements',
  googleGif: 'Google Ads image requirements',
  adManager: 'Google Ad Manager help 7046799',
  heavyAds: 'Chrome heavy ad intervention',
  video: 'IAB Digital Video Ad Format Guidelines',
  native: 'IAB OpenRTB Native 1.2',
  dsa: 'Regulation (EU) 2022/2065, article 26',
  privacy: 'Directive 2002/58/EC, article 5(3)',
  tcf: 'IAB Europe TCF 2.2',
  mime: 'WHATWG MIME Sniffing',
  publisher: 'Format of the publisher, after the IAB New Ad Portfolio',
} as const;

type Level = CreativeCheck['level'];

export function check(
  code: CreativeCheck['code'],
  level: Level,
  sentence: string,
  figures: Partial<Pick<CreativeCheck, 'measured' | 'limit' | 'source' | 'advice'>> = {},
): CreativeCheck {
  return { code, level, sentence, ...figures };
}

/** A figure that must not be larger than its limit. */
export function measuredWithin(
  code: CreativeCheck['code'],
  measured: number,
  limit: number,
  how: { what: string; unit?: string; source: string; advice: string; level?: Exclude<Level, 'ok'> },
): CreativeCheck {
  const isGood = measured <= limit;
  const figure = (value: number) => (how.unit ? `${value} ${how.unit}` : String(value));
  return check(
    code,
    isGood ? 'ok' : (how.level ?? 'failed'),
    isGood ? `${how.what}: ${figure(measured)}.` : `${how.what}: ${figure(measured)}, more than ${figure(limit)}.`,
    {
      measured: figure(measured),
      limit: figure(limit),
      source: how.source,
      ...(isGood ? {} : { advice: how.advice }),
    },
  );
}
