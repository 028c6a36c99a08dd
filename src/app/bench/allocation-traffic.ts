/** Traffic for generated bookings: requests with their attributes, by the wall clock of a zone, with surges, lulls and gaps. */
import { openZone } from '#delivery';

export type Request = {
  at: string;
  placement: string;
  kv: { topic: string[] };
  geo: { country: string };
  device: string;
  visitor_id?: string;
  consent?: { ads: boolean };
};

/** A request with what a booking asks of its moment: UTC milliseconds, and minutes since Monday 00:00 of the wall clock. */
export type Timed = { request: Request; at: number; minute: number };

export type Stream = {
  zone: string;
  /** UTC milliseconds; whole days of the wall clock from there on. */
  from: number;
  days: number;
  perDay: number;
  placements: readonly { code: string; weight: number }[];
  /** How far from the usual a day, an hour of it and a placement are; 1: as usual. */
  factor: (day: number, hour: number, placement: number) => number;
  /** Visitors with an identifier; 0: none has one. */
  visitors: number;
};

const hour = 3_600_000;
/** Requests by hour of the day, in percent of the busiest. */
const curve = [9, 5, 3, 2, 3, 9, 27, 55, 66, 58, 50, 52, 68, 63, 50, 46, 48, 56, 68, 66, 62, 64, 50, 24];
const curveSum = curve.reduce((sum, part) => sum + part, 0);
const weekend = [1, 1, 1, 1, 1, 0.75, 0.8];

export const countries = ['FR', 'FR', 'FR', 'FR', 'BE', 'BE', 'CH', 'LU'] as const;
export const devices = ['phone', 'phone', 'phone', 'desktop', 'desktop', 'tablet'] as const;
export const topics = ['news', 'news', 'news', 'sport', 'sport', 'culture', 'food', 'travel', 'motors'] as const;

export const pick = <T>(list: readonly T[], draw: () => number): T => {
  const found = list[Math.floor(draw() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};

/** Requests in the order of time. */
export function trafficOf(stream: Stream, draw: () => number): Timed[] {
  const zone = openZone(stream.zone);
  const made: Timed[] = [];
  for (let h = 0; h < stream.days * 24; h++) {
    const at = stream.from + h * hour;
    const local = at + zone.offset(at);
    const into = (((local - 4 * 24 * hour) % (168 * hour)) + 168 * hour) % (168 * hour);
    const weekday = Math.floor(into / (24 * hour));
    const ofDay = Math.floor(into / hour) % 24;
    for (const [index, { code, weight }] of stream.placements.entries()) {
      const usual = (stream.perDay * weight * (weekend[weekday] ?? 1) * (curve[ofDay] ?? 0)) / curveSum;
      const expected = usual * stream.factor(Math.floor(h / 24), h % 24, index);
      const count = Math.floor(expected) + (draw() < expected % 1 ? 1 : 0);
      for (let i = 0; i < count; i++) {
        const time = Math.floor(at + draw() * hour);
        made.push({
          at: time,
          minute: (into + (time - at)) / 60_000,
          request: {
            at: new Date(time).toISOString(),
            placement: code,
            kv: { topic: [pick(topics, draw)] },
            geo: { country: pick(countries, draw) },
            device: pick(devices, draw),
            ...(stream.visitors > 0
              ? { visitor_id: `v${Math.floor(stream.visitors * draw() ** 1.5)}`, consent: { ads: true } }
              : {}),
          },
        });
      }
    }
  }
  return made.sort((a, b) => a.at - b.at);
}
