/**
 * Instances of the problem of delivery: bookings that want the same requests, a past to learn from, and what then comes. Goals are
 * what one allocation that was really made gives, less the slack: with a slack of 0 or more they can certainly be met together.
 */
import { openZone } from '#delivery';
import { itemOf, type Line, linesOf, openCaps, takes } from './allocation-lines.ts';
import { pick, type Request, type Stream, type Timed, trafficOf } from './allocation-traffic.ts';
import { seeded } from './forecast-series.ts';

export type Past = 'known' | 'new placements' | 'short' | 'gaps' | 'none';

export type Instance = {
  lines: Line[];
  scenario: unknown;
  history: Request[];
  requests: Request[];
  timed: Timed[];
};

/** `slack`: part of what the lines can have together that is left unsold; negative: more is sold than there is. */
export type Kind = {
  slack: number;
  /** How far a day, an hour and a placement are from what the past says, at most and together. */
  wrong: number;
  past: Past;
  levels: boolean;
  caps: boolean;
  /** Goals of one to ten among them, and goals far beyond the traffic. */
  odd: boolean;
  /** Instead of a size drawn at random: a month of so many lines and placements, the second week 30 % under what the past says. */
  month?: { lines: number; placements: number; perDay: number };
};

const day = 86_400_000;
const zones = [
  'Europe/Paris',
  'Europe/Paris',
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Asia/Tokyo',
];
/** Among them the days before a clock change in Paris and New York. */
const firstDays = ['2026-03-02', '2026-03-27', '2026-10-23', '2026-03-06', '2026-11-05', '2026-12-29'];

export function instanceOf(seed: number, kind: Kind): Instance {
  const draw = seeded(seed);
  const zone = pick(zones, draw);
  const clock = openZone(zone);
  const midnight = Date.parse(`${pick(firstDays, draw)}T00:00:00Z`);
  const start = midnight - clock.offset(midnight);
  const { month } = kind;
  const days = month ? 30 : 2 + Math.floor(draw() * 5);
  const placements = Array.from({ length: month?.placements ?? 1 + Math.floor(draw() * 10) }, (_, i) => ({
    code: `p${i}`,
    weight: 0.1 + draw() ** 2,
  }));
  const sum = placements.reduce((total, { weight }) => total + weight, 0);
  for (const placement of placements) placement.weight /= sum;
  const codes = placements.map(({ code }) => code);
  const hasVisitors = kind.caps && draw() < 0.6;
  const stream: Stream = {
    zone,
    from: start,
    days,
    perDay: month?.perDay ?? 1000 + Math.floor(draw() * 4000),
    placements,
    factor: month ? (on) => (on >= 7 && on < 14 ? 0.7 : 1) : surgesOf(kind.wrong, draw),
    visitors: hasVisitors ? 300 + Math.floor(draw() * 4000) : 0,
  };
  const history = pastOf(kind.past, stream, draw);
  const timed = trafficOf(stream, draw);
  const wished = linesOf(
    { codes, start, days, count: month?.lines ?? 2 + Math.floor(draw() * 30), hasVisitors, levels: kind.levels },
    draw,
  );
  const lines = withGoals(wished, timed, kind, draw);
  const scenario = {
    time_zone: zone,
    start: new Date(start).toISOString(),
    days,
    replan_minutes: month ? 120 : pick([5, 15, 60, 240], draw),
    seed,
    placements: codes.map((code) => ({ code, formats: ['300x250'] })),
    line_items: lines.map(itemOf),
    history: 'history.jsonl',
    requests: 'requests.jsonl',
    events: Array.from({ length: month ? 2 : Math.floor(draw() * 3) }, () => ({
      at: new Date(start + Math.floor(draw() * days * day)).toISOString(),
      kind: 'edge_restart',
    })),
  };
  return {
    lines,
    scenario,
    history: history.map(({ request }) => request),
    requests: timed.map(({ request }) => request),
    timed,
  };
}

/** Days, hours and placements each go their own way; together never further than said. */
function surgesOf(wrong: number, draw: () => number): Stream['factor'] {
  if (wrong === 0) return () => 1;
  const level = draw() * 2 - 1;
  const ofDay = Array.from({ length: 40 }, () => draw() * 2 - 1);
  const ofHour = Array.from({ length: 40 * 24 }, () => draw() * 2 - 1);
  const ofPlace = Array.from({ length: 40 }, () => draw() * 2 - 1);
  const style = pick(
    [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0.4, 0.4, 0.2, 0],
      [0.3, 0.3, 0.2, 0.2],
      [0, 0, 1, 0],
      [0.5, 0, 0, 0.5],
    ],
    draw,
  );
  const [a = 0, b = 0, c = 0, d = 0] = style;
  return (on, hour, place) =>
    1 + wrong * (a * level + b * (ofDay[on] ?? 0) + c * (ofHour[on * 24 + hour] ?? 0) + d * (ofPlace[place] ?? 0));
}

function pastOf(past: Past, stream: Stream, draw: () => number): Timed[] {
  if (past === 'none') return [];
  const days = past === 'short' ? 2 : 21;
  const all = trafficOf({ ...stream, from: stream.from - days * day, days, factor: () => 1 }, draw);
  if (past === 'gaps') {
    const missing = new Set([3, 4, 11, 17]);
    return all.filter(({ at }) => !missing.has(Math.floor((stream.from - at) / day)));
  }
  if (past !== 'new placements') return all;
  const isNew = new Set(stream.placements.filter(() => draw() < 0.4).map(({ code }) => code));
  return all.filter(({ request }) => !isNew.has(request.placement));
}

/** Each request goes to one of the lines that may have it, by weights that make some lines large and some small. */
function withGoals(wished: Line[], timed: readonly Timed[], kind: Kind, draw: () => number): Line[] {
  const weights = new Map(wished.map((line) => [line, Math.exp(1.2 * (draw() + draw() + draw() - 1.5))]));
  const had = new Map(wished.map((line) => [line, 0]));
  const caps = openCaps();
  const shares = wished.filter(({ unit }) => unit === 'share');
  for (const one of timed) {
    const sponsor = shares.find((line) => takes(line, one) && draw() < line.goal / 100);
    if (sponsor && caps.allows(sponsor, one)) {
      caps.note(sponsor, one);
      continue;
    }
    const able = wished.filter((line) => line.unit !== 'share' && takes(line, one) && caps.allows(line, one));
    let at = draw() * able.reduce((sum, line) => sum + (weights.get(line) ?? 0), 0);
    const line = able.find((other) => (at -= weights.get(other) ?? 0) < 0);
    if (!line) continue;
    caps.note(line, one);
    had.set(line, (had.get(line) ?? 0) + 1);
  }
  return wished.flatMap((line): Line[] => {
    if (line.unit === 'share') return [line];
    const rate = line.unit === 'viewable_impressions' ? 0.6 : 1;
    let goal = Math.floor((had.get(line) ?? 0) * rate * (1 - kind.slack));
    let isPromised = true;
    if (kind.odd && draw() < 0.1) goal = Math.min(goal, 1 + Math.floor(draw() * 10));
    else if (kind.odd && draw() < 0.04) {
      // What nobody promised must not be had at the cost of what was.
      goal = goal * 5 + 1000;
      isPromised = false;
    }
    if (goal === 0) return [];
    if (isPromised) return [{ ...line, goal }];
    return [{ ...line, goal, isPromised, cap: undefined, priority: kind.levels ? 12 : 10 }];
  });
}
