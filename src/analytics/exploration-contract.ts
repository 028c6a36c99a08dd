/** Explorations kept by name, notes on days, and a question's answer as a workbook. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, page, route, Timestamp } from '#platform/contract';

const read = 'audience.read';
const write = 'goals.write';

export const Exploration = z.object({ id: Id, name: z.string(), search: z.string(), created_at: Timestamp });
export type Exploration = z.infer<typeof Exploration>;

export const listExplorations = route({
  method: 'GET',
  path: '/api/explorations',
  can: read,
  input: ListInput,
  reply: page(Exploration),
  summary: 'Explorations kept by name',
});
export const createExploration = route({
  method: 'POST',
  path: '/api/explorations',
  can: write,
  status: 201,
  input: z.strictObject({ name: Name, search: z.string().min(1).max(8000) }),
  reply: Exploration,
  summary: 'Keep what the explorer shows: the part of its address after the question mark',
});
export const removeExploration = route({
  method: 'DELETE',
  path: '/api/explorations/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Forget a kept exploration',
});

export const Annotation = z.object({ id: Id, site_id: Id, day: z.iso.date(), text: z.string(), created_at: Timestamp });
export type Annotation = z.infer<typeof Annotation>;

export const listAnnotations = route({
  method: 'GET',
  path: '/api/annotations',
  can: read,
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(Annotation),
  summary: 'Notes on days, shown on charts over time',
});
export const createAnnotation = route({
  method: 'POST',
  path: '/api/annotations',
  can: write,
  status: 201,
  input: z.strictObject({ site_id: Id, day: z.iso.date(), text: z.string().trim().min(1).max(300) }),
  reply: Annotation,
  summary: 'Note what happened on a day',
});
export const removeAnnotation = route({
  method: 'DELETE',
  path: '/api/annotations/:id',
  can: write,
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a note',
});

export const exportQuery = route({
  method: 'GET',
  path: '/api/query.xlsx',
  can: 'analytics.read',
  kind: 'file',
  summary: 'The answer to a question as a workbook',
  input: z.strictObject({
    /** The body of `POST /api/query`, as JSON. */
    question: z.string().min(2).max(6000),
    language: z.enum(['en', 'fr']).default('en'),
  }),
  reply: z.unknown(),
});
