/** Reports of advertising costs into rows by campaign and day. */
import {
  badPlace,
  checkCells,
  type DataFile,
  dayOrderOf,
  type DayOrder,
  dayWritten,
  headerKey,
  isBlank,
  numberWritten,
  readTable,
  Refusal,
} from '#platform';
import { noCampaign } from '../campaign.ts';
import { channelOf } from '../channel.ts';
import { sourceWritten } from '../referral.ts';
import { type Skipped, withoutTotals } from './cost-totals.ts';
import { type Columns, columnsOf, type CostField, type Platform, platformOf } from './cost-columns.ts';

export type Cost = {
  day: string;
  account: string;
  campaign_key: string;
  campaign: string;
  channel: string;
  source: string;
  currency: string;
  spend_micros: number;
  impressions: number;
  clicks: number;
  conversions: number;
  value_micros: number;
};

export type CostFile = {
  platform: Platform;
  costs: Cost[];
  /** Rows of the file; rows that covered several days and were spread evenly over them. */
  rows: number;
  spread: number;
  /** Totals and notices, by their lines. */
  skipped: Skipped[];
};

export type CostOptions = {
  platform?: Platform | undefined;
  /** Of amounts that name none. */
  currency: string;
  /** Of rows that name none. */
  account?: string | undefined;
  /** Columns by name, for files that no platform's words fit. */
  columns?: Partial<Record<CostField, string | undefined>> | undefined;
};

/** The header of a cost report and what stands above it. */
export type CostHeader = { line: number; cells: string[]; above: string; platform: Platform | undefined };

const mostAbove = 25;

/** Finds the header: the first line of a platform's words, else the first with two cells or more. */
export async function costHeader(file: DataFile): Promise<CostHeader> {
  const rows: { line: number; cells: string[] }[] = [];
  for await (const row of readTable(file)) {
    rows.push(row);
    if (rows.length > mostAbove) break;
  }
  let above = '';
  for (const { line, cells } of rows) {
    const platform = cells.length > 1 ? platformOf(cells, above) : undefined;
    if (platform) return { line, cells, above, platform };
    above += `${cells.join(' ')}\n`;
  }
  const widest = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const first = rows.find((row) => row.cells.length > 1 && row.cells.length === widest && !isBlank(row));
  if (!first) throw new Refusal('bad-input', `${file.name}: holds no table.`, { field: 'file' });
  return { ...first, above: '', platform: undefined };
}

const channels: Readonly<Record<string, string>> = {
  search: 'Paid Search',
  'reseau de recherche': 'Paid Search',
  display: 'Display',
  'reseau display': 'Display',
  video: 'Paid Video',
  'demand gen': 'Paid Video',
  shopping: 'Paid Shopping',
  'performance max': 'Cross-network',
  'performances maximales': 'Cross-network',
};

function originOf(
  platform: Platform,
  kind: string,
  source: string,
  medium: string,
  campaign: string,
): { channel: string; source: string } {
  const byKind = channels[headerKey(kind)];
  switch (platform) {
    case 'google':
      return { channel: byKind ?? 'Paid Search', source: 'Google' };
    case 'microsoft':
      return { channel: byKind ?? 'Paid Search', source: 'Bing' };
    case 'meta':
      return { channel: 'Paid Social', source: 'Facebook' };
    case 'linkedin':
      return { channel: 'Paid Social', source: 'LinkedIn' };
    case 'other': {
      const known = sourceWritten(source);
      const channel = channelOf({
        ...known,
        campaign: { ...noCampaign, source, medium: medium || 'cpc', name: campaign },
        click: undefined,
      });
      return { channel, source: known.source };
    }
  }
}

/** Reads a report whole: what cannot be read is refused with line and column, and nothing of the file is kept. */
export async function readCosts(file: DataFile, options: CostOptions): Promise<CostFile> {
  const header = await costHeader(file);
  const platform = options.columns ? (options.platform ?? 'other') : (options.platform ?? header.platform);
  if (!platform || (platform === 'other' && !options.columns))
    throw badPlace(
      file.name,
      header.line,
      `this is no cost report of Google Ads, Meta, LinkedIn or Microsoft; say which columns are which (${header.cells.slice(0, 12).join(', ')})`,
    );
  const at = options.columns
    ? columnsNamed(file, header, options.columns)
    : platform === 'other'
      ? {}
      : columnsOf(platform, header.cells);
  for (const field of ['campaign', 'cost'] as const)
    if (at[field] === undefined && !(field === 'cost' && at.cost_micros !== undefined))
      throw badPlace(file.name, header.line, `there is no column for the ${field}`);

  const rows: { line: number; cells: string[] }[] = [];
  for await (const row of readTable(file)) if (row.line > header.line && !isBlank(row)) rows.push(row);
  const isFrench = header.cells.some((name) => /[éèêûôî]|montant|clics|jour|campagne|devise/i.test(name));
  const order =
    dayOrderOf(rows.flatMap(({ cells }) => [cells[at.day ?? -1] ?? '', cells[at.end ?? -1] ?? ''])) ??
    (isFrench ? 'dmy' : 'mdy');
  const decimal = isFrench ? decimalOf(rows, at) : '.';
  const reader = readerOf(file, header, at, {
    platform,
    currency: options.currency,
    account: options.account ?? '',
    order,
    decimal,
  });
  const told = withoutTotals(rows, {
    platform,
    at,
    number: (text) => numberWritten(text.trim(), decimal),
    isDay: (text) => dayWritten(text, order) !== undefined,
  });
  const costs = new Map<string, Cost>();
  let read = 0;
  let spread = 0;
  for (const row of told.rows) {
    checkCells(file.name, row, header.cells.length);
    const parts = reader(row);
    read++;
    if (parts.length > 1) spread++;
    for (const part of parts) add(costs, part);
  }
  if (read === 0) throw badPlace(file.name, header.line, 'the report holds no row');
  return { platform, costs: [...costs.values()], rows: read, spread, skipped: told.skipped };
}

function columnsNamed(
  file: DataFile,
  header: CostHeader,
  given: Partial<Record<CostField, string | undefined>>,
): Columns {
  const columns: Columns = {};
  for (const [field, name] of Object.entries(given)) {
    if (name === undefined || name === '') continue;
    const at = header.cells.findIndex((cell) => headerKey(cell) === headerKey(name));
    if (at < 0) throw badPlace(file.name, header.line, `there is no column "${name}"`);
    columns[field as CostField] = at;
  }
  return columns;
}

/** A French report has decimal commas unless its amounts show that it has none. */
function decimalOf(rows: readonly { cells: string[] }[], at: Columns): ',' | '.' {
  const amounts = rows.flatMap(({ cells }) => [cells[at.cost ?? -1] ?? '', cells[at.value ?? -1] ?? '']);
  return amounts.some((text) => /\.\d{1,2}\D*$/.test(text)) && !amounts.some((text) => /,\d{1,2}\D*$/.test(text))
    ? '.'
    : ',';
}

type Reading = { platform: Platform; currency: string; account: string; order: DayOrder; decimal: ',' | '.' };

function readerOf(
  file: DataFile,
  header: CostHeader,
  at: Columns,
  { platform, currency, account, order, decimal }: Reading,
) {
  const inHeader = /\(([A-Z]{3})\)\s*$/.exec(header.cells[at.cost ?? -1] ?? '')?.[1];
  const period = periodAbove(header.above, order);
  return ({ line, cells }: { line: number; cells: string[] }): Cost[] => {
    const text = (field: CostField) => cells[at[field] ?? -1]?.trim() ?? '';
    const refuse = (field: CostField, why: string): never => {
      throw badPlace(
        file.name,
        line,
        `${JSON.stringify(text(field).slice(0, 60))} ${why}`,
        header.cells[at[field] ?? -1],
      );
    };
    const number = (field: CostField): number => {
      const written = text(field);
      if (/^(?:-{0,2}|–|—|n\/a|<.*|null)$/i.test(written)) return 0;
      const value = numberWritten(written, decimal);
      if (value === undefined) return refuse(field, 'is not a number');
      return value < 0 && field !== 'cost' ? refuse(field, 'is less than nothing') : value;
    };
    const day = (field: 'day' | 'end') => {
      const found = dayWritten(text(field), order);
      return found ?? refuse(field, 'is not a day');
    };
    const from = at.day === undefined ? period?.from : day('day');
    const to = at.end === undefined ? (at.day === undefined ? period?.to : from) : day('end');
    if (!from || !to)
      throw badPlace(file.name, header.line, 'the report has no day and no period above it; export it by day');
    if (to < from) refuse('end', 'lies before the start');
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    if (days > 400) refuse('end', 'makes a period of more than 400 days');
    const money = text('currency') || inHeader || currency;
    if (!/^[A-Z]{3}$/.test(money)) refuse('currency', 'is not a currency such as EUR');
    const campaign = text('campaign');
    const whole = {
      account: text('account') || account,
      campaign_key: text('campaign_id') || campaign,
      campaign,
      ...originOf(platform, text('kind'), text('source'), text('medium'), campaign),
      currency: money,
    };
    const sums = {
      spend_micros: Math.round(at.cost === undefined ? number('cost_micros') : number('cost') * 1e6),
      impressions: Math.round(number('impressions')),
      clicks: Math.round(number('clicks')),
      value_micros: Math.round(number('value') * 1e6),
    };
    const conversions = number('conversions');
    return Array.from({ length: days }, (_, i) => ({
      day: new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10),
      ...whole,
      ...Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, share(sum, days, i)])),
      conversions: conversions / days,
    })) as Cost[];
  };
}

/** The part of one day: whole numbers that add up to the sum again. */
export const share = (sum: number, days: number, i: number): number =>
  Math.floor((sum * (i + 1)) / days) - Math.floor((sum * i) / days);

/** `"September 1, 2025 - September 30, 2025"`, `1 septembre 2025 - 30 septembre 2025` above a table. */
function periodAbove(above: string, order: DayOrder): { from: string; to: string } | undefined {
  for (const line of above.split('\n')) {
    const [first = '', second = ''] = line.replaceAll('"', '').split(/\s+(?:-|–|—|to|au)\s+/);
    const from = dayWritten(first.replace(/^.*?(?=\d|[A-Z][a-zéû]+ \d)/, ''), order);
    const to = dayWritten(second, order);
    if (from && to) return { from, to };
  }
  return undefined;
}

/** Rows of one campaign and day (ad groups, networks) are one. */
function add(costs: Map<string, Cost>, cost: Cost): void {
  const key = [cost.account, cost.campaign_key, cost.day, cost.source, cost.currency].join('\0');
  const known = costs.get(key);
  if (!known) return void costs.set(key, { ...cost });
  for (const name of ['spend_micros', 'impressions', 'clicks', 'conversions', 'value_micros'] as const)
    known[name] += cost[name];
}
