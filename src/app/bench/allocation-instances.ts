/**
 * Campaigns that want the same requests: generated bookings and traffic, what any allocation could have delivered knowing the
 * traffic beforehand (a linear program), and what greedy delivery by remaining goal gives.
 */
import { seeded } from './forecast-series.ts';

export type Request = { at: string; placement: string; geo: { country: string }; device: string };
type Line = {
  placements: string[];
  country: string | undefined;
  device: string | undefined;
  from: number;
  to: number;
  goal: number;
};
export type Instance = { lines: Line[]; scenario: unknown; history: Request[]; requests: Request[] };

/** `slack`: part of what the lines can have together that is left unsold; negative: more is sold than there is. */
export type Tightness = { slack: number; wrong: number };

const day = 86_400_000;
const start = Date.parse('2026-03-02T00:00:00Z');
const countries = ['FR', 'FR', 'FR', 'BE', 'CH'];
const devices = ['phone', 'phone', 'desktop'];
/** Requests by hour of the day, in percent of the busiest. */
const curve = [9, 5, 3, 2, 3, 9, 27, 55, 66, 58, 50, 52, 68, 63, 50, 46, 48, 56, 68, 66, 62, 64, 50, 24];
const curveSum = curve.reduce((sum, part) => sum + part, 0);

const pick = <T>(list: readonly T[], draw: () => number): T | undefined => list[Math.floor(draw() * list.length)];

type Traffic = {
  codes: readonly string[];
  from: number;
  days: number;
  perDay: number;
  factor: (day: number) => number;
};

function trafficOf({ codes, from, days, perDay, factor }: Traffic, draw: () => number): Request[] {
  const times: number[] = [];
  for (let d = 0; d < days; d++) {
    for (const [hour, part] of curve.entries()) {
      const count = Math.round((perDay * factor(d) * part) / curveSum);
      for (let i = 0; i < count; i++) times.push(from + d * day + (hour + draw()) * 3_600_000);
    }
  }
  return times
    .toSorted((a, b) => a - b)
    .map((at) => ({
      at: new Date(at).toISOString(),
      placement: codes[Math.floor(codes.length * draw() ** 2)] ?? '',
      geo: { country: pick(countries, draw) ?? 'FR' },
      device: pick(devices, draw) ?? 'phone',
    }));
}

const dayOf = (at: string) => Math.floor((Date.parse(at) - start) / day);
const takes = (line: Line, { placement, geo, device }: Request, on: number) =>
  on >= line.from &&
  on < line.to &&
  line.placements.includes(placement) &&
  (line.country === undefined || line.country === geo.country) &&
  (line.device === undefined || line.device === device);

/**
 * An instance of 4 to 12 placements, 6 to 30 lines and 5 to 9 days. Its goals are what a random choice among the lines of each
 * request gives, made smaller by the slack: with a slack of 0 or more they can certainly be met together. The history is two
 * weeks whose level is wrong by up to `wrong`, day by day and as a whole.
 */
export function instanceOf(seed: number, { slack, wrong }: Tightness): Instance {
  const draw = seeded(seed);
  const codes = Array.from({ length: 4 + Math.floor(draw() * 9) }, (_, i) => `p${i}`);
  const days = 5 + Math.floor(draw() * 5);
  const perDay = 3000 + Math.floor(draw() * 3000);
  const level = 1 + (draw() * 2 - 1) * wrong;
  const surges = Array.from({ length: days }, () => level * (1 + (draw() * 2 - 1) * wrong));
  const history = trafficOf({ codes, from: start - 14 * day, days: 14, perDay, factor: () => 1 }, draw);
  const requests = trafficOf({ codes, from: start, days, perDay, factor: (d) => surges[d] ?? 1 }, draw);

  const lines = Array.from({ length: 6 + Math.floor(draw() * 25) }, (): Line => {
    const from = Math.floor(draw() * (days - 2));
    return {
      placements: codes.filter((_, i) => draw() < 0.35 || i === Math.floor(draw() * codes.length)),
      country: draw() < 0.4 ? pick(countries, draw) : undefined,
      device: draw() < 0.3 ? pick(devices, draw) : undefined,
      from,
      to: Math.min(days, from + 2 + Math.floor(draw() * days)),
      goal: 0,
    };
  }).filter(({ placements }) => placements.length > 0);
  for (const request of requests) {
    const on = dayOf(request.at);
    const line = pick(
      lines.filter((one) => takes(one, request, on)),
      draw,
    );
    if (line) line.goal++;
  }
  const sold = lines
    .map((line) => ({ ...line, goal: Math.floor(line.goal * (1 - slack)) }))
    .filter((line) => line.goal > 0);

  const restart = new Date(start + (1 + Math.floor(draw() * (days - 1))) * day + 14 * 3_600_000).toISOString();
  const scenario = {
    time_zone: 'UTC',
    start: new Date(start).toISOString(),
    days,
    replan_minutes: 60,
    seed,
    placements: codes.map((code) => ({ code, formats: ['300x250'] })),
    line_items: sold.map(({ placements, country, device, from, to, goal }, i) => ({
      name: `L${i}`,
      type: 'standard',
      goal: { unit: 'impressions', quantity: goal },
      rate: { model: 'cpm', amount: 500, currency: 'EUR' },
      start: new Date(start + from * day).toISOString(),
      end: new Date(start + to * day).toISOString(),
      placements,
      ...(country || device
        ? {
            targeting: {
              and: [
                ...(country ? [{ key: 'geo.country', in: [country] }] : []),
                ...(device ? [{ key: 'device', in: [device] }] : []),
              ],
            },
          }
        : {}),
    })),
    history: 'history.jsonl',
    requests: 'requests.jsonl',
    events: [{ at: restart, kind: 'edge_restart' }],
  };
  return { lines: sold, scenario, history, requests };
}

/** The most that the lines could have had together, as a linear program in CPLEX's LP format: requests alike are one supply. */
export function hindsightProgram({ lines, requests }: Instance): string {
  const supplies = new Map<string, { lines: number[]; count: number }>();
  for (const request of requests) {
    const on = dayOf(request.at);
    const takers = lines.flatMap((line, i) => (takes(line, request, on) ? [i] : []));
    if (takers.length === 0) continue;
    const known = supplies.get(takers.join(' '));
    if (known) known.count++;
    else supplies.set(takers.join(' '), { lines: takers, count: 1 });
  }
  const ofLine = lines.map((): string[] => []);
  const bounds = [...supplies.values()].map(({ lines: takers, count }, supply) => {
    const flows = takers.map((line) => `x${supply}_${line}`);
    for (const [i, line] of takers.entries()) ofLine[line]?.push(flows[i] ?? '');
    return ` s${supply}: ${flows.join(' + ')} <= ${count}`;
  });
  const goals = ofLine.flatMap((flows, i) =>
    flows.length > 0 ? [` g${i}: ${flows.join(' + ')} <= ${lines[i]?.goal}`] : [],
  );
  return `Maximize\n total: ${ofLine.flat().join(' + ')}\nSubject To\n${[...bounds, ...goals].join('\n')}\nEnd\n`;
}

/** What each request going to the line that lacks most would deliver: no pacing, no thought of tomorrow. */
export function greedyDelivery({ lines, requests }: Instance): number {
  const left = lines.map(({ goal }) => goal);
  let delivered = 0;
  for (const request of requests) {
    const on = dayOf(request.at);
    let best = -1;
    for (const [i, line] of lines.entries())
      if ((left[i] ?? 0) > 0 && (best < 0 || (left[i] ?? 0) > (left[best] ?? 0)) && takes(line, request, on)) best = i;
    if (best < 0) continue;
    left[best] = (left[best] ?? 0) - 1;
    delivered++;
  }
  return delivered;
}
