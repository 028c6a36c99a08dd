/** What an export of another product is read into: figures it had added up, or the hits themselves. */
import type { DataFile } from '#platform';
import type { Family, Product } from './history-names.ts';

export type { Family, Product } from './history-names.ts';

/** Columns of `imported_figures` that a row may be told by. */
export const figureDimensions = [
  'channel',
  'source',
  'referrer',
  'search_term',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'hostname',
  'path',
  'name',
  'country',
  'region',
  'city',
  'language',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
] as const;
export type FigureDimension = (typeof figureDimensions)[number];

/** Columns that are counted. Durations in milliseconds, revenue in millionths of the currency. */
export const figureMeasures = [
  'visitors',
  'visits',
  'pageviews',
  'bounces',
  'visit_ms',
  'events',
  'engaged_ms',
  'engaged_pages',
  'scroll_percents',
  'scrolled_pages',
  'revenue_micros',
] as const;
export type FigureMeasure = (typeof figureMeasures)[number];

export type Figure = {
  /** Days of the site, YYYY-MM-DD; equal unless the product gave one total for several days. */
  local_date: string;
  last_date: string;
} & Partial<Record<FigureDimension, string>> &
  Partial<Record<FigureMeasure, number>>;

export type PastHit = {
  /** The product's own id of the hit, which makes it count once. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The product's name for the visitor; it is hashed per site. */
  visitor: string;
  name: string;
  url: string;
  referrer: string;
  country: string;
  region: string;
  city: string;
  language: string;
  device: string;
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  width: number;
  engaged_ms: number;
  scroll: number;
  props: Record<string, string>;
  /** In major units of the currency; 0 when there is none. */
  revenue: number;
  currency: string;
};

export type Told<T> = { line: number; row: T };

/** A file that a reader knows. `read` may be called several times. */
export type Recognised = { product: Product; file: DataFile } & (
  | { kind: 'figures'; family: Family; measures: readonly FigureMeasure[]; read(): AsyncGenerator<Told<Figure>> }
  | { kind: 'hits'; read(): AsyncGenerator<Told<PastHit>> }
  | { kind: 'left-out'; why: string }
);

/** The start of a file, as readers look at it. */
export type Head = {
  file: DataFile;
  text: string;
  rows: readonly { line: number; cells: string[] }[];
  options: HistoryOptions;
};

export type LiveDays = 'refuse' | 'keep' | 'add';

/** What the bringer may say where the file does not. */
export type HistoryOptions = {
  /** The days that an undated report covers. */
  from?: string | undefined;
  to?: string | undefined;
  /** Which table an unnamed report of Matomo is. */
  family?: Family | undefined;
  /** What becomes of hits on days on which the site has hits of its own; refused when absent. */
  live_days?: LiveDays | undefined;
  /** Of amounts without a currency. */
  currency: string;
  time_zone: string;
};

export type Reader = (head: Head) => Recognised[] | undefined | Promise<Recognised[] | undefined>;
