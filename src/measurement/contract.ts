/** What others may know of measurement: the shapes that travel between the edge, control and the web app. */
import * as z from 'zod';
import { Id, Money, route, Timestamp } from '#platform/contract';

export {
  CostImport,
  type CostImported,
  costPlatforms,
  importCosts,
  listCosts,
  nameCampaign,
  previewCosts,
} from './costs/cost-contract.ts';
export { depths, durations, screens } from './told-values.ts';
export { changeVisitRules, readVisitRules, type VisitRules } from './visit-rules-contract.ts';
export {
  changePrivacy,
  eraseVisitor,
  exemptMonths,
  exportVisitor,
  findVisitor,
  readPrivacy,
  type SitePrivacy,
  type VisitorFound,
} from './privacy/privacy-contract.ts';
export { exportData, type ExportFormat, exportFormats } from './history/export-contract.ts';
export {
  HistoryImport,
  historyFamilies,
  listHistory,
  readHistory,
  removeHistory,
  startHistory,
} from './history/history-contract.ts';

/** A site as the edge's book carries it: all that collecting a hit needs to know. */
export type SiteOfBook = {
  id: string;
  /** The integer that Matomo-style trackers send as `idsite`. */
  number: number;
  org_id: string;
  domain: string;
  time_zone: string;
  /** ISO 4217 */
  currency: string;
  mode: 'exempt' | 'consented';
  /** `path` is a URL path prefix (`/sport`) or a glob (`/blog-*`). */
  sections: readonly { id: string; path: string }[];
};

/** The part of the edge's book that collecting reads. Salts are base64, one per site-local date (YYYY-MM-DD). */
export type CollectBook = { sites: readonly SiteOfBook[]; salts: Readonly<Record<string, string>> };

/** Why a hit or a log line is not counted as audience. Closed: every drop carries one of these. */
export const ignoredReasons = [
  'site-unknown',
  'prefetch',
  'bot',
  'not-a-page',
  'duplicate',
  'in-the-future',
  'too-old',
  'broken-line',
  'other-site',
  'method',
  'redirect',
  'client-error',
  'server-error',
  'feed',
  'asset',
] as const;
export const IgnoredReason = z.enum(ignoredReasons);
export type IgnoredReason = z.infer<typeof IgnoredReason>;

/** Longest texts that are accepted; longer ones are refused, naming the field. */
export const limits = { id: 64, name: 120, url: 4096, props: 30, propName: 300, propValue: 2000 } as const;

const HitId = z.string().min(1).max(limits.id);
const Url = z
  .string()
  .min(1)
  .max(limits.url)
  .refine((url) => URL.canParse(url), 'must be an absolute address such as https://example.com/page');
const Props = z
  .record(z.string().min(1).max(limits.propName), z.union([z.string().max(limits.propValue), z.number(), z.boolean()]))
  .refine((props) => Object.keys(props).length <= limits.props, `must have at most ${limits.props} entries`);
const shared = {
  id: HitId.optional(),
  name: z.string().min(1).max(limits.name).default('pageview'),
  url: Url,
  referrer: z.string().max(limits.url).optional(),
  props: Props.optional(),
  revenue: Money.optional(),
  /** false: an event that is no act of the visitor (a film that starts by itself), which does not lift a bounce. */
  interactive: z.boolean().optional(),
  /** Milliseconds during which the page was visible and focused; on hits named `engagement`. */
  engaged_ms: z.int().min(0).optional(),
  /** Deepest scroll, percent of the page. */
  scroll: z.number().min(0).max(100).optional(),
  language: z.string().max(35).optional(),
  /** Width of the window in CSS pixels. */
  width: z.int().min(0).max(65535).optional(),
};

const Consent = z.union([z.strictObject({ tcf: z.string().max(8192) }), z.strictObject({ ads: z.boolean() })]);
export type Consent = z.infer<typeof Consent>;
const Vital = z.number().min(0).max(1e9).optional();

/** `POST /e`. The edge reads it with hand-written checks of the same rules (speed); a test holds the two together. */
export const CollectBody = z.strictObject({
  ...shared,
  site: z.string().min(1).max(253),
  consent: Consent.optional(),
  /** First-party identifier, made and sent with consent only; without consent, or on a site in exempt mode, it is dropped unread. */
  visitor_id: z.string().min(1).max(128).optional(),
  /** On hits named `engagement`: largest paint and interaction in milliseconds, layout shift as browsers report it. */
  vitals: z.strictObject({ lcp: Vital, inp: Vital, cls: Vital }).optional(),
});
export type CollectBody = z.input<typeof CollectBody>;

/** One hit of `POST /api/ingest`. `visitor_id` is hashed per site and not rotated; `ip` is used for the country and forgotten. */
export const IngestHit = z.strictObject({
  ...shared,
  visitor_id: z.string().min(1).max(256),
  at: Timestamp,
  user_agent: z.string().max(2048).optional(),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Where the visitor was, where the sender knows better than the address: ISO 3166-1, ISO 3166-2, a name. */
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'must be a country code of two letters')
    .optional(),
  region: z
    .string()
    .regex(/^(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}$/, 'must be an ISO 3166-2 code such as FR-IDF')
    .optional(),
  city: z.string().max(120).optional(),
});
export type IngestHit = z.output<typeof IngestHit>;

export const ingestHits = route({
  method: 'POST',
  path: '/api/ingest',
  can: 'ingest.write',
  input: z.strictObject({ site_id: Id, hits: z.array(IngestHit).min(1).max(10_000) }),
  reply: z.object({
    accepted: z.int(),
    ignored: z.array(z.object({ index: z.int(), reason: IgnoredReason })),
  }),
  summary: 'Record hits of the past or of a server; an id counts once.',
});

/** What is known of a machine: who it says it is, and what for. */
export const botCategories = ['search', 'ai', 'social', 'monitor', 'seo', 'feed', 'library', 'other'] as const;
export const Bot = z.object({ name: z.string(), category: z.enum(botCategories) });
export type Bot = z.infer<typeof Bot>;

export const deviceTypes = ['desktop', 'phone', 'tablet', 'tv'] as const;
/** Texts are empty when the user agent does not tell. Versions are major versions (CNIL: no minor versions). */
export const Device = z.object({
  type: z.union([z.enum(deviceTypes), z.literal('')]),
  brand: z.string(),
  browser: z.string(),
  browser_version: z.string(),
  os: z.string(),
  os_version: z.string(),
});
export type Device = z.infer<typeof Device>;

/** What `vigie explain hit` answers. Texts are empty where there is nothing to say. */
export const HitExplained = z.object({
  channel: z.string(),
  source: z.string(),
  search_term: z.string(),
  campaign: z.object({
    source: z.string(),
    medium: z.string(),
    name: z.string(),
    content: z.string(),
    term: z.string(),
  }),
  device: Device,
  bot: Bot.nullable(),
  /** ISO 3166-1 alpha-2 */
  country: z.string(),
  ignored: IgnoredReason.nullable(),
});
export type HitExplained = z.infer<typeof HitExplained>;

/** The totals of one import of web-server logs: `pageviews` + all of `ignored` = `lines`; the rest is over all lines read. */
export const ImportSummary = z.object({
  lines: z.int(),
  pageviews: z.int(),
  by_status: z.record(z.string(), z.int()),
  /** By day of the site's time zone. */
  by_day: z.record(z.string(), z.int()),
  bytes: z.int(),
  ignored: z.partialRecord(IgnoredReason, z.int()),
  /** File name → format found in it. */
  formats: z.record(z.string(), z.string()),
  /** File name → what was wrong, of packed files that could not be read to their end. */
  damaged: z.record(z.string(), z.string()).optional(),
});
export type ImportSummary = z.infer<typeof ImportSummary>;
