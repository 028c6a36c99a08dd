/** Figures for tests: a believable campaign, made from a few numbers and a seed. */
import { daysOf, localDay } from './calendar.ts';
import type { Ask, Question, ReportedLine, ReportSubject } from './report-figures.ts';
import type { Counts, Period } from './figures.ts';

/** A small seeded generator (mulberry32): the same seed, the same campaign. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A Poisson count: exact for small means, normal beyond. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let product = random();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}

export type Fact = Counts & {
  date: string;
  hour: number;
  line: string;
  creative: string;
  placement: string;
  site: string;
};

export const caseLine = (change: Partial<ReportedLine> = {}): ReportedLine => ({
  id: 'li_1',
  name: 'Pavé accueil',
  type: 'standard',
  state: 'live',
  start: '2026-11-01T00:00:00+01:00',
  end: '2026-12-01T00:00:00+01:00',
  pacing: 'even',
  goal: { unit: 'impressions', quantity: 300_000 },
  rate: { model: 'cpm', amount: 800, currency: 'EUR' },
  budget: 240_000,
  has_creative: true,
  ...change,
});

export const caseSubject = (change: Partial<ReportSubject> = {}): ReportSubject => ({
  order: {
    id: 'or_1',
    name: 'Lancement hiver',
    side: 'sell',
    po_number: 'BC-2026-117',
    advertiser: 'Maison Dorval',
    publisher: null,
  },
  organisation: 'Le Courrier des Alpes',
  lines: [caseLine()],
  creatives: [
    { id: 'cr_1', name: 'Pavé manteau rouge', kind: 'image', width: 300, height: 250 },
    { id: 'cr_2', name: 'Pavé manteau bleu', kind: 'image', width: 300, height: 250 },
  ],
  placements: [{ id: 'pl_1', name: 'Pavé haut', site: 'courrier-des-alpes.example' }],
  sites: [{ id: 'si_1', time_zone: 'Europe/Paris', currency: 'EUR' }],
  ...change,
});

/** Facts of every day of each line from its start to `until`, at `perDay` impressions and the rates of its creatives. */
export function caseFacts(options: {
  subject: ReportSubject;
  until: string;
  seed: number;
  perDay: (line: ReportedLine) => number;
  ctr?: (creative: string, date: string, hour: number) => number;
  viewability?: number;
}): Fact[] {
  const { subject, until, perDay, ctr = () => 0.003, viewability = 0.66 } = options;
  const random = randomOf(options.seed);
  const site = subject.sites[0]?.id ?? '';
  const zone = subject.sites[0]?.time_zone ?? 'UTC';
  return subject.lines.flatMap((line) => {
    const from = localDay(new Date(line.start), zone);
    const last = localDay(new Date(Date.parse(line.end) - 1), zone);
    const period: Period = { from, to: last < until ? last : until };
    if (period.from > period.to || perDay(line) === 0) return [];
    return daysOf(period).flatMap((date) =>
      [2, 6, 10, 14, 18, 22].flatMap((hour) =>
        subject.creatives.map((creative): Fact => {
          const impressions = poisson(perDay(line) / 6 / subject.creatives.length, random);
          const clicks = Math.min(impressions, poisson(impressions * ctr(creative.id, date, hour), random));
          const viewable = Math.min(
            impressions,
            Math.max(
              0,
              Math.round(
                impressions * viewability + Math.sqrt(impressions * viewability * (1 - viewability)) * normal(random),
              ),
            ),
          );
          const spend = (impressions * line.rate.amount) / 1000;
          return {
            date,
            hour,
            line: line.id,
            creative: creative.id,
            placement: subject.placements[0]?.id ?? '',
            site,
            impressions,
            clicks,
            viewable,
            spend,
          };
        }),
      ),
    );
  });
}

/** Answers questions as analytics would, over facts in memory; `invalid` is the share of gross impressions filtered. */
export function askFacts(facts: readonly Fact[], invalid = 0): Ask {
  const keyOf = (fact: Fact, dimension: string): string => {
    if (dimension === 'time:day') return fact.date;
    if (dimension === 'time:hour') return `${fact.date} ${String(fact.hour).padStart(2, '0')}:00:00`;
    if (dimension === 'ad:line_item') return fact.line;
    return dimension === 'ad:creative' ? fact.creative : fact.placement;
  };
  const metric = (counts: Counts, name: string): number => {
    if (name === 'impressions_gross') return Math.round(counts.impressions / (1 - invalid));
    if (name === 'clicks_gross') return counts.clicks;
    if (name === 'ad_conversions') return counts.conversions ?? 0;
    if (name === 'viewable_impressions') return counts.viewable;
    return name === 'impressions' ? counts.impressions : name === 'clicks' ? counts.clicks : counts.spend;
  };
  return async ({ site_id, date_range: [from, to], dimensions, metrics, pagination }: Question) => {
    const sums = new Map<string, { dimensions: string[]; counts: Counts }>();
    for (const fact of facts) {
      if (fact.site !== site_id || fact.date < from || fact.date > to) continue;
      const keys = dimensions.map((dimension) => keyOf(fact, dimension));
      const row = sums.get(keys.join('\n')) ?? {
        dimensions: keys,
        counts: { impressions: 0, viewable: 0, clicks: 0, spend: 0 },
      };
      row.counts = {
        impressions: row.counts.impressions + fact.impressions,
        viewable: row.counts.viewable + fact.viewable,
        clicks: row.counts.clicks + fact.clicks,
        spend: row.counts.spend + fact.spend,
        conversions: (row.counts.conversions ?? 0) + (fact.conversions ?? 0),
      };
      sums.set(keys.join('\n'), row);
    }
    const rows = [...sums.values()].slice(pagination.offset, pagination.offset + pagination.limit);
    return {
      results: rows.map((row) => ({
        dimensions: row.dimensions,
        metrics: metrics.map((name) => metric(row.counts, name)),
      })),
    };
  };
}

export const casePeriod: Period = { from: '2026-11-09', to: '2026-11-15' };
export const caseNow = new Date('2026-11-16T08:00:00Z');
