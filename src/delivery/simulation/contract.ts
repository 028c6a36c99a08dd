/** Simulations: booked and wished-for line items under measured traffic, day by day, through the live decision. */
import * as z from 'zod';
import { LineItemInput } from '#campaigns/contract';
import { GoalUnit } from '#inventory/contract';
import { Id, IdInput, ListInput, LocalDate, Name, Nothing, page, route, Timestamp } from '#platform/contract';

/** A line item that is not booked (yet): the terms of one, without an order. */
export const WishedLine = LineItemInput.omit({ order_id: true });
export type WishedLine = z.output<typeof WishedLine>;

const Percent = z.int().min(0).max(1000);

export const SimulationInput = z.strictObject({
  name: Name,
  /** Line items of the organisation, whatever their state. */
  line_items: z.array(Id).max(500).default([]),
  wished: z.array(WishedLine).max(50).default([]),
  /** Booked and live line items on the same placements compete as they will, though nobody named them. */
  with_rivals: z.boolean().default(true),
  /** First day, on the calendar of the first placement's site. */
  start: LocalDate,
  days: z.int().min(1).max(92),
  /** Of the traffic measured in the last four weeks: what the plan expects and what comes, 100 as measured. */
  traffic_percent: Percent.min(1).default(100),
  /** Days on which other traffic comes than the plan expects, in percent of it. */
  surprises: z
    .array(z.strictObject({ from: LocalDate, to: LocalDate, percent: Percent }))
    .max(20)
    .default([]),
  /** Requests whose reader may be known again, in percent: frequency caps count them. */
  known_percent: z.int().min(0).max(100).default(60),
  /** Requests of one known reader in a day. */
  requests_per_reader: z.int().min(1).max(200).default(6),
});
export type SimulationInput = z.output<typeof SimulationInput>;

export const SimulationState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type SimulationState = z.infer<typeof SimulationState>;

export const SimulatedLine = z.object({
  /** Null for a wished-for line. */
  line_item_id: Id.nullable(),
  name: z.string(),
  role: z.enum(['chosen', 'wished', 'rival']),
  unit: GoalUnit,
  /** What is left of the goal on the first day; percent for a share. */
  ordered: z.number(),
  /** What an even delivery of it would be at by the end of the run; of a line that ends within it, all. */
  due: z.number().optional(),
  delivered: z.int(),
  by_day: z.record(z.string(), z.int()),
  /** Requests that a frequency cap kept from it. */
  capped: z.int(),
});
export type SimulatedLine = z.infer<typeof SimulatedLine>;

export const SimulationResult = z.object({
  lines: z.array(SimulatedLine),
  days: z.array(z.object({ date: LocalDate, requests: z.int() })),
  requests: z.int(),
  filled: z.int(),
  /** One request in so many was run, goals divided alike; 1: every one. */
  thinning: z.int(),
  decisions_per_s: z.int(),
  replans: z.int(),
  warnings: z.array(
    z.object({ code: z.enum(['no-traffic', 'not-measured', 'thinned']), subject: z.string(), sentence: z.string() }),
  ),
});
export type SimulationResult = z.infer<typeof SimulationResult>;

const kept = {
  id: Id,
  name: z.string(),
  state: SimulationState,
  percent: z.int(),
  /** The simulated moment the run has reached. */
  reached: Timestamp.nullable(),
  problem: z.string().nullable(),
  created_by: z.string(),
  created_at: Timestamp,
  ended_at: Timestamp.nullable(),
};
export const SimulationSummary = z.object({ ...kept, start: LocalDate, days: z.int() });
export type SimulationSummary = z.infer<typeof SimulationSummary>;
export const Simulation = z.object({ ...kept, asked: SimulationInput, result: SimulationResult.nullable() });
export type Simulation = z.infer<typeof Simulation>;

const can = 'forecast.read';

export const listSimulations = route({
  method: 'GET',
  path: '/api/simulations',
  can,
  summary: 'List simulations, newest first.',
  input: ListInput,
  reply: page(SimulationSummary),
});

export const createSimulation = route({
  method: 'POST',
  path: '/api/simulations',
  can,
  status: 201,
  summary: 'Run booked and wished-for line items through days of measured traffic; the run goes on beside the API.',
  input: SimulationInput,
  reply: Simulation,
});

export const readSimulation = route({
  method: 'GET',
  path: '/api/simulations/:id',
  can,
  summary: 'Read a simulation: how far it is, and its result.',
  input: IdInput,
  reply: Simulation,
});

export const cancelSimulation = route({
  method: 'POST',
  path: '/api/simulations/:id/cancel',
  can,
  summary: 'Stop a simulation; one that has ended stays as it is.',
  input: IdInput,
  reply: Simulation,
});

export const deleteSimulation = route({
  method: 'DELETE',
  path: '/api/simulations/:id',
  can,
  status: 204,
  summary: 'Delete a simulation; a running one is stopped.',
  input: IdInput,
  reply: Nothing,
});
