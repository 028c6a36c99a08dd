/** People: organisations, users, keys, advertisers, publishers, contacts and the audit trail, as the outside may know them. */
import * as z from 'zod';
import { Id, IdInput, ListInput, Name, Nothing, Timestamp, page, route, sorted } from '#platform/contract';
import { roles } from './policy.ts';

export * from './comment-contract.ts';
export { may, rights, rightsOf, roles } from './policy.ts';
export type { Right, Role } from './policy.ts';

export const RoleName = z.enum(roles);

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('must be an e-mail address'));

/** At least 10 characters (NIST SP 800-63B asks for 8 or more and no composition rule); at most what the sign-in library hashes. */
export const Password = z.string().min(10, 'must have at least 10 characters').max(128);

const search = { name: z.string().trim().max(200).optional() };
const removed = { status: 204, reply: Nothing } as const;

// First run and the caller

export const firstRunState = route({
  method: 'GET',
  path: '/api/first-run',
  can: 'public',
  input: Nothing,
  reply: z.object({ needed: z.boolean() }),
  summary: 'Whether this installation still waits for its first organisation and admin',
});

export const firstRun = route({
  method: 'POST',
  path: '/api/first-run',
  can: 'public',
  input: z.strictObject({ organisation: Name, name: Name, email: Email, password: Password }),
  reply: z.object({ organisation_id: Id, user_id: Id }),
  status: 201,
  summary: 'Make the first organisation and its admin; refused once somebody exists',
});

export const Me = z.object({
  user: z.object({ id: Id, kind: z.enum(['user', 'key', 'system']), name: z.string(), email: z.string().nullable() }),
  organisation: z.object({ id: Id, name: z.string() }),
  role: RoleName,
  advertiser_id: Id.nullable(),
  rights: z.array(z.string()),
});
export type Me = z.infer<typeof Me>;

export const me = route({
  method: 'GET',
  path: '/api/me',
  can: 'signed-in',
  input: Nothing,
  reply: Me,
  summary: 'Who is calling, for which organisation, with which rights',
});

// Users

export const User = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: RoleName,
  advertiser_id: Id.nullable(),
  created_at: Timestamp,
});
export type User = z.infer<typeof User>;

export const listUsers = route({
  method: 'GET',
  path: '/api/users',
  can: 'people.read',
  input: ListInput.extend({ ...search, role: RoleName.optional() }),
  reply: page(User),
  summary: 'The people of the organisation',
});
export const readUser = route({
  method: 'GET',
  path: '/api/users/:id',
  can: 'people.read',
  input: IdInput,
  reply: User,
  summary: 'One person of the organisation',
});
export const createUser = route({
  method: 'POST',
  path: '/api/users',
  can: 'people.manage',
  input: z.strictObject({
    email: Email,
    name: Name,
    password: Password,
    role: RoleName,
    advertiser_id: Id.nullable().optional(),
  }),
  reply: User,
  status: 201,
  summary: 'Add a person with a role; a client also needs its advertiser',
});
export const changeUser = route({
  method: 'PATCH',
  path: '/api/users/:id',
  can: 'people.manage',
  input: z.strictObject({
    id: Id,
    name: Name.optional(),
    role: RoleName.optional(),
    advertiser_id: Id.nullable().optional(),
    password: Password.optional(),
  }),
  reply: User,
  summary: 'Change a person’s name, role, advertiser or password (a new password ends their sessions)',
});
export const removeUser = route({
  method: 'DELETE',
  path: '/api/users/:id',
  can: 'people.manage',
  input: IdInput,
  ...removed,
  summary: 'Remove a person; the last admin stays',
});

// Keys

export const Key = z.object({
  id: Id,
  name: z.string(),
  role: RoleName,
  advertiser_id: Id.nullable(),
  prefix: z.string().describe('The first characters of the key, to recognise it by'),
  created_at: Timestamp,
  revoked_at: Timestamp.nullable(),
});
export type Key = z.infer<typeof Key>;

export const listKeys = route({
  method: 'GET',
  path: '/api/keys',
  can: 'keys.manage',
  input: ListInput.extend(search),
  reply: page(Key),
  summary: 'The API keys of the organisation, revoked ones included',
});
export const readKey = route({
  method: 'GET',
  path: '/api/keys/:id',
  can: 'keys.manage',
  input: IdInput,
  reply: Key,
  summary: 'One API key',
});
export const createKey = route({
  method: 'POST',
  path: '/api/keys',
  can: 'keys.manage',
  input: z.strictObject({ name: Name, role: RoleName, advertiser_id: Id.nullable().optional() }),
  reply: Key.extend({ key: z.string().describe('The key itself: shown this once, not kept') }),
  status: 201,
  summary: 'Make an API key',
});
export const revokeKey = route({
  method: 'DELETE',
  path: '/api/keys/:id',
  can: 'keys.manage',
  input: IdInput,
  ...removed,
  summary: 'Revoke an API key: it stops working at once',
});

// Advertisers

/** At most `count` exposures in a rolling window of `every` units. */
export const FrequencyCap = z.strictObject({
  count: z.int().min(1).max(100_000),
  per: z.enum(['minute', 'hour', 'day', 'week', 'month', 'lifetime', 'visit']),
  every: z.int().min(1).max(1000).default(1),
});
export type FrequencyCap = z.infer<typeof FrequencyCap>;

const FrequencyCaps = z.array(FrequencyCap).max(10).optional();

export const Advertiser = z.object({
  id: Id,
  name: z.string(),
  category: z.string().nullable(),
  /** Over all its line items together. */
  frequency_caps: z.array(FrequencyCap),
  created_at: Timestamp,
});
export type Advertiser = z.infer<typeof Advertiser>;

const Category = z.string().trim().min(1).max(100).nullable().optional();

const advertiserFilters = { ...search, ...sorted(['name', 'category', 'created']) };
export const listAdvertisers = route({
  method: 'GET',
  path: '/api/advertisers',
  can: 'advertisers.read',
  input: ListInput.extend(advertiserFilters),
  reply: page(Advertiser),
  summary: 'The advertisers; a client sees its own',
});
export const exportAdvertisers = route({
  method: 'GET',
  path: '/api/advertisers.csv',
  can: 'advertisers.read',
  kind: 'file',
  input: z.strictObject(advertiserFilters),
  reply: z.string(),
  summary: 'The same list as CSV, every row of it',
});
export const readAdvertiser = route({
  method: 'GET',
  path: '/api/advertisers/:id',
  can: 'advertisers.read',
  input: IdInput,
  reply: Advertiser,
  summary: 'One advertiser',
});
export const createAdvertiser = route({
  method: 'POST',
  path: '/api/advertisers',
  can: 'advertisers.write',
  input: z.strictObject({ name: Name, category: Category, frequency_caps: FrequencyCaps }),
  reply: Advertiser,
  status: 201,
  summary: 'Add an advertiser',
});
export const changeAdvertiser = route({
  method: 'PATCH',
  path: '/api/advertisers/:id',
  can: 'advertisers.write',
  input: z.strictObject({ id: Id, name: Name.optional(), category: Category, frequency_caps: FrequencyCaps }),
  reply: Advertiser,
  summary: 'Change an advertiser',
});
export const removeAdvertiser = route({
  method: 'DELETE',
  path: '/api/advertisers/:id',
  can: 'advertisers.write',
  input: IdInput,
  ...removed,
  summary: 'Remove an advertiser that nothing uses',
});

// Publishers

export const Publisher = z.object({ id: Id, name: z.string(), created_at: Timestamp });
export type Publisher = z.infer<typeof Publisher>;

const publisherFilters = { ...search, ...sorted(['name', 'created']) };
export const listPublishers = route({
  method: 'GET',
  path: '/api/publishers',
  can: 'publishers.read',
  input: ListInput.extend(publisherFilters),
  reply: page(Publisher),
  summary: 'The publishers whose external sites are bought',
});
export const exportPublishers = route({
  method: 'GET',
  path: '/api/publishers.csv',
  can: 'publishers.read',
  kind: 'file',
  input: z.strictObject(publisherFilters),
  reply: z.string(),
  summary: 'The same list as CSV, every row of it',
});
export const readPublisher = route({
  method: 'GET',
  path: '/api/publishers/:id',
  can: 'publishers.read',
  input: IdInput,
  reply: Publisher,
  summary: 'One publisher',
});
export const createPublisher = route({
  method: 'POST',
  path: '/api/publishers',
  can: 'publishers.write',
  input: z.strictObject({ name: Name }),
  reply: Publisher,
  status: 201,
  summary: 'Add a publisher',
});
export const changePublisher = route({
  method: 'PATCH',
  path: '/api/publishers/:id',
  can: 'publishers.write',
  input: z.strictObject({ id: Id, name: Name.optional() }),
  reply: Publisher,
  summary: 'Change a publisher',
});
export const removePublisher = route({
  method: 'DELETE',
  path: '/api/publishers/:id',
  can: 'publishers.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a publisher that nothing uses',
});

// Contacts

export const Contact = z.object({
  id: Id,
  advertiser_id: Id.nullable(),
  publisher_id: Id.nullable(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  role: z.string().nullable(),
  created_at: Timestamp,
});
export type Contact = z.infer<typeof Contact>;

const contactDetails = {
  advertiser_id: Id.nullable().optional(),
  publisher_id: Id.nullable().optional(),
  email: Email.nullable().optional(),
  phone: z.string().trim().min(1).max(50).nullable().optional(),
  role: z.string().trim().min(1).max(100).nullable().optional(),
};

export const listContacts = route({
  method: 'GET',
  path: '/api/contacts',
  can: 'contacts.read',
  input: ListInput.extend({ ...search, advertiser_id: Id.optional(), publisher_id: Id.optional() }),
  reply: page(Contact),
  summary: 'The people to talk to at advertisers and publishers',
});
export const readContact = route({
  method: 'GET',
  path: '/api/contacts/:id',
  can: 'contacts.read',
  input: IdInput,
  reply: Contact,
  summary: 'One contact',
});
export const createContact = route({
  method: 'POST',
  path: '/api/contacts',
  can: 'contacts.write',
  input: z.strictObject({ name: Name, ...contactDetails }),
  reply: Contact,
  status: 201,
  summary: 'Add a contact',
});
export const changeContact = route({
  method: 'PATCH',
  path: '/api/contacts/:id',
  can: 'contacts.write',
  input: z.strictObject({ id: Id, name: Name.optional(), ...contactDetails }),
  reply: Contact,
  summary: 'Change a contact',
});
export const removeContact = route({
  method: 'DELETE',
  path: '/api/contacts/:id',
  can: 'contacts.write',
  input: IdInput,
  ...removed,
  summary: 'Remove a contact',
});

export * from './contact-history-contract.ts';

// Audit trail

export const AuditEntry = z.object({
  id: Id,
  at: Timestamp,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const listAudit = route({
  method: 'GET',
  path: '/api/audit',
  can: 'audit.read',
  input: ListInput.extend({
    subject_kind: z.string().max(60).optional(),
    subject_id: Id.optional(),
    actor_id: Id.optional(),
    action: z.string().max(100).optional(),
  }),
  reply: page(AuditEntry),
  summary: 'Who changed what, newest first',
});
