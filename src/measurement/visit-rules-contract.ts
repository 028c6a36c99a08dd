/** Where a site's visits are cut, beside the 30 minutes. */
import * as z from 'zod';
import { Id, IdInput, route } from '#platform/contract';

export const VisitRules = z.object({
  /** A page or event of another day of the site begins a visit. */
  midnight: z.boolean(),
  /** A page view with campaign tags other than the visit's begins a visit; tags where there were none, too. */
  campaign: z.boolean(),
});
export type VisitRules = z.infer<typeof VisitRules>;

export const readVisitRules = route({
  method: 'GET',
  path: '/api/sites/:id/visit-rules',
  can: 'inventory.read',
  input: IdInput,
  reply: VisitRules,
  summary: 'Where a site’s visits are cut, beside the 30 minutes',
});

export const changeVisitRules = route({
  method: 'PATCH',
  path: '/api/sites/:id/visit-rules',
  can: 'inventory.write',
  input: z.strictObject({ id: Id, midnight: z.boolean().optional(), campaign: z.boolean().optional() }),
  reply: VisitRules,
  summary: 'Cut visits at midnight or at a new campaign, as Matomo does; the visits of the past are built again',
});
