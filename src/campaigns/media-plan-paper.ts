/** A media plan for the client: every word and figure of it as it will be read, for the PDF and the workbook. Pure. */
import type { Money } from '#platform/contract';
import type { MediaPlan, PlanLine, Scenario } from './contract.ts';

export const planWords = {
  en: {
    title: 'Media plan',
    for: 'For',
    objective: 'Objective',
    awareness: 'Awareness',
    traffic: 'Traffic',
    conversion: 'Conversion',
    budget: 'Budget',
    dates: 'Dates',
    scenario: 'Scenario',
    best: 'Best',
    spread: 'Spread',
    prudent: 'Prudent',
    more: 'A quarter more',
    own: 'Own sites',
    elsewhere: 'Elsewhere',
    site: 'External site',
    social: 'Social',
    email: 'E-mail',
    search: 'Search',
    other: 'Other',
    line: 'Line',
    lines: 'Lines',
    channel: 'Channel',
    impressions: 'Impressions',
    rate: 'CPM',
    clicks: 'Clicks',
    conversions: 'Conversions',
    amount: 'Cost',
    spent: 'Spent',
    link: 'Tracked link',
    total: 'Total',
    reach: 'Reach (visitor-days)',
    cpc: 'Cost per click',
    cpa: 'Cost per conversion',
    cpm: 'Cost per thousand',
    flowchart: 'Flowchart',
    results: 'What is expected',
    basis: 'What these figures rest on',
    net: 'Net of tax. Expected figures are estimates, not promises; what is booked is what the order says.',
    computed: 'Computed',
    scenarios: 'Scenarios',
    page: 'Page',
    of: 'of',
  },
  fr: {
    title: 'Plan média',
    for: 'Pour',
    objective: 'Objectif',
    awareness: 'Notoriété',
    traffic: 'Trafic',
    conversion: 'Conversion',
    budget: 'Budget',
    dates: 'Dates',
    scenario: 'Scénario',
    best: 'Le meilleur',
    spread: 'Réparti',
    prudent: 'Prudent',
    more: 'Un quart de plus',
    own: 'Sites propres',
    elsewhere: 'Ailleurs',
    site: 'Site externe',
    social: 'Réseaux sociaux',
    email: 'E-mail',
    search: 'Recherche',
    other: 'Autre',
    line: 'Ligne',
    lines: 'Lignes',
    channel: 'Canal',
    impressions: 'Impressions',
    rate: 'CPM',
    clicks: 'Clics',
    conversions: 'Conversions',
    amount: 'Coût',
    spent: 'Dépensé',
    link: 'Lien suivi',
    total: 'Total',
    reach: 'Couverture (visiteurs-jours)',
    cpc: 'Coût par clic',
    cpa: 'Coût par conversion',
    cpm: 'Coût pour mille',
    flowchart: 'Calendrier',
    results: 'Ce qui est attendu',
    basis: 'Sur quoi reposent ces chiffres',
    net: 'Hors taxes. Les chiffres attendus sont des estimations, non des promesses ; ce qui est réservé est ce que dit le bon de commande.',
    computed: 'Calculé le',
    scenarios: 'Scénarios',
    page: 'Page',
    of: 'sur',
  },
} as const;

export type PlanWords = (typeof planWords)['en' | 'fr'];
type Language = 'en' | 'fr';

/** A line of the plan, wherever it is bought; days are included. */
export type PaperLine = {
  name: string;
  channel: string;
  first_day: string;
  last_day: string;
  impressions: number;
  /** CPM in minor units; null where it is not bought by the thousand. */
  rate: number | null;
  clicks: number;
  conversions: number;
  amount: number;
  spent: number | null;
  link: string;
};

/** The lines of a scenario with the quantities set by hand, then those bought elsewhere. */
export function paperLines(plan: MediaPlan, scenario: Scenario, language: Language): PaperLine[] {
  const words = planWords[language];
  const own = plan.quantities[scenario.key] ?? {};
  const ours = scenario.lines
    .map((line) => withImpressions(line, own[line.placement_id] ?? line.impressions))
    .filter(({ impressions }) => impressions > 0)
    .map((line) => ({
      name: `${line.site_name} · ${line.name}`,
      channel: words.own,
      first_day: plan.brief.start,
      last_day: plan.brief.end,
      impressions: line.impressions,
      rate: line.rate,
      clicks: line.clicks,
      conversions: line.conversions,
      amount: line.amount,
      spent: null,
      link: '',
    }));
  const elsewhere = plan.pushes.map((push) => ({
    ...push,
    name: [push.name, push.where].filter(Boolean).join(' · '),
    channel: words[push.channel],
    rate: push.impressions > 0 && push.amount > 0 ? Math.round((push.amount * 1000) / push.impressions) : null,
  }));
  return [...ours, ...elsewhere];
}

/** A line with another quantity; what follows from it follows in proportion. */
export function withImpressions(line: PlanLine, impressions: number): PlanLine {
  const part = line.impressions > 0 ? impressions / line.impressions : 0;
  return {
    ...line,
    impressions,
    amount: Math.round((impressions * line.rate) / 1000),
    viewable: Math.round(line.viewable * part),
    clicks: line.clicks * part,
    conversions: line.conversions * part,
  };
}

export function paperTotals(lines: readonly PaperLine[]) {
  const sum = (field: 'impressions' | 'clicks' | 'conversions' | 'amount') =>
    lines.reduce((total, line) => total + line[field], 0);
  return {
    impressions: sum('impressions'),
    clicks: sum('clicks'),
    conversions: sum('conversions'),
    amount: sum('amount'),
  };
}

/** The weeks (Monday to Sunday) that the lines touch, at most 60; each with its first day. */
export function weeksOf(lines: readonly PaperLine[]): string[] {
  const days = lines.flatMap(({ first_day, last_day }) => [first_day, last_day]).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const weeks: string[] = [];
  const at = new Date(`${first}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  for (; at.toISOString().slice(0, 10) <= last && weeks.length < 60; at.setUTCDate(at.getUTCDate() + 7))
    weeks.push(at.toISOString().slice(0, 10));
  return weeks;
}

export function formatsOf(language: Language) {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return {
    count: (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value),
    decimal: (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value),
    money: ({ amount, currency }: Money) => {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
      return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    day: (day: string) => days.format(Date.parse(day)),
    short: (day: string) => short.format(Date.parse(day)),
    range: (first: string, last: string) => days.formatRange(Date.parse(first), Date.parse(last)),
  };
}
