/** A report as it is read: every figure already written in the reader's language. The PDF and the HTML page are two skins of it. */
import { dailyChart } from '../charts/daily.ts';
import { chartSvg } from '../charts/svg.ts';
import { type Block } from '../commentary/index.ts';
import { viewabilityMark } from '../commentary/rules/comparisons.ts';
import { ctr, ecpm, type LineFigures, type ReportFigures, viewability } from '../figures.ts';
import { type Format, formatIn, type Language } from '../language.ts';
import { definitions, statusWords, unitWords, words } from './words.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'calm';

export type ReportDocument = {
  language: Language;
  title: string;
  organisation: string;
  /** Label and value pairs of the cover band. */
  facts: { label: string; value: string }[];
  figures: { label: string; value: string; note: string }[];
  commentary: string[];
  chart: { svg: string; alt: string } | null;
  lines: {
    name: string;
    dates: string;
    status: string;
    tone: Tone;
    delivered: string;
    ordered: string;
    /** 0–1; null for lines without a counted goal. */
    share: number | null;
    due: number | null;
    shareText: string;
    impressions: string;
    ctr: string;
    spend: string;
  }[];
  creatives: {
    id: string;
    name: string;
    size: string;
    impressions: string;
    clicks: string;
    ctr: string;
    viewability: string;
  }[];
  placements: { name: string; site: string; impressions: string; clicks: string; ctr: string; viewability: string }[];
  definitions: string[];
  labels: Record<string, string>;
  notes: { lines: string; creatives: string; placements: string };
};

const none = '–';

/** A report shows so many creatives and placements; the workbook has them all. */
const shown = 8;

const tones: Record<LineFigures['status'], Tone> = {
  upcoming: 'calm',
  silent: 'bad',
  'on-track': 'good',
  behind: 'bad',
  ahead: 'warn',
  complete: 'good',
  'ended-short': 'bad',
  paused: 'warn',
  'no-goal': 'calm',
};

export function reportDocument(options: {
  figures: ReportFigures;
  language: Language;
  title: string;
  commentary: readonly Block[];
}): ReportDocument {
  const { figures, language, title, commentary } = options;
  const f = formatIn(language);
  const w = words[language];
  const { order, period } = figures;
  const rate = (value: number | null, digits: number) => (value === null ? none : f.percent(value, digits));
  const dateRange = language === 'fr' ? upperFirst(f.period(period.from, period.to)) : f.period(period.from, period.to);

  return {
    language,
    title,
    organisation: figures.organisation,
    facts: [
      { label: w.advertiser, value: order.advertiser },
      { label: w.order, value: order.name },
      { label: w.period, value: dateRange },
      ...(order.publisher ? [{ label: w.publisher, value: order.publisher }] : []),
      ...(order.po_number ? [{ label: w.poNumber, value: order.po_number }] : []),
    ],
    figures: keyFigures(figures, f),
    commentary: commentary.flatMap((block) => (block.text ? [block.text] : [])),
    chart: figures.total.impressions > 0 ? daily(figures, f) : null,
    lines: figures.lines.map((line) => ({
      name: line.name,
      dates: `${f.shortDay(line.first_day)} – ${f.shortDay(line.last_day)}`,
      status: statusWords[line.state === 'cancelled' ? 'cancelled' : line.status][language],
      tone: line.state === 'cancelled' ? 'calm' : tones[line.status],
      delivered: line.progress ? f.number(line.progress.delivered) : none,
      ordered: line.progress
        ? `${f.number(line.progress.ordered)} ${unitWords[line.unit]?.[language] ?? line.unit}`
        : (unitWords[line.unit]?.[language] ?? line.unit),
      share: line.progress ? Math.min(1, line.progress.delivered / line.progress.ordered) : null,
      due:
        line.progress && line.progress.elapsed > 0 && line.progress.elapsed < 1
          ? line.progress.expected / line.progress.ordered
          : null,
      shareText: line.progress ? f.percent((100 * line.progress.delivered) / line.progress.ordered) : none,
      impressions: f.number(line.period.impressions),
      ctr: rate(ctr(line.period), 2),
      spend: figures.currency ? f.money(Math.round(line.period.spend), figures.currency) : none,
    })),
    creatives: byClickRate(figures)
      .slice(0, shown)
      .map((creative) => ({
        id: creative.id,
        name: creative.name,
        size: creative.width && creative.height ? `${creative.width} × ${creative.height}` : creative.kind,
        ...rowOf(creative.period, f, rate),
      })),
    placements: figures.placements
      .slice(0, shown)
      .map((placement) => ({ name: placement.name, site: placement.site, ...rowOf(placement.period, f, rate) })),
    definitions: definitions(language, {
      zones: figures.time_zones.join(', ') || 'UTC',
      currency: figures.currency,
      mark: viewabilityMark,
    }),
    labels: w,
    notes: {
      lines: figures.lines.length > 0 ? `${w.sinceStart} ${w.periodFigures}` : w.noLines,
      creatives: figures.creatives.length > shown ? `${shown} / ${figures.creatives.length}, ${w.more}.` : '',
      placements: figures.placements.length > shown ? `${shown} / ${figures.placements.length}, ${w.more}.` : '',
    },
  };
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const rowOf = (counts: ReportFigures['total'], f: Format, rate: (value: number | null, digits: number) => string) => ({
  impressions: f.number(counts.impressions),
  clicks: f.number(counts.clicks),
  ctr: rate(ctr(counts), 2),
  viewability: rate(viewability(counts), 1),
});

/**
 * Best first. A creative seen by few may have any rate by luck, so rates are drawn towards the order's own, as if each
 * creative had another 100 clicks' worth of average impressions behind it.
 */
function byClickRate({ creatives, total }: ReportFigures): ReportFigures['creatives'] {
  const average = total.impressions > 0 ? total.clicks / total.impressions : 0;
  if (average === 0) return creatives;
  const weight = 100 / average;
  const score = ({ period }: ReportFigures['creatives'][number]) =>
    (period.clicks + 100) / (period.impressions + weight);
  return [...creatives].sort((a, b) => score(b) - score(a));
}

function keyFigures({ total, previous_total: before, currency }: ReportFigures, f: Format): ReportDocument['figures'] {
  const w = words[f.language];
  const figure = (label: string, of: (counts: typeof total) => number | null, write: (value: number) => string) => {
    const value = of(total);
    const was = before ? of(before) : null;
    return {
      label,
      value: value === null ? none : write(value),
      note: was === null ? '' : `${w.previousPeriod}${f.language === 'fr' ? '\u00a0' : ''}: ${write(was)}`,
    };
  };
  return [
    figure(
      w.impressions,
      (c) => c.impressions,
      (v) => f.number(v),
    ),
    figure(
      w.clicks,
      (c) => c.clicks,
      (v) => f.number(v),
    ),
    figure(w.ctr, ctr, (v) => f.percent(v, 2)),
    figure(w.viewability, viewability, (v) => f.percent(v, 1)),
    ...(currency
      ? [
          figure(
            w.spend,
            (c) => c.spend,
            (v) => f.money(Math.round(v), currency),
          ),
          figure(w.ecpm, ecpm, (v) => f.money(Math.round(v), currency)),
        ]
      : []),
  ];
}

function daily(figures: ReportFigures, f: Format): { svg: string; alt: string } {
  const w = words[f.language];
  const option = dailyChart({
    labels: figures.days.map(({ date }) => f.shortDay(date)),
    impressions: figures.days.map((day) => day.impressions),
    ctr: figures.days.map((day) => ctr(day)),
    names: { impressions: w.dailyImpressions, ctr: w.dailyCtr },
    number: (value) => f.number(value),
    percent: (value) => f.percent(value, 2),
  });
  const best = figures.days.reduce(
    (a, b) => (b.impressions > a.impressions ? b : a),
    figures.days[0] ?? { date: figures.period.from, impressions: 0 },
  );
  return {
    svg: chartSvg(option, { width: 760, height: 250 }),
    alt: `${w.daily}. Max. ${f.number(best.impressions)}, ${f.day(best.date)}.`,
  };
}
