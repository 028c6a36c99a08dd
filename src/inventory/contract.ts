/** Inventory: the spaces that are sold or bought, how they are targeted, and who holds what of them. */
import * as z from 'zod';
import { FrequencyCap } from '#people/contract';
import {
  Id,
  IdInput,
  ListInput,
  LocalDate,
  Money,
  Name,
  Nothing,
  Timestamp,
  page,
  route,
  sorted,
} from '#platform/contract';
import { Currency, Domain, PathPattern, PlacementCode, PlacementFormat, TimeZone } from './words.ts';
import { TargetingGroup } from './targeting.ts';
import { priceRules, RateModel } from './price-words.ts';

export { Currency, Domain, PlacementFormat, Size, TimeZone } from './words.ts';
// Reading a targeting is pure and needs no store: an edge takes it from here without the rest of the house.
export { isWithin, parseDaypart } from './daypart.ts';
export { addressOf, fitsGlob, isInSection } from './glob.ts';
export { matches, type TargetingRequest } from './matches.ts';
export { TargetingGroup, targetingKeys } from './targeting.ts';
export type { TargetingCondition } from './targeting.ts';
export {
  askPrice,
  changePackage,
  createPackage,
  ExplainedPrice,
  listPackages,
  Package,
  PriceRules,
  PriceStep,
  RateModel,
  readPackage,
  removePackage,
  Weekday,
} from './price-words.ts';

const search = { name: z.string().trim().max(200).optional() };
const removed = { status: 204, reply: Nothing } as const;

// Sites

export const SiteMode = z.enum(['exempt', 'consented']);
export const SiteKind = z.enum(['own', 'external']);

export const Site = z.object({
  id: Id,
  number: z.int().describe('A small integer, for tags that only take one (Matomo’s idsite)'),
  domain: z.string(),
  name: z.string(),
  time_zone: z.string(),
  currency: z.string(),
  mode: SiteMode,
  kind: SiteKind,
  publisher_id: Id.nullable(),
  created_at: Timestamp,
});
export type Site = z.infer<typeof Site>;

export const listSites = route({
  method: 'GET',
  path: '/api/sites',
  can: 'inventory.read',
  input: ListInput.extend({
    ...search,
    kind: SiteKind.optional(),
    domain: Domain.optional(),
    publisher_id: Id.optional(),
  }),
  reply: page(Site),
  summary: 'Own and external sites',
});
export const readSite = route({
  method: 'GET',
  path: '/api/sites/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: Site,
  summary: 'One site',
});
export const createSite = route({
  method: 'POST',
  path: '/api/sites',
  can: 'inventory.write',
  input: z.strictObject({
    domain: Domain,
    name: Name,
    time_zone: TimeZone,
    currency: Currency,
    mode: SiteMode.default('exempt'),
    kind: SiteKind.default('own'),
    publisher_id: Id.nullable().optional(),
  }),
  reply: Site,
  status: 201,
  summary: 'Add a site; a domain is unique in an installation',
});
export const changeSite = route({
  method: 'PATCH',
  path: '/api/sites/:id',
  can: 'inventory.write',
  input: z.strictObject({
    id: Id,
    domain: Domain.optional(),
    name: Name.optional(),
    time_zone: TimeZone.optional(),
    currency: Currency.optional(),
    mode: SiteMode.optional(),
    kind: SiteKind.optional(),
    publisher_id: Id.nullable().optional(),
  }),
  reply: Site,
  summary: 'Change a site',
});
export const removeSite = route({
  method: 'DELETE',
  path: '/api/sites/:id',
  can: 'inventory.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a site that has no section and no placement',
});

// Sections

export const Section = z.object({
  id: Id,
  site_id: Id,
  name: z.string(),
  path: z.string(),
  created_at: Timestamp,
});
export type Section = z.infer<typeof Section>;

export const listSections = route({
  method: 'GET',
  path: '/api/sections',
  can: 'inventory.read',
  input: ListInput.extend({ ...search, site_id: Id.optional() }),
  reply: page(Section),
  summary: 'The sections of the sites',
});
export const readSection = route({
  method: 'GET',
  path: '/api/sections/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: Section,
  summary: 'One section',
});
export const createSection = route({
  method: 'POST',
  path: '/api/sections',
  can: 'inventory.write',
  input: z.strictObject({ site_id: Id, name: Name, path: PathPattern }),
  reply: Section,
  status: 201,
  summary: 'Add a section: a URL path prefix or glob of a site',
});
export const changeSection = route({
  method: 'PATCH',
  path: '/api/sections/:id',
  can: 'inventory.write',
  input: z.strictObject({ id: Id, name: Name.optional(), path: PathPattern.optional() }),
  reply: Section,
  summary: 'Change a section',
});
export const removeSection = route({
  method: 'DELETE',
  path: '/api/sections/:id',
  can: 'inventory.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a section that no placement uses',
});

// Placements

export const Placement = z.object({
  id: Id,
  site_id: Id,
  section_id: Id.nullable(),
  code: z.string(),
  name: z.string(),
  formats: z.array(z.string()),
  floor: Money.nullable(),
  created_at: Timestamp,
});
export type Placement = z.infer<typeof Placement>;

const Formats = z.array(PlacementFormat).min(1).max(50);

const placementFilters = {
  ...search,
  site_id: Id.optional(),
  section_id: Id.optional(),
  code: PlacementCode.optional(),
  format: PlacementFormat.optional(),
  ...sorted(['name', 'code', 'site', 'section', 'floor', 'created']),
};
export const listPlacements = route({
  method: 'GET',
  path: '/api/placements',
  can: 'inventory.read',
  input: ListInput.extend(placementFilters),
  reply: page(Placement),
  summary: 'The ad spaces of the sites',
});
export const exportPlacements = route({
  method: 'GET',
  path: '/api/placements.csv',
  can: 'inventory.read',
  kind: 'file',
  input: z.strictObject(placementFilters),
  reply: z.string(),
  summary: 'The same list as CSV, every row of it',
});
export const readPlacement = route({
  method: 'GET',
  path: '/api/placements/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: Placement,
  summary: 'One placement',
});
export const createPlacement = route({
  method: 'POST',
  path: '/api/placements',
  can: 'inventory.write',
  input: z.strictObject({
    site_id: Id,
    section_id: Id.nullable().optional(),
    code: PlacementCode,
    name: Name,
    formats: Formats,
    floor: Money.nullable().optional(),
  }),
  reply: Placement,
  status: 201,
  summary: 'Add a placement; its code is unique in its site',
});
export const changePlacement = route({
  method: 'PATCH',
  path: '/api/placements/:id',
  can: 'inventory.write',
  input: z.strictObject({
    id: Id,
    section_id: Id.nullable().optional(),
    code: PlacementCode.optional(),
    name: Name.optional(),
    formats: Formats.optional(),
    floor: Money.nullable().optional(),
  }),
  reply: Placement,
  summary: 'Change a placement',
});
export const removePlacement = route({
  method: 'DELETE',
  path: '/api/placements/:id',
  can: 'inventory.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a placement that nothing holds',
});

// Formats

export const FormatKind = z.enum(['display', 'native', 'video', 'interstitial', 'text']);

export const Format = z.object({
  id: Id,
  code: z.string(),
  name: z.string(),
  kind: FormatKind,
  width: z.int().nullable(),
  height: z.int().nullable(),
  max_initial_kb: z.int().nullable().describe('Largest initial load, in kB; null: no limit'),
  max_subload_kb: z.int().nullable().describe('Largest load after the page’s load event, in kB; null: no limit'),
  created_at: Timestamp,
});
export type Format = z.infer<typeof Format>;

const Pixels = z.int().min(1).max(10_000).nullable().optional();
const Kilobytes = z.int().min(1).max(1_000_000).nullable().optional();
const formatDetails = { width: Pixels, height: Pixels, max_initial_kb: Kilobytes, max_subload_kb: Kilobytes };

export const listFormats = route({
  method: 'GET',
  path: '/api/formats',
  can: 'inventory.read',
  input: ListInput.extend({ ...search, kind: FormatKind.optional() }),
  reply: page(Format),
  summary: 'The ad formats and their weight limits',
});
export const readFormat = route({
  method: 'GET',
  path: '/api/formats/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: Format,
  summary: 'One format',
});
export const createFormat = route({
  method: 'POST',
  path: '/api/formats',
  can: 'inventory.write',
  input: z.strictObject({ code: PlacementCode, name: Name, kind: FormatKind, ...formatDetails }),
  reply: Format,
  status: 201,
  summary: 'Add a format',
});
export const changeFormat = route({
  method: 'PATCH',
  path: '/api/formats/:id',
  can: 'inventory.write',
  input: z.strictObject({ id: Id, name: Name.optional(), ...formatDetails }),
  reply: Format,
  summary: 'Change a format',
});
export const removeFormat = route({
  method: 'DELETE',
  path: '/api/formats/:id',
  can: 'inventory.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a format that no placement uses',
});

// Rate cards

/** One price of a rate card: for a placement, else a site, else everything; for one format, else all. */
export const Rate = z.strictObject({
  site_id: Id.nullable().optional(),
  placement_id: Id.nullable().optional(),
  format: PlacementFormat.nullable().optional(),
  model: RateModel,
  amount: z.int().min(0).max(1e12).describe('Minor units of the card’s currency'),
});

export const RateCard = z.object({
  id: Id,
  name: z.string(),
  currency: z.string(),
  valid_from: LocalDate,
  valid_to: LocalDate.nullable(),
  rates: z.array(Rate),
  ...priceRules,
  created_at: Timestamp,
});
export type RateCard = z.infer<typeof RateCard>;

const Rates = z.array(Rate).max(2000);
const rulesInput = z.strictObject(priceRules).partial().shape;

export const listRateCards = route({
  method: 'GET',
  path: '/api/rate-cards',
  can: 'rate-cards.read',
  input: ListInput.extend({ ...search, on: LocalDate.optional() }),
  reply: page(RateCard),
  summary: 'The rate cards, or those valid on a day',
});
export const readRateCard = route({
  method: 'GET',
  path: '/api/rate-cards/:id',
  can: 'rate-cards.read',
  input: IdInput,
  reply: RateCard,
  summary: 'One rate card',
});
export const createRateCard = route({
  method: 'POST',
  path: '/api/rate-cards',
  can: 'rate-cards.write',
  input: z.strictObject({
    name: Name,
    currency: Currency,
    valid_from: LocalDate,
    valid_to: LocalDate.nullable().optional(),
    rates: Rates,
    ...rulesInput,
  }),
  reply: RateCard,
  status: 201,
  summary: 'Add a rate card',
});
export const changeRateCard = route({
  method: 'PATCH',
  path: '/api/rate-cards/:id',
  can: 'rate-cards.write',
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    currency: Currency.optional(),
    valid_from: LocalDate.optional(),
    valid_to: LocalDate.nullable().optional(),
    rates: Rates.optional(),
    ...rulesInput,
  }),
  reply: RateCard,
  summary: 'Change a rate card',
});
export const removeRateCard = route({
  method: 'DELETE',
  path: '/api/rate-cards/:id',
  can: 'rate-cards.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a rate card',
});

// Reservations

export { FrequencyCap };

export const GoalUnit = z.enum(['impressions', 'viewable_impressions', 'clicks', 'conversions', 'share']);
export type GoalUnit = z.infer<typeof GoalUnit>;

export const ReservationState = z.enum(['held', 'booked', 'released']);

export const Reservation = z.object({
  id: Id,
  line_item_id: Id,
  state: ReservationState,
  priority: z.int().min(1).max(16),
  placements: z.array(Id),
  sizes: z.array(z.string()),
  targeting: TargetingGroup.nullable(),
  frequency_caps: z.array(FrequencyCap),
  goal: z.object({ unit: GoalUnit, quantity: z.int().min(0) }),
  start: Timestamp,
  end: Timestamp,
  expires_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type Reservation = z.infer<typeof Reservation>;

export const listReservations = route({
  method: 'GET',
  path: '/api/reservations',
  can: 'inventory.read',
  input: ListInput.extend({
    line_item_id: Id.optional(),
    placement_id: Id.optional(),
    state: ReservationState.optional(),
    from: Timestamp.optional(),
    to: Timestamp.optional(),
  }),
  reply: page(Reservation),
  summary: 'Who holds what of the inventory; with from and to, what overlaps them',
});
export const readReservation = route({
  method: 'GET',
  path: '/api/reservations/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: Reservation,
  summary: 'One reservation',
});
