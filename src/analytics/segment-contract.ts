/** Segments: groups of visitors named by filters, to look at, to compare and to target. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, page, route, Timestamp } from '#platform/contract';

const Filters = z.array(z.array(z.unknown()).max(4)).min(1).max(50);

export const Segment = z.object({
  id: Id,
  site_id: Id,
  name: z.string(),
  /** As in `POST /api/query`; other segments cannot be named in it. */
  filters: z.array(z.array(z.unknown())),
  /** For targeting: who fitted in so many days up to now. */
  window_days: z.int(),
  created_at: Timestamp,
});
export type Segment = z.infer<typeof Segment>;

const read = 'audience.read';
const write = 'goals.write';
const Window = z.int().min(1).max(390);

export const listSegments = route({
  method: 'GET',
  path: '/api/segments',
  can: read,
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(Segment),
  summary: 'The segments of the sites',
});
export const readSegment = route({
  method: 'GET',
  path: '/api/segments/:id',
  can: read,
  input: IdInput,
  reply: Segment,
  summary: 'One segment',
});
export const createSegment = route({
  method: 'POST',
  path: '/api/segments',
  can: write,
  status: 201,
  input: z.strictObject({ site_id: Id, name: Name, filters: Filters, window_days: Window.default(30) }),
  reply: Segment,
  summary: 'Name a group of visitors by filters',
});
export const changeSegment = route({
  method: 'PATCH',
  path: '/api/segments/:id',
  can: write,
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    filters: Filters.optional(),
    window_days: Window.optional(),
  }),
  reply: Segment,
  summary: 'Change a segment',
});
export const removeSegment = route({
  method: 'DELETE',
  path: '/api/segments/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a segment that no line item is targeted at',
});

export const SegmentProfile = z.object({
  /** Visitors of the period; null when there are fewer than `smallest_group`. */
  visitors: z.int().nullable(),
  smallest_group: z.int(),
  /** In plain words, most telling first; empty for a group that is too small. */
  sentences: z.array(z.string()),
  /** What the sentences rest on: shares in percent of visitors, of the segment and of everybody. */
  traits: z.array(
    z.object({ dimension: z.string(), value: z.string(), share: z.number(), everybody: z.number(), index: z.number() }),
  ),
});
export type SegmentProfile = z.infer<typeof SegmentProfile>;

export const profileSegment = route({
  method: 'GET',
  path: '/api/segments/:id/profile',
  can: read,
  input: z.strictObject({
    id: Id,
    from: z.iso.date(),
    to: z.iso.date(),
    language: z.enum(['fr', 'en']).default('en'),
  }),
  reply: SegmentProfile,
  summary: 'Who is in a segment, in words; nothing about groups that are too small',
});

export const AudienceSettings = z.object({ smallest_group: z.int() });
export const readAudienceSettings = route({
  method: 'GET',
  path: '/api/audience-settings',
  can: read,
  input: z.strictObject({}),
  reply: AudienceSettings,
  summary: 'How small a group of visitors may be and still be described',
});
export const changeAudienceSettings = route({
  method: 'PUT',
  path: '/api/audience-settings',
  can: write,
  input: z.strictObject({ smallest_group: z.int().min(2).max(10_000) }),
  reply: AudienceSettings,
  summary: 'Set the smallest group of visitors that is described',
});
