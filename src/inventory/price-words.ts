/** The words of selling prices: what a rate card adds to and takes off its rates, and packages. */
import * as z from 'zod';
import { Id, LocalDate, Name, Nothing, IdInput, ListInput, Money, Timestamp, page, route } from '#platform/contract';
import { TargetingGroup } from './targeting.ts';
import { Currency, PlacementFormat } from './words.ts';

export const RateModel = z.enum(['cpm', 'vcpm', 'cpc', 'cpa', 'cpd', 'flat']);
export type RateModel = z.infer<typeof RateModel>;

/** Percent with at most two decimals. */
const percent = (min: number, max: number) => z.number().min(min).max(max).multipleOf(0.01);
const Discount = percent(0, 100);

export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

const tier = (what: string) => z.strictObject({ from: z.int().min(1).max(1e12).describe(what), percent: Discount });

/** What makes a price out of a rate: every list may be empty. Percentages add to or come off the amounts that the explanation names. */
export const priceRules = {
  seasons: z
    .array(z.strictObject({ name: Name, from: LocalDate, to: LocalDate, percent: percent(-100, 1000) }))
    .max(100)
    .describe('Days of a season, both included, and what they add (or take off, when negative)'),
  weekdays: z
    .array(z.strictObject({ days: z.array(Weekday).min(1).max(7), percent: percent(-100, 1000) }))
    .max(7)
    .describe('What some days of the week add'),
  surcharges: z
    .array(z.strictObject({ key: z.string().min(1).max(100), percent: percent(0, 1000) }))
    .max(100)
    .describe('What targeting adds, by key such as geo.country, or by family such as geo or kv'),
  volume_discounts: z
    .array(tier('Gross amount from which it is given, minor units'))
    .max(50)
    .describe('By gross amount; the highest tier reached counts'),
  frequency_discounts: z
    .array(tier('Number of insertions from which it is given'))
    .max(50)
    .describe('By number of insertions bought at once; the highest tier reached counts'),
  agency_commission: Discount.describe('Percent of the net amount that the agency keeps'),
  minimum_spend: z.int().min(0).max(1e12).describe('Least net amount, minor units'),
};
export const PriceRules = z.strictObject(priceRules);
export type PriceRules = z.infer<typeof PriceRules>;

export const noRules: PriceRules = {
  seasons: [],
  weekdays: [],
  surcharges: [],
  volume_discounts: [],
  frequency_discounts: [],
  agency_commission: 0,
  minimum_spend: 0,
};

/** One line of an explained price. `amount` in minor units of the currency; the steps add up to `net`. */
export const PriceStep = z.object({
  code: z.enum([
    'base',
    'package',
    'season',
    'weekday',
    'surcharge',
    'volume_discount',
    'frequency_discount',
    'negotiated_discount',
    'minimum_spend',
    'agency_commission',
  ]),
  label: z.string(),
  basis: z.string(),
  amount: z.int(),
});
export type PriceStep = z.infer<typeof PriceStep>;

export const ExplainedPrice = z.object({
  rate_card_id: Id.nullable(),
  rate_card_name: z.string().nullable(),
  currency: z.string(),
  model: RateModel,
  days: z.int(),
  steps: z.array(PriceStep),
  gross: z.int().describe('Base with seasons, weekdays and surcharges'),
  net: z.int().describe('Gross less discounts, at least the minimum spend; what the customer is billed'),
  payable: z.int().describe('Net less the agency’s commission; the same as net without an agency'),
  unit_rate: Money.nullable().describe('Net as a rate of the model, rounded half up; null for nothing bought'),
  rounding: z.string(),
  warnings: z.array(z.object({ code: z.enum(['below-floor']), sentence: z.string() })),
});
export type ExplainedPrice = z.infer<typeof ExplainedPrice>;

export const PriceQuestion = z.strictObject({
  rate_card_id: Id.optional().describe(
    'Without it, the newest card in the asked currency that is valid on the first day',
  ),
  currency: Currency.optional(),
  package_id: Id.optional().describe('In place of placements: the package’s price'),
  placements: z.array(Id).max(500).default([]),
  format: PlacementFormat.optional(),
  model: RateModel.optional().describe('cpm unless said; a package has its own'),
  quantity: z
    .int()
    .min(0)
    .max(1e12)
    .default(0)
    .describe('Impressions, clicks or actions over the dates; not for cpd and flat'),
  start: LocalDate.describe('First day'),
  end: LocalDate.describe('Last day'),
  targeting: TargetingGroup.nullable().optional(),
  insertions: z.int().min(1).max(10_000).default(1),
  discount: Discount.default(0).describe('Negotiated discount, percent'),
  agency: z.boolean().default(false).describe('Whether an agency’s commission comes off'),
});
export type PriceQuestion = z.output<typeof PriceQuestion>;

export const askPrice = route({
  method: 'POST',
  path: '/api/price',
  can: 'rate-cards.read',
  input: PriceQuestion,
  reply: ExplainedPrice,
  summary: 'What something costs, explained line by line',
});

export const PackageItem = z.strictObject({ placement_id: Id, weight: z.int().min(1).max(10_000).default(1) });

/** Several placements under one price. */
export const Package = z.object({
  id: Id,
  name: z.string(),
  currency: z.string(),
  model: RateModel,
  amount: z.int(),
  items: z.array(PackageItem),
  created_at: Timestamp,
});
export type Package = z.infer<typeof Package>;

const packageInput = {
  name: Name,
  currency: Currency,
  model: RateModel,
  amount: z.int().min(0).max(1e12).describe('Minor units, for the package as a whole'),
  items: z.array(PackageItem).min(1).max(500),
};

export const listPackages = route({
  method: 'GET',
  path: '/api/packages',
  can: 'rate-cards.read',
  input: ListInput.extend({ name: z.string().trim().max(200).optional() }),
  reply: page(Package),
  summary: 'The packages of placements',
});
export const readPackage = route({
  method: 'GET',
  path: '/api/packages/:id',
  can: 'rate-cards.read',
  input: IdInput,
  reply: Package,
  summary: 'One package',
});
export const createPackage = route({
  method: 'POST',
  path: '/api/packages',
  can: 'rate-cards.write',
  input: z.strictObject(packageInput),
  reply: Package,
  status: 201,
  summary: 'Add a package of placements under one price',
});
export const changePackage = route({
  method: 'PATCH',
  path: '/api/packages/:id',
  can: 'rate-cards.write',
  input: z.strictObject(packageInput).partial().extend({ id: Id }),
  reply: Package,
  summary: 'Change a package',
});
export const removePackage = route({
  method: 'DELETE',
  path: '/api/packages/:id',
  can: 'rate-cards.write',
  input: IdInput,
  reply: Nothing,
  status: 204,
  summary: 'Remove a package',
});
