-- What each booked line needs to be made, the limits it must keep, and the private links by which studios and clients hand it in.
create table creative_limits (
  id text primary key,
  org_id text not null references organisations (id),
  scope text not null check (scope in ('house', 'publisher', 'placement')),
  -- Of the publisher or placement; empty for the house's own.
  scope_id text not null default '',
  -- Empty: every format.
  format text not null default '',
  limits jsonb not null,
  created_at timestamptz not null default now(),
  unique (org_id, scope, scope_id, format)
);

create table creative_requests (
  id text primary key,
  org_id text not null references organisations (id),
  line_item_id text not null,
  line_item_name text not null,
  order_id text not null,
  order_name text not null,
  advertiser_id text not null references advertisers (id),
  placements text[] not null,
  format text not null,
  width int,
  height int,
  kinds text[] not null,
  limits jsonb not null,
  languages text[] not null default '{}',
  note text not null default '',
  starts_at timestamptz not null,
  due_at timestamptz not null,
  -- A deadline that a person has set is not computed anew.
  due_is_set boolean not null default false,
  cancelled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (line_item_id, format)
);
create index creative_requests_org on creative_requests (org_id, due_at);

create table creative_links (
  id text primary key,
  org_id text not null references organisations (id),
  purpose text not null check (purpose in ('exchange', 'calendar')),
  advertiser_id text references advertisers (id),
  order_id text,
  may_upload boolean not null default false,
  may_approve boolean not null default false,
  name text not null,
  email text,
  language text not null check (language in ('en', 'fr')),
  -- SHA-256; the token itself is shown once and kept nowhere.
  token_hash text not null unique,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index creative_links_org on creative_links (org_id, created_at desc);

create table creative_reminders (
  request_id text not null references creative_requests (id) on delete cascade,
  stage text not null,
  recipients text[] not null,
  sent_at timestamptz not null,
  primary key (request_id, stage)
);
