/** What delivery shows: the book an edge decides from, the decision request and reply, and the closed lists of reasons. */
import * as z from 'zod';
import { Id, IdInput, route, Timestamp } from '#platform/contract';
import type { TargetingGroup } from '#inventory/contract';
import type { SiteOfBook } from '#measurement/contract';

export * from './funnel/contract.ts';
export * from './review/contract.ts';
export * from './simulation/contract.ts';

/**
 * Why a line item did not (or did) answer a request: the first rule it fails, in the order in which decide() asks them.
 * Closed: a new word is a change of the public contract.
 */
export const reasons = {
  other_placement: 'The line item is not sold on this placement.',
  not_live: 'The line item is paused, cancelled or not booked.',
  not_started: 'The line item has not started yet.',
  ended: 'The line item has ended.',
  no_creative: 'No approved creative is assigned to the line item for these dates.',
  wrong_size: 'No creative of the line item has a size the placement asks for.',
  not_targeted: 'The request is outside the targeting of the line item.',
  goal_met: 'What is delivered and on its way already meets the goal.',
  daily_cap_met: 'The line item has had the most that it may deliver on this day of the site.',
  lifetime_cap_met: 'The line item has had the most that it may deliver in all.',
  frequency_capped:
    'The visitor (without an identifier: the page) has had the line item, its order, advertiser or creative often enough.',
  excluded: 'A competitor is already on the page: the same exclusion label, or an excluded advertiser.',
  roadblock: 'The roadblocking rule of the line item does not allow it here.',
  below_floor: 'The price of the line item is under the floor of the placement.',
  ahead_of_pace: 'The line item has delivered what its pacing planned up to now.',
  share_met: 'The line item already has its share of the requests.',
  outranked: 'Another line item has a higher priority, more to catch up, or a higher price.',
  chosen: 'The line item was served.',
} as const;
export type Reason = keyof typeof reasons;
export const Reason = z.enum(Object.keys(reasons) as [Reason, ...Reason[]]);

/** Why a placement got nothing. */
export const emptyReasons = {
  no_line_item: 'No line item may run here now.',
  unknown_placement: 'The site has no placement of this code.',
  no_room: 'No free slot remains on the page under the roadblocking and exclusion rules.',
} as const;
export type EmptyReason = keyof typeof emptyReasons;

/** Why an ad event does not count. The event is kept all the same, with this word in `invalid`. */
export const invalidReasons = {
  bot: 'A declared crawler or a program that is not a browser.',
  prefetch: 'A prefetch or a prerender, not a view.',
  replayed: 'The same event of the same decision was already counted.',
  expired: 'The signed address is older than its validity.',
  click_without_impression: 'A click on an ad whose impression never came.',
  view_without_impression: 'An ad was told to be in view whose impression never came.',
  too_fast: 'Sooner than possible: in view before a second was over, or clicked within a tenth of one.',
  click_burst: 'More than ten clicks of one reader, or of one address and program, on one line item within a minute.',
  data_centre: 'From an address of a data centre, by the list that ships or the one that the operator named.',
} as const;
export type InvalidReason = keyof typeof invalidReasons;

export const creativeKinds = ['image', 'html5', 'native', 'text', 'video', 'tag'] as const;
export type CreativeKind = (typeof creativeKinds)[number];

export type FrequencyCap = {
  count: number;
  per: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'lifetime' | 'visit';
  every?: number | undefined;
};

export type BookPlacement = {
  id: string;
  org_id: string;
  site_id: string;
  section_id: string | null;
  code: string;
  /** Sizes (`300x250`) and the named formats `native`, `video`, `interstitial`, `text`. */
  formats: string[];
  /** Lowest price per thousand impressions, minor units. */
  floor: { amount: number; currency: string } | null;
};

export type BookLine = {
  id: string;
  org_id: string;
  order_id: string;
  advertiser_id: string;
  /** Shown beside the ad (DSA, article 26). */
  advertiser: string;
  /** Of the advertiser, as it was entered; one of the IAB's (`IAB1-2`) is told to auctions. */
  category?: string | null | undefined;
  side: 'sell' | 'buy';
  name: string;
  type: 'sponsorship' | 'standard' | 'bulk' | 'network' | 'price_priority' | 'house';
  /** 1–16, the lower wins. */
  priority: number;
  /** False for lines kept only so that beacons and clicks of ads shown earlier still find their order. */
  serves: boolean;
  goal: { unit: 'impressions' | 'viewable_impressions' | 'clicks' | 'conversions' | 'share'; quantity: number };
  rate: { model: 'cpm' | 'vcpm' | 'cpc' | 'cpa' | 'cpd' | 'flat'; amount: number; currency: string };
  /** ISO 8601, UTC; the end is exclusive. */
  start: string;
  end: string;
  /** Placement ids. */
  placements: string[];
  sizes: string[];
  targeting: TargetingGroup | null;
  frequency_caps: FrequencyCap[];
  /** The most that it delivers on one day of the site, and in all, whatever its goal: in the goal's unit, impressions for shares and conversions. */
  daily_cap?: number | null | undefined;
  lifetime_cap?: number | null | undefined;
  /** Of its order and of its advertiser: exposures of all their line items count together. */
  order_caps?: FrequencyCap[] | undefined;
  advertiser_caps?: FrequencyCap[] | undefined;
  pacing: 'even' | 'frontloaded' | 'asap' | 'custom';
  /** Of `custom` pacing: how much of the goal belongs to each of so many equal stretches of the flight, as weights. */
  pacing_curve?: number[] | null | undefined;
  roadblock: 'one_or_more' | 'all' | 'only_one' | 'as_many';
  exclusion_labels: string[];
  /** Advertisers beside whom it is never on a page; it holds both ways. */
  excluded_advertisers?: string[] | undefined;
  rotation: 'even' | 'weighted' | 'optimised' | 'sequential';
  creatives: {
    id: string;
    weight: number;
    start: string | null;
    end: string | null;
    frequency_caps?: FrequencyCap[] | undefined;
  }[];
  /** Of lines sold by conversions: how many were counted so far, by control. */
  conversions?: number | undefined;
  /** Expected requests by hour of the week (Monday 00:00 of the site = 0); absent: the sum over its placements in `traffic`. */
  traffic?: number[] | undefined;
};

/** Of the serving plan, for one line item. */
export type LinePlan = {
  /** Load of the requests that it leans on when all promised lines share what is expected; above 1 there is not enough. */
  price: number;
  /** Units of the goal that it lacked, by request that it might have, when this was planned. */
  tightness: number;
  /** It cannot be met: it has what lines of its priority leave. */
  beyond?: boolean | undefined;
};

export type BookCreative = {
  id: string;
  kind: CreativeKind;
  name: string;
  width: number | null;
  height: number | null;
  landing_url: string;
  file_hash: string | null;
  media_type: string | null;
  /** Texts of a native or text creative: title, body, call to action … */
  content: Record<string, unknown> | null;
  /** Who pays, where it is not the advertiser (DSA, article 26). */
  payer?: string | null | undefined;
  /** BCP 47, of its texts and pictures; auctions may ask for some only. */
  language?: string | null | undefined;
};

export type Delivered = { impressions: number; viewables: number; clicks: number };

/** Everything an edge needs to decide, count and collect while control is away. */
export type Book = {
  /** Hash of the content; of `delivered` only whole percents of the limits of limited lines, `compiled_at` left out. */
  version: string;
  compiled_at: string;
  sites: SiteOfBook[];
  placements: BookPlacement[];
  lines: BookLine[];
  creatives: BookCreative[];
  /** SHA-256 (hex) of the API keys; a keyed caller may speak for a visitor of its own organisation's sites. */
  keys: { id: string; org_id: string; hash: string; role: string }[];
  /** The first signs, all verify. `id` is 0–255. */
  signing_keys: { id: number; key: string }[];
  /** Salts of visitor hashes by site-local date, base64. */
  salts: Record<string, string>;
  /** Valid events so far by line item, as the event store knows them. */
  delivered: Record<string, Delivered>;
  /** The same by date of the site, today's and yesterday's, of line items with a daily cap. */
  delivered_by_day?: Record<string, Record<string, Delivered>> | undefined;
  /** Requests by placement id and hour of the week (168 numbers, Monday 00:00 of the site first), where 7 days are known. */
  traffic: Record<string, number[]>;
  /** The serving plan by line item, where one was made. */
  plan?: Record<string, LinePlan> | undefined;
  /**
   * Who is in the segments that lines are targeted at: visitor hashes of the segment's own site, sorted, as base64 of 64-bit little-endian
   * numbers. Only visitors who agreed to be known; at most a minute old. Absent in books of before.
   */
  segments?: Record<string, string> | undefined;
  /** Who may sell the sites' inventory; absent in books of before. */
  selling?: Selling | undefined;
};

/** Rows of ads.txt (`site_id` null: of every site of the organisation), and the sellers of sellers.json. */
export type Selling = {
  ads_txt: {
    org_id: string;
    site_id: string | null;
    domain: string | null;
    account_id: string | null;
    relationship: 'DIRECT' | 'RESELLER' | null;
    certification_id: string | null;
    variable: 'CONTACT' | 'SUBDOMAIN' | 'INVENTORYPARTNERDOMAIN' | 'OWNERDOMAIN' | 'MANAGERDOMAIN' | null;
    value: string | null;
  }[];
  sellers: {
    seller_id: string;
    name: string;
    domain: string | null;
    seller_type: 'PUBLISHER' | 'INTERMEDIARY' | 'BOTH';
    is_confidential: boolean;
  }[];
};

const Code = z.string().min(1).max(100);
const KeyValues = z.record(z.string().min(1).max(64), z.array(z.string().max(200)).max(50));

/** Body of `POST /v1/decisions`. Unknown fields are refused. */
export const DecisionRequest = z.strictObject({
  site: z.string().min(1).max(253),
  url: z.string().max(4096).optional(),
  referrer: z.string().max(4096).optional(),
  placements: z
    .array(z.strictObject({ code: Code, sizes: z.array(z.string().max(20)).max(20).optional() }))
    .min(1)
    .max(50),
  kv: KeyValues.optional(),
  visitor_id: z.string().min(1).max(128).optional(),
  /** BCP 47, of the page: what stands beside an ad is written in it. Without one, the reader's language. */
  language: z.string().min(1).max(35).optional(),
  /** Line items that are on the page already, from requests before: exclusion, roadblocks and caps of a page hold beside them. */
  on_page: z.array(z.string().min(1).max(64)).max(50).optional(),
  consent: z.union([z.strictObject({ tcf: z.string().max(8192) }), z.strictObject({ ads: z.boolean() })]).optional(),
  user_agent: z.string().max(1024).optional(),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  explain: z.boolean().optional(),
});
export type DecisionRequest = z.infer<typeof DecisionRequest>;

export const Decision = z.object({
  id: z.string(),
  placement: z.string(),
  line_item: z.string().nullable(),
  creative: z
    .object({
      id: z.string(),
      kind: z.enum(creativeKinds),
      width: z.int().nullable(),
      height: z.int().nullable(),
      markup: z.string().optional(),
      assets: z.record(z.string(), z.unknown()).optional(),
      /** Shown with the ad, in the language of the page: "Publicité" or "Advertisement", and on whose behalf (DSA, article 26). */
      label: z.string(),
      advertiser: z.string(),
      /** Who pays, where it is not the advertiser. */
      payer: z.string().optional(),
    })
    .nullable(),
  impression_url: z.string().nullable(),
  viewable_url: z.string().nullable(),
  click_url: z.string().nullable(),
  /** A page for the reader: whose the ad is, who pays, what chose it (DSA, article 26). */
  why_url: z.string().nullable(),
  reason: z.string().optional(),
  trace: z.array(z.object({ line_item: z.string(), reason: Reason })).optional(),
});
export type Decision = z.infer<typeof Decision>;

export const DecisionReply = z.object({ decisions: z.array(Decision) });
export type DecisionReply = z.infer<typeof DecisionReply>;

/** The last hour of a line item on its placements, and what would help it. */
export const LineWhy = z.object({
  line_item_id: Id,
  name: z.string(),
  from: Timestamp,
  to: Timestamp,
  /** Requests of its placements in that hour; beyond some a second they are sampled. */
  decisions: z.int(),
  /** In the unit of the goal; null where there is nothing to count or the figures are away. `expected`: of an even delivery, by now. */
  standing: z.object({ ordered: z.int().nullable(), delivered: z.int().nullable(), expected: z.int().nullable() }),
  reasons: z.array(z.object({ reason: Reason, says: z.string(), decisions: z.int(), percent: z.number() })),
  /** The line items that answered where it did not; not told to clients. */
  instead: z.array(z.object({ line_item_id: Id, name: z.string(), priority: z.int(), decisions: z.int() })),
  /** Null: nothing needs to change. */
  change: z
    .object({
      reason: z.union([Reason, z.literal('no_requests')]),
      field: z.string(),
      sentence: z.string(),
      /** The change as `PATCH /api/line-items/:id` takes it; null where it takes something else. */
      patch: z.record(z.string(), z.unknown()).nullable().optional(),
      /** How often the line answers requests like those of the last hour, as it is and with the change: decided as the edge does. */
      tried: z.object({ requests: z.int(), before: z.int(), after: z.int() }).nullable().optional(),
    })
    .nullable(),
});
export type LineWhy = z.infer<typeof LineWhy>;

export const readLineWhy = route({
  method: 'GET',
  path: '/api/line-items/:id/why',
  can: 'campaigns.read',
  summary: 'Why a line item is not serving, or behind: the last hour by reason, who won instead, what would help.',
  input: IdInput,
  reply: LineWhy,
});
