/** The lines of the sites' ads.txt (IAB Tech Lab, 1.1). */
import * as z from 'zod';
import { Id, IdInput, ListInput, Nothing, page, route, Timestamp } from '#platform/contract';

/** A field of a line: the characters that end a field or a line, or begin a comment, cannot be in it. */
const Field = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[^,;#\r\n\t]+$/, 'must not hold a comma, a semicolon, # or a line break');
const Domain = Field.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be a domain such as example.com');

export const AdsTxtRecord = z.object({
  id: Id,
  /** Null: in the file of every site of the organisation. */
  site_id: Id.nullable(),
  /** A seller: advertising system, account there, relationship, certification authority id. Null for a variable. */
  domain: z.string().nullable(),
  account_id: z.string().nullable(),
  relationship: z.enum(['DIRECT', 'RESELLER']).nullable(),
  certification_id: z.string().nullable(),
  variable: z.enum(['CONTACT', 'SUBDOMAIN', 'INVENTORYPARTNERDOMAIN', 'OWNERDOMAIN', 'MANAGERDOMAIN']).nullable(),
  value: z.string().nullable(),
  created_at: Timestamp,
});
export type AdsTxtRecord = z.infer<typeof AdsTxtRecord>;

export const listAdsTxtRecords = route({
  method: 'GET',
  path: '/api/ads-txt-records',
  can: 'inventory.read',
  input: ListInput.extend({ site_id: Id.optional() }),
  reply: page(AdsTxtRecord),
  summary: 'The lines of the sites’ ads.txt',
});

export const readAdsTxtRecord = route({
  method: 'GET',
  path: '/api/ads-txt-records/:id',
  can: 'inventory.read',
  input: IdInput,
  reply: AdsTxtRecord,
  summary: 'One line of ads.txt',
});

export const createAdsTxtRecord = route({
  method: 'POST',
  path: '/api/ads-txt-records',
  can: 'inventory.write',
  status: 201,
  input: z.strictObject({
    site_id: Id.optional(),
    domain: Domain.optional(),
    account_id: Field.optional(),
    relationship: z.enum(['DIRECT', 'RESELLER']).optional(),
    certification_id: Field.optional(),
    variable: z.enum(['CONTACT', 'SUBDOMAIN', 'INVENTORYPARTNERDOMAIN', 'OWNERDOMAIN', 'MANAGERDOMAIN']).optional(),
    value: Field.optional(),
  }),
  reply: AdsTxtRecord,
  summary: 'Add a seller or a variable to the ads.txt of a site, or of all sites',
});

export const removeAdsTxtRecord = route({
  method: 'DELETE',
  path: '/api/ads-txt-records/:id',
  can: 'inventory.write',
  status: 204,
  input: IdInput,
  reply: Nothing,
  summary: 'Remove a line of ads.txt',
});
