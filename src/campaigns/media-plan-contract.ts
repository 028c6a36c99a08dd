/** From a brief to a media plan: shapes and routes. */
import * as z from 'zod';
import { Currency, PlacementFormat, TargetingGroup } from '#inventory/contract';
import { Id, IdInput, ListInput, LocalDate, Name, Nothing, Timestamp, page, route } from '#platform/contract';
import { Proposal } from './proposal-contract.ts';

export const Objective = z.enum(['awareness', 'traffic', 'conversion']);
export type Objective = z.infer<typeof Objective>;

const brief = {
  objective: Objective.describe('awareness: reach; traffic: clicks; conversion: conversions'),
  budget: z.int().min(1).max(1e12).describe('Minor units of the currency'),
  currency: Currency,
  start: LocalDate,
  end: LocalDate.describe('Included'),
  targeting: TargetingGroup.nullable().default(null),
  sites: z.array(Id).max(200).default([]).describe('Ids; empty: all own sites'),
  formats: z.array(PlacementFormat).max(50).default([]).describe('Empty: all'),
  exclude: z.array(Id).max(2000).default([]).describe('Placements that are not to be used'),
  /** Smallest quantity worth booking on a placement. */
  least_impressions: z.int().min(0).max(1e9).default(1000),
  most_placements: z.int().min(1).max(200).nullable().default(null),
};
export const Brief = z.strictObject(brief);
export type Brief = z.output<typeof Brief>;

export const PlanRemark = z.object({
  code: z.string(),
  sentence: z.string(),
  figures: z.record(z.string(), z.number()).optional(),
});

const Expected = {
  impressions: z.int(),
  viewable: z.int(),
  clicks: z.number(),
  conversions: z.number(),
  amount: z.int().describe('Minor units'),
};

export const PlanLine = z.object({
  placement_id: Id,
  name: z.string(),
  site_id: Id,
  site_name: z.string(),
  /** Net CPM by the rate card, minor units. */
  rate: z.int(),
  available: z.int().describe('Impressions that can be had there'),
  /** Part of the impressions that is clicked, and on how many of this placement's own it rests. */
  click_rate: z.number(),
  counted: z.number().default(0),
  ...Expected,
});
export type PlanLine = z.infer<typeof PlanLine>;

export const Binding = z.object({
  code: z.enum(['budget', 'space', 'share', 'count', 'nothing']),
  /** The placements that it binds, where it is theirs. */
  placements: z.array(Id),
});

export const Scenario = z.object({
  key: z.enum(['best', 'spread', 'prudent', 'more']),
  budget: z.int(),
  lines: z.array(PlanLine),
  total: z.object({ ...Expected, reach: z.number().describe('Visitor-days') }),
  /** What is kept from a better result. */
  binding: z.array(Binding),
  /** What a hundred more (in the currency’s main unit) would bring, in the objective’s unit. */
  next_hundred: z.number(),
});
export type Scenario = z.infer<typeof Scenario>;

export const Push = z.strictObject({
  id: Id.optional(),
  channel: z.enum(['site', 'social', 'email', 'search', 'other']),
  name: Name,
  /** Site, network, list or engine, in words. */
  where: z.string().trim().max(300).default(''),
  first_day: LocalDate,
  last_day: LocalDate.describe('Included'),
  amount: z.int().min(0).max(1e12).default(0).describe('Planned cost, minor units of the plan’s currency'),
  impressions: z.int().min(0).max(1e12).default(0),
  clicks: z.int().min(0).max(1e12).default(0),
  conversions: z.int().min(0).max(1e12).default(0),
  spent: z.int().min(0).max(1e12).nullable().default(null).describe('What it did cost, once known; minor units'),
  landing_url: z.union([z.url({ protocol: /^https?$/ }).max(2000), z.literal('')]).default(''),
  utm: z
    .strictObject({
      source: z.string().trim().max(200).default(''),
      medium: z.string().trim().max(200).default(''),
      campaign: z.string().trim().max(200).default(''),
      content: z.string().trim().max(200).default(''),
    })
    .default({ source: '', medium: '', campaign: '', content: '' }),
  note: z.string().trim().max(1000).default(''),
});
export type Push = z.output<typeof Push>;

/** A line bought elsewhere, with the address that its ads lead to. */
export const KeptPush = Push.extend({ id: Id, link: z.string() });
export type KeptPush = z.output<typeof KeptPush>;

export const MediaPlan = z.object({
  id: Id,
  name: z.string(),
  advertiser_id: Id.nullable(),
  advertiser_name: z.string().nullable(),
  brief: Brief,
  scenarios: z.array(Scenario),
  basis: z.array(PlanRemark),
  /** Lines bought elsewhere: the same in every scenario, planned by hand. */
  pushes: z.array(KeptPush),
  /** Impressions set by hand, by scenario and placement; gone when the plan is computed again. */
  quantities: z.record(z.string(), z.record(z.string(), z.number())),
  computed_at: Timestamp,
  created_at: Timestamp,
});
export type MediaPlan = z.infer<typeof MediaPlan>;

const read = 'forecast.read';
const write = 'campaigns.write';

export const listMediaPlans = route({
  method: 'GET',
  path: '/api/media-plans',
  can: read,
  summary: 'List media plans, newest first.',
  input: ListInput.extend({ advertiser_id: Id.optional(), q: z.string().trim().max(100).optional() }),
  reply: page(MediaPlan),
});
export const createMediaPlan = route({
  method: 'POST',
  path: '/api/media-plans',
  can: write,
  status: 201,
  summary: 'Plan a brief: several scenarios, each the best that its constraints allow.',
  input: z.strictObject({ name: Name, advertiser_id: Id.nullable().default(null), brief: Brief }),
  reply: MediaPlan,
});
export const readMediaPlan = route({
  method: 'GET',
  path: '/api/media-plans/:id',
  can: read,
  summary: 'Read a media plan.',
  input: IdInput,
  reply: MediaPlan,
});
export const changeMediaPlan = route({
  method: 'PATCH',
  path: '/api/media-plans/:id',
  can: write,
  summary: 'Change a media plan; it is computed again on what is available now.',
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    advertiser_id: Id.nullable().optional(),
    brief: Brief.optional(),
  }),
  reply: MediaPlan,
});
export const deleteMediaPlan = route({
  method: 'DELETE',
  path: '/api/media-plans/:id',
  can: write,
  status: 204,
  summary: 'Delete a media plan; the proposals made of it stay.',
  input: IdInput,
  reply: Nothing,
});
export const setPushes = route({
  method: 'PUT',
  path: '/api/media-plans/:id/pushes',
  can: write,
  summary: 'Set what the plan buys elsewhere: external sites, social, e-mail, search.',
  input: IdInput.extend({ pushes: z.array(Push).max(200) }),
  reply: MediaPlan,
});
export const setQuantities = route({
  method: 'PUT',
  path: '/api/media-plans/:id/quantities',
  can: write,
  summary: 'Keep quantities of one’s own for a scenario; none brings back the computed ones.',
  input: IdInput.extend({
    scenario: Scenario.shape.key,
    quantities: z.array(z.strictObject({ placement_id: Id, impressions: z.int().min(0).max(1e12) })).max(2000),
  }),
  reply: MediaPlan,
});
export const exportMediaPlan = route({
  method: 'GET',
  path: '/api/media-plans/:id/export',
  can: read,
  kind: 'file',
  summary: 'A media plan for the client, as PDF or workbook: lines, flowchart, expected results, what they rest on.',
  input: IdInput.extend({
    scenario: Scenario.shape.key.default('best'),
    format: z.enum(['pdf', 'xlsx']).default('pdf'),
    language: z.enum(['en', 'fr']).default('en'),
  }),
  reply: z.unknown(),
});
export const PushResult = z.object({
  push_id: Id,
  landings: z.number().describe('Page views that carry its UTM tags'),
  visitors: z.number().describe('Visitors by day'),
});
export const readPushResults = route({
  method: 'GET',
  path: '/api/media-plans/:id/results',
  can: read,
  summary: 'What came from the lines bought elsewhere, by their UTM tags.',
  input: IdInput,
  reply: z.object({ items: z.array(PushResult) }),
});

export const PlannedEntry = z.object({
  id: z.string(),
  kind: z.enum(['site', 'social', 'email', 'search', 'other', 'own', 'bought', 'sold']),
  name: z.string(),
  where: z.string(),
  advertiser_name: z.string().nullable(),
  first_day: LocalDate,
  last_day: LocalDate,
  amount: z.object({ amount: z.int(), currency: z.string() }).nullable(),
  /** Where it is looked at: a plan or an order. */
  plan_id: Id.nullable(),
  order_id: Id.nullable(),
});
export type PlannedEntry = z.infer<typeof PlannedEntry>;
export const readPlanCalendar = route({
  method: 'GET',
  path: '/api/plan-calendar',
  can: read,
  summary:
    'Everything that is planned, bought or sold over some days on one calendar (at most 1,000, first to start first).',
  input: z.strictObject({
    from: LocalDate,
    to: LocalDate.describe('Included; at most 400 days after'),
    advertiser_id: Id.optional(),
  }),
  reply: z.object({ items: z.array(PlannedEntry) }),
});

export const proposeMediaPlan = route({
  method: 'POST',
  path: '/api/media-plans/:id/propose',
  can: write,
  status: 201,
  summary: 'Make a draft proposal of a scenario, with quantities of one’s own where given.',
  input: z.strictObject({
    id: Id,
    scenario: Scenario.shape.key.default('best'),
    advertiser_id: Id.optional().describe('Where the plan names none'),
    quantities: z
      .array(z.strictObject({ placement_id: Id, impressions: z.int().min(0).max(1e12) }))
      .max(2000)
      .optional()
      .describe('In place of the scenario’s; 0 leaves a placement out'),
  }),
  reply: Proposal,
});
