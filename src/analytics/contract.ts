/** Questions about audience and ads, as the outside may put them: the shape of Plausible's stats API v2. */
import * as z from 'zod';
import { Id, route } from '#platform/contract';
import { isDimension } from './dimensions.ts';
import { metricNames, type MetricName } from './metrics.ts';

export { dimensionOf, dimensions, type Dimension, timeDimensions } from './dimensions.ts';
export {
  isMetric,
  isRate,
  type Metric,
  metricNames,
  type MetricName,
  metrics,
  type Unit,
  type Words,
} from './metrics.ts';
export { askAttribution, AttributionReply, attributionDimensions } from './attribution-contract.ts';
export { type AttributionModel, attributionModels } from './attribution.ts';
export { changeGoal, createGoal, Goal, GoalMatch, listGoals, readGoal, removeGoal } from './goal-contract.ts';
export { channelsInFrench } from './channel-words.ts';
export {
  askFlow,
  askFunnel,
  askRetention,
  changeFunnel,
  createFunnel,
  flowDimensions,
  FlowReply,
  Funnel,
  FunnelReply,
  listFunnels,
  readFunnel,
  removeFunnel,
  retentionGrains,
  RetentionReply,
} from './funnel-contract.ts';
export {
  Annotation,
  createAnnotation,
  createExploration,
  Exploration,
  exportQuery,
  listAnnotations,
  listExplorations,
  removeAnnotation,
  removeExploration,
} from './exploration-contract.ts';
export { type NoteCode, notes } from './notes.ts';
export {
  AudienceSettings,
  changeAudienceSettings,
  changeSegment,
  createSegment,
  listSegments,
  profileSegment,
  readAudienceSettings,
  readSegment,
  removeSegment,
  Segment,
  SegmentProfile,
} from './segment-contract.ts';

export const relativeRanges = ['day', '7d', '28d', '30d', '91d', 'month', '6mo', '12mo', 'year', 'all'] as const;
export type RelativeRange = (typeof relativeRanges)[number];

export const filterOperators = ['is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not'] as const;
export type FilterOperator = (typeof filterOperators)[number];
/**
 * `by`: whether the visit (unless said otherwise) or the visitor must have done it. `within_days`: in so many days up to the end
 * of the period; then it is the visitor. `at_least`: so many times.
 */
export type Behaviour = { by?: 'visit' | 'visitor'; within_days?: number; at_least?: number };
export type Condition =
  | [FilterOperator, string, string[]]
  | [FilterOperator, string, string[], { case_sensitive?: boolean }];
export type Filter =
  | ['and' | 'or', Filter[]]
  | ['not', Filter]
  | ['has_done' | 'has_not_done', Filter]
  | ['has_done' | 'has_not_done', Filter, Behaviour]
  /** Steps in this order by one visitor, first to last within so many days; `["not", step]` at the end: what must not follow. */
  | ['sequence', Filter[]]
  | ['sequence', Filter[], { within_days?: number }]
  /** What `["is", "segment", [id]]` becomes: the segment's own filters. */
  | ['segment', Filter[]]
  | Condition;

const named = <T extends string>(known: (name: string) => boolean, what: string) =>
  z
    .string()
    .max(400)
    .refine((name): name is T => known(name), { error: (issue) => `${JSON.stringify(issue.input)} is not a ${what}` });

const metricSet: ReadonlySet<string> = new Set(metricNames);
export const MetricField = named<MetricName>((name) => metricSet.has(name), 'metric');
export const DimensionField = named<string>(isDimension, 'dimension');

const Bound = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const Bounds = z.tuple([Bound, Bound]);
export const DateRange = z.union([z.enum(relativeRanges), Bounds], {
  error: `must be one of ${relativeRanges.join(', ')}, or [from, to] as days (YYYY-MM-DD) or as times with an offset`,
});
export type DateRange = z.infer<typeof DateRange>;

export const Comparison = z.union(
  [
    z.strictObject({ mode: z.enum(['previous_period', 'year_over_year']) }),
    z.strictObject({ mode: z.literal('custom'), date_range: Bounds }),
  ],
  { error: 'must be {mode: "previous_period"}, {mode: "year_over_year"} or {mode: "custom", date_range: [from, to]}' },
);
export type Comparison = z.infer<typeof Comparison>;

export const Include = z.strictObject({
  /** Adds what other products had added up (imported figures) on days without own hits; imported hits are always part of the figures. */
  imports: z.boolean().optional(),
  time_labels: z.boolean().optional(),
  total_rows: z.boolean().optional(),
  comparisons: Comparison.optional(),
});

export const Query = z.strictObject({
  /** Id or domain. Without it: every site of the organisation. */
  site_id: z.string().min(1).max(253).optional(),
  metrics: z.array(MetricField).min(1).max(30),
  date_range: DateRange,
  dimensions: z.array(DimensionField).max(8).default([]),
  /**
   * `[operator, dimension, [values], {case_sensitive}?]`, nested by `["and"|"or", [filters]]` and `["not", filter]`;
   * `["has_done"|"has_not_done", filter, {by, within_days, at_least}?]`, `["sequence", [filters], {within_days}?]`,
   * `["is"|"is_not", "segment", [ids]]`.
   */
  filters: z.array(z.array(z.unknown()).max(4)).max(50).default([]),
  order_by: z
    .array(z.tuple([z.string().max(400), z.enum(['asc', 'desc'])]))
    .max(10)
    .optional(),
  pagination: z
    .strictObject({
      limit: z.int().min(1).max(10_000).default(10_000),
      offset: z.int().min(0).max(1_000_000).default(0),
    })
    .default({ limit: 10_000, offset: 0 }),
  include: Include.default({}),
});
export type Query = z.infer<typeof Query>;
/** What a caller writes. */
export type QueryInput = Omit<z.input<typeof Query>, 'filters'> & { filters?: Filter[] };

const Figure = z.number().nullable();

export const QueryReply = z.object({
  results: z.array(
    z.object({
      dimensions: z.array(z.string()),
      /** In the asked order. Null: a rate of nothing. */
      metrics: z.array(Figure),
      /** `change` in percent of the compared value; null when that value is nothing. */
      comparison: z
        .object({ dimensions: z.array(z.string()), metrics: z.array(Figure), change: z.array(Figure) })
        .optional(),
    }),
  ),
  meta: z.object({
    /** ISO 4217; money metrics are in its minor unit. */
    currency: z.string(),
    time_zone: z.string(),
    notes: z.array(z.string()),
    /** One per note: a key of `notes` of this contract, where the same sentence stands in each language. */
    note_codes: z.array(z.string()),
    /** Names of the ids found in `ad:*` and `event:section` dimensions. */
    labels: z.record(z.string(), z.string()),
    /** Every period of the range, also those without a row. */
    time_labels: z.array(z.string()).optional(),
    total_rows: z.int().optional(),
    /** With `include.imports`: whether imported figures are in the answer, and why not. */
    imports_included: z.boolean().optional(),
    imports_skip_reason: z.enum(['no_imported_data', 'out_of_range', 'unsupported_query']).optional(),
    imports_warning: z.string().optional(),
  }),
  /** The question as it was understood: dates resolved, defaults filled in. */
  query: z.object({
    site_id: z.string().nullable(),
    metrics: z.array(z.string()),
    date_range: z.tuple([z.string(), z.string()]),
    comparison_date_range: z.tuple([z.string(), z.string()]).optional(),
    dimensions: z.array(z.string()),
    filters: z.array(z.array(z.unknown())),
    order_by: z.array(z.tuple([z.string(), z.enum(['asc', 'desc'])])),
    pagination: z.object({ limit: z.int(), offset: z.int() }),
    include: Include,
  }),
});
export type QueryReply = z.infer<typeof QueryReply>;

export const query = route({
  method: 'POST',
  path: '/api/query',
  can: 'analytics.read',
  input: Query,
  reply: QueryReply,
  summary: 'Ask for metrics of audience and ads, by dimensions, over a period',
});

/** The same question, answered as server-sent events: `progress` while it takes time, then `answer` or `problem`. */
export const queryStream = route({
  method: 'POST',
  path: '/api/query/stream',
  can: 'analytics.read',
  kind: 'stream',
  input: Query,
  reply: z.union([
    z.object({ read_rows: z.int(), total_rows: z.int(), elapsed_ms: z.int() }).describe('progress'),
    QueryReply.describe('answer'),
  ]),
  summary: 'Ask, and hear how far the answer is; closing the request ends the question',
});

const AdFigures = z.object({ impressions: z.int(), viewable_impressions: z.int(), clicks: z.int() });

export const LiveFigures = z.object({
  at: z.string(),
  /** Absent for callers who may see ads only. */
  audience: z
    .object({
      /** Distinct visitors of the last 5 minutes. */
      visitors: z.int(),
      pageviews_today: z.int(),
      /** Page views of the last 30 minutes, oldest first, the running minute last; `minute` is ISO 8601 UTC. */
      minutes: z.array(z.object({ minute: z.string(), pageviews: z.int() })),
    })
    .optional(),
  /** Today on each site's own calendar, net of invalid traffic. `ctr` in percent, null without impressions. */
  ads: AdFigures.extend({ ctr: Figure }),
  line_items: z.array(z.object({ id: Id, name: z.string(), today: AdFigures, total: AdFigures })),
});
export type LiveFigures = z.infer<typeof LiveFigures>;

const LiveInput = z.strictObject({ site_id: z.string().min(1).max(253).optional() });

export const live = route({
  method: 'GET',
  path: '/api/live',
  can: 'live.read',
  input: LiveInput,
  reply: LiveFigures,
  kind: 'stream',
  summary: 'Figures of this moment, as server-sent events: `figures` when they change, `heartbeat` otherwise',
});

export const liveSnapshot = route({
  method: 'GET',
  path: '/api/live/snapshot',
  can: 'live.read',
  input: LiveInput,
  reply: LiveFigures,
  summary: 'Figures of this moment, once',
});
