/** Questions about ways through a site: funnels, retention, and what comes before and after a page. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, page, route, Timestamp } from '#platform/contract';

const Filters = z.array(z.array(z.unknown()).max(4)).max(50);
const Days = z.tuple([z.iso.date(), z.iso.date()]);
const SiteId = z.string().min(1).max(253);
const read = 'audience.read';
const write = 'goals.write';

const Step = z.strictObject({ name: z.string().min(1).max(200), filters: Filters.min(1) });
const Steps = z.array(Step).min(2).max(8);
const Way = {
  /** Whether the steps must lie in one visit, or may lie in several of one visitor. */
  by: z.enum(['visit', 'visitor']).default('visit'),
  /** From the first step to the last; by visitor only. */
  within_days: z.int().min(1).max(390).nullable().default(null),
};

export const Funnel = z.object({
  id: Id,
  site_id: Id,
  name: z.string(),
  steps: z.array(z.object({ name: z.string(), filters: z.array(z.array(z.unknown())) })),
  by: z.enum(['visit', 'visitor']),
  within_days: z.int().nullable(),
  created_at: Timestamp,
});
export type Funnel = z.infer<typeof Funnel>;

export const listFunnels = route({
  method: 'GET',
  path: '/api/funnels',
  can: read,
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(Funnel),
  summary: 'The funnels of the sites',
});
export const readFunnel = route({
  method: 'GET',
  path: '/api/funnels/:id',
  can: read,
  input: IdInput,
  reply: Funnel,
  summary: 'One funnel',
});
export const createFunnel = route({
  method: 'POST',
  path: '/api/funnels',
  can: write,
  status: 201,
  input: z.strictObject({ site_id: Id, name: Name, steps: Steps, ...Way }),
  reply: Funnel,
  summary: 'Keep a funnel',
});
export const changeFunnel = route({
  method: 'PATCH',
  path: '/api/funnels/:id',
  can: write,
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    steps: Steps.optional(),
    by: z.enum(['visit', 'visitor']).optional(),
    within_days: z.int().min(1).max(390).nullable().optional(),
  }),
  reply: Funnel,
  summary: 'Change a funnel',
});
export const removeFunnel = route({
  method: 'DELETE',
  path: '/api/funnels/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a funnel; the facts stay',
});

/** The filters speak of a group of visitors that is too small, or leaves out too few: nothing is told. */
const TooFew = z.boolean();

export const FunnelReply = z.object({
  /** Visits or visitors that got so far; percent of the first and of the step before; seconds since the step before. */
  steps: z.array(
    z.object({
      name: z.string(),
      count: z.int(),
      of_first: z.number().nullable(),
      of_previous: z.number().nullable(),
      dropped: z.int(),
      median_seconds: z.number().nullable(),
      mean_seconds: z.number().nullable(),
    }),
  ),
  query: z.object({
    site_id: z.string(),
    date_range: Days,
    by: z.enum(['visit', 'visitor']),
    within_days: z.int().nullable(),
  }),
  too_few: TooFew,
});
export type FunnelReply = z.infer<typeof FunnelReply>;

export const askFunnel = route({
  method: 'POST',
  path: '/api/funnel',
  can: read,
  input: z.strictObject({ site_id: SiteId, steps: Steps, date_range: Days, filters: Filters.default([]), ...Way }),
  reply: FunnelReply,
  summary: 'How many visits or visitors went from step to step, and how long that took',
});

export const retentionGrains = ['day', 'week', 'month'] as const;
export const RetentionReply = z.object({
  /** Visitors first seen in a period, and how many of them came so many periods later. Null: a period that is not over. */
  cohorts: z.array(z.object({ start: z.string(), size: z.int(), returned: z.array(z.int().nullable()) })),
  grain: z.enum(retentionGrains),
  too_few: TooFew,
});
export type RetentionReply = z.infer<typeof RetentionReply>;

export const askRetention = route({
  method: 'POST',
  path: '/api/retention',
  can: read,
  input: z.strictObject({
    site_id: SiteId,
    date_range: Days,
    grain: z.enum(retentionGrains).default('week'),
    filters: Filters.default([]),
  }),
  reply: RetentionReply,
  summary: 'How many of the visitors first seen in a period came back later; only visitors who agreed to be known',
});

const Counted = z.array(z.object({ value: z.string(), count: z.int() }));
export const flowDimensions = ['event:page', 'event:section'] as const;
export const FlowReply = z.object({
  /** Visits by their pages in a row, from the beginning or from the page asked for. Empty `to`: the visit ended. */
  links: z.array(z.object({ step: z.int(), from: z.string(), to: z.string(), visits: z.int() })),
  /** What came right before and after the page asked for; empty value: nothing. */
  before: Counted,
  after: Counted,
  paths: z.array(z.object({ pages: z.array(z.string()), visits: z.int() })),
  visits: z.int(),
  labels: z.record(z.string(), z.string()),
  too_few: TooFew,
});
export type FlowReply = z.infer<typeof FlowReply>;

export const askFlow = route({
  method: 'POST',
  path: '/api/flow',
  can: read,
  input: z.strictObject({
    site_id: SiteId,
    date_range: Days,
    dimension: z.enum(flowDimensions).default('event:page'),
    /** Without it: from the first page of the visits. */
    page: z.string().max(2000).optional(),
    steps: z.int().min(1).max(8).default(4),
    filters: Filters.default([]),
  }),
  reply: FlowReply,
  summary: 'The ways that visits take from page to page',
});
