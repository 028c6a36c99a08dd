/** The calendar of the spaces: what of each placement is sold, held and free, and what is wrong with it. Shapes and routes. */
import * as z from 'zod';
import { GoalUnit, PlacementFormat } from '#inventory/contract';
import { Id, IdInput, ListInput, LocalDate, Name, Nothing, Timestamp, page, route } from '#platform/contract';

const filters = {
  site: z.string().min(1).max(253).optional().describe('Id or domain'),
  section: Id.optional(),
  format: PlacementFormat.optional(),
  advertiser: Id.optional().describe('Placements that this advertiser has something on'),
};
export const CalendarFilters = z.strictObject(filters);
export type CalendarFilters = z.output<typeof CalendarFilters>;

export const CalendarStep = z.enum(['day', 'week', 'month']);
export type CalendarStep = z.infer<typeof CalendarStep>;

const Counts = z.array(z.int().min(0)).describe('Requests, one figure a period');

export const OccupiedPlacement = z.object({
  id: Id,
  code: z.string(),
  name: z.string(),
  site_id: Id,
  site_name: z.string(),
  section_id: Id.nullable(),
  section_name: z.string().nullable(),
  formats: z.array(z.string()),
  /** False where there is no forecast of its own: what is free is then not known. */
  measured: z.boolean(),
  forecast: Counts,
  sold: Counts,
  held: Counts,
  free: Counts,
});
export type OccupiedPlacement = z.infer<typeof OccupiedPlacement>;

export const Occupant = z.object({
  /** Of the line item, or of the line of a proposal. */
  id: Id,
  kind: z.enum(['line-item', 'proposal']),
  name: z.string(),
  order_id: Id.nullable(),
  proposal_id: Id.nullable(),
  advertiser_id: Id,
  advertiser_name: z.string(),
  state: z.string(),
  space: z.enum(['sold', 'held', 'past']),
  /** When the hold lapses. */
  expires_at: Timestamp.nullable(),
  goal: z.object({ unit: GoalUnit, quantity: z.int() }),
  /** Of the requests of its placements and dates, in percent; null where it is not known. */
  share_of_voice: z.number().nullable(),
  /** Requests that it still needs and that are not expected for it; 0 where that is not known. */
  missing: z.int().min(0),
  start: Timestamp,
  end: Timestamp,
  /** Days of the first placement's site, the last one included. */
  first_day: LocalDate,
  last_day: LocalDate,
  placements: z.array(Id),
});
export type Occupant = z.infer<typeof Occupant>;

export const Conflict = z.object({
  code: z.enum(['exclusive-twice', 'competitor-beside', 'overbooked']),
  placement_id: Id,
  occupants: z.array(Id),
  first_day: LocalDate,
  last_day: LocalDate,
  /** Why two are competitors: the category or the label that they share. */
  why: z.string().nullable(),
});
export type Conflict = z.infer<typeof Conflict>;

export const Occupancy = z.object({
  from: LocalDate,
  to: LocalDate,
  by: CalendarStep,
  periods: z.array(z.object({ start: LocalDate, end: LocalDate })).describe('First and last day of each'),
  placements: z.array(OccupiedPlacement),
  occupants: z.array(Occupant),
  conflicts: z.array(Conflict),
  /** Where the next page of placements begins; null on the last one. */
  next: z.string().nullable(),
});
export type Occupancy = z.infer<typeof Occupancy>;

const read = 'forecast.read';
const question = {
  from: LocalDate,
  to: LocalDate.describe('Included; at most 400 days after from'),
  by: CalendarStep.default('day'),
  ...filters,
  limit: z.coerce.number().int().min(1).max(500).default(200),
  cursor: z.string().max(200).optional(),
};

export const readOccupancy = route({
  method: 'GET',
  path: '/api/occupancy',
  can: read,
  summary: 'What of each placement is sold, held and free, by day, week or month; who has it; conflicts.',
  input: z.strictObject(question),
  reply: Occupancy,
});

export const exportOccupancy = route({
  method: 'GET',
  path: '/api/occupancy.xlsx',
  can: read,
  kind: 'file',
  summary: 'The calendar of the spaces as a workbook.',
  input: z
    .strictObject({ ...question, language: z.enum(['en', 'fr']).default('en') })
    .omit({ cursor: true, limit: true }),
  reply: z.unknown(),
});

export const exportOccupancyPdf = route({
  method: 'GET',
  path: '/api/occupancy.pdf',
  can: read,
  kind: 'file',
  summary: 'The calendar of the spaces as PDF: shares by placement and period, bookings, conflicts.',
  input: z
    .strictObject({ ...question, language: z.enum(['en', 'fr']).default('en') })
    .omit({ cursor: true, limit: true }),
  reply: z.unknown(),
});

export const CalendarFeed = z.object({
  id: Id,
  name: z.string(),
  filters: CalendarFilters,
  created_at: Timestamp,
});
export type CalendarFeed = z.infer<typeof CalendarFeed>;

export const listCalendarFeeds = route({
  method: 'GET',
  path: '/api/calendar-feeds',
  can: read,
  summary: 'List the private calendar addresses, newest first.',
  input: ListInput,
  reply: page(CalendarFeed),
});
export const createCalendarFeed = route({
  method: 'POST',
  path: '/api/calendar-feeds',
  can: 'campaigns.write',
  status: 201,
  summary: 'Make a private calendar address (iCalendar). It is shown once.',
  input: z.strictObject({ name: Name, ...filters }),
  reply: CalendarFeed.extend({ path: z.string().describe('The address’s path, /p/…/calendar') }),
});
export const removeCalendarFeed = route({
  method: 'DELETE',
  path: '/api/calendar-feeds/:id',
  can: 'campaigns.write',
  status: 204,
  summary: 'Remove a private calendar address: it stops.',
  input: IdInput,
  reply: Nothing,
});
export const readCalendar = route({
  method: 'GET',
  path: '/p/:token/calendar',
  can: 'public',
  kind: 'file',
  summary: 'What is sold and held, as iCalendar, behind a private address.',
  input: z.strictObject({ token: z.string().min(20).max(100) }),
  reply: z.unknown(),
});
