-- Organisations (tenants), who works in them and what they changed.
create table organisations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

-- Tables of the sign-in library (better-auth): people and their sessions, common to all organisations.
create table "user" (
  "id" text primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create table "session" (
  "id" text primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references "user" ("id") on delete cascade
);
create index "session_userId_idx" on "session" ("userId");
create table "account" (
  "id" text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references "user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null
);
create index "account_userId_idx" on "account" ("userId");
create table "verification" (
  "id" text primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index "verification_identifier_idx" on "verification" ("identifier");

create table advertisers (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  category text,
  created_at timestamptz not null default now(),
  unique (org_id, name)
);

create table publishers (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  created_at timestamptz not null default now(),
  unique (org_id, name)
);

create table contacts (
  id text primary key,
  org_id text not null references organisations (id),
  advertiser_id text references advertisers (id),
  publisher_id text references publishers (id),
  name text not null,
  email text,
  phone text,
  role text,
  created_at timestamptz not null default now()
);

-- A user's role in an organisation; a client sees one advertiser only.
create table memberships (
  id text primary key,
  org_id text not null references organisations (id),
  user_id text not null references "user" ("id") on delete cascade,
  role text not null check (role in ('admin', 'traffic_manager', 'sales', 'studio', 'analyst', 'client')),
  advertiser_id text references advertisers (id),
  created_at timestamptz not null default now(),
  unique (org_id, user_id),
  check (role <> 'client' or advertiser_id is not null)
);

-- API keys: only their SHA-256 is kept.
create table keys (
  id text primary key,
  org_id text not null references organisations (id),
  name text not null,
  role text not null check (role in ('admin', 'traffic_manager', 'sales', 'studio', 'analyst', 'client')),
  advertiser_id text references advertisers (id),
  hash text not null unique,
  prefix text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check (role <> 'client' or advertiser_id is not null)
);

-- The audit trail: every write, in the writer's own transaction.
create table audit_entries (
  seq bigint generated always as identity primary key,
  org_id text not null,
  at timestamptz not null default now(),
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb
);
create index audit_entries_org on audit_entries (org_id, seq desc);
create index audit_entries_subject on audit_entries (org_id, subject_kind, subject_id, seq desc);

-- Answers kept for a day, so that a request repeated under the same Idempotency-Key is not done twice.
create table idempotent_replies (
  org_id text not null,
  key text not null,
  request_hash text not null,
  status int not null,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (org_id, key)
);
