/** What readers do, as browsers would have sent it: the shapes of the sample's traffic, and what all of its sites share. */
import { type Random, weighted } from './random.ts';
import type { Reader } from './readers.ts';

/** One ad space of a page, with the chances that are drawn for it beforehand, so that they do not depend on what is decided. */
export type Slot = { code: string; sizes: string[]; render: number; see: number; click: number; delay_ms: number };

export type Hit = {
  id: string;
  name: string;
  url: string;
  referrer: string;
  language: string;
  width: number;
  engaged_ms?: number;
  scroll?: number;
  props?: Record<string, string>;
  revenue?: { amount: number; currency: string };
  vitals?: { lcp: number; inp?: number; cls: number };
  /** Of readers who were asked and agreed, with what they agreed to. */
  visitor_id?: string;
  consent?: { tcf: string } | { ads: boolean };
};

/** Who sent it: a reader, or a machine of which no more is known. */
export type Sender = Pick<Reader, 'ip' | 'user_agent'> & Partial<Reader>;

/** `at`: milliseconds since 1970. `hit` is absent on sites that are not ours to measure, `slots` are empty but on page views. */
export type Action = { at: number; reader: Sender; site: string; url: string; hit?: Hit; slots: Slot[] };

export type Day = {
  /** 0 for the first day of the sample. */
  number: number;
  /** Sunday is 0. */
  weekday: number;
  /** Start of the day on the site's calendar, milliseconds since 1970. */
  start: number;
  /** Nothing after that instant. */
  until: number;
};

/** Share of the day's visits by hour of the site's clock: breakfast, lunch, after work, evening. */
export const hours = [9, 5, 3, 2, 3, 9, 27, 55, 66, 58, 50, 52, 68, 63, 50, 46, 48, 56, 68, 66, 62, 64, 50, 24];
export const hourOf = weighted(hours.map((weight, hour) => [hour, weight]));

export const slotOf = (random: Random, code: string, sizes: string[]): Slot => ({
  code,
  sizes,
  render: random.next(),
  see: random.next(),
  click: random.next(),
  delay_ms: Math.round(200 + random.next() * 900),
});

export const wideDesk = ['970x250', '728x90'];
export const widePhone = ['320x100', '320x50'];

type Reading = {
  random: Random;
  reader: Reader;
  site: string;
  /** What the hits of this page have in common. */
  common: Omit<Hit, 'id' | 'name'>;
  id: string;
  from: number;
  /** Median of the engaged time, and the time after which most of the page was seen, milliseconds. */
  median: number;
  depthAfter: number;
};

/**
 * Time on a page (log-normal), reported in one to five parts, the last of some with its web vitals. Answers the instant of its end, and
 * how long it was open.
 */
export function readPage(
  actions: Action[],
  { random, reader, site, common, id, from, median, depthAfter }: Reading,
): { end: number; span: number } {
  const engaged = Math.min(
    900_000,
    Math.round(median * (reader.device === 'phone' ? 0.85 : 1.1) * Math.exp(random.normal() * 0.85)),
  );
  const span = Math.round(engaged * random.between(1.05, 1.5)) + 800;
  const depth = Math.min(100, Math.round(18 + 82 * (1 - Math.exp(-engaged / depthAfter)) * random.between(0.75, 1.1)));
  // The tag reports whenever a page is hidden, and when it is left: a long read has its pauses.
  const pauses = Math.floor((engaged / 50_000) * random.between(0.4, 1.5));
  const parts = engaged < 2500 && random.chance(0.3) ? 0 : Math.min(5, 1 + pauses);
  const vitals = random.chance(0.3) ? vitalsOf(random, reader, common.url) : undefined;
  for (let part = 1; part <= parts; part += 1) {
    const hit: Hit = {
      ...common,
      id: `${id}e${part}`,
      name: 'engagement',
      engaged_ms: Math.round(engaged / parts),
      scroll: Math.round((depth * part) / parts),
      ...(vitals && part === parts ? { vitals } : {}),
    };
    actions.push({ at: from + Math.round((span * part) / parts), reader, site, url: common.url, hit, slots: [] });
  }
  return { end: from + span + Math.round(random.between(300, 2500)), span };
}

/** How the page felt: phones are slower, pages with many pictures too, and some pages jump. */
function vitalsOf(random: Random, { device }: Reader, url: string): NonNullable<Hit['vitals']> {
  const heavy = /\/(?:montagne|culture|annonces|refuges)\b/.test(url) ? 1.45 : 1;
  const slow = (device === 'phone' ? 1.35 : 0.9) * heavy;
  return {
    lcp: Math.round(1250 * slow * Math.exp(random.normal() * 0.42)),
    inp: Math.round(88 * slow * Math.exp(random.normal() * 0.55)),
    cls: Math.round(30 * heavy * Math.exp(random.normal() * 0.9)) / 1000,
  };
}
