/** Generated line items: overlapping in every way that targeting, dates, hours and caps allow. */
import { countries, devices, pick, type Timed, topics } from './allocation-traffic.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export type Cap = { count: number; per: 'hour' | 'day' | 'lifetime' };

export type Line = {
  name: string;
  type: 'standard' | 'sponsorship';
  priority: number;
  unit: 'impressions' | 'viewable_impressions' | 'share';
  goal: number;
  placements: string[];
  country: string | undefined;
  device: string | undefined;
  /** Topics it takes, or those that it does not. */
  topics: { in: string[] } | { not_in: string[] } | undefined;
  /** From one hour to another, on weekdays or on all days. */
  hours: { from: number; to: number; onWeekdays: boolean } | undefined;
  /** UTC milliseconds. */
  start: number;
  end: number;
  pacing: 'even' | 'frontloaded' | 'asap';
  cap: Cap | undefined;
  /** Whether its goal can certainly be had beside the others. */
  isPromised: boolean;
};

export type Wish = {
  codes: readonly string[];
  start: number;
  days: number;
  count: number;
  hasVisitors: boolean;
  levels: boolean;
};

export function linesOf({ codes, start, days, count, hasVisitors, levels }: Wish, draw: () => number): Line[] {
  return Array.from({ length: count }, (_, index): Line => {
    const isShare = draw() < 0.05;
    const placements = codes.filter(() => draw() < 0.4);
    if (placements.length === 0) placements.push(pick(codes, draw));
    const [from, length] = flightOf(days, draw);
    const narrow = draw();
    return {
      name: `L${index}`,
      type: isShare ? 'sponsorship' : 'standard',
      priority: isShare ? 4 : levels ? pick([6, 8, 8, 10], draw) : 8,
      unit: isShare ? 'share' : draw() < 0.06 ? 'viewable_impressions' : 'impressions',
      goal: isShare ? pick([10, 20, 30], draw) : 0,
      placements,
      country: narrow < 0.3 ? pick(countries, draw) : undefined,
      device: narrow > 0.2 && narrow < 0.45 ? pick(devices, draw) : undefined,
      topics:
        draw() < 0.3
          ? draw() < 0.7
            ? { in: [...new Set([pick(topics, draw), pick(topics, draw)])] }
            : { not_in: [pick(topics, draw)] }
          : undefined,
      hours: draw() < 0.12 ? pick(dayparts, draw) : undefined,
      start: start + from,
      end: start + Math.min(days * day, from + length),
      pacing: draw() < 0.75 ? 'even' : pick(['frontloaded', 'asap'], draw),
      cap: hasVisitors && draw() < 0.25 ? pick(caps, draw) : undefined,
      isPromised: !isShare,
    };
  });
}

const dayparts = [
  { from: 8, to: 12, onWeekdays: true },
  { from: 18, to: 24, onWeekdays: false },
  { from: 0, to: 6, onWeekdays: false },
  { from: 1, to: 4, onWeekdays: false },
  { from: 12, to: 14, onWeekdays: true },
];
const caps: Cap[] = [
  { count: 1, per: 'hour' },
  { count: 2, per: 'day' },
  { count: 5, per: 'day' },
  { count: 3, per: 'lifetime' },
];

/** When a flight begins and how long it is: whole days, from some minute of a day to some other, or some hours of one day. */
function flightOf(days: number, draw: () => number): [from: number, length: number] {
  const kind = draw();
  if (kind < 0.15) return [0, days * day];
  if (kind < 0.55) {
    const from = Math.floor(draw() * days);
    return [from * day, (1 + Math.floor(draw() * days)) * day];
  }
  if (kind < 0.8) {
    const from = Math.floor(draw() * (days - 0.5) * 1440) * minute;
    return [from, Math.floor((0.5 + draw() * days) * 1440) * minute];
  }
  const from = Math.floor(draw() * days) * day + (6 + Math.floor(draw() * 12)) * hour;
  return [from, (2 + Math.floor(draw() * 5)) * hour];
}

const minutesOfDay = 1440;

/** Whether a line may have a request, caps aside. */
export function takes(line: Line, { request, at, minute: ofWeek }: Timed): boolean {
  if (at < line.start || at >= line.end || !line.placements.includes(request.placement)) return false;
  if (line.country !== undefined && line.country !== request.geo.country) return false;
  if (line.device !== undefined && line.device !== request.device) return false;
  if (line.topics) {
    const topic = request.kv.topic[0] ?? '';
    if ('in' in line.topics ? !line.topics.in.includes(topic) : line.topics.not_in.includes(topic)) return false;
  }
  if (line.hours) {
    const ofDay = ofWeek % minutesOfDay;
    if (line.hours.onWeekdays && ofWeek >= 5 * minutesOfDay) return false;
    if (ofDay < line.hours.from * 60 || ofDay >= line.hours.to * 60) return false;
  }
  return true;
}

const windows = { hour, day, lifetime: Number.POSITIVE_INFINITY };

/** Keeps, by line and visitor, when it was seen; a function that says whether a cap leaves one more. */
export function openCaps(): { allows(line: Line, one: Timed): boolean; note(line: Line, one: Timed): void } {
  const seen = new Map<string, number[]>();
  const keyOf = (line: Line, { request }: Timed) => `${line.name} ${request.visitor_id}`;
  return {
    allows(line, one) {
      if (!line.cap) return true;
      const since = one.at - windows[line.cap.per];
      return (seen.get(keyOf(line, one)) ?? []).filter((at) => at > since).length < line.cap.count;
    },
    note(line, one) {
      if (!line.cap) return;
      const key = keyOf(line, one);
      const known = seen.get(key);
      if (known) known.push(one.at);
      else seen.set(key, [one.at]);
    },
  };
}

const text = (n: number) => String(n).padStart(2, '0');

/** The line as a scenario has it. */
export function itemOf(line: Line): object {
  const { hours } = line;
  const conditions = [
    ...(line.country ? [{ key: 'geo.country', in: [line.country] }] : []),
    ...(line.device ? [{ key: 'device', in: [line.device] }] : []),
    ...(line.topics ? [{ key: 'kv.topic', ...line.topics }] : []),
    ...(hours
      ? [
          {
            key: 'daypart',
            in: (hours.onWeekdays
              ? ['mon', 'tue', 'wed', 'thu', 'fri']
              : ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
            ).map((name) => `${name} ${text(hours.from)}:00-${text(hours.to)}:00`),
          },
        ]
      : []),
  ];
  return {
    name: line.name,
    type: line.type,
    priority: line.priority,
    goal: { unit: line.unit, quantity: line.goal },
    rate: { model: 'cpm', amount: 500, currency: 'EUR' },
    start: new Date(line.start).toISOString(),
    end: new Date(line.end).toISOString(),
    placements: line.placements,
    pacing: line.pacing,
    ...(line.cap ? { frequency_caps: [line.cap] } : {}),
    ...(conditions.length > 0 ? { targeting: { and: conditions } } : {}),
  };
}
